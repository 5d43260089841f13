"""What a step does to the frame before its tool sees it."""

from collections.abc import Sequence

import cv2

from ..frame import Image
from ..recipe import Filter, Gaussian, Mean, Median, Morphology
from .tones import as_deep, toned

OPERATIONS = {
    "erode": cv2.MORPH_ERODE,
    "dilate": cv2.MORPH_DILATE,
    "open": cv2.MORPH_OPEN,
    "close": cv2.MORPH_CLOSE,
    "gradient": cv2.MORPH_GRADIENT,
    "top_hat": cv2.MORPH_TOPHAT,
    "black_hat": cv2.MORPH_BLACKHAT,
}
SHAPES = {"rectangle": cv2.MORPH_RECT, "ellipse": cv2.MORPH_ELLIPSE, "cross": cv2.MORPH_CROSS}


def preprocess(image: Image, filters: Sequence[Filter], full_scale: int) -> Image:
    """`image` after `filters`: same size and depth; read-only."""
    for one in filters:
        image = _apply(image, one, full_scale)
    image.setflags(write=False)
    return image


def _apply(image: Image, one: Filter, full_scale: int) -> Image:
    match one:
        case Median():
            return as_deep(cv2.medianBlur(image, one.size_px), image)
        case Gaussian():
            return as_deep(cv2.GaussianBlur(image, (0, 0), one.sigma_px), image)
        case Mean():
            return as_deep(cv2.blur(image, (one.width_px, one.height_px)), image)
        case Morphology():
            window = cv2.getStructuringElement(SHAPES[one.shape], (one.width_px, one.height_px))
            return as_deep(cv2.morphologyEx(image, OPERATIONS[one.operation], window), image)
        case _:
            return toned(image, one, full_scale)
