"""What CommandCode means."""

from collections.abc import Callable

from .. import tags
from .commands import Started
from .control import COMMAND_ARG, COMMAND_CODE
from .production import STRINGS, TEXTS, BadText, Making
from .state import Counters, State
from .types import CommandError, Line

FORCED = (1, 2, 3)  # PASS, FAIL, ERROR


class Actions:
    """The commands by their code. What the station must do is done by `run`, after the turn is published."""

    def __init__(self, state: State, line: Line, making: Making, utc_us: Callable[[], int]) -> None:
        self._state, self._line, self._making, self._utc_us = state, line, making, utc_us
        self._later: list[Callable[[], None]] = []
        self._actions: dict[int, Callable[[int], CommandError | Started]] = {
            1: self._load_job,
            2: self._reset_counters,
            3: self._clear_queue,
            6: self._self_test,
            7: self._plc_time,
            8: self._not_yet,
            9: self._set_string,
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
            self._later.append(lambda: self._line.job_refused(job))
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
        """The light comes with what it drives."""
        return CommandError.WRONG_STATE

    def _set_string(self, which: int) -> CommandError:
        """1 order, 2 lot, 3 shift, 4-7 recipe string 1-4; an empty one is allowed."""
        number = which - len(TEXTS)  # of a recipe string
        if not 1 <= which <= len(TEXTS) + STRINGS:
            return CommandError.BAD_ARGUMENT
        try:
            text = self._state.control.command_text().decode()
            if number > 0:
                self._making.string(number, text)
            else:
                self._making.change({TEXTS[which - 1]: text})
        except (UnicodeDecodeError, BadText):
            return CommandError.BAD_ARGUMENT
        what = f"string {number}" if number > 0 else TEXTS[which - 1]
        self._later.append(lambda: self._line.production_set(what, text))
        return CommandError.NONE

    def _force(self, judgement: int) -> CommandError:
        if judgement not in FORCED:
            return CommandError.BAD_ARGUMENT
        self._state.force_next = judgement
        return CommandError.NONE
