"""Where cases are looked at: what is remembered is taken in one turn, and read in a thread of its own."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, TypeVar

from protocols.settings import ModbusSettings
from service.offload import Offload

from .case import Case, make_case
from .record import Part, PartRecorder

if TYPE_CHECKING:
    from service.hub import ModbusTraffic

T = TypeVar("T")


class Ward:
    """Calls what it is given with the case of this moment."""

    def __init__(
        self, modbus: "ModbusTraffic", recorder: PartRecorder, settings: ModbusSettings, zone: tzinfo, thread: Offload
    ) -> None:
        self._modbus, self._recorder, self._settings = modbus, recorder, settings
        self._zone, self._thread = zone, thread

    def parts(self) -> Sequence[Part]:
        """The last 2,000 parts, oldest first."""
        return self._recorder.parts()

    async def __call__(self, look: Callable[[Case], T]) -> T:
        """What `look` says of the case."""
        recording, parts, clients = self._modbus.trace.recording(), self.parts(), self._modbus.clients()
        return await self._thread(lambda: look(make_case(recording, parts, clients, self._settings, self._zone)))
