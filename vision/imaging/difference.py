"""Where two registered images differ by more than edges may move."""

import copy
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]


def disc(radius: int) -> Grey:
    """A filled circle of ones, ``2 * radius + 1`` wide."""
    return cast("Grey", cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)))


def edges(grey: Grey, tolerance: int, contrast: int) -> Grey:
    """255 where levels within the tolerance differ by more than `contrast`."""
    levels = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, disc(tolerance))
    return cast("Grey", cv2.threshold(levels, contrast, 255, cv2.THRESH_BINARY)[1])


class Master:
    """An image that others are compared with, its extremes within the tolerance made once."""

    def __init__(self, grey: Grey, tolerance: int, threshold: int | Grey) -> None:
        """`tolerance` in px: so far an edge may lie from where the master has it.

        `threshold` in grey levels: one for all, or one a pixel.
        """
        self.grey, self.kernel, self.threshold = grey, disc(tolerance), threshold
        self.brightest, self.darkest = self._extremes(grey)

    def brighter_darker(self, grey: Grey) -> tuple[Grey, Grey]:
        """Masks, 255 where `grey` is brighter, and where darker, than the master by more than the threshold.

        Held against everything within the tolerance, in both directions: a thin line that is new differs from all that
        the master has near it; one that is gone, from all that `grey` has near it.
        """
        brightest, darkest = self._extremes(grey)
        brighter = cv2.max(cv2.subtract(grey, self.brightest), cv2.subtract(darkest, self.grey))
        darker = cv2.max(cv2.subtract(self.darkest, grey), cv2.subtract(self.grey, brightest))
        return self.over(brighter), self.over(darker)

    def brighter_darker_at_all(self, grey: Grey) -> tuple[Grey, Grey]:
        """The same without tolerance: each pixel against the master's at its own place."""
        return self.over(cv2.subtract(grey, self.grey)), self.over(cv2.subtract(self.grey, grey))

    def within(self, box: tuple[int, int, int, int]) -> "Master":
        """Its part in `box`: x, y, width, height."""
        x, y, w, h = box
        here = np.s_[y : y + h, x : x + w]
        part = copy.copy(self)
        part.grey, part.brightest, part.darkest = self.grey[here], self.brightest[here], self.darkest[here]
        part.threshold = self.threshold if isinstance(self.threshold, int) else self.threshold[here]
        return part

    def _extremes(self, grey: Grey) -> tuple[Grey, Grey]:
        return cast("Grey", cv2.dilate(grey, self.kernel)), cast("Grey", cv2.erode(grey, self.kernel))

    def over(self, difference: cv2.typing.MatLike) -> Grey:
        """255 where a `difference` of the master's size is beyond the threshold."""
        if isinstance(self.threshold, int):
            return cast("Grey", cv2.threshold(difference, self.threshold, 255, cv2.THRESH_BINARY)[1])
        return cast("Grey", cv2.compare(difference, self.threshold, cv2.CMP_GT))
