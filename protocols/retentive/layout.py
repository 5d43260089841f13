"""Records in a piece of memory that a process may leave at any moment, in the middle of any write.

A head that says whose memory it is, two copies of the state that are overwritten in turn, and slots for results. Each
record carries its length and a checksum over all of it: one that was cut off while it was written is no record, and
of the state the other copy, the one before, still stands.
"""

import mmap
import struct
import zlib
from dataclasses import dataclass

MAGIC = b"VIRM0001"  # of this layout
HEAD_BYTES, STATE_BYTES, SLOT_BYTES = 4096, 32 * 1024, 4096
SLOTS = 48  # divides the 65520 numbers of ResultSeq: a result destroys the one 48 before it, also over the wrap
_RECORD = struct.Struct(">QII")  # generation, length, CRC32 of these and of the content

Buffer = bytearray | mmap.mmap


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the parts are (bytes)."""

    head: int = HEAD_BYTES
    state: int = STATE_BYTES
    slot: int = SLOT_BYTES
    slots: int = SLOTS

    @property
    def size(self) -> int:
        """Of the whole."""
        return self.head + 2 * self.state + self.slots * self.slot


class Layout:
    """Reads and writes records; `buffer` has the size of the shape."""

    def __init__(self, buffer: Buffer, shape: Shape | None = None) -> None:
        self.shape = shape or Shape()
        if len(buffer) != self.shape.size:
            raise ValueError(f"{len(buffer)} bytes where {self.shape.size} are needed")
        self._buffer = buffer

    @property
    def owner(self) -> bytes | None:
        """Whose memory it is; None where that cannot be read: nothing in it is worth anything."""
        found = self._read(0, self.shape.head)
        content = found[1] if found else b""
        return content[len(MAGIC) :] if content.startswith(MAGIC) else None

    def begin(self, owner: bytes) -> None:
        """Forget everything, and belong to `owner`."""
        self._buffer[:] = bytes(self.shape.size)
        self._write(0, self.shape.head, 0, MAGIC + owner)

    @property
    def state(self) -> bytes | None:
        """The newest whole state."""
        copies = filter(None, (self._read(self._copy(i), self.shape.state) for i in range(2)))
        return max(copies, key=lambda copy: copy[0], default=(0, None))[1]

    def put_state(self, generation: int, content: bytes) -> bool:
        """Write over the older copy; whether it fits. Each `generation` is one more than the one before."""
        return self._write(self._copy(generation % 2), self.shape.state, generation, content)

    @property
    def results(self) -> list[bytes]:
        """Every slot that can be read, in no order."""
        found = (self._read(self._slot(i), self.shape.slot) for i in range(self.shape.slots))
        return [record[1] for record in found if record]

    def put_result(self, seq: int, content: bytes) -> bool:
        """Write the slot of this ResultSeq; whether it fits."""
        return self._write(self._slot(seq % self.shape.slots), self.shape.slot, seq, content)

    def _copy(self, index: int) -> int:
        return self.shape.head + index * self.shape.state

    def _slot(self, index: int) -> int:
        return self._copy(2) + index * self.shape.slot

    def _read(self, start: int, room: int) -> tuple[int, bytes] | None:
        head = bytes(self._buffer[start : start + _RECORD.size])
        generation, length, checksum = _RECORD.unpack(head)
        if not length or length > room - _RECORD.size:
            return None
        content = bytes(self._buffer[start + _RECORD.size : start + _RECORD.size + length])
        return (generation, content) if checksum == _checksum(generation, content) else None

    def _write(self, start: int, room: int, generation: int, content: bytes) -> bool:
        if not 0 < len(content) <= room - _RECORD.size:
            return False
        head = _RECORD.pack(generation, len(content), _checksum(generation, content))
        self._buffer[start : start + _RECORD.size + len(content)] = head + content
        return True


def _checksum(generation: int, content: bytes) -> int:
    return zlib.crc32(content, zlib.crc32(generation.to_bytes(8, "big") + len(content).to_bytes(4, "big")))
