"""Images as files."""

from typing import cast

import cv2
import numpy as np

from ..errors import VisionError
from ..frame import Image


def jpeg(image: Image, full_scale: int, quality: int) -> bytes:
    """8 bits a channel; `full_scale` becomes white. `quality` 0-100."""
    if image.dtype != np.uint8:
        image = np.clip(image * (255 / full_scale) + 0.5, 0, 255).astype(np.uint8)
    return _encoded(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])


def png(image: Image) -> bytes:
    """Lossless, ``uint8`` or ``uint16``; quick rather than small."""
    return _encoded(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 1])


def reduced(image: Image, width: int) -> Image:
    """At most `width` px wide, in proportion."""
    if image.shape[1] <= width:
        return image
    height = max(1, round(image.shape[0] * width / image.shape[1]))
    return cast("Image", cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA))


def _encoded(ending: str, image: Image, options: list[int]) -> bytes:
    done, data = cv2.imencode(ending, image, options)
    if not done:
        raise VisionError(f"an image of {image.shape} {image.dtype} cannot be written as {ending}")
    return data.tobytes()
