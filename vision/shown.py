"""What a tool found pixel by pixel, as a person is shown it."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from .result import MOST_OBJECTS, Shape
from .view import Region, View

Found = Sequence[NDArray[np.bool_]]
"""For each region ``(height, width)`` of its `box`."""


def outlines(found: Found, regions: Sequence[Region]) -> tuple[Shape, ...]:
    """Round the largest pieces, at most `MOST_OBJECTS`."""
    contours = []
    for one, region in zip(found, regions, strict=True):
        pieces, _ = cv2.findContours(
            one.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE, offset=region.box[:2]
        )
        contours += [piece for piece in pieces if len(piece) > 2]
    contours.sort(key=cv2.contourArea, reverse=True)
    return tuple(
        Shape(tuple((float(x), float(y)) for x, y in contour[:, 0]), role="feature")
        for contour in contours[:MOST_OBJECTS]
    )


def layer(found: Found, view: View) -> NDArray[np.uint8]:
    """White where something was found, of the frame's size."""
    out = np.zeros(view.raw.shape[:2], np.uint8)
    for one, region in zip(found, view.areas, strict=True):
        region.cut(out)[one] = 255
    return out


def marks(labels: Sequence[str], regions: Sequence[Region]) -> tuple[Shape, ...]:
    """Each region with what was found of it in a word."""
    return tuple(
        Shape(tuple((float(x), float(y)) for x, y in region.outline), role="feature", label=label)
        for region, label in zip(regions, labels, strict=True)
    )
