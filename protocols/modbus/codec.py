"""PDUs to numbers and back; everything that is wrong with their form is exception 03."""

import asyncio
import struct
from dataclasses import dataclass
from enum import IntEnum, unique

from ..handshake.types import Refused

HEADER = 6  # transaction id, protocol id, length
MIN_LENGTH, MAX_LENGTH = 2, 254  # of unit id and PDU together

MAX_READ_BITS, MAX_WRITE_BITS = 2000, 1968
MAX_READ_REGISTERS, MAX_WRITE_REGISTERS, MAX_READ_WRITE_REGISTERS = 125, 123, 121

_FRAME = struct.Struct(">HHHB")
_BLOCK = struct.Struct(">BHH")
_BLOCK_WITH_DATA = struct.Struct(">BHHB")
_MASK = struct.Struct(">BHHH")
_READ_WRITE = struct.Struct(">BHHHHB")


@unique
class Code(IntEnum):
    """Exception codes."""

    FUNCTION = 1
    ADDRESS = 2
    VALUE = 3
    FAILURE = 4
    STARTING = 6
    UNIT = 0x0B


@dataclass(frozen=True, slots=True)
class Later:
    """An answer that goes out once `committed` is done."""

    pdu: bytes
    committed: "asyncio.Future[None]"


Answer = bytes | Later


unpack_header = struct.Struct(">HHH").unpack_from  # transaction id, protocol id, length


@dataclass(frozen=True, slots=True)
class ReadWrite:
    """A request of function 23."""

    read_address: int
    read_count: int
    write_address: int
    values: tuple[int, ...]


def frame(transaction: int, unit: int, pdu: bytes) -> bytes:
    """The ADU that answers the request of this transaction."""
    return _FRAME.pack(transaction, 0, len(pdu) + 1, unit) + pdu


def refusal(function: int, code: int) -> bytes:
    """The PDU that refuses `function`."""
    return bytes((function | 0x80, code))


def block(pdu: bytes, limit: int) -> tuple[int, int]:
    """Address and count of a read; the count is in ``1 <= count <= limit``."""
    if len(pdu) != _BLOCK.size:
        raise Refused(Code.VALUE)
    _, address, count = _BLOCK.unpack(pdu)
    if not 0 < count <= limit:
        raise Refused(Code.VALUE)
    return address, count


def single(pdu: bytes) -> tuple[int, int]:
    """Address and value of functions 5 and 6."""
    if len(pdu) != _BLOCK.size:
        raise Refused(Code.VALUE)
    _, address, value = _BLOCK.unpack(pdu)
    return address, value


def bits(pdu: bytes) -> tuple[int, int, int]:
    """Address, count and the bits as one number, lowest address first, of function 15."""
    address, count, data = _with_data(pdu)
    if not 0 < count <= MAX_WRITE_BITS or len(data) != (count + 7) // 8:
        raise Refused(Code.VALUE)
    return address, count, int.from_bytes(data, "little")


def registers(pdu: bytes) -> tuple[int, tuple[int, ...]]:
    """Address and values of function 16."""
    address, count, data = _with_data(pdu)
    return address, _words(data, count, MAX_WRITE_REGISTERS)


def _with_data(pdu: bytes) -> tuple[int, int, bytes]:
    if len(pdu) < _BLOCK_WITH_DATA.size:
        raise Refused(Code.VALUE)
    _, address, count, size = _BLOCK_WITH_DATA.unpack_from(pdu)
    data = pdu[_BLOCK_WITH_DATA.size :]
    if size != len(data):
        raise Refused(Code.VALUE)
    return address, count, data


def _words(data: bytes, count: int, limit: int) -> tuple[int, ...]:
    if not 0 < count <= limit or len(data) != 2 * count:
        raise Refused(Code.VALUE)
    return struct.unpack(f">{count}H", data)


def mask(pdu: bytes) -> tuple[int, int, int]:
    """Address, AND mask and OR mask of function 22."""
    if len(pdu) != _MASK.size:
        raise Refused(Code.VALUE)
    _, address, and_mask, or_mask = _MASK.unpack(pdu)
    return address, and_mask, or_mask


def read_write(pdu: bytes) -> ReadWrite:
    """What function 23 asks for."""
    if len(pdu) < _READ_WRITE.size:
        raise Refused(Code.VALUE)
    _, read_address, read_count, write_address, write_count, size = _READ_WRITE.unpack_from(pdu)
    data = pdu[_READ_WRITE.size :]
    if not 0 < read_count <= MAX_READ_REGISTERS or size != len(data):
        raise Refused(Code.VALUE)
    return ReadWrite(read_address, read_count, write_address, _words(data, write_count, MAX_READ_WRITE_REGISTERS))


def pack_bits(value: int, address: int, count: int) -> bytes:
    """`count` bits of `value` from bit `address` on, as functions 1 and 2 answer them, byte count first."""
    size = (count + 7) // 8
    return bytes((size,)) + (value >> address & (1 << count) - 1).to_bytes(size, "little")
