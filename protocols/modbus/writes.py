"""Functions 5, 6, 15, 16, 22 and 23: each is checked whole before any effect, then one turn of the handshake."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from .. import tags
from ..handshake.types import Refused
from ..image import ProcessImage
from . import codec
from .access import WriteControl
from .areas import COILS
from .clients import Client
from .codec import Answer, Code, Later
from .reads import Reads

COIL_VALUES = {0x0000: 0, 0xFF00: 1}

Commit = asyncio.Future[None] | None


class Commands(Protocol):
    """What takes the PLC's writes; each call is one turn, a future is done when the answer may go out."""

    def write(self, client: str, registers: Mapping[int, int]) -> Commit:
        """Registers of the command image.

        Raises:
            Refused: A value that is not allowed; nothing was changed.
        """
        ...

    def write_bits(self, client: str, bits: Mapping[int, int]) -> Commit:
        """Bits of ControlWord; only these count as written.

        Raises:
            Refused: As for `write`.
        """
        ...


class Writes:
    """Answers to writes. Without write control every one of them is exception 01."""

    def __init__(self, image: ProcessImage, commands: Commands, control: WriteControl, reads: Reads) -> None:
        self._image, self._commands, self._control, self._reads = image, commands, control, reads

    def coil(self, pdu: bytes, client: Client) -> Answer:
        """Function 5."""
        self._permit(client)
        address, value = codec.single(pdu)
        if address >= COILS:
            raise Refused(Code.ADDRESS)
        if value not in COIL_VALUES:
            raise Refused(Code.VALUE)
        return _answer(pdu, self._write_bits(client, {address: COIL_VALUES[value]}))

    def coils(self, pdu: bytes, client: Client) -> Answer:
        """Function 15."""
        self._permit(client)
        address, count, value = codec.bits(pdu)
        if address + count > COILS:
            raise Refused(Code.ADDRESS)
        return _answer(pdu[:5], self._write_bits(client, {address + i: value >> i & 1 for i in range(count)}))

    def register(self, pdu: bytes, client: Client) -> Answer:
        """Function 6."""
        self._permit(client)
        address, value = codec.single(pdu)
        _exist(address, 1)
        return _answer(pdu, self._write(client, address, (value,)))

    def registers(self, pdu: bytes, client: Client) -> Answer:
        """Function 16."""
        self._permit(client)
        address, values = codec.registers(pdu)
        _exist(address, len(values))
        return _answer(pdu[:5], self._write(client, address, values))

    def mask(self, pdu: bytes, client: Client) -> Answer:
        """Function 22; of ControlWord it writes only the bits whose AND mask is 0."""
        self._permit(client)
        address, keep, value = codec.mask(pdu)
        _exist(address, 1)
        if address == 0:
            return _answer(pdu, self._write_bits(client, {i: value >> i & 1 for i in range(16) if not keep >> i & 1}))
        old = int.from_bytes(self._image.holding[2 * address : 2 * address + 2], "big")
        return _answer(pdu, self._write(client, address, (old & keep | value & ~keep & 0xFFFF,)))

    def read_write(self, pdu: bytes, client: Client) -> Answer:
        """Function 23: write, then read in the same turn."""
        self._permit(client)
        asked = codec.read_write(pdu)
        self._reads.holding(asked.read_address, asked.read_count, client)  # raises before anything is written
        _exist(asked.write_address, len(asked.values))
        commit = self._write(client, asked.write_address, asked.values)
        data = self._reads.holding(asked.read_address, asked.read_count, client)
        return _answer(bytes((23, len(data))) + data, commit)

    def _permit(self, client: Client) -> None:
        if not self._control.may_write(client.address):
            raise Refused(Code.FUNCTION)

    def _write(self, client: Client, address: int, values: tuple[int, ...]) -> Commit:
        return self._claim(client, lambda: self._commands.write(client.address, dict(enumerate(values, address))))

    def _write_bits(self, client: Client, bits: Mapping[int, int]) -> Commit:
        return self._claim(client, lambda: self._commands.write_bits(client.address, bits))

    def _claim(self, client: Client, write: Callable[[], Commit]) -> Commit:
        """A refused write claims nothing: it was none."""
        commit = write()
        self._control.claim(client.address)
        return commit


def _exist(address: int, count: int) -> None:
    if address + count > tags.COMMAND_WORDS:
        raise Refused(Code.ADDRESS)


def _answer(pdu: bytes, commit: Commit) -> Answer:
    return pdu if commit is None or commit.done() else Later(pdu, commit)
