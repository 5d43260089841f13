"""The station's files as OPC UA gets them: opened here, read and written in a thread of their own."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from protocols.opcua.machine_vision.files import Refusal, RefusedFileError
from service.api.images import TYPES
from service.offload import Offload
from service.recipes import RecipeBook
from service.station import Station
from service.store import Results, StoreError
from vision.errors import RecipeError
from vision.recipe import Recipe, load_version

from .archive import pack
from .incoming import Received, receive
from .opened import OpenedFile

MOST_INCOMING = 64 * 2**20  # bytes of an archive
PATIENCE_S, LOOK_S = 10.0, 0.005  # of who asks for an image of a part that is not finished
ZIP = "application/zip"


class Images(Protocol):
    """Where images are kept."""

    async def kept(self, number: int) -> str: ...

    def path(self, name: str) -> Path: ...


class Expected(Protocol):
    """What is still to come."""

    def in_work(self, number: int) -> bool:
        """This result."""
        ...

    def renumbered(self, job: int) -> bool:
        """A recipe that comes for this job may have another station's number, and gets this one."""
        ...

    def arrived(self, job: int, who: str) -> None:
        """Who sent this recipe sent what is in production already."""
        ...


class Files:
    """Implements `protocols.opcua.machine_vision.files.StationFiles`; `begin` comes before anybody asks."""

    def __init__(self, book: RecipeBook) -> None:
        self._book = book
        self._offload = Offload("transfer")
        self._images: Images | None = None

    def begin(self, station: Station, store: Results, expected: Expected) -> None:
        """The station is there."""
        self._station, self._store, self._expected = station, store, expected

    def keep_images(self, images: Images) -> None:
        """From now on images are found here."""
        self._images = images

    async def close(self) -> None:
        await self._offload.close()

    async def image(self, number: int) -> OpenedFile:
        images = self._images
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while self._expected.in_work(number):
                    await asyncio.sleep(LOOK_S)
        name = await images.kept(number) if images else ""
        try:
            name = name or (await self._store.images([number])).get(number, "")
        except StoreError as exc:
            raise RefusedFileError(Refusal.UNREADABLE, f"result {number} cannot be looked up: {exc}") from exc
        if images is None or not name:
            raise RefusedFileError(Refusal.NOT_FOUND, f"no image was kept of result {number}")
        path = images.path(name)
        try:
            file = await self._offload(path.open, "rb")
        except FileNotFoundError as exc:
            raise RefusedFileError(Refusal.NOT_FOUND, f"the image of result {number} is no longer kept") from exc
        except OSError as exc:
            raise RefusedFileError(Refusal.UNREADABLE, f"the image of result {number}: {exc.strerror}") from exc
        return self._opened(cast("BinaryIO", file), f"result-{number}{path.suffix}", TYPES[path.suffix])

    async def recipe(self, job: int, version: int | None) -> OpenedFile:
        used, folder = self._book.ready.get(job), self._book.folders.get(job)
        if used is None or folder is None:
            raise RefusedFileError(Refusal.NOT_FOUND, f"no recipe in production has job number {job}")
        make: Callable[[], Recipe] = lambda: used.recipe  # noqa: E731
        if version not in (None, used.recipe.version):
            make = partial(load_version, folder, version or 0)
        try:
            file, number = await self._offload(_packed, make, folder)
        except RecipeError as exc:
            words = f"job {job} has no version {version} that can be read: {exc}"
            raise RefusedFileError(Refusal.NOT_FOUND, words) from exc
        except OSError as exc:
            raise RefusedFileError(Refusal.UNREADABLE, f"the recipe of job {job}: {exc.strerror}") from exc
        return self._opened(file, f"job-{job}-version-{number}.zip", ZIP)

    async def incoming(self, job: int) -> OpenedFile:
        try:
            file = await self._offload(_scratch)
        except OSError as exc:
            raise RefusedFileError(Refusal.NO_ROOM, f"no temporary file: {exc.strerror}") from exc
        return self._opened(file, f"job-{job}.zip", ZIP, MOST_INCOMING, partial(self._received, job))

    def _opened(self, file: BinaryIO, name: str, mime_type: str, *more: Any) -> OpenedFile:
        changed_us = os.fstat(file.fileno()).st_mtime_ns // 1000
        return OpenedFile(self._offload, file, name, mime_type, changed_us, *more)

    async def _received(self, job: int, file: BinaryIO, who: str) -> None:
        async with self._book.changing:
            self._follow(job, await self._taken(job, file, who), who)

    async def _taken(self, job: int, file: BinaryIO, who: str) -> Received:
        try:
            renumber = self._expected.renumbered(job)
            received: Received = await self._book.run(receive, file, self._book.folder, job, who, renumber)
        except RefusedFileError as exc:
            self._store.event("recipe", f"an archive for job {job} was refused: {exc}", who)
            raise
        return received

    def _follow(self, job: int, received: Received, who: str) -> None:
        recipe, folder = received.recipe, received.folder
        words = f"version {recipe.version} of job {job} ({recipe.name})"
        if received.prepared is not None:
            self._station.jobs.put_into_production(received.prepared, folder, f"{words} was received and released", who)
        elif received.changed:
            self._store.event("recipe", f"{words} was received as a draft", who)
        else:
            self._expected.arrived(job, who)


def _scratch() -> BinaryIO:
    return cast("BinaryIO", tempfile.TemporaryFile())


def _packed(make: Callable[[], Recipe], folder: Path) -> tuple[BinaryIO, int]:
    recipe, file = make(), _scratch()
    pack(recipe, folder, file)
    file.flush()
    return file, recipe.version
