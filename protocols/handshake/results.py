"""The queue and the current result: what a PLC is shown, and when it goes."""

from collections import deque

from .. import tags
from .block import LOST, SHOWN_FLAGS, Result

CAPACITY = tags.RING_SLOTS  # of the queue as of the ring


class Results:
    """Results that were offered. Unbuffered, only `current` is in use."""

    def __init__(self) -> None:
        self.queue: deque[Result] = deque()
        self.current: Result | None = None
        self.newest = 0  # ResultSeq
        self.valid = False  # unbuffered: ResultsValid
        self.cleared = True  # the current result reads as none
        self.lost = False  # the queue dropped results since the last one was taken

    @property
    def next_seq(self) -> int:
        """The ResultSeq of the next result."""
        return self.newest % tags.LAST_RESULT_SEQ + 1

    @property
    def head(self) -> Result | None:
        """What stands in the current result block."""
        return self.queue[0] if self.queue else self.current

    @property
    def flags(self) -> int:
        """ResultFlags of the current result."""
        head = self.head
        if head is None:
            return 0
        shown = head.flags & ~SHOWN_FLAGS if self.cleared else head.flags
        return shown | LOST if self.lost else shown

    def clear(self) -> None:
        """A trigger came: what stands here is another part's."""
        self.valid, self.cleared = False, True

    def acknowledge(self, edge: bool, number: int, buffered: bool) -> None:
        """Take the head away, once, by a rising edge or by its number."""
        head = self.queue[0] if self.queue else None if buffered else self.current
        if head is None or not (edge or number == head.seq):
            return
        self.valid = self.lost = False
        if self.queue:
            self.current = self.queue.popleft()

    def empty_queue(self) -> None:
        """The ring keeps what was in it."""
        if self.queue:
            self.current = self.queue[0]
            self.queue.clear()
        self.lost = False

    def offer(self, result: Result, quiet: bool, buffered: bool) -> bool:
        """Show a new result; `quiet` ones leave the current result alone where nothing is buffered.

        Returns:
            Whether the queue dropped its oldest.
        """
        self.newest = result.seq
        if not buffered:
            if not quiet:
                self.current, self.cleared, self.valid = result, False, True
            return False
        self.queue.append(result)
        self.cleared = False
        if len(self.queue) <= CAPACITY:
            return False
        self.queue.popleft()
        self.lost = True
        return True
