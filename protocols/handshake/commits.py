"""What waits for the disk, and never longer than the commit limit."""

import asyncio
from collections.abc import Callable
from typing import Any

from .types import Timer

CallLater = Callable[[float, Callable[[], None]], Timer]
Commit = asyncio.Future[None]


class Commits:
    """Waits for commits with a limit."""

    def __init__(self, limit_s: float, call_later: CallLater) -> None:
        self._limit_s, self._call_later = limit_s, call_later
        self._unanswered: dict[str, Commit] = {}  # by client: its last answer that waits

    def settle(self, commit: Commit, done: Callable[[bool], None]) -> None:
        """Call `done` once: True when the commit has succeeded, False when it has failed or takes too long."""
        _Race(commit, done, self._limit_s, self._call_later)

    def answer(self, commit: Commit) -> Commit:
        """A future that is done when the commit is, or has failed, or takes too long; it never fails."""
        answer: Commit = commit.get_loop().create_future()
        self.settle(commit, lambda _: resolve(answer))
        return answer

    def in_turn(self, client: str, answer: Commit | None) -> Commit | None:
        """The answer of a write, not before the one of the client's write before it.

        A write repeated over a new connection changes nothing and needs no commit of its own; answered at once, a crash
        could still undo what the PLC takes for done.
        """
        earlier = self._unanswered.get(client)
        if earlier and earlier.done():
            del self._unanswered[client]
            earlier = None
        if answer:
            self._unanswered[client] = answer
        return answer or earlier


class _Race:
    """A commit against its limit: the first to end calls `done`."""

    def __init__(self, commit: Commit, done: Callable[[bool], None], limit_s: float, call_later: CallLater) -> None:
        self._done: Callable[[bool], None] | None = done
        self._timer = call_later(limit_s, self._too_late)
        commit.add_done_callback(self._committed)

    def _committed(self, commit: Commit) -> None:
        self._timer.cancel()
        self._end(succeeded(commit))

    def _too_late(self) -> None:
        self._end(False)

    def _end(self, success: bool) -> None:
        done, self._done = self._done, None
        if done:
            done(success)


def resolve(answer: Commit) -> None:
    """Let whoever waits go on."""
    if not answer.done():
        answer.set_result(None)


def succeeded(commit: asyncio.Future[Any]) -> bool:
    """Whether a commit that is done has reached the disk."""
    return not commit.cancelled() and commit.exception() is None
