"""What outlives the process: when the state is kept, and what waits for it."""

from collections.abc import Callable

from . import restore, retained
from .commands import Commands
from .commits import Commit, Commits, succeeded
from .state import State
from .types import Journal


class Keeping:
    """Hands the state to the journal."""

    def __init__(
        self, state: State, commands: Commands, journal: Journal, commits: Commits, end_turn: Callable[[], None]
    ) -> None:
        self._state, self._commands, self._journal = state, commands, journal
        self._commits, self._end_turn = commits, end_turn

    def retained(self) -> bytes:
        """The state as it stands now."""
        return retained.to_bytes(restore.snapshot(self._state, self._commands))

    def keep(self) -> Commit:
        """Commit the state; whether it succeeds counts as seen."""
        commit = self._journal.keep(self.retained())
        commit.add_done_callback(succeeded)
        return commit

    def answer(self) -> Commit:
        """End a turn that is answered when it is committed, or the disk says no, or it takes too long."""
        answer = self._commits.answer(self.keep())
        self._end_turn()
        return answer

    def hold(self, commit: Commit) -> None:
        """A command's final answer is shown when its commit has ended, at the latest after the commit limit."""
        self._commands.held += 1
        self._commits.settle(commit, lambda _: self._release())

    def _release(self) -> None:
        self._commands.held -= 1
        self._end_turn()
