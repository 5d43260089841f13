"""Find where a surface is not as the good ones are: another pattern, a smudge, a worn or missing structure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..calibration import Calibration
from ..errors import TeachError, ToolError
from ..imaging.texture import LENGTH, Cells, Model, cells
from ..result import MOST_OBJECTS, Object, Objects, Point, Shape
from ..tool import Findings, Measure, Prepared, Region, Sample, Taught, Tool, View

Floats = NDArray[np.float64]
SEEN = 0.75  # of a cell has to lie inside the region
FEWEST_CELLS = 40  # to learn from
MOST_CELLS = 400_000


class Texture(Tool):
    """Learn what a regular surface is like from good samples, and find places that depart from it.

    A cell is told by how much its levels change in four directions at three scales, and by its level; any place of the
    region may look like any other. 1 is as odd as the oddest place of the good samples, each judged by the others.
    """

    type: Literal["texture"] = "texture"
    learns: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("departure", help="Of the oddest place; 1 = as odd as the oddest good one", main=True),
        Measure("count", help="Places that depart by more than the threshold", int16="count"),
        Measure("area", unit="area", help="Of all places that do"),
        Measure("share", unit="%", help="Of the region that does"),
    )
    features: ClassVar[Mapping[str, Any]] = {"oddest": Point}
    layers: ClassVar[tuple[str, ...]] = ("departure",)
    regions: ClassVar[tuple[int, int]] = (0, 16)

    cell_px: Annotated[int, Field(ge=8, le=256)] = 24
    """Side of the squares that are looked at (px): several times what repeats, about as large as the faults"""
    threshold: Annotated[float, Field(gt=0, le=100)] = 1.3
    """What departs more is a fault; 1 = as odd as the oddest place of the good samples"""
    light: Literal["as_is", "gain"] = "gain"
    """gain: it may be brighter or darker all over; as_is: that counts as well"""

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn from the regions of all good samples.

        Raises:
            TeachError: No good sample, or too little of the surface.
        """
        good = [sample.view for sample in samples if sample.labels[:1] == ("good",)]
        if not good:
            raise TeachError("texture learns from good images: none of the samples is labelled good")
        parts = [np.concatenate([_inside(seen) for _, seen in self.looked_at(view)]) for view in good]
        if taught is not None:
            before, numbers = taught.array("features"), taught.array("samples")
            parts = [before[numbers == number] for number in np.unique(numbers)] + parts
        total = sum(map(len, parts))
        if not FEWEST_CELLS <= total <= MOST_CELLS:
            wanted = f"between {FEWEST_CELLS} and {MOST_CELLS} are needed"
            raise TeachError(
                f"the good samples show {total} cells of {self.cell_px} px, {wanted}: change the region or cell_px"
            )
        features = np.concatenate(parts)
        numbers = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        return Taught({"features": features, "samples": numbers, "limit": np.array(_limit(features, numbers))})

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        """Raise ToolError: taught data is missing or does not fit."""
        features, limit = taught.array("features"), taught.array("limit")
        if features.ndim != 2 or features.shape[1] != LENGTH or limit.shape != () or not len(features):
            raise ToolError(f"taught data does not fit: {features.shape} features, {LENGTH} a cell are needed")
        if not (np.isfinite(features).all() and np.isfinite(limit) and limit > 0):
            raise ToolError("taught data does not fit: it is not all numbers; teach this step")
        return _Ready(self, Model.of(features), float(limit))

    def measure(self, view: View) -> Findings:
        """Raise ToolError: good samples are needed, so this works only when prepared."""
        raise ToolError("not taught: texture needs good samples; teach this step")

    def looked_at(self, view: View) -> Iterator[tuple[Region, Cells]]:
        """The cells of each region, upright.

        Raises:
            ToolError: A region has no whole cell.
        """
        for number, region in enumerate(view.areas, 1):
            grey = np.asarray(view.upright(region, view.frame_grey), np.uint8)
            inside = view.upright_mask(region)
            seen = cells(grey, inside, self.cell_px, self.light == "gain", view.check_time)
            if not (seen.seen >= SEEN).any():
                raise ToolError(
                    f"region {number} has no whole cell of {self.cell_px} px inside the frame and its masks"
                )
            yield region, seen


@dataclass(frozen=True, slots=True)
class _Place:
    """Neighbouring cells that depart."""

    outline: Floats  # ``(n, 2)`` frame px
    worst: Point
    departure: float
    area: float  # in the recipe's unit


