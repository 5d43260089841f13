"""Connected pixels of a mask as spots with area, place and outline."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Spot:
    """Pixels that belong together, in px of the mask they come from."""

    area: int  # pixels
    box: tuple[int, int, int, int]  # x, y, width, height
    centre: tuple[float, float]  # centre of mass
    mask: NDArray[np.bool_]  # ``(height, width)`` of `box`

    def outline(self) -> NDArray[np.float64]:
        """``(n, 2)`` hull of the pixels' corners; at least the four of one pixel."""
        contours, _ = cv2.findContours(self.mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        points = np.concatenate([c[:, 0] for c in contours]).astype(np.float64)
        corners = np.concatenate([points + d for d in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))])
        hull: NDArray[np.float64] = cv2.convexHull(corners.astype(np.float32))[:, 0].astype(np.float64)
        return hull + self.box[:2]


def spots(mask: Grey, min_area: int, gap: int = 0) -> list[Spot]:
    """Spots of at least `min_area` pixels, the largest first; what is at most `gap` px apart is one spot."""
    if cv2.countNonZero(mask) < max(min_area, 1):
        return []
    ys, xs = np.nonzero(mask)
    joined = mask if gap < 1 else cv2.dilate(mask, np.ones((gap + 1, gap + 1), np.uint8))
    labels = np.asarray(cv2.connectedComponents(joined, connectivity=8)[1])[ys, xs]
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    groups = (g for g in np.split(order, cuts) if len(g) >= min_area)
    return sorted((_spot(xs[g], ys[g]) for g in groups), key=lambda s: (-s.area, s.box))


def _spot(xs: NDArray[np.intp], ys: NDArray[np.intp]) -> Spot:
    x, y = int(xs.min()), int(ys.min())
    own = np.zeros((int(ys.max()) - y + 1, int(xs.max()) - x + 1), np.bool_)
    own[ys - y, xs - x] = True
    return Spot(len(xs), (x, y, own.shape[1], own.shape[0]), (float(xs.mean()), float(ys.mean())), own)
