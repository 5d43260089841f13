"""One temporary file: its session, its handles, and the methods of FileType on it."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from asyncua import ua

from ...people import SESSION
from ..arguments import BadCall
from ..stored_files import Refusal, RefusedFileError, StoredFile

READ, WRITE = 1, 2  # bits of OpenFileMode; 4 and 8 erase and append
MODES = 0x0F
MOST_BYTES = 64 * 1024  # of one Read or Write: what takes longer to encrypt would hold the loop
MOST_HANDLES = 4  # of one file

_CODES = ua.StatusCodes
STATUS = {
    Refusal.NOT_FOUND: _CODES.BadNotFound,
    Refusal.UNREADABLE: _CODES.BadResourceUnavailable,
    Refusal.TOO_LARGE: _CODES.BadRequestTooLarge,
    Refusal.NO_ROOM: _CODES.BadResourceUnavailable,
    Refusal.DAMAGED: _CODES.BadDecodingError,
    Refusal.UNUSABLE: _CODES.BadConfigurationError,
    Refusal.BUSY: _CODES.BadInvalidState,
}


def bad(exc: RefusedFileError) -> BadCall:
    """How a call is answered that the station refused."""
    return BadCall(STATUS[exc.why], words=str(exc))


@dataclass
class TemporaryFile:
    """Belongs to one session; a handle is good in that session alone."""

    node: ua.NodeId
    stored: StoredFile
    session: ua.NodeId
    ended: Callable[["TemporaryFile"], Awaitable[None]]  # its last handle was closed
    used_at: float = field(default_factory=time.monotonic)
    positions: dict[int, int] = field(default_factory=dict)  # by handle
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)  # one thing at a time: a position is read and moved

    def handle(self) -> int:
        """A new one, at the beginning."""
        number = secrets.randbelow(0x7FFF_FFFF) + 1
        self.positions[number] = 0
        return number

    def touch(self) -> None:
        """Its session still works with it."""
        self.used_at = time.monotonic()

    def owns(self, handle: int) -> bool:
        """Whether the caller may use this handle."""
        return self.session == SESSION.get() and handle in self.positions

    def check(self, handle: int) -> None:
        """Raises:
        BadCall: The handle is none of this file's, or another session's.
        """
        if not self.owns(handle):
            raise BadCall(_CODES.BadInvalidArgument, [_CODES.BadOutOfRange])
        self.touch()

    async def open(self, mode: int) -> list[ua.Variant]:
        """Once more, beside the handle that the file was made with."""
        if self.session != SESSION.get():
            raise BadCall(_CODES.BadUserAccessDenied)
        if not mode & (READ | WRITE) or mode & ~MODES:
            raise BadCall(_CODES.BadInvalidArgument, [_CODES.BadOutOfRange])
        if mode != READ:
            raise BadCall(_CODES.BadNotWritable)
        if self.stored.writable:
            raise BadCall(_CODES.BadNotReadable)
        if len(self.positions) >= MOST_HANDLES:
            raise BadCall(_CODES.BadResourceUnavailable)
        self.touch()
        return [ua.Variant(self.handle(), ua.VariantType.UInt32)]

    async def close(self, handle: int) -> list[ua.Variant]:
        """The file goes with its last handle; what was written and not committed goes with it."""
        async with self.lock:
            self.check(handle)
            del self.positions[handle]
        if not self.positions:
            await self.ended(self)
        return []

    async def read(self, handle: int, length: int) -> list[ua.Variant]:
        """The next bytes, at most `MOST_BYTES`; none at the end."""
        async with self.lock:
            self.check(handle)
            if length <= 0:
                raise BadCall(_CODES.BadInvalidArgument, [_CODES.Good, _CODES.BadOutOfRange])
            if self.stored.writable:
                raise BadCall(_CODES.BadInvalidState)
            try:
                data = await self.stored.read(self.positions[handle], min(length, MOST_BYTES))
            except RefusedFileError as exc:
                raise bad(exc) from exc
            self.positions[handle] += len(data)
            self.touch()
        return [ua.Variant(data, ua.VariantType.ByteString)]

    async def write(self, handle: int, data: bytes) -> list[ua.Variant]:
        async with self.lock:
            self.check(handle)
            if not self.stored.writable:
                raise BadCall(_CODES.BadNotWritable)
            if len(data) > MOST_BYTES:
                raise BadCall(_CODES.BadInvalidArgument, [_CODES.Good, _CODES.BadOutOfRange])
            try:
                await self.stored.write(self.positions[handle], data)
            except RefusedFileError as exc:
                raise bad(exc) from exc
            self.positions[handle] += len(data)
            self.touch()
        return []

    async def position(self, handle: int) -> list[ua.Variant]:
        async with self.lock:
            self.check(handle)
            return [ua.Variant(self.positions[handle], ua.VariantType.UInt64)]

    async def set_position(self, handle: int, position: int) -> list[ua.Variant]:
        """Beyond the end is the end."""
        async with self.lock:
            self.check(handle)
            self.positions[handle] = min(position, self.stored.size)
        return []
