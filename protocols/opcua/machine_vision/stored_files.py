"""What stands behind a temporary file, free of asyncua."""

from enum import Enum, auto, unique
from typing import Protocol


@unique
class Refusal(Enum):
    """Why the station does not give or take a file."""

    NOT_FOUND = auto()
    UNREADABLE = auto()  # it is there, and the disk or the database does not give it
    TOO_LARGE = auto()
    NO_ROOM = auto()  # the disk does not take it
    DAMAGED = auto()  # what was written is not what it should be
    UNUSABLE = auto()  # it is whole, and this station cannot work with it
    BUSY = auto()  # something of a person's would be lost


class RefusedFileError(Exception):
    """The words say what was wrong with which part of it."""

    def __init__(self, why: Refusal, text: str) -> None:
        super().__init__(text)
        self.why = why


class StoredFile(Protocol):
    """Open until it is closed. Reading and writing take their time, but never the event loop's."""

    @property
    def name(self) -> str: ...

    @property
    def mime_type(self) -> str: ...

    @property
    def modified_at_us(self) -> int:
        """UTC."""
        ...

    @property
    def writable(self) -> bool: ...

    @property
    def size(self) -> int:
        """Bytes; returns at once."""
        ...

    async def read(self, position: int, count: int) -> bytes:
        """At most `count` bytes from `position`; fewer only at the end.

        Raises:
            RefusedFileError: UNREADABLE.
        """
        ...

    async def write(self, position: int, data: bytes) -> None:
        """Put `data` at `position`, at or before the end.

        Raises:
            RefusedFileError: TOO_LARGE, NO_ROOM.
        """
        ...

    async def commit(self, who: str) -> None:
        """What was written is whole: check it and use it.

        Raises:
            RefusedFileError: It is refused; nothing was changed.
        """
        ...

    async def close(self) -> None:
        """What was not committed is forgotten."""
        ...


class StationFiles(Protocol):
    """Gives a file, open. Every call raises `RefusedFileError` where there is none."""

    async def image(self, number: int) -> StoredFile:
        """The image of this result, as it is kept."""
        ...

    async def recipe(self, job: int, version: int | None) -> StoredFile:
        """The archive of a recipe's version; None = the one in production."""
        ...

    async def incoming(self, job: int) -> StoredFile:
        """Empty, to be written with the archive of a recipe of this job number."""
        ...
