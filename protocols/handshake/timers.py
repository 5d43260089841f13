"""What happens by itself when its time has come."""

from collections.abc import Callable

from .commands import Commands, Execution
from .commits import CallLater
from .gate import Gate
from .types import CommandError

COMMAND_LIMIT_S = 10.0  # of a job load or self-test


class Timers:
    """The time limit of a command, and the minimum interval after which TriggerReady rises."""

    def __init__(
        self, commands: Commands, gate: Gate, call_later: CallLater, finish: Callable[[CommandError], object]
    ) -> None:
        self._commands, self._gate, self._call_later, self._finish = commands, gate, call_later, finish
        self._timed: Execution | None = None
        self._interval_runs = False

    def start(self, end_turn: Callable[[], None]) -> None:
        """Start what this turn made necessary; the interval's end is a turn of its own."""
        execution = self._commands.executing
        if execution is not self._timed:
            self._timed = execution
            if execution:
                self._call_later(COMMAND_LIMIT_S, lambda: self._overdue(execution))
        wait_s = 0.0 if self._interval_runs else self._gate.too_soon_s
        if wait_s > 0:
            self._interval_runs = True
            self._call_later(wait_s, lambda: self._interval_over(end_turn))

    def _overdue(self, execution: Execution) -> None:
        if self._commands.executing is execution:
            self._finish(CommandError.TIMEOUT)

    def _interval_over(self, end_turn: Callable[[], None]) -> None:
        """A clock that woke us too early is asked again by the turn."""
        self._interval_runs = False
        end_turn()
