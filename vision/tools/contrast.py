"""How far bright and dark lie apart in regions."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from ..imaging.levels import cut_levels
from ..tool import Findings, Measure, Region, Tool, View


class Contrast(Tool):
    """Measure the distance between the bright and the dark levels of regions; colour counts by its luminance.

    A print that fades, a lamp that ages or a lens that fogs lowers it.
    """

    type: Literal["contrast"] = "contrast"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("contrast", unit="grey", help="Bright less dark level", main=True, each_region=True),
        Measure("michelson", unit="%", help="Contrast against the sum of both levels", each_region=True),
        Measure("bright", unit="grey", help="Level that few pixels exceed", each_region=True),
        Measure("dark", unit="grey", help="Level that few pixels fall below", each_region=True),
        Measure("rms", unit="grey", help="Standard deviation of all levels", each_region=True),
    )
    regions: ClassVar[tuple[int, int]] = (0, 64)

    ignore_percent: Annotated[float, Field(ge=0, lt=50)] = 5.0
    """So many of the darkest and of the brightest pixels are taken for dirt and glare (% of the region)"""

    def measure(self, view: View) -> Findings:
        rows = [self._levels(view, region) for region in view.areas]
        contrast, michelson, bright, dark, rms = (tuple(column) for column in zip(*rows, strict=True))
        return Findings(contrast=contrast, michelson=michelson, bright=bright, dark=dark, rms=rms)

    def _levels(self, view: View, region: Region) -> tuple[float, float, float, float, float]:
        view.check_time()
        levels = cut_levels(view.raw, region.box, view.full_scale)[region.mask > 0]
        dark, bright = np.percentile(levels, (self.ignore_percent, 100 - self.ignore_percent)).tolist()
        total = bright + dark
        michelson = 100 * (bright - dark) / total if total > 0 else 0.0
        return bright - dark, michelson, bright, dark, float(levels.std(dtype=np.float64))
