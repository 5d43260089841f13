"""SystemState: what the time is spent with, after SEMI E10."""

import asyncio
import logging
from typing import Any

from asyncua import ua

from .model import ROOT, Model
from .station import VisionStation

log = logging.getLogger(__name__)

PERIOD_S = 0.5  # between looks: a part that comes and goes in between is the station's to remember


class SystemState:
    """Writes the variable where it has changed."""

    def __init__(self, model: Model, station: VisionStation) -> None:
        self._model, self._station = model, station
        self._shown = ""

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self._look()
            except Exception:  # a defect must not end what the state machines show
                log.exception("OPC UA: SystemState was not written")
            await asyncio.sleep(PERIOD_S)

    async def _look(self) -> None:
        path = self._station.system_state
        if path != self._shown:
            await self._model.show(f"{ROOT}.SystemState", ua.Variant(_description(path)))
            self._shown = path


def _description(path: str) -> Any:
    """`path` begins with the name of a state: ``SBY/Waiting for START``."""
    made = ua.SystemStateDescriptionDataType()
    top = path.partition("/")[0]
    made.State = next(state for state in ua.SystemStateDataType if state.name.startswith(top))
    made.StateDescription = path
    return made
