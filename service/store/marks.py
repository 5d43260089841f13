"""The second small file: numbers that may have been used, whatever becomes of the database."""

import os
import zlib
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson

FILE = "numbers"
AHEAD = 64  # numbers reserved at a time, so that the file is synced once for so many parts
LAST_SEQ = 65520  # ResultSeq: then 1 again
_SIZE = 512  # a sector: written whole or not at all


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known without the database. Pairs of InspectionId and ResultSeq."""

    generation: int = 0
    number: int = 0  # reserved: nothing above was used
    seq: int = 0
    offered_number: int = 0  # used for certain, while the database could not take it
    offered_seq: int = 0
    boots: int = 0
    boot_id: str = ""


class Marks:
    """Two records that are overwritten in turn, so that it works on a full disk and survives a torn write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self.mark = Mark()

    def load(self) -> Mark:
        """The newest whole record; all zero where there is none."""
        try:
            data = self._path.read_bytes()
        except OSError:
            return self.mark
        found = filter(None, (_read(data[:_SIZE]), _read(data[_SIZE : 2 * _SIZE])))
        self.mark = max(found, key=lambda mark: mark.generation, default=Mark())
        return self.mark

    def reserve(self, number: int, seq: int) -> None:
        """Make sure that `number` and `seq` (0 = none) are within what is reserved, on the disk.

        Raises:
            OSError: The disk does not take it.
        """
        if number <= self.mark.number and (not seq or (self.mark.seq - seq) % LAST_SEQ <= AHEAD):
            return
        ahead = (seq + AHEAD - 1) % LAST_SEQ + 1 if seq else self.mark.seq
        self._write(replace(self.mark, number=max(number, self.mark.number) + AHEAD, seq=ahead), sync=True)

    def offered(self, number: int, seq: int) -> None:
        """The PLC was given these numbers and the database does not know; not synced: the disk is in trouble."""
        if number > self.mark.offered_number:
            self._write(replace(self.mark, offered_number=number, offered_seq=seq), sync=False)

    def booted(self, boots: int, boot_id: str) -> None:
        """
        Raises:
            OSError: The disk does not take it.
        """
        if (boots, boot_id) != (self.mark.boots, self.mark.boot_id):
            self._write(replace(self.mark, boots=boots, boot_id=boot_id), sync=True)

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write(self, mark: Mark, *, sync: bool) -> None:
        mark = replace(mark, generation=self.mark.generation + 1)
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o640)
        os.pwrite(self._descriptor, _record(mark), mark.generation % 2 * _SIZE)
        if sync:
            os.fdatasync(self._descriptor)
        self.mark = mark


def _record(mark: Mark) -> bytes:
    content = orjson.dumps(asdict(mark))
    return (b"%08x " % zlib.crc32(content) + content).ljust(_SIZE - 1) + b"\n"


def _read(record: bytes) -> Mark | None:
    content = record[9:].rstrip()
    if len(record) != _SIZE or record[:9] != b"%08x " % zlib.crc32(content):
        return None
    return Mark(**orjson.loads(content))
