"""What CommandCode means."""

from collections.abc import Callable

from .. import tags
from .commands import Started
from .control import COMMAND_ARG, COMMAND_CODE
from .state import Counters, State
from .types import CommandError, Line

FORCED = (1, 2, 3)  # PASS, FAIL, ERROR


class Actions:
    """The commands by their code. What the station must do is done by `run`, after the turn is published."""

    def __init__(self, state: State, line: Line, utc_us: Callable[[], int]) -> None:
        self._state, self._line, self._utc_us = state, line, utc_us
        self._later: list[Callable[[], None]] = []
        self._actions: dict[int, Callable[[int], CommandError | Started]] = {
            1: self._load_job,
            2: self._reset_counters,
            3: self._clear_queue,
            6: self._self_test,
            7: self._plc_time,
            8: self._not_yet,
            9: self._not_yet,
            10: self._force,
        }

    def execute(self) -> CommandError | Started:
        """Do what CommandCode and CommandArg say."""
        control = self._state.control
        action = self._actions.get(control.register(COMMAND_CODE))
        return action(control.register(COMMAND_ARG)) if action else CommandError.UNKNOWN

    def run(self) -> None:
        """Tell the station."""
        while self._later:
            self._later.pop(0)()

    def _load_job(self, job: int) -> CommandError | Started:
        if job not in self._state.conditions.jobs:
            return CommandError.NO_SUCH_JOB
        self._later.append(lambda: self._line.load_job(job))
        return Started(job)

    def _reset_counters(self, _: int) -> CommandError:
        self._state.counters = Counters()
        self._later.append(self._line.counters_reset)
        return CommandError.NONE

    def _clear_queue(self, _: int) -> CommandError:
        self._state.results.empty_queue()
        return CommandError.NONE

    def _self_test(self, _: int) -> Started:
        self._later.append(self._line.self_test)
        return Started(0)

    def _plc_time(self, _: int) -> CommandError:
        unix_us = self._state.control.number(tags.COMMAND_DATA)
        now_us = self._utc_us()
        self._state.plc_clock = unix_us - now_us, now_us
        self._later.append(lambda: self._line.plc_time(unix_us))
        return CommandError.NONE

    def _not_yet(self, _: int) -> CommandError:
        """Light and strings come with what they drive."""
        return CommandError.WRONG_STATE

    def _force(self, judgement: int) -> CommandError:
        if judgement not in FORCED:
            return CommandError.BAD_ARGUMENT
        self._state.force_next = judgement
        return CommandError.NONE
