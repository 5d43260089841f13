"""Between the station and OPC UA: commands in, results and their quality out."""

import math
from collections import deque

from protocols import tags
from protocols.handshake import RejectedError, Source
from protocols.image import ProcessImage
from protocols.opcua import OpcUaServer, Quality, Scale
from protocols.opcua.people import CALLER
from vision.pipeline import PreparedRecipe
from vision.result import by_slot

from .inspection import Inspection
from .plc import scada_rows
from .states import ONLINE, State
from .station import Station


class ScadaCommands:
    """What OPC UA clients ask. `station` is set once it exists, before anybody can connect."""

    station: Station

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
        await self.station.change_job(job, CALLER.get())
        return True

    async def reset_counters(self) -> None:
        await self.station.reset_counters(CALLER.get())


class ScadaSink:
    """Publishes each finished inspection, and takes Good from old ones."""

    def __init__(self, server: OpcUaServer, station: Station) -> None:
        self._server, self._station = server, station
        self._was_online = True
        self._scaled: PreparedRecipe | None = None
        self._tell_scales()
        self._last: deque[tuple[int, int]] = deque(maxlen=16)

    def result(self, inspection: Inspection) -> None:
        self._last.append((inspection.result_seq, inspection.outcome.judgement))
        names = [""] * tags.SLOTS
        for slot, step in by_slot(inspection.result.steps).items():
            names[slot] = step.name
        time_us = inspection.outcome.acquisition_time_us or inspection.finished_at_us
        self._server.publish(scada_rows(inspection, names, self._last), time_us)

    def _tell_scales(self) -> None:
        """Another recipe gives the slots other units and limits."""
        recipe = self._station.recipe
        if recipe is self._scaled:
            return
        self._scaled = recipe
        mains = recipe.mains if recipe else {}
        self._server.set_scales({slot: Scale(one.unit, *_ends(one.low, one.high)) for slot, one in mains.items()})

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


def _ends(low: float | None, high: float | None) -> tuple[float, float]:
    return -math.inf if low is None else low, math.inf if high is None else high
