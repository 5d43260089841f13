"""What outlives the process: in the retentive memory at once, in the journal when the disk takes it."""

from collections.abc import Callable
from dataclasses import replace

from . import restore, retained
from .commands import Commands
from .commits import Commit, Commits, succeeded
from .state import State
from .types import Journal, Retentive


class Keeping:
    """Numbers the states, and hands each to the memory and to the journal."""

    def __init__(
        self,
        state: State,
        commands: Commands,
        journal: Journal,
        memory: Retentive | None,
        commits: Commits,
        end_turn: Callable[[], None],
    ) -> None:
        self._state, self._commands, self._journal, self._memory = state, commands, journal, memory
        self._commits, self._end_turn = commits, end_turn
        self._last: retained.Retained | None = None
        self._bytes = b""

    @property
    def at_once(self) -> bool:
        """The memory is enough for an answer; the journal follows."""
        return self._memory is not None and self._state.rules.durability == "process"

    def remember(self) -> None:
        """At the end of a turn, before it is published: what a PLC reads, a killed process does not take back."""
        if self._memory:
            self.retained()

    def remember_anew(self) -> None:
        """The memory was another process's until now: it gets the state whatever it holds."""
        self._last = None
        self.remember()

    def retained(self) -> bytes:
        """The state as it stands now; the journal never gets one that is newer than the memory."""
        state = self._state
        now = restore.snapshot(state, self._commands)
        if now != self._last:
            state.generation += 1
            self._last = now = replace(now, generation=state.generation)
            self._bytes = retained.to_bytes(now)
            if self._memory:
                opened = [trigger.accepted for trigger in state.triggers.open]
                self._memory.put_state(state.generation, self._bytes, opened)
        return self._bytes

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
        if self.at_once:
            return
        self._commands.held += 1
        self._commits.settle(commit, lambda _: self._release())

    def _release(self) -> None:
        self._commands.held -= 1
        self._end_turn()
