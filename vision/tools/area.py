"""How much of a region is as bright as wanted."""

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..imaging.threshold import otsu
from ..shown import layer, outlines
from ..tool import Findings, Measure, Region, Tool, View

Level = Annotated[float, Field(ge=0, le=255)]


class Area(Tool):
    """Measure the area whose grey level lies in a band, or on one side of a threshold that is found."""

    type: Literal["area"] = "area"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("area", unit="area", help="Area as bright as wanted", main=True, each_region=True),
        Measure("share", unit="%", help="Share of the region, masks taken away", each_region=True),
        Measure("threshold", unit="grey", help="The threshold that was found; only with bright or dark"),
    )
    layers: ClassVar[tuple[str, ...]] = ("area",)
    regions: ClassVar[tuple[int, int]] = (0, 64)

    method: Literal["band", "bright", "dark"] = "band"
    """band: levels from `low` to `high`; bright, dark: this side of the level that parts those of all regions best"""
    low: Level = 128.0
    """For band: the darkest level that counts (grey levels, 0-255)"""
    high: Level = 255.0
    """For band: the brightest level that counts (grey levels, 0-255)"""
    min_contrast_grey: Level = 20.0
    """For bright and dark: with less between the two there is nothing to part (grey levels)"""

    @model_validator(mode="after")
    def _band_in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low {self.low:g} is above high {self.high:g}")
        return self

    def measure(self, view: View) -> Findings:
        low, high, contrast = self._band(view)
        if contrast < self.min_contrast_grey:
            reason = (
                f"bright and dark not found: contrast {contrast:.1f} grey levels, {self.min_contrast_grey:g} needed"
            )
            return Findings(found=False, reason=reason)
        found = []
        for region in view.areas:
            view.check_time()
            grey = region.cut(view.frame_grey)
            found.append((grey >= low) & (grey <= high) & (region.mask > 0))
        sizes = [int(np.count_nonzero(one)) for one in found]
        return Findings(
            area=tuple(view.pixel_area(size) for size in sizes),
            share=tuple(100.0 * size / _whole(region) for size, region in zip(sizes, view.areas, strict=True)),
            threshold={"band": None, "bright": low, "dark": high + 1}[self.method],
            overlay=outlines(found, view.areas),
            layers={"area": layer(found, view)} if "area" in view.layers else {},
        )

    def _band(self, view: View) -> tuple[float, float, float]:
        """Darkest and brightest level that count, and the contrast between the two sides (band: always enough)."""
        if self.method == "band":
            return self.low, self.high, 255.0
        threshold, contrast = otsu(sum((_histogram(view, region) for region in view.areas), np.zeros(256, np.int64)))
        return (threshold, 255.0, contrast) if self.method == "bright" else (0.0, threshold - 1, contrast)


def _histogram(view: View, region: Region) -> NDArray[np.int64]:
    view.check_time()
    return np.bincount(region.cut(view.frame_grey)[region.mask > 0], minlength=256)


def _whole(region: Region) -> int:
    return int(np.count_nonzero(region.mask))
