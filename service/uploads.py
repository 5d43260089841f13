"""Images that are lent to the station for a day: to be taught, evaluated, calibrated with, or kept as a reference."""

import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vision.cameras.image_file import read_image
from vision.errors import FrameError
from vision.frame import Frame
from vision.imaging.encode import png

from .offload import Offload

FOLDER = "uploads"  # below the data folder
MOST_BYTES = 256 * 2**20  # of one image
MOST_TOGETHER = 4 * 2**30  # bytes
KEPT_S = 24 * 3600
_FILE = re.compile(r"[0-9a-f]{12}-.+")
_ENDINGS = {b"\x89PNG": ".png", b"\xff\xd8": ".jpg", b"BM": ".bmp", b"II*\0": ".tif", b"MM\0*": ".tif"}


class UploadRefused(Exception):
    """It is no image that can be used, or there is no room; says which."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One image."""

    id: str
    name: str  # as its file was called
    path: Path
    size: int  # bytes
    at_us: int  # UTC


class Source(Protocol):
    """A camera for live pictures."""

    async def preview(self) -> Frame | None:
        """Its next frame; None when it has none to spare now."""


class Uploads:
    """One folder of images under names of ours; the disk is worked on in a thread."""

    def __init__(self, data: Path, thread: Offload, camera: Source, min_free: int = 0) -> None:
        """`min_free`: bytes of the disk that results need, which no image takes."""
        self._folder, self._thread, self._camera = data / FOLDER, thread, camera
        self._min_free = min_free

    async def listing(self) -> list[Upload]:
        """Newest first."""
        return await self._thread(self._found)

    async def find(self, id_: str) -> Upload | None:
        return next((one for one in await self.listing() if one.id == id_), None)

    async def add(self, name: str, pieces: AsyncIterator[bytes]) -> Upload:
        """Keep an image that arrives in pieces.

        Raises:
            UploadRefused: It is too large, no image, or the disk is full.
        """
        scratch = await self._thread(self._begun)
        try:
            await self._take(scratch, pieces)
            return await self._thread(self._kept, scratch, name)
        except OSError as exc:
            raise UploadRefused(f"the image cannot be kept: {exc.strerror}") from exc
        finally:
            await self._thread(scratch.unlink, missing_ok=True)

    async def snapshot(self) -> Upload | None:
        """The camera's next frame, lossless; None = it has none to spare.

        Raises:
            UploadRefused: As of `add`.
        """
        frame = await self._camera.preview()
        if frame is None:
            return None

        async def whole() -> AsyncIterator[bytes]:
            yield await self._thread(png, frame.image)

        return await self.add(f"live-{frame.frame_id}", whole())

    async def remove(self, id_: str) -> bool:
        """Whether it was there."""
        found = await self.find(id_)
        if found is not None:
            await self._thread(found.path.unlink, missing_ok=True)
        return found is not None

    async def _take(self, scratch: Path, pieces: AsyncIterator[bytes]) -> None:
        size = 0
        async for piece in pieces:
            size += len(piece)
            if size > MOST_BYTES:
                raise UploadRefused(f"the image has more than {MOST_BYTES >> 20} MB")
            await self._thread(_append, scratch, piece)

    def _begun(self) -> Path:
        """A file to write to; what is older than a day goes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for old in self._folder.iterdir():
            with suppress(OSError):
                if time.time() - old.stat().st_mtime > KEPT_S:
                    old.unlink()
        if shutil.disk_usage(self._folder).free < self._min_free + MOST_BYTES:
            raise UploadRefused("the disk has no room for images but those of results")
        return self._folder / f".{secrets.token_hex(8)}"

    def _kept(self, scratch: Path, name: str) -> Upload:
        """Under its name, once it can be read."""
        if sum(one.size for one in self._found()) + scratch.stat().st_size > MOST_TOGETHER:
            raise UploadRefused(f"the images together have more than {MOST_TOGETHER >> 30} GB: remove some")
        try:
            read_image(scratch)
        except FrameError as exc:
            raise UploadRefused(str(exc).replace(str(scratch), name)) from exc
        id_ = secrets.token_hex(6)
        stem = re.sub(r"[^A-Za-z0-9_-]", "_", Path(name).stem)[:64] or "image"
        path = self._folder / f"{id_}-{stem}{_ending(scratch)}"
        scratch.rename(path)
        return _upload(path)

    def _found(self) -> list[Upload]:
        if not self._folder.is_dir():
            return []
        there = [_upload(path) for path in self._folder.iterdir() if _FILE.fullmatch(path.name)]
        return sorted(there, key=lambda one: -one.at_us)


def _append(path: Path, piece: bytes) -> None:
    with path.open("ab") as file:
        file.write(piece)


def _ending(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4)
    return next(ending for magic, ending in _ENDINGS.items() if head.startswith(magic))


def _upload(path: Path) -> Upload:
    id_, _, name = path.name.partition("-")
    stat = path.stat()
    return Upload(id_, name, path, stat.st_size, stat.st_mtime_ns // 1000)
