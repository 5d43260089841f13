"""What a turn has to wait for before it is answered."""

import asyncio

from .acceptance import Acceptance
from .commits import Commit, Commits
from .keeping import Keeping
from .turn import Triggered, Turn
from .types import Accepted, Line


class Answering:
    """Begins the commit of a turn; with the memory enough, nothing waits for it."""

    def __init__(self, keeping: Keeping, acceptance: Acceptance, commits: Commits, line: Line) -> None:
        self._keeping, self._acceptance, self._commits, self._line = keeping, acceptance, commits, line
        self._taken: Accepted | None = None  # in this turn, for the line

    def write(self, turn: Turn, answered: bool) -> Commit | None:
        """The answer of a write, None = at once. `answered`: it has ended a command."""
        if self._keeping.at_once:
            self._follow(turn)
            return None
        if turn.triggered is Triggered.TAKEN:
            commit = self._acceptance.begin(self._keeping.retained())
            answer = self._acceptance.answer(commit) if turn.kept else None
        elif turn.kept or turn.triggered is Triggered.REJECTED:
            commit = self._keeping.keep()
            answer = self._commits.answer(commit)
        else:
            return None
        if answered:
            self._keeping.hold(commit)
        return answer

    def _follow(self, turn: Turn) -> None:
        if turn.triggered is Triggered.TAKEN:
            self._taken = self._acceptance.at_once(self._keeping.retained).result()
        elif turn.kept or turn.triggered is Triggered.REJECTED:
            self._keeping.keep()

    def trigger(self) -> "asyncio.Future[Accepted]":
        """The answer to another source whose trigger was taken in this turn."""
        if self._keeping.at_once:
            taken = self._acceptance.at_once(self._keeping.retained)
            self._taken = taken.result()
            return taken
        return self._acceptance.taken(self._acceptance.begin(self._keeping.retained()))

    def start(self) -> None:
        """The line gets what this turn has accepted, once the PLC can read it."""
        taken, self._taken = self._taken, None
        if taken:
            self._line.start(taken)
