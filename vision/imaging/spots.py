"""Connected pixels of a mask as spots with area, place and outline."""

from dataclasses import dataclass
from typing import Any

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
    joined = mask if gap < 1 else cv2.dilate(mask, np.ones((gap + 1, gap + 1), np.uint8))
    n, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    labels, stats = np.asarray(labels), np.asarray(stats)
    found = [_spot(mask, labels, i, stats[i, :4].tolist()) for i in range(1, n) if stats[i, 4] >= min_area]
    return sorted((s for s in found if s.area >= min_area), key=lambda s: (-s.area, s.box))


def _spot(mask: Grey, labels: NDArray[Any], label: int, box: list[int]) -> Spot:
    x, y, w, h = box
    own = (labels[y : y + h, x : x + w] == label) & (mask[y : y + h, x : x + w] > 0)
    ys, xs = np.nonzero(own)
    x0, y0 = int(xs.min()), int(ys.min())
    own = own[y0 : int(ys.max()) + 1, x0 : int(xs.max()) + 1]
    return Spot(
        len(xs), (x + x0, y + y0, own.shape[1], own.shape[0]), (x + float(xs.mean()), y + float(ys.mean())), own
    )