@dataclass(frozen=True, slots=True)
class _Ready:
    tool: Texture
    model: Model
    limit: float

    def measure(self, view: View) -> Findings:
        places: list[_Place] = []
        oddest, where, odd_cells, all_cells = 0.0, Point(0.0, 0.0), 0, 0
        layer = np.zeros(view.raw.shape[:2], np.uint8) if "departure" in view.layers else None
        for region, seen in self.tool.looked_at(view):
            departs = np.where(seen.seen >= SEEN, self.model.away(seen.features) / self.limit, 0.0)
            view.check_time()
            row, column = np.unravel_index(int(departs.argmax()), departs.shape)
            if departs[row, column] >= oddest:
                oddest, where = float(departs[row, column]), _point(region, seen, int(row), int(column))
            odd = departs > self.tool.threshold
            odd_cells, all_cells = odd_cells + int(odd.sum()), all_cells + int((seen.seen >= SEEN).sum())
            places += _places(view, region, seen, departs, odd)
            if layer is not None:
                _fill(layer, region, seen, departs / self.tool.threshold)
        places.sort(key=lambda place: -place.departure)
        return Findings(
            departure=oddest,
            count=len(places),
            area=sum(place.area for place in places),
            share=100 * odd_cells / all_cells,
            features={"oddest": where},
            objects=Objects(len(places), tuple(_object(place) for place in places[:MOST_OBJECTS])),
            overlay=[_drawn(place) for place in places[:MOST_OBJECTS]],
            layers={} if layer is None else {"departure": layer},
            reason=_said(places),
        )


def _inside(seen: Cells) -> NDArray[np.float32]:
    return seen.features[seen.seen >= SEEN]


def _limit(features: NDArray[np.float32], numbers: NDArray[np.intp]) -> float:
    """The distance of the oddest good cell, each sample judged by a model of the others; of one sample by its own."""
    samples = np.unique(numbers)
    if len(samples) == 1:
        return float(Model.of(features).away(features).max())
    return max(float(Model.of(features[numbers != n]).away(features[numbers == n]).max()) for n in samples)


def _point(region: Region, seen: Cells, row: int, column: int) -> Point:
    x, y = region.to_frame(np.array([[(column + 1) * seen.stride - 0.5, (row + 1) * seen.stride - 0.5]]))[0].tolist()
    return Point(x, y)


def _places(view: View, region: Region, seen: Cells, departs: Floats, odd: NDArray[np.bool_]) -> Iterator[_Place]:
    if not odd.any():
        return
    count, labels = cv2.connectedComponents(odd.astype(np.uint8), connectivity=8)
    for label in range(1, count):
        view.check_time()
        mine = np.asarray(labels) == label
        row, column = np.unravel_index(int(np.where(mine, departs, -1.0).argmax()), mine.shape)
        rows, columns = np.nonzero(mine)
        corners = np.concatenate([np.stack([columns + dx, rows + dy], axis=1) for dx in (0, 2) for dy in (0, 2)])
        hull = cv2.convexHull((corners * seen.stride).astype(np.float32))[:, 0].astype(np.float64) - 0.5
        outline = region.to_frame(hull)
        area = view.pixel_area(float(mine.sum()) * seen.stride**2)
        yield _Place(outline, _point(region, seen, int(row), int(column)), float(departs[row, column]), area)


def _fill(layer: NDArray[np.uint8], region: Region, seen: Cells, shade: Floats) -> None:
    """Each cell's middle as a square in the frame; 128 is the threshold."""
    for row, column in zip(*np.nonzero(seen.seen >= SEEN), strict=True):
        x, y = column + 0.5, row + 0.5
        square = np.array([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]) * seen.stride - 0.5
        level = int(min(255.0, 128 * shade[row, column]))
        cv2.fillConvexPoly(layer, np.rint(region.to_frame(square)).astype(np.int32), (level,))


def _object(place: _Place) -> Object:
    return Object(place.worst, {"departure": place.departure, "area": place.area})


def _drawn(place: _Place) -> Shape:
    return Shape(tuple(map(tuple, place.outline.tolist())), label=f"{place.departure:.2f}", role="defect")


def _said(places: Sequence[_Place]) -> str:
    if not places:
        return ""
    many = "1 place is" if len(places) == 1 else f"{len(places)} places are"
    first = places[0]
    at = f"({first.worst.x:.0f}, {first.worst.y:.0f})"
    return f"{many} not like the good surface: {first.departure:.2f} times as odd as the oddest good place, at {at}"
