"""A ZIP archive that is made while it is sent: nothing of it lies in memory or on the disk. Blocks: for a thread."""

import csv
import io
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo


class _Sent(io.RawIOBase):
    """What was written since it was last taken. It cannot be sought in, so sizes stand behind each file."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class Zipped:
    """Each method gives the bytes that are ready to be sent."""

    def __init__(self) -> None:
        self._sent = _Sent()
        self._zip = ZipFile(self._sent, "w", ZIP_DEFLATED)
        self._table: io.TextIOWrapper | None = None

    def begin_table(self, name: str, heads: Sequence[str]) -> bytes:
        """A CSV file; until it is ended, only rows may come."""
        about = ZipInfo(name, time.localtime()[:6])
        about.compress_type = ZIP_DEFLATED
        member = self._zip.open(about, "w", force_zip64=True)
        self._table = io.TextIOWrapper(member, "utf-8", newline="")
        return self.rows([heads])

    def rows(self, rows: Iterable[Sequence[object]]) -> bytes:
        assert self._table is not None
        csv.writer(self._table).writerows(rows)
        return self._sent.take()

    def end_table(self) -> bytes:
        assert self._table is not None
        self._table.close()
        self._table = None
        return self._sent.take()

    def file(self, name: str, path: Path) -> bytes:
        """As it is, for an image cannot be made smaller.

        Raises:
            OSError: It cannot be read; then nothing of it was written.
        """
        data = path.read_bytes()
        self._zip.writestr(name, data, ZIP_STORED)
        return self._sent.take()

    def end(self) -> bytes:
        self._zip.close()
        return self._sent.take()
