"""Between the station and OPC UA: commands in, results and their quality out."""

import math
from collections import deque
from collections.abc import Iterable

from protocols import tags
from protocols.handshake import BadText, RejectedError, Source
from protocols.image import ProcessImage
from protocols.opcua import OpcUaServer, Quality, Scale, ToolFound
from protocols.opcua.people import CALLER
from vision.pipeline import PreparedRecipe
from vision.recipe import Recipe
from vision.result import Judgement, Status, StepResult, by_slot, worst

from .counting import Counting
from .inspection import Inspection
from .plc import Short, scada_rows
from .recipes import RecipeBook
from .states import ONLINE, State
from .station import Station
from .store import Scope


class ScadaCommands:
    """What OPC UA clients ask. `station` is set once it exists, before anybody can connect."""

    station: Station
    counting: Counting  # likewise

    def __init__(self, image: ProcessImage) -> None:
        self._image = image

    async def trigger(self, value: int, part_id: bytes) -> None:
        try:
            await self.station.trigger(Source.OPCUA, part_id, CALLER.get(), value)
        except RejectedError as exc:
            self._image.set(tags.CMD_TRIGGER_REJECT_CODE, int(exc.code))
            self._image.set(tags.CMD_TRIGGER_REJECTED, value)
        else:
            self._image.set(tags.CMD_TRIGGER_ACK, value)

    async def select_job(self, job: int) -> bool:
        if job not in self.station.handshake.conditions.jobs:
            return False
        await self.station.jobs.change(job, CALLER.get())
        return True

    async def reset_counters(self) -> None:
        await self.station.reset_counters(CALLER.get())

    async def set_production(self, name: str, text: str) -> bool:
        try:
            await self.station.set_production({name: text}, CALLER.get())
        except BadText:
            return False
        return True

    async def latch_lot(self, number: int) -> bool:
        return await self._latch(Scope.LOT, self._image.get(tags.CMD_LATCH_LOT), number)

    async def latch_shift(self, number: int) -> bool:
        return await self._latch(Scope.SHIFT, self._image.get(tags.CMD_LATCH_SHIFT), number)

    async def _latch(self, scope: Scope, before: int, number: int) -> bool:
        done = await self.counting.latch(scope, number)
        if done:
            self.station.note(
                "counters", f"{scope.name.lower()} counters latched: set {number} (was {before})", CALLER.get()
            )
        return done


class ScadaSink:
    """Publishes each finished inspection, and takes Good from old ones."""

    def __init__(self, server: OpcUaServer, station: Station, book: RecipeBook) -> None:
        self._server, self._station = server, station
        server.add_tools(step.name for ready in book.ready.values() for step in ready.recipe.steps)
        self._was_online = True
        self._scaled: PreparedRecipe | None = None
        self._tell_scales()
        self._last: deque[Short] = deque(maxlen=16)

    def result(self, inspection: Inspection) -> None:
        self._last.append(Short.of(inspection))
        names = [""] * tags.SLOTS
        for slot, step in by_slot(inspection.result.steps).items():
            names[slot] = step.name
        time_us = inspection.outcome.acquisition_time_us or inspection.finished_at_us
        found = {name: _found(step) for name, step in _by_step(inspection.result.steps).items()}
        self._server.publish(scada_rows(inspection, names, self._last), time_us, found)

    def released(self, recipe: Recipe) -> None:
        """A version is in production: its steps have tags of their own names."""
        self._server.add_tools(step.name for step in recipe.steps)

    def _tell_scales(self) -> None:
        """Another recipe gives the slots other units and limits."""
        recipe = self._station.jobs.recipe
        if recipe is self._scaled:
            return
        self._scaled = recipe
        mains = recipe.mains if recipe else {}
        scales = {slot: Scale(one.unit, *_ends(one.low, one.high)) for slot, one in mains.items()}
        steps = recipe.recipe.steps if recipe else ()
        self._server.set_scales(scales, {step.name: scales[step.slot] for step in steps if step.slot in scales})

    def state_changed(self) -> None:
        """An old value never stands with Good when the station does not measure."""
        self._tell_scales()
        online = self._station.state in ONLINE
        if not online:
            lost = self._station.state is State.ERROR or not self._station.camera.there
            self._server.set_quality(Quality.NO_CAMERA if lost else Quality.OFFLINE)
        elif not self._was_online:
            self._server.set_quality(Quality.LAST_USABLE)
        self._was_online = online


def _by_step(steps: Iterable[StepResult]) -> dict[str, StepResult]:
    """What each step of the recipe found; of one that repeats, its worst instance."""
    shown: dict[str, StepResult] = {}
    for step in steps:
        other = shown.get(step.step)
        shown[step.step] = step if other is None else worst((other, step))
    return shown


def _found(step: StepResult) -> ToolFound:
    passed = step.judgement is Judgement.PASS and step.status is not Status.NOT_RUN
    return ToolFound(step.main.value if step.main else math.nan, passed, int(step.status))


def _ends(low: float | None, high: float | None) -> tuple[float, float]:
    return -math.inf if low is None else low, math.inf if high is None else high
