"""Find a part as a blob, and carry the regions of later steps along with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from ..blobs import BlobTool, outlined
from ..calibration import Calibration
from ..errors import TeachError, ToolError
from ..imaging.blobs import Form
from ..imaging.warp import inverse, similarity
from ..result import MOST_OBJECTS, Object, Objects, Point
from ..roi import Pose, moved
from ..tool import Findings, Measure, Part, Prepared, Sample, Taught, View

LONG = 1.15  # elongation: what is rounder has no axis
LEANS = 0.05  # what leans less could as well be turned by half a turn


class LocateBlob(BlobTool):
    """Find a part that is brighter or darker than what is round it, by the centre and the long axis of its area.

    It is taught on one good image, which says where the part is at home. For parts whose outline changes from one to
    the next; a fixed outline is found more exactly by locate. A group of steps can repeat for each of several parts.
    """

    type: Literal["locate_blob"] = "locate_blob"
    learns: ClassVar[bool] = True
    locates: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("x", unit="px", help="Centre of the part's area, from the frame's left side", main=True),
        Measure("y", unit="px", help="Centre of the part's area, from the frame's top"),
        Measure("angle_deg", unit="deg", help="Turned against the taught image, counter-clockwise, -180 to 180"),
        Measure("area", unit="area", help="Area of the part"),
        Measure("count", help="Blobs that may be the part", int16="count"),
    )
    features: ClassVar[Mapping[str, Any]] = {"origin": Point}
    regions: ClassVar[tuple[int, int]] = (0, 64)

    select: Literal["largest", "topmost", "leftmost"] = "largest"
    """Which blob is the part, where there are several"""
    direction: Literal["axis", "none"] = "axis"
    """axis: the part turns with the long axis of its area; none: it only moves, for what is as long as wide"""
    count: Annotated[int, Field(ge=1, le=100)] = 1
    """So many parts are given at most for a group to repeat, in the order that `select` says; its numbers are the first
    one's"""

    @property
    def most_parts(self) -> int:
        return self.count

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn where the part lies in the first good sample; proposes to take no direction of what has no axis.

        Raises:
            TeachError: There is no good sample, or no blob in it.
        """
        good = [s.view for s in samples if s.labels[:1] == ("good",)]
        if not good:
            raise TeachError("locate_blob learns from one good image: none of the samples is labelled good")
        forms, reason = self.candidates(good[0])
        if not forms:
            raise TeachError(f"there is nothing to learn: {reason}; see threshold and polarity")
        it, back = forms[0][1], inverse(good[0].pose)
        home = moved(np.array([it.centre]), back)[0]
        ahead = moved(np.array([it.centre]) + _ahead(it.angle_deg), back)[0] - home
        angle = -np.degrees(np.arctan2(ahead[1], ahead[0]))
        arrays = {"centre": home, "angle_deg": np.array(angle), "lean": np.array(it.lean)}
        return Taught(arrays, parameters={} if it.elongation >= LONG else {"direction": "none"})

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        return _Ready(self, taught)

    def measure(self, view: View) -> Findings:
        raise ToolError("not taught: locate_blob needs to know where the part is at home; teach this step")

    def candidates(self, view: View) -> tuple[list[tuple[Object, Form]], str]:
        """The blobs that may be the part, the first `MOST_OBJECTS` in the order wanted; why there is none, in words."""
        found = self.found(view)
        boxes = found.blobs.boxes[found.kept]
        key = {"largest": -found.areas, "topmost": boxes[:, 1], "leftmost": boxes[:, 0]}[self.select]
        first = found.kept[np.argsort(key, kind="stable")][:MOST_OBJECTS]
        forms = found.forms(first)
        reason = found.reason or f"no {self.polarity} blob of at least {self.min_area_px} px² that counts"
        return [(found.object(label, it), it) for label, it in zip(first.tolist(), forms, strict=True)], reason


@dataclass(frozen=True, slots=True)
class _Found:
    pose: Pose  # taught px -> this frame's px
    origin: Point


class _Ready:
    def __init__(self, tool: LocateBlob, taught: Taught) -> None:
        self.tool = tool
        centre, angle, lean = (taught.array(name) for name in ("centre", "angle_deg", "lean"))
        if (centre.shape, angle.shape, lean.shape) != ((2,), (), ()) or not np.isfinite([*centre, angle, lean]).all():
            raise ToolError("taught data does not fit: the home of a part is a place, an angle and how it leans")
        self.centre, self.angle_deg, self.lean = (float(centre[0]), float(centre[1])), float(angle), float(lean)

    def measure(self, view: View) -> Findings:
        forms, reason = self.tool.candidates(view)
        if not forms:
            return Findings(found=False, reason=f"part not found: {reason}", count=0)
        parts = [self._part(it) for _, it in forms[: self.tool.count]]
        origin = parts[0].origin
        return Findings(
            x=origin.x,
            y=origin.y,
            angle_deg=origin.angle_deg,
            area=forms[0][0].values["area"],
            count=len(forms),
            pose=parts[0].pose,
            parts=[Part(one.pose, {"origin": one.origin}) for one in parts] if self.tool.count > 1 else (),
            features={"origin": origin},
            overlay=[outlined(it) for _, it in forms[: self.tool.count]],
            objects=Objects(len(parts), tuple(one for one, _ in forms[: self.tool.count])),
        )

    def _part(self, it: Form) -> "_Found":
        turned = self._turned(it) if self.tool.direction == "axis" else 0.0
        pose = similarity(self.centre, it.centre, turned)
        return _Found(pose, Point(*it.centre, turned))

    def _turned(self, it: Form) -> float:
        """Against the taught image; of the two ways that the axis allows the one in which it leans as taught.

        Where it leans to neither side, the smaller turn.
        """
        turned = (it.angle_deg - self.angle_deg + 180) % 360 - 180
        other = turned - 180 if turned > 0 else turned + 180
        if min(abs(it.lean), abs(self.lean)) >= LEANS:
            return turned if (it.lean > 0) == (self.lean > 0) else other
        return min(turned, other, key=abs)


def _ahead(angle_deg: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    t = np.radians(angle_deg)
    return np.array([[np.cos(t), -np.sin(t)]])
