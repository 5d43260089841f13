"""Whether a frame may be judged at all: its format, and that it shows something."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..errors import ImageFormatError, ImageQualityError
from ..frame import Frame, Image
from ..recipe import ImageEntry

DARK = 12 / 255  # of full scale: a covered lens with its noise stays below
BRIGHT = 243 / 255
STRAY = 1e-5  # share of pixels that may be otherwise: hot and dead ones
GRID = 8
TORN = 0.25  # share of the rows that have to be empty
FULL_ROW = 0.9  # share of the last good row that has to differ from the empty ones


def check_format(frame: Frame, wanted: ImageEntry) -> None:
    """Raises ImageFormatError: not what the recipe was made for."""
    image = frame.image
    channels = 1 if image.ndim == 2 else image.shape[2]
    if image.dtype not in (np.uint8, np.uint16) or image.ndim not in (2, 3) or channels not in (1, 3):
        raise ImageFormatError(f"image format: {image.dtype}, shape {image.shape}, is no grey or BGR image")
    bits = frame.full_scale.bit_length()
    for name, is_, should in (
        ("width", frame.width, wanted.width),
        ("height", frame.height, wanted.height),
        ("channels", channels, wanted.channels),
        ("bits", bits, wanted.bits),
    ):
        if should is not None and is_ != should:
            raise ImageFormatError(f"image format: {name} is {is_}, the recipe was made for {should}")


def check_quality(frame: Frame) -> None:
    """Raises ImageQualityError: wholly black, wholly white, or part of it was never filled."""
    image, full = frame.image, frame.full_scale
    if not _shows(image, lambda part: part > round(DARK * full)):
        raise ImageQualityError("image quality: the frame is wholly black; check light and lens cap")
    if not _shows(image, lambda part: part < round(BRIGHT * full)):
        raise ImageQualityError("image quality: the frame is wholly white; check exposure and light")
    for end, rows in (("bottom", image[::-1]), ("top", image)):
        missing = _empty_rows(rows)
        if missing >= TORN * len(rows) and _torn(rows, missing):
            raise ImageQualityError(f"image quality: the {end} {missing} rows of the frame are missing")


def _shows(image: Image, what: Callable[[Image], NDArray[np.bool_]]) -> bool:
    """True if more pixels than a few stray ones are so."""
    stray = STRAY * image.size
    # A coarse grid mostly settles it in no time; only where it does not, every pixel is looked at.
    grid = np.count_nonzero(what(image[::GRID, ::GRID]))
    return bool(grid > stray or np.count_nonzero(what(image)) > stray)


def _empty_rows(rows: Image) -> int:
    """How many rows from the first on are all of the first pixel's colour."""
    first = rows[0, 0]
    if not (rows[0] == first).all():  # the usual case, cheap
        return 0
    same = (rows == first).reshape(len(rows), -1).all(axis=1)
    return int(np.argmin(same)) if not same.all() else 0


def _torn(rows: Image, missing: int) -> bool:
    """A transfer that ends leaves a straight cut across the whole picture; a scene does not.

    Next to rows of 0 a straight cut is enough; next to another level the picture must have some texture, since
    drawn and binarised images have such edges.
    """
    empty, last = rows[0, 0], rows[missing]
    differs = (last != empty).reshape(len(last), -1).any(axis=1).mean() >= FULL_ROW
    textured = bool((last != last[0]).any())
    return bool(differs and (textured or not np.any(empty)))
