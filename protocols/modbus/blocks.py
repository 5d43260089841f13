"""What a request names, read leniently: a wrong count is just what somebody is looking for."""

import struct
from dataclasses import dataclass

READS = (1, 2, 3, 4)
SINGLE_WRITES, BLOCK_WRITES = (5, 6, 22), (15, 16)
ON, OFF = 0xFF00, 0x0000
_TWO = struct.Struct(">HH")


@dataclass(frozen=True, slots=True)
class Block:
    """Coils, discrete inputs or registers from `address` on."""

    address: int
    count: int  # as the request says, 0 and too large ones too

    def __contains__(self, address: int) -> bool:
        return self.address <= address < self.address + self.count


def read_block(pdu: bytes) -> Block | None:
    """What a request, at least one byte long, reads; None where it does not say."""
    return Block(*_TWO.unpack_from(pdu, 1)) if pdu[0] in (*READS, 23) and len(pdu) >= 5 else None


def written_block(pdu: bytes) -> Block | None:
    """What a request writes, likewise."""
    function = pdu[0]
    if function == 23 and len(pdu) >= 9:
        return Block(*_TWO.unpack_from(pdu, 5))
    if len(pdu) < 5:
        return None
    if function in SINGLE_WRITES:
        return Block(int.from_bytes(pdu[1:3], "big"), 1)
    return Block(*_TWO.unpack_from(pdu, 1)) if function in BLOCK_WRITES else None


def written_values(pdu: bytes) -> tuple[int, ...]:
    """The values that a request brings, as far as they are there: registers, coils as 0 and 1, or two masks."""
    function, block = pdu[0], written_block(pdu)
    if block is None:
        return ()
    if function == 15:
        bits = int.from_bytes(pdu[6:], "little")
        return tuple(bits >> i & 1 for i in range(min(block.count, 8 * len(pdu[6:]))))
    data, count = {16: (pdu[6:], block.count), 22: (pdu[3:], 2), 23: (pdu[10:], block.count)}.get(
        function, (pdu[3:], 1)
    )
    values: tuple[int, ...] = struct.unpack_from(f">{min(count, len(data) // 2)}H", data)
    return tuple({ON: 1, OFF: 0}.get(value, value) for value in values) if function == 5 else values
