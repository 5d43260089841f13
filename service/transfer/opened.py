"""An open file on this machine, read and written in the transfers' thread."""

import contextlib
import os
from collections.abc import Awaitable, Callable
from typing import BinaryIO

from protocols.opcua.machine_vision.files import Refusal, RefusedFileError
from service.offload import Closed, Offload

Commit = Callable[[BinaryIO, str], Awaitable[None]]


class OpenedFile:
    """Implements `protocols.opcua.machine_vision.files.StoredFile`. A file that is deleted meanwhile stays readable."""

    def __init__(
        self,
        offload: Offload,
        file: BinaryIO,
        name: str,
        mime_type: str,
        modified_at_us: int,
        most_bytes: int = 0,
        use: Commit | None = None,
    ) -> None:
        """`use`: takes what was written, at most `most_bytes`; None = the file is read."""
        self._offload, self._file, self._most, self._use = offload, file, most_bytes, use
        self.name, self.mime_type, self.modified_at_us = name, mime_type, modified_at_us
        self.writable = use is not None
        self.size = 0 if use else os.fstat(file.fileno()).st_size

    async def read(self, position: int, count: int) -> bytes:
        try:
            return await self._offload(os.pread, self._file.fileno(), count, position)
        except (OSError, Closed) as exc:
            raise RefusedFileError(Refusal.UNREADABLE, f"{self.name} cannot be read: {exc}") from exc

    async def write(self, position: int, data: bytes) -> None:
        end = position + len(data)
        if end > self._most:
            raise RefusedFileError(Refusal.TOO_LARGE, f"{self.name}: {end} bytes, more than {self._most}")
        try:
            await self._offload(self._put, position, data)
        except (OSError, Closed) as exc:
            raise RefusedFileError(Refusal.NO_ROOM, f"{self.name} cannot be written: {exc}") from exc
        self.size = max(self.size, end)

    def _put(self, position: int, data: bytes) -> None:
        self._file.seek(position)
        self._file.write(data)

    async def commit(self, who: str) -> None:
        assert self._use, "only what is written is committed"
        await self._use(self._file, who)

    async def close(self) -> None:
        with contextlib.suppress(OSError):
            try:
                await self._offload(self._file.close)
            except Closed:
                self._file.close()
