"""How much of a region has a taught colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..calibration import Calibration
from ..errors import TeachError, ToolError
from ..imaging.colour import Colours, nearest_de76, to_lab
from ..shown import layer, outlines
from ..tool import NOT_TAUGHT, Findings, Measure, Prepared, Sample, Taught, Tool, View

CELL = 4.0  # colours closer than this are looked at together when teaching
REST = 0.02  # share of the pixels that teaching may leave unexplained
MOST_COLOURS = 12


class ColorArea(Tool):
    """Measure the area that has one of the taught colours."""

    type: Literal["color_area"] = "color_area"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("area", unit="area", help="Area with a taught colour", main=True, each_region=True),
        Measure("share", unit="%", help="Share of the region, masks taken away", each_region=True),
    )
    layers: ClassVar[tuple[str, ...]] = ("colour",)
    regions: ClassVar[tuple[int, int]] = (0, 64)
    learns: ClassVar[bool] = True

    tolerance_de: Annotated[float, Field(gt=0, le=100)] = 10.0
    """Largest distance from a taught colour, CIE 1976 (ΔE)"""

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        colours, others = taught.array("colours"), taught.arrays.get("others", _none())
        if not len(colours) or any(each.ndim != 2 or each.shape[1] != 3 for each in (colours, others)):
            raise ToolError(
                f"taught data does not fit: colours of shape {colours.shape}, (n, 3) needed; teach this step"
            )
        return _Colours(colours, others, self.tolerance_de)

    def measure(self, view: View) -> Findings:
        return self.prepare(NOT_TAUGHT, view.calibration).measure(view)

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn the colours of the regions labelled good.

        What lies nearer to a colour of a region labelled bad is not counted. Proposes `tolerance_de`
        from the spread of the good colours.
        """
        good, bad = _pixels(samples, "good"), _pixels(samples, "bad")
        if not len(good) and taught is None:
            raise TeachError("no region is labelled good; draw one over the colour to be found")
        before = taught or NOT_TAUGHT
        colours = np.concatenate([before.arrays.get("colours", _none()), _colours(good)])
        others = np.concatenate([before.arrays.get("others", _none()), _colours(bad)])
        return Taught(arrays={"colours": colours, "others": others}, parameters=_proposed(good, colours))


@dataclass(frozen=True, slots=True)
class _Colours:
    colours: Colours
    others: Colours
    tolerance_de: float

    def measure(self, view: View) -> Findings:
        found = []
        for region in view.areas:
            view.check_time()
            lab = to_lab(region.cut(view.raw), view.full_scale)
            found.append(self._matching(lab, view) & (region.mask > 0))
        sizes = [int(np.count_nonzero(one)) for one in found]
        inside = [int(np.count_nonzero(region.mask)) for region in view.areas]
        return Findings(
            area=tuple(view.pixel_area(size) for size in sizes),
            share=tuple(100.0 * size / whole for size, whole in zip(sizes, inside, strict=True)),
            overlay=outlines(found, view.areas),
            layers={"colour": layer(found, view)} if "colour" in view.layers else {},
        )

    def _matching(self, lab: Colours, view: View) -> NDArray[np.bool_]:
        nearest = nearest_de76(lab, self.colours, view.check_time)
        near = nearest <= np.float32(self.tolerance_de) ** 2 + 1e-4
        return np.asarray(near & (nearest <= nearest_de76(lab, self.others, view.check_time)))


def _none() -> Colours:
    return np.zeros((0, 3), np.float32)


def _pixels(samples: Sequence[Sample], label: str) -> Colours:
    found = [_none()]
    for sample in samples:
        view = sample.view
        if len(sample.labels) != len(view.areas):
            raise TeachError(f"{len(sample.labels)} labels for {len(view.areas)} regions")
        for region, given in zip(view.areas, sample.labels, strict=True):
            if given not in ("good", "bad"):
                raise TeachError(f"label {given!r} is neither good nor bad")
            if given == label:
                found.append(to_lab(region.cut(view.raw), view.full_scale)[region.mask > 0])
    return np.concatenate(found)


def _colours(pixels: Colours) -> Colours:
    """The colours that explain nearly all of `pixels`, the most frequent first."""
    chosen: list[NDArray[np.float32]] = []
    rest = pixels
    while len(rest) > REST * len(pixels) and len(chosen) < MOST_COLOURS:
        cells = np.round(rest / CELL).astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
        _, where, counts = np.unique(cells, return_inverse=True, return_counts=True)
        colour = rest[where == int(np.argmax(counts))].mean(axis=0, dtype=np.float64).astype(np.float32)
        chosen.append(colour)
        rest = rest[np.square(rest - colour).sum(axis=-1) > (2 * CELL) ** 2]
    return np.stack(chosen) if chosen else _none()


def _proposed(good: Colours, colours: Colours) -> dict[str, float]:
    if not len(good):
        return {}
    spread = float(np.sqrt(np.quantile(nearest_de76(good, colours), 1 - REST)))
    return {"tolerance_de": round(min(max(1.5 * spread, 5.0), 30.0), 1)}
