"""The tags ``Cmd.*``: what a SCADA system writes becomes a call."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from asyncua import ua

from protocols import tags
from protocols.handshake import PART_ID_BYTES
from protocols.image import ProcessImage
from protocols.tag import Tag

from .nodes import node_id, variant_type
from .sessions import Command


class Commands(Protocol):
    """What SCADA may ask; every call ends when a crash would not take it back, and the write is answered then."""

    async def trigger(self, value: int, part_id: bytes) -> None: ...

    async def select_job(self, job: int) -> bool:
        """False = there is no such job."""
        ...

    async def reset_counters(self) -> None: ...

    async def set_production(self, name: str, text: str) -> bool:
        """`name` is order, lot or shift. False = the text cannot stand with a result."""
        ...

    async def latch_lot(self, number: int) -> bool:
        """Ends when ``Latched.Lot`` shows the set. False = the disk does not take it."""
        ...

    async def latch_shift(self, number: int) -> bool: ...


class WrittenCommands:
    """Takes writes; the answer is the status of the write. The process conditions of a trigger come in Cmd.Trigger*."""

    def __init__(self, image: ProcessImage, commands: Commands) -> None:
        self._image, self._commands = image, commands

    def by_node(self) -> Mapping[ua.NodeId, tuple[ua.VariantType, Command]]:
        """Every node that can be written: the type it takes and who takes it."""
        return {
            node_id(tags.CMD_TRIGGER): (variant_type(tags.CMD_TRIGGER.wire), self._trigger),
            node_id(tags.CMD_PART_ID): (variant_type(tags.CMD_PART_ID.wire), self._set_part_id),
            node_id(tags.CMD_JOB_SELECT): (variant_type(tags.CMD_JOB_SELECT.wire), self._select_job),
            node_id(tags.CMD_RESET_COUNTERS): (variant_type(tags.CMD_RESET_COUNTERS.wire), self._reset),
            node_id(tags.CMD_ORDER): (ua.VariantType.String, self._text("order")),
            node_id(tags.CMD_LOT): (ua.VariantType.String, self._text("lot")),
            node_id(tags.CMD_SHIFT): (ua.VariantType.String, self._text("shift")),
            node_id(tags.CMD_LATCH_LOT): (
                ua.VariantType.UInt32,
                self._latch(tags.CMD_LATCH_LOT, self._commands.latch_lot),
            ),
            node_id(tags.CMD_LATCH_SHIFT): (
                ua.VariantType.UInt32,
                self._latch(tags.CMD_LATCH_SHIFT, self._commands.latch_shift),
            ),
        }

    async def _trigger(self, value: int) -> ua.StatusCode:
        """A number that is repeated is no trigger, and leaves the part id for the one that is."""
        if value != self._image.get(tags.CMD_TRIGGER):
            part_id = self._image.get(tags.CMD_PART_ID)
            self._image.set(tags.CMD_PART_ID, "")  # it belongs to this part alone
            self._image.set(tags.CMD_TRIGGER, value)
            await self._commands.trigger(value, part_id.encode())
        return ua.StatusCode()

    async def _set_part_id(self, value: str) -> ua.StatusCode:
        if len(value.encode()) > PART_ID_BYTES:
            return ua.StatusCode(ua.StatusCodes.BadOutOfRange)
        self._image.set(tags.CMD_PART_ID, value)
        return ua.StatusCode()

    async def _select_job(self, value: int) -> ua.StatusCode:
        known = await self._commands.select_job(value)
        return ua.StatusCode() if known else ua.StatusCode(ua.StatusCodes.BadOutOfRange)

    async def _reset(self, value: bool) -> ua.StatusCode:
        """The tag falls back to false by itself: a client that writes changes only can reset again."""
        if value:
            await self._commands.reset_counters()
        self._image.touch(tags.CMD_RESET_COUNTERS)
        return ua.StatusCode()

    def _text(self, name: str) -> Command:
        async def write(value: str) -> ua.StatusCode:
            kept = await self._commands.set_production(name, value)
            return ua.StatusCode() if kept else ua.StatusCode(ua.StatusCodes.BadOutOfRange)

        return write

    def _latch(self, tag: Tag[int], latch: Callable[[int], Awaitable[bool]]) -> Command:
        """The tag shows the number whose set is shown: a client may ask again, and a new one begins from there."""

        async def write(value: int) -> ua.StatusCode:
            if value == self._image.get(tag):
                return ua.StatusCode()
            if not await latch(value):
                return ua.StatusCode(ua.StatusCodes.BadResourceUnavailable)
            self._image.set(tag, value)
            return ua.StatusCode()

        return write
