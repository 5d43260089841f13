"""A PLC with one connection that it never gives up: polls every 10 ms, triggers 5 times a second, notes everything."""

import threading
import time
from collections import Counter
from collections.abc import Callable

from protocols import tags
from protocols.tag import Tag

from .plc import TRIGGER_READY, Plc

POLL_S, TRIGGER_S = 0.01, 0.2
LAST_SEQ = 60_000
LIMIT_S = 60.0


def _at(tag: Tag[int]) -> int:
    assert tag.address is not None
    return tag.address.register


_ACK, _REJECTED, _CODE = _at(tags.TRIGGER_SEQ_ACK), _at(tags.TRIGGER_SEQ_REJECTED), _at(tags.TRIGGER_REJECT_CODE)
_SEQ, _NEWEST = _at(tags.TRIGGER_SEQ), _at(tags.NEWEST_RESULT_SEQ)


class PollingPlc:
    """Runs in a thread from entering to leaving; on leaving the last part gets its result."""

    def __init__(self, port: int) -> None:
        self._plc = Plc(port)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.errors: list[str] = []  # of the connection
        self.polls = 0
        self.gap_ms = self.not_ready_ms = 0.0  # longest time between answers, and of TriggerReady 0 outside of a part
        self.accepted: set[int] = set()  # TriggerSeq
        self.offered: set[int] = set()
        self.rejected: Counter[int] = Counter()  # by TriggerRejectCode
        self._answered_at = self._not_ready_since = 0.0
        self._asked = self._newest = 0  # the trigger that waits, and the newest result seen

    @property
    def results(self) -> int:
        return len(self.offered)

    def __enter__(self) -> "PollingPlc":
        self._plc.connect_patiently()
        self._plc.write(0, 1)  # TriggerEnable
        status = self._plc.status_when(lambda status: status[0] & TRIGGER_READY, LIMIT_S)
        self._newest, self._last = status[_NEWEST], status[_ACK]
        self._plc.write(_SEQ, 0)  # the first number of a client is its baseline
        self._answered_at = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._plc.close()

    def until(self, true: Callable[[], bool]) -> None:
        """Wait for something that this PLC sees."""
        end = time.monotonic() + LIMIT_S
        while not true():
            assert self._thread.is_alive(), f"the PLC has given up: {self.errors}"
            assert time.monotonic() < end, f"not within {LIMIT_S:g} s; {self.results} results, {self.rejected}"
            time.sleep(0.005)

    def _run(self) -> None:
        due = time.monotonic()
        trigger_at = due
        while not self._over.is_set() or self._asked:
            try:
                self._poll()
                if time.monotonic() >= trigger_at and not self._asked and not self._over.is_set():
                    trigger_at = time.monotonic() + TRIGGER_S
                    self._trigger()
            except OSError as exc:
                self.errors.append(repr(exc))
                return
            due = max(due + POLL_S, time.monotonic() - POLL_S)
            time.sleep(max(0.0, due - time.monotonic()))

    def _poll(self) -> None:
        status = self._plc.read(0, 64)
        self._note_answer()
        self.polls += 1
        self._follow_ready(bool(status[0] & TRIGGER_READY))
        if self._asked and status[_REJECTED] == self._asked:
            self.rejected[status[_CODE]] += 1
            self._asked = 0
        elif self._asked and status[_ACK] == self._asked:
            self.accepted.add(self._asked)
        while self._newest != status[_NEWEST]:
            self._newest = self._newest % tags.LAST_RESULT_SEQ + 1
            slot = self._plc.slot(self._newest)
            self._note_answer()
            seq = slot[_at(tags.RESULT_TRIGGER_SEQ) - tags.RESULT_BASE]
            assert slot[0] == self._newest, f"slot of {slot[0]}, not of {self._newest}"
            assert seq not in self.offered, f"{seq} was offered twice"
            self.offered.add(seq)
            self._asked = 0 if seq == self._asked else self._asked

    def _trigger(self) -> None:
        """Whether it is ready or not: a rejection is an answer."""
        self._last = self._last % LAST_SEQ + 1
        self._asked = self._last
        self._plc.write(_SEQ, self._last)
        self._note_answer()

    def _note_answer(self) -> None:
        now = time.monotonic()
        self.gap_ms = max(self.gap_ms, 1000 * (now - self._answered_at))
        self._answered_at = now

    def _follow_ready(self, ready: bool) -> None:
        """A part takes it away for a moment, too; that is less than what a camera takes to change hands."""
        now = time.monotonic()
        if ready:
            self._not_ready_since = 0.0
        elif not self._not_ready_since:
            self._not_ready_since = now
        else:
            self.not_ready_ms = max(self.not_ready_ms, 1000 * (now - self._not_ready_since))
