"""A part as it lies on a master: its region shifted tile by tile, and lit as the master is."""

from dataclasses import dataclass
from typing import Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from .errors import ToolError
from .imaging import register
from .imaging.difference import disc
from .imaging.light import as_lit
from .imaging.warp import pose_at, pull
from .roi import Pose, moved
from .view import View

Grey = NDArray[np.uint8]
Light = Literal["as_is", "offset", "gain"]

SEEN_AT_LEAST = 0.75  # of the region must lie in the frame, or the part cannot be judged
CORNERS = np.array([(0, 0), (1, 0), (0, 1), (1, 1)])


@dataclass(frozen=True, slots=True)
class Freedom:
    """How a part may differ from its master and still be laid on it."""

    shift_px: int
    tolerance_px: int  # of edges, after laying
    light: Light

    @property
    def margin_px(self) -> int:
        """Round the region, so that what moves into it is seen."""
        return self.shift_px + self.tolerance_px + 2


@dataclass(frozen=True, slots=True)
class Laid:
    """A part on a master; images of the master's size."""

    image: Grey
    seen: Grey  # 255 where it can be compared
    share: float  # of the region that can be
    shifts: register.Shifts
    pose: Pose  # the master's px -> the frame's, but for the shifts

    def in_frame(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points of the master to where they lie in the frame."""
        return moved(self.shifts.carry(points), self.pose)


class Bed:
    """A master that parts are laid on."""

    def __init__(self, image: Grey, mask: Grey, origin: tuple[int, int], freedom: Freedom) -> None:
        """`mask` is 255 where the region is, `origin` the first pixel of `image` in taught px."""
        self._image, self._mask, self._origin, self._freedom = image, mask, origin, freedom
        self._registration = register.Master.of(image, mask)
        self._border = disc(freedom.tolerance_px + 1)
        self._area = np.count_nonzero(mask)
        m = freedom.margin_px
        self._sheltered = np.count_nonzero(mask[m:-m, m:-m]) == self._area

    def lay(self, view: View) -> Laid:
        """The view's part.

        Raises:
            ToolError: Too little of the region is seen, or the time is over.
        """
        h, w = self._image.shape
        pose = pose_at(view.pose, self._origin)
        image = pull(view.frame_grey, pose, (w, h))
        view.check_time()
        laid = self.lay_image(image, self._in_frame(view.frame_grey.shape, pose), pose)
        if laid.share < SEEN_AT_LEAST:
            raise ToolError(
                f"only {laid.share:.0%} of the region could be seen, {SEEN_AT_LEAST:.0%} needed: it leaves the frame"
            )
        view.check_time()
        return laid

    def lay_image(self, image: Grey, in_frame: Grey | None, pose: Pose) -> Laid:
        """An image of the master's size; `in_frame` is 255 where it shows the frame, None = everywhere."""
        shifts = register.register(self._registration, image, self._freedom.shift_px)
        sure = None if in_frame is None else self._sure(in_frame)
        there, shown = self._registration.full.lay(shifts.field, image, sure, outside=0)
        seen = self._mask if shown is None else cast("Grey", cv2.bitwise_and(shown, self._mask))
        lit = self._lit(cast("Grey", there))
        return Laid(lit, seen, np.count_nonzero(seen) / self._area, shifts, pose)

    def _in_frame(self, shape: tuple[int, ...], pose: Pose) -> Grey | None:
        """255 where the master's pixels show the frame; None: nothing of the region can miss it."""
        h, w = self._image.shape
        low, high = (f(moved(CORNERS * (w - 1, h - 1), pose), axis=0) for f in (np.min, np.max))
        if self._sheltered and low.min() >= 0 and high[0] <= shape[1] - 1 and high[1] <= shape[0] - 1:
            return None
        return pull(np.full(shape[:2], 255, np.uint8), pose, (w, h), outside=0)

    def _sure(self, in_frame: Grey) -> Grey:
        """Where all that a pixel is held against is wholly shown."""
        eroded = cv2.erode(in_frame, self._border, borderValue=255)
        return cast("Grey", cv2.threshold(eroded, 254, 255, cv2.THRESH_BINARY)[1])

    def _lit(self, image: Grey) -> Grey:
        """`image` with gain and offset that fit most of its pixels to the master's."""
        if self._freedom.light == "as_is":
            return image
        return as_lit(image, self._image, self._mask, self._freedom.light == "gain")
