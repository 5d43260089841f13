"""Functions 1 to 4: what stands in the process image."""

from .. import tags
from ..handshake.types import Refused
from ..image import ProcessImage
from . import live
from .access import WriteControl
from .areas import COILS, DISCRETE_INPUTS, HOLDING_ENDS, INPUT_ENDS, fits
from .clients import Client
from .codec import MAX_READ_BITS, MAX_READ_REGISTERS, Code, block, pack_bits

HEADS_3, HEADS_4 = (tuple(bytes((f, 2 * count)) for count in range(MAX_READ_REGISTERS + 1)) for f in (3, 4))


class Reads:
    """Answers to reads; each is a slice of the image, taken in one turn of the loop."""

    def __init__(self, image: ProcessImage, made: live.LiveRegisters, control: WriteControl) -> None:
        self._image, self._made, self._control = image, made, control

    def coils(self, pdu: bytes, client: Client) -> bytes:
        """Function 1: the bits of ControlWord."""
        address, count = block(pdu, MAX_READ_BITS)
        if address + count > COILS:
            raise Refused(Code.ADDRESS)
        return b"\1" + pack_bits(int.from_bytes(self._image.holding[:2], "big"), address, count)

    def discrete_inputs(self, pdu: bytes, client: Client) -> bytes:
        """Function 2: the status words, then the tools' bits by slot, then the user-defined outputs."""
        address, count = block(pdu, MAX_READ_BITS)
        if address + count > DISCRETE_INPUTS:
            raise Refused(Code.ADDRESS)
        seen = self._image.seen
        value = seen(tags.STATUS_WORD) | seen(tags.STATUS_WORD_2) << 16
        value |= seen(tags.TOOL_PASS_BITS) << 32 | seen(tags.TOOL_EXECUTED_BITS) << 64
        value |= self._image.shown_outputs << 96
        return b"\2" + pack_bits(value, address, count)

    def holding_registers(self, pdu: bytes, client: Client) -> bytes:
        """Function 3: the command image, or the mirror of the input registers."""
        address, count = block(pdu, MAX_READ_REGISTERS)
        return HEADS_3[count] + self.holding(address, count, client)

    def input_registers(self, pdu: bytes, client: Client) -> bytes:
        """Function 4."""
        address, count = block(pdu, MAX_READ_REGISTERS)
        if not fits(INPUT_ENDS, address, count):
            raise Refused(Code.ADDRESS)
        return HEADS_4[count] + self._input(address, count, client)

    def holding(self, address: int, count: int, client: Client) -> bytearray:
        """`count` holding registers as bytes.

        Raises:
            Refused: With code 02 where one of them does not exist.
        """
        if address + count <= tags.COMMAND_WORDS:
            return self._image.holding[2 * address : 2 * (address + count)]
        if not fits(HOLDING_ENDS, address, count) or address < tags.MIRROR_BASE:
            raise Refused(Code.ADDRESS)
        return self._input(address - tags.MIRROR_BASE, count, client)

    def _input(self, address: int, count: int, client: Client) -> bytearray:
        data = self._image.shown(address, count)
        if address < live.END and address + count > live.FIRST:
            self._made.fill(data, address, self._control.controls(client.address))
        return data
