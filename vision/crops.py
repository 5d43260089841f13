"""What the small network sees in each region of a view."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .errors import ToolError
from .imaging.features import AT_ONCE, Features, crop_features
from .view import Region, View

SMALLEST_PX = 8  # side of a region: below it there is nothing to see


def region_features(view: View) -> Features:
    """``(regions, LENGTH)``.

    Raises:
        ToolError: A region is too small, or the time is over.
    """
    found = []
    for crops in _in_turn(view):
        view.check_time()
        found.append(crop_features(crops))
    return np.concatenate(found)


def _in_turn(view: View) -> Iterator[list[NDArray[np.uint8]]]:
    for first in range(0, len(view.areas), AT_ONCE):
        yield [
            _crop(view, region, number) for number, region in enumerate(view.areas[first : first + AT_ONCE], first + 1)
        ]


def _crop(view: View, region: Region, number: int) -> NDArray[np.uint8]:
    """Upright, as the network takes it; what does not belong to the region has the region's mean colour."""
    if min(region.size) < SMALLEST_PX:
        size = " x ".join(f"{side:.0f}" for side in region.size)
        raise ToolError(f"region {number} is {size} px, at least {SMALLEST_PX} x {SMALLEST_PX} are needed")
    crop = np.asarray(view.upright(region, view.frame_colour), np.uint8)
    if region.mask.all() and region.box[2:] == (crop.shape[1], crop.shape[0]):
        return crop
    inside = view.upright_mask(region) > 0
    if inside.all() or not inside.any():
        return crop
    crop = crop.copy()
    crop[~inside] = crop[inside].mean(axis=0).round()
    return crop


def warm_up() -> None:
    """Load the network before the line runs."""
    crop_features([np.zeros((SMALLEST_PX, SMALLEST_PX, 3), np.uint8)])
