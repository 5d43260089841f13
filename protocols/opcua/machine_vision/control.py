"""The methods of the state machines: halt and reset, start, stop."""

from collections.abc import Callable
from typing import Any

from asyncua import ua

from .arguments import BadCall, out_of_range
from .codes import DONE, Failure
from .machine import Machine, caused_by
from .outputs import error, structure
from .states import State
from .station import ID_BYTES, RefusedError, VisionStation
from .structures import as_meant, job_id, simple_id

SIMULATED, UNSPECIFIED = (1, 2, 3), 2  # who takes a simulated FAIL for a real one takes no bad part for a good one
EXECUTING = (State.SINGLE_EXECUTION, State.CONTINUOUS_EXECUTION)


class Control:
    """Each method takes checked values and gives its outputs."""

    def __init__(self, station: VisionStation, machine: Machine) -> None:
        self._station, self._machine = station, machine

    async def halt(self, cause: int, description: str) -> list[ua.Variant]:
        self._only_in(*(state for state in State if state is not State.HALTED))
        with caused_by("Halt"):
            self._station.halt(_why(cause, description))
        return [error(DONE)]

    async def reset(self, cause: int, description: str) -> list[ua.Variant]:
        self._only_in(*(state for state in State if state is not State.PREOPERATIONAL))
        with caused_by("Reset"):
            self._station.reset(_why(cause, description))
        return [error(DONE)]

    async def select_mode_automatic(self) -> list[ua.Variant]:
        """The automatic mode is the only one: this takes the station online, where it is not."""
        self._only_in(State.PREOPERATIONAL)
        with caused_by("SelectModeAutomatic"):
            await self._station.go_online()
        return [error(DONE)]

    async def start_single_job(self, *given: Any) -> list[ua.Variant]:
        return await self._start("StartSingleJob", self._station.start_job, *given)

    async def start_continuous(self, *given: Any) -> list[ua.Variant]:
        return await self._start("StartContinuous", self._station.start_continuous, *given)

    async def _start(
        self, method: str, start: Callable[..., Any], meas: Any, part: Any, recipe: Any, product: Any, more: Any
    ) -> list[ua.Variant]:
        for position, text in enumerate((meas.Id or "", part.Id or "")):
            if len(text.encode()) > ID_BYTES:
                raise out_of_range(position, 5)
        if more:
            raise out_of_range(4, 5)  # this station takes no parameters of a job
        self._only_in(State.READY)
        number, failure = 0, self._unfit(recipe, product.Id or "")
        if failure == DONE:
            try:
                with caused_by(method):
                    number = await start(meas.Id or "", part.Id or "", product.Id or "")
            except RefusedError as exc:
                failure = -exc.code
        started = job_id(number) if number else simple_id("JobIdDataType", "")
        return [structure(started), error(failure)]

    def _unfit(self, recipe: Any, product: str) -> int:
        recipes = self._station.recipes() if recipe.Id or product else ()
        known = {own: one for one in recipes for own in one.ids}
        if recipe.Id and (recipe.Id not in known or not as_meant(recipe, known[recipe.Id])):
            return Failure.UNKNOWN_RECIPE
        if recipe.Id and not known[recipe.Id].prepared:
            return Failure.RECIPE_NOT_PREPARED
        made = {one.id: one.jobs for one in self._station.products()} if product else {}
        if product and product not in made:
            return Failure.UNKNOWN_PRODUCT
        prepared = not product or any(str(job) in known and known[str(job)].prepared for job in made[product])
        return DONE if prepared else Failure.PRODUCT_NOT_PREPARED

    async def stop(self, cause: int, description: str) -> list[ua.Variant]:
        return self._end("Stop")

    async def abort(self, cause: int, description: str) -> list[ua.Variant]:
        """As `stop`: every part that was accepted gets its result."""
        return self._end("Abort")

    async def simulation_mode(self, activate: bool, cause: int, description: str) -> list[ua.Variant]:
        """`cause` says which judgement every part gets: 1 PASS, 2 FAIL, 3 ERROR; 0, no reason given, is FAIL, too."""
        self._only_in(State.INITIALIZED, State.READY, *EXECUTING)
        if activate and cause not in (0, *SIMULATED):
            raise out_of_range(1, 3)
        judgement = (cause or UNSPECIFIED) if activate else 0
        self._station.simulate(judgement, _why(cause, description))
        return [error(DONE)]

    def _end(self, method: str) -> list[ua.Variant]:
        self._only_in(*EXECUTING)
        self._machine.end_by(method)
        self._station.end_continuous()
        return [error(DONE)]

    def _only_in(self, *states: State) -> None:
        if self._station.state not in states:
            raise BadCall(ua.StatusCodes.BadInvalidState)


def _why(cause: int, description: str) -> str:
    return f"cause {cause}: {description}" if description else f"cause {cause}"
