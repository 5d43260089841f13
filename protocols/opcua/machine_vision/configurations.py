"""The methods of ConfigurationManagement. A station has one configuration: its settings, changed by a reload."""

from typing import Any

from asyncua import ua

from .codes import DONE, Failure
from .outputs import count, error, flag, handle, structure
from .outputs import structures as array
from .station import VisionStation
from .structures import configuration


class Configurations:
    """Each method takes checked values and gives its outputs."""

    def __init__(self, station: VisionStation) -> None:
        self._station = station

    async def activate(self, internal: Any) -> list[ua.Variant]:
        """The one there is, is active already."""
        known = internal.Id == self._station.configuration().id
        return [error(DONE if known else Failure.UNKNOWN_CONFIGURATION)]

    async def by_id(self, internal: Any, wait_ms: int) -> list[ua.Variant]:
        facts = self._station.configuration()
        known = internal.Id == facts.id
        found = configuration(facts) if known else ua.ConfigurationDataType()
        failure = DONE if known else Failure.UNKNOWN_CONFIGURATION
        return [handle(), structure(found), error(failure)]

    async def listing(self, most: int, start: int, wait_ms: int) -> list[ua.Variant]:
        shown = [] if start else [configuration(self._station.configuration())]
        return [
            flag(True),
            count(len(shown)),
            handle(),
            array(shown),
            error(DONE),
        ]
