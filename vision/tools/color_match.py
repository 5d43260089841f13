"""How far the colour of a region lies from the taught ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ..calibration import Calibration
from ..errors import TeachError, ToolError
from ..imaging.colour import ciede2000, to_lab
from ..result import Reading
from ..shown import marks
from ..tool import NOT_TAUGHT, Findings, Measure, Prepared, Region, Sample, Taught, Tool, View

Floats = NDArray[np.float64]


class ColorMatch(Tool):
    """Measure how far the mean colour of regions lies from the nearest taught colour, and name that.

    Below 1 nobody sees a difference, from about 5 on everybody does. To tell colours apart teach each under its name.
    """

    type: Literal["color_match"] = "color_match"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("delta_e", help="Difference from the nearest taught colour, CIEDE2000", main=True, each_region=True),
        Measure("lightness", help="Of the mean colour, 0 (black) to 100 (white)", each_region=True),
        Measure("a", help="Of the mean colour: green (negative) to red (positive)", each_region=True),
        Measure("b", help="Of the mean colour: blue (negative) to yellow (positive)", each_region=True),
    )
    readings: ClassVar[tuple[str, ...]] = ("colour",)
    regions: ClassVar[tuple[int, int]] = (0, 64)
    learns: ClassVar[bool] = True
    by_label: ClassVar[bool] = True

    def prepare(self, taught: Taught, calibration: Calibration) -> Prepared:
        return _Ready(_colours(taught))

    def measure(self, view: View) -> Findings:
        return self.prepare(NOT_TAUGHT, view.calibration).measure(view)

    def teach(self, samples: Sequence[Sample], taught: Taught | None = None) -> Taught:
        """Learn the mean colour of all regions of one label: good, or a colour's name; bad ones teach nothing."""
        seen = _seen(taught) if taught is not None else {}
        for sample in samples:
            if len(sample.labels) != len(sample.view.areas):
                raise TeachError(f"{len(sample.labels)} labels for {len(sample.view.areas)} regions")
            for region, label in zip(sample.view.areas, sample.labels, strict=True):
                if label != "bad":
                    seen.setdefault(label, []).append(_mean(sample.view, region))
        if not seen:
            raise TeachError("no region is labelled good or with a colour's name; draw one over the colour wanted")
        names = [name for name, colours in seen.items() for _ in colours]
        return Taught({"colours": np.array([one for many in seen.values() for one in many]), "names": np.array(names)})


@dataclass(frozen=True, slots=True)
class _Ready:
    colours: Mapping[str, Floats]

    def measure(self, view: View) -> Findings:
        names, wanted = tuple(self.colours), np.stack(list(self.colours.values()))
        means = np.stack([_mean(view, region) for region in view.areas])
        away = ciede2000(wanted, means[:, None])
        nearest, off = away.argmin(axis=1).tolist(), away.min(axis=1).tolist()
        light, a, b = (tuple(column.tolist()) for column in means.T)
        return Findings(
            delta_e=tuple(off),
            lightness=light,
            a=a,
            b=b,
            readings=[
                Reading("colour", names[i], names[i].encode(), _sure(row)) for i, row in zip(nearest, away, strict=True)
            ],
            overlay=marks([f"{names[i]} {one:.1f}" for i, one in zip(nearest, off, strict=True)], view.areas),
        )


def _sure(away: Floats) -> float:
    """0 where the second nearest colour is as near, 1 where it is far or there is none."""
    nearest = np.sort(away)[:2].tolist()
    return 1.0 if len(nearest) == 1 else 1 - nearest[0] / max(nearest[1], 1e-9)


def _mean(view: View, region: Region) -> Floats:
    """``(3,)`` CIELAB."""
    view.check_time()
    return np.asarray(to_lab(region.cut(view.raw), view.full_scale)[region.mask > 0].mean(axis=0, dtype=np.float64))


def _seen(taught: Taught) -> dict[str, list[Floats]]:
    """All taught samples, by name."""
    colours, names = taught.array("colours"), taught.array("names")
    if colours.shape != (*names.shape, 3) or not len(colours) or not np.isfinite(colours).all():
        raise ToolError(f"taught data does not fit: {colours.shape} colours, {names.shape} names; teach this step")
    seen: dict[str, list[Floats]] = {}
    for name, colour in zip(names.tolist(), colours, strict=True):
        seen.setdefault(str(name), []).append(np.asarray(colour, np.float64))
    return seen


def _colours(taught: Taught) -> dict[str, Floats]:
    return {name: np.asarray(np.mean(samples, axis=0)) for name, samples in _seen(taught).items()}
