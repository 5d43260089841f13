"""An acceptance and its commit: what the PLC reads of it follows the disk."""

import asyncio
from collections.abc import Callable

from .commits import Commit, Commits, resolve, succeeded
from .state import Open, State
from .trigger import accept, fail
from .types import Accepted, Journal, Line, Reject, RejectedError


class Acceptance:
    """The one acceptance that may wait for its commit, and everybody who waits for it."""

    def __init__(
        self, state: State, line: Line, journal: Journal, commits: Commits, settled: Callable[[Accepted | None], None]
    ) -> None:
        """`settled` ends the turn in which it was accepted; with None it was not."""
        self._state, self._line, self._journal, self._commits = state, line, journal, commits
        self._settled = settled
        self._answers: list[Commit] = []  # of writes
        self._taken: asyncio.Future[Accepted] | None = None  # of another source

    def begin(self, retained: bytes) -> Commit:
        """Commit the trigger that was taken in this turn; `retained` is the state with it."""
        trigger = self._state.triggers.pending
        assert trigger is not None
        self._line.taken(trigger.accepted)
        commit = self._journal.accept(trigger.accepted, retained)
        self._commits.settle(commit, lambda ok: self._settle(trigger, ok))
        return commit

    def at_once(self, retained: Callable[[], bytes]) -> "asyncio.Future[Accepted]":
        """Accept the trigger that was taken in this turn; its commit follows, and nobody waits for it.

        Args:
            retained: Puts the state into the retentive memory, and gives it.

        Returns:
            A future that is done.
        """
        trigger = self._state.triggers.pending
        assert trigger is not None
        self._line.taken(trigger.accepted)
        accept(self._state, trigger)
        commit = self._journal.accept(trigger.accepted, retained())
        commit.add_done_callback(succeeded)
        taken: asyncio.Future[Accepted] = commit.get_loop().create_future()
        taken.set_result(trigger.accepted)
        return taken

    def answer(self, commit: Commit) -> Commit:
        """Done when the PLC can read what became of the trigger."""
        answer: Commit = commit.get_loop().create_future()
        self._answers.append(answer)
        return answer

    def taken(self, commit: Commit) -> "asyncio.Future[Accepted]":
        """What another source waits for; fails with `RejectedError`."""
        taken: asyncio.Future[Accepted] = commit.get_loop().create_future()
        taken.add_done_callback(succeeded)  # a sensor does not look at it: its failure counts as seen
        self._taken = taken
        return taken

    def _settle(self, trigger: Open, ok: bool) -> None:
        answers, self._answers = self._answers, []
        taken, self._taken = self._taken, None
        if ok:
            accept(self._state, trigger)
        else:
            fail(self._state, trigger)
            self._line.dropped(trigger.accepted)
            self._journal.revoke(trigger.accepted)
        self._settled(trigger.accepted if ok else None)
        for answer in answers:
            resolve(answer)
        if taken is None or taken.done():
            return
        if ok:
            taken.set_result(trigger.accepted)
        else:
            taken.set_exception(RejectedError(Reject.STORAGE))
