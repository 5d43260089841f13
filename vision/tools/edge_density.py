"""How many edges regions have."""

from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ..imaging.edge_pixels import edge_pixels
from ..shown import layer, outlines
from ..tool import Findings, Measure, Tool, View


class EdgeDensity(Tool):
    """Measure the length of all edges in regions against their area.

    More than usual is a scratched, torn or wrinkled surface or something that does not belong there; less is a print, a
    thread or a texture that is missing.
    """

    type: Literal["edge_density"] = "edge_density"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("density", unit="%", help="Pixels on an edge, of the region's pixels", main=True, each_region=True),
        Measure("edges", unit="px", help="Pixels on an edge: about the length of all edges", each_region=True),
    )
    layers: ClassVar[tuple[str, ...]] = ("edges",)
    regions: ClassVar[tuple[int, int]] = (0, 64)

    min_contrast_grey: Annotated[float, Field(ge=1, le=255)] = 20.0
    """A sharp edge counts from this change of level on (grey levels, 0-255); a blurred one has to change more"""
    smoothing_px: Annotated[float, Field(ge=0, le=10)] = 1.0
    """Blur before edges are looked for (px, sigma): more against noise, less for fine structure"""

    def measure(self, view: View) -> Findings:
        found = []
        for region in view.areas:
            view.check_time()
            edges = edge_pixels(view.raw, region.box, view.full_scale, self.smoothing_px, self.min_contrast_grey)
            found.append(edges & (region.mask > 0))
        counts = [int(np.count_nonzero(one)) for one in found]
        inside = [int(cv2.countNonZero(region.mask)) for region in view.areas]
        return Findings(
            density=tuple(100.0 * count / whole for count, whole in zip(counts, inside, strict=True)),
            edges=tuple(float(count) for count in counts),
            overlay=outlines(found, view.areas),
            layers={"edges": layer(found, view)} if "edges" in view.layers else {},
        )
