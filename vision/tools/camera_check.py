"""Say whether the camera still looks at the same place: how far fixed marks have moved."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..calibration import Calibration
from ..errors import TeachError, ToolError
from ..tool import Findings, Measure, Prepared, Sample, Taught, Tool, View

FLAT_GREY = 2.0  # spread of levels: less has no mark in it
SMALLEST_PX = 16
BLUR_PX = 5  # odd: before marks are compared
SETTLED = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 50, 1e-4)


class CameraCheck(Tool):
    """Compare marks of the machine, which the parts never cover, with where they were when it was taught.

    Give `shift` a warn limit: the camera has moved, and calibration and regions no longer fit.
    """

    type: Literal["camera_check"] = "camera_check"
    version: ClassVar[int] = 1
    learns: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("shift", unit="px", help="How far the mark has moved", main=True, each_region=True),
        Measure("likeness", help="How much the mark looks as taught, 0-1", each_region=True),
    )
    region_kinds: ClassVar[tuple[str, ...]] = ("rectangle",)
    regions: ClassVar[tuple[int, int]] = (1, 8)

    min_likeness: Annotated[float, Field(ge=0, le=1)] = 0.3
    """A mark that looks less as it was taught is not found: covered, gone, or moved too far"""

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Keep the marks of the first good sample.

        Raises:
            TeachError: There is no good sample, or a region is too small or has no mark in it.
        """
        good = [s.view for s in samples if s.labels[:1] == ("good",)]
        if not good:
            raise TeachError("camera_check learns from one good image: none of the samples is labelled good")
        marks = [_seen(good[0], i) for i in range(len(good[0].areas))]
        for i, mark in enumerate(marks, 1):
            if min(mark.shape) < SMALLEST_PX or mark.std() < FLAT_GREY:
                seen = f"{mark.shape[1]}x{mark.shape[0]} px, spread {mark.std():.1f} grey levels"
                need = f"{SMALLEST_PX}x{SMALLEST_PX} px and {FLAT_GREY:g} grey levels are needed"
                raise TeachError(f"region {i} ({seen}) has no mark: {need}")
        return Taught(arrays={f"mark{i}": mark for i, mark in enumerate(marks, 1)})

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        """Raise ToolError: not taught."""
        taught.array("mark1")
        return _Ready(self, taught)

    def measure(self, view: View) -> Findings:
        """Raise ToolError: marks are needed, so this works only when prepared."""
        raise ToolError("not taught: camera_check needs marks; teach this step")


class _Ready:
    def __init__(self, tool: CameraCheck, taught: Taught) -> None:
        self.tool, self.taught = tool, taught

    def measure(self, view: View) -> Findings:
        found = []
        for i in range(len(view.areas)):
            mark, seen = self.taught.array(f"mark{i + 1}"), _seen(view, i)
            if mark.shape != seen.shape:
                raise ToolError(f"taught data does not fit: region {i + 1} is {seen.shape}, its mark {mark.shape}")
            found.append(_moved(mark, seen))
            view.check_time()
        shifts, likeness = tuple(one[0] for one in found), tuple(one[1] for one in found)
        if (least := min(likeness)) < self.tool.min_likeness:
            i = likeness.index(least) + 1
            reason = f"mark {i} not found: likeness {least:.2f}, {self.tool.min_likeness:.2f} needed"
            return Findings(found=False, reason=reason, shift=shifts, likeness=likeness)
        return Findings(shift=shifts, likeness=likeness)


def _seen(view: View, i: int) -> NDArray[np.float32]:
    return np.asarray(view.upright(view.areas[i], view.frame_grey), np.float32)


def _moved(mark: NDArray[np.float32], seen: NDArray[np.float32]) -> tuple[float, float]:
    """How far (px), and how alike they are there (correlation; light does not count)."""
    window = cv2.createHanningWindow((mark.shape[1], mark.shape[0]), cv2.CV_32F)
    (dx, dy), _ = cv2.phaseCorrelate(mark - mark.mean(), seen - seen.mean(), window)
    start = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    whole = np.full(seen.shape, 255, np.uint8)
    try:
        alike, found = cv2.findTransformECC(mark, seen, start, cv2.MOTION_TRANSLATION, SETTLED, whole, BLUR_PX)
    except cv2.error:  # nothing in common, or nothing there at all
        return float(np.hypot(dx, dy)), 0.0
    return float(np.hypot(*np.asarray(found)[:, 2])), min(max(float(alike), 0.0), 1.0)
