"""Read one image file as it is stored, without trusting it."""

from pathlib import Path
from typing import cast

import cv2
import numpy as np

from ..errors import FrameError
from ..frame import Image
from .image_header import cut_short, image_size

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"})
MAX_PIXELS = 50_000_000
_MAX_BYTES = 600_000_000  # of a file: 50 million pixels of 12 bytes


def read_image(file: Path) -> Image:
    """As `decode_image`.

    Raises:
        FrameError: It cannot be read either.
    """
    return decode_image(_bytes_of(file), str(file))


def decode_image(data: bytes, name: str) -> Image:
    """Pixels as stored: grey or BGR, 8 or 16 bits, not turned as its EXIF says; transparency is dropped.

    Raises:
        FrameError: `name` is no image, is cut short, has more than `MAX_PIXELS` or other than 8 or 16 bits.
    """
    size = image_size(data)
    if size is None:
        raise FrameError(f"{name}: this is not a PNG, JPEG, BMP or TIFF image")
    if size[0] * size[1] > MAX_PIXELS:
        raise FrameError(f"{name}: {size[0]} x {size[1]} px are more than {MAX_PIXELS // 10**6} million pixels")
    if cut_short(data):
        raise FrameError(f"{name}: the image is cut short, its end is missing")
    return _decoded(data, name)


def _bytes_of(file: Path) -> bytes:
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise FrameError(f"{file}: larger than {_MAX_BYTES // 10**6} MB")
        return file.read_bytes()
    except OSError as exc:
        raise FrameError(f"{file}: {exc.strerror or exc}") from exc


def _decoded(data: bytes, name: str) -> Image:
    try:
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as exc:
        raise FrameError(f"{name}: cannot be decoded: {exc.err}") from exc
    if decoded is None:
        raise FrameError(f"{name}: cannot be decoded, its content is damaged or of a kind that is not supported")
    if decoded.dtype not in (np.uint8, np.uint16):
        raise FrameError(f"{name}: pixels of type {decoded.dtype}, only 8 and 16 bits without sign can be used")
    opaque = decoded[:, :, :3] if decoded.ndim == 3 and decoded.shape[2] == 4 else decoded
    return cast("Image", np.ascontiguousarray(opaque))
