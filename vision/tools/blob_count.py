"""Count things that stand out by their brightness."""

from typing import ClassVar, Literal

from ..blobs import BlobTool, outlined
from ..result import MOST_OBJECTS, Objects
from ..tool import Findings, Measure, View


class BlobCount(BlobTool):
    """Count 8-connected areas that are brighter or darker than a threshold."""

    type: Literal["blob_count"] = "blob_count"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("count", help="Blobs found, all regions together", main=True, int16="count"),
        Measure("largest", unit="area", help="Area of the largest blob, 0 if there is none"),
        Measure("total", unit="area", help="Area of all blobs together"),
        Measure("threshold", unit="grey", help="The threshold that was used"),
    )
    layers: ClassVar[tuple[str, ...]] = ("blobs",)
    regions: ClassVar[tuple[int, int]] = (0, 64)

    def measure(self, view: View) -> Findings:
        found = self.found(view)
        first = found.kept[:MOST_OBJECTS]
        forms = list(found.forms(first))
        objects = tuple(found.object(label, it) for label, it in zip(first.tolist(), forms, strict=True))
        return Findings(
            count=len(found.kept),
            largest=view.pixel_area(float(found.areas.max(initial=0))),
            total=view.pixel_area(float(found.areas.sum())),
            threshold=found.threshold,
            objects=Objects(len(found.kept), objects),
            overlay=tuple(outlined(it) for it in forms),
            layers={"blobs": found.mask} if "blobs" in view.layers else {},
            reason=found.reason,
        )
