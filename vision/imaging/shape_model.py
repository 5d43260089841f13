"""A part as its edges: learned from one image, looked for in others."""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from .directions import reduced
from .edges import EdgePoints, Floats32, edge_points, gradient
from .levels import Levels
from .order import quantile

MOST_POINTS = 1200
HIGH_SHARE, LOW_SHARE = 0.30, 0.15  # of the 95th percentile of slopes on ridges
FEWEST_POINTS = 24
BORDER_PX = 3  # edges so near to the border of the mask are bent by what lies beyond it


class NoStructure(ValueError):
    """The image has no edges by which its place could be told."""


@dataclass(frozen=True, slots=True)
class ShapeModel:
    """Edges about an origin; px of the image it was learned from."""

    image: Levels  # the part and what is round it
    mask: NDArray[np.uint8]  # 255 where edges belong to the part
    origin: tuple[float, float]  # in `image`
    points: EdgePoints  # places relative to the origin

    @property
    def radius(self) -> float:
        """From the origin to the farthest edge, px."""
        return float(np.hypot(*self.points.places.T).max())

    @property
    def turns(self) -> bool:
        """Whether its angle can be told: not of a circle about its origin."""
        p, n = self.points.places, self.points.normals
        lever = p[:, 0] * n[:, 1] - p[:, 1] * n[:, 0]
        return float(np.sqrt((lever**2).mean())) > 0.05 * self.radius


def learn(image: Levels, mask: NDArray[np.uint8], origin: tuple[float, float], min_slope: float) -> ShapeModel:
    """Find the edges of `image` inside `mask` that are strong for it; below `min_slope` (grey levels a px) is none.

    Raises:
        NoStructure: There are too few edges, or all run in one direction.
    """
    inside = mask > 0
    if not inside.any():
        raise NoStructure("the region is empty")
    slopes = gradient(image)[inside, 2]
    strong = quantile(slopes, 0.98)
    high = max(HIGH_SHARE * strong, min_slope)
    points = edge_points(image, _away_from_border(mask, BORDER_PX), high, max(LOW_SHARE * strong, min_slope / 2))
    if len(points) < FEWEST_POINTS:
        raise NoStructure(
            f"only {len(points)} edge points, {FEWEST_POINTS} needed; the steepest edge has {slopes.max():.1f} grey "
            f"levels a px, {high:.1f} needed"
        )
    points = _thinned(points, MOST_POINTS)
    _check_directions(points.normals)
    places = (points.places - np.asarray(origin, np.float32)).astype(np.float32)
    return ShapeModel(image, mask, origin, EdgePoints(places, points.normals, points.slopes))


def _away_from_border(mask: NDArray[np.uint8], distance: int) -> NDArray[np.uint8]:
    square = np.ones((2 * distance + 1, 2 * distance + 1), np.uint8)
    return cast("NDArray[np.uint8]", cv2.erode(mask, square, borderType=cv2.BORDER_CONSTANT, borderValue=0))


def _thinned(points: EdgePoints, most: int) -> EdgePoints:
    if len(points) <= most:
        return points
    return points[np.linspace(0, len(points) - 1, most).astype(np.intp)]


def _check_directions(normals: Floats32) -> None:
    """Edges that all run one way leave the place along them open."""
    spread = np.linalg.eigvalsh(normals.T @ normals / len(normals))
    if spread[0] < 0.01:
        raise NoStructure("all edges run in one direction: the place along them is open; take in a corner or an end")


def at_level(model: ShapeModel, factor: int, most: int) -> EdgePoints:
    """The model's edges in an image smaller by `factor`; places in full-size px, slopes per px of the small one."""
    grey, mask = reduced(model.image, factor), reduced(model.mask, factor)
    inside = np.where(mask > 254, 255, 0).astype(np.uint8)
    slopes = gradient(grey)[inside > 0, 2]
    if not slopes.size:
        return model.points
    strong = quantile(slopes, 0.98)
    points = edge_points(grey, _away_from_border(inside, 1), HIGH_SHARE * strong, LOW_SHARE * strong)
    if len(points) < FEWEST_POINTS:
        return model.points
    places = (points.places + 0.5) * factor - 0.5 - np.asarray(model.origin, np.float32)
    return _thinned(EdgePoints(places.astype(np.float32), points.normals, points.slopes), most)
