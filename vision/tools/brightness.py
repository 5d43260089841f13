"""How bright regions are."""

from typing import ClassVar, Literal

import cv2
import numpy as np

from ..tool import Findings, Measure, Region, Tool, View


class Brightness(Tool):
    """Measure the grey levels of regions, 0-255; colour counts by its luminance."""

    type: Literal["brightness"] = "brightness"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("mean", unit="grey", help="Mean grey level", main=True, each_region=True),
        Measure("min", unit="grey", help="Darkest pixel", each_region=True),
        Measure("max", unit="grey", help="Brightest pixel", each_region=True),
        Measure("std", unit="grey", help="Standard deviation", each_region=True),
        Measure("saturated", unit="%", help="Share of pixels at the camera's full scale", each_region=True),
    )
    regions: ClassVar[tuple[int, int]] = (0, 64)

    def measure(self, view: View) -> Findings:
        rows = []
        for region in view.areas:
            view.check_time()
            rows.append(_levels(view, region))
        mean, low, high, std, saturated = (tuple(column) for column in zip(*rows, strict=True))
        return Findings(mean=mean, min=low, max=high, std=std, saturated=saturated)


def _levels(view: View, region: Region) -> tuple[float, float, float, float, float]:
    pixels = region.cut(view.raw)
    full = (pixels if pixels.ndim == 2 else pixels.max(axis=2)) >= view.full_scale
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    mean, std = cv2.meanStdDev(grey, mask=region.mask)
    low, high, _, _ = cv2.minMaxLoc(grey, mask=region.mask)
    share = 100.0 * np.count_nonzero(full & (region.mask > 0)) / np.count_nonzero(region.mask)
    to_grey = 255.0 / view.full_scale
    return float(mean[0, 0]) * to_grey, low * to_grey, high * to_grey, float(std[0, 0]) * to_grey, share
