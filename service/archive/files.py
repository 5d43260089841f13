"""Write and remove image files; everything here blocks and runs in the archive's thread."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from vision.frame import Image
from vision.imaging.encode import jpeg, png, reduced

from .names import inside, number_of, thumbnail_of

THUMBNAIL_PX = 320
_THUMBNAIL_QUALITY = 80
_PART = ".part"
_BLOCK = 4096  # bytes


def write_jpeg(path: Path, image: Image, full_scale: int, quality: int) -> int:
    """The image and its thumbnail; their bytes on the disk.

    Raises:
        OSError: The disk does not take it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    small = _put(thumbnail_of(path), jpeg(reduced(image, THUMBNAIL_PX), full_scale, _THUMBNAIL_QUALITY))
    return small + _put(path, jpeg(image, full_scale, quality))


def write_png(path: Path, image: Image) -> int:
    """Every bit of the image; its bytes on the disk, with the thumbnail that is there.

    Raises:
        OSError: The disk does not take it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return _put(path, png(image)) + _size_of(thumbnail_of(path))


def remove(root: Path, names: Iterable[str], *, thumbnail: bool = True) -> None:
    """Images with their thumbnails, and the folders that are empty then."""
    days: set[Path] = set()
    for name in names:
        if (path := inside(root, name)) is None:
            continue
        path.unlink(missing_ok=True)
        if thumbnail:
            thumbnail_of(path).unlink(missing_ok=True)
        days.add(path.parent)
    for day in days:  # once each: whether a large folder is empty takes the file system a while
        with suppress(OSError):  # it is not
            for folder in (day, *list(day.parents)[:2]):
                folder.rmdir()


def sizes(root: Path, names: Mapping[int, str]) -> dict[int, int]:
    """Bytes on the disk of those images that are there, with their thumbnails, by number."""
    found = {}
    for number, name in names.items():
        if (path := inside(root, name)) is not None and path.is_file():
            found[number] = _size_of(path) + _size_of(thumbnail_of(path))
    return found


def slices(root: Path, size: int) -> Iterator[list[tuple[int, Path]]]:
    """All images and thumbnails on the disk with their numbers, some at a time; half-written files are removed."""
    found: list[tuple[int, Path]] = []
    for path in root.glob("*/*/*/*"):
        if path.suffix == _PART:
            path.unlink(missing_ok=True)
        elif (number := number_of(path)) is not None:
            found.append((number, path))
        if len(found) >= size:
            yield found
            found = []
    if found:
        yield found


def _put(path: Path, data: bytes) -> int:
    """Whole or not at all; its bytes on the disk. Synced here: no commit which a PLC waits for has to flush it."""
    part = path.with_name(path.name + _PART)
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fdatasync(file.fileno())
        part.rename(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return _blocks(len(data))


def _size_of(path: Path) -> int:
    try:
        return _blocks(path.stat().st_size)
    except OSError:
        return 0


def _blocks(size: int) -> int:
    """A file takes whole blocks."""
    return -(-size // _BLOCK) * _BLOCK
