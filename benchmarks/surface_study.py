"""What the constants of `anomaly` do on drawn surfaces: ``python -m benchmarks surfaces [--seed N] [CHOICE ...]``.

Each kind of surface is taught from 20 good parts; 20 others are looked at as they are and with two defects each. A line
of the table is a CHOICE instead of the product's constants: ``SURROUNDINGS=15,fine=0.5`` sets one of `normality` or
`good_parts` and the weight of a stride, ``detail_kpx=200`` a parameter of the tool. Without any, single steps from the
product's own.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.imaging import good_parts, normality
from vision.imaging.bank import Bank
from vision.imaging.good_parts import learn_parts, maps_of
from vision.imaging.patch import Patch, grey_half
from vision.tool import View
from vision.tools.anomaly import Anomaly

from .surfaces import KINDS, Spoiled, spoiled
from .surfaces import good_parts as drawn

TAUGHT, GOOD, DEFECTS_EACH = 20, 20, 2
BESIDE_PX, APART_PX = 20, 40  # a place is hit within so many px; the next hottest lies so far away
SMALL_PX = 20
Maps = tuple[NDArray[np.float32], ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What the model saw of one picture."""

    patch: Patch
    maps: Maps
    defect: Spoiled | None = None


@dataclass(frozen=True, slots=True)
class Surface:
    """One kind with all its parts."""

    kind: str
    taught: tuple[Looked, ...]
    good: tuple[Looked, ...]
    bad: tuple[Looked, ...]  # `DEFECTS_EACH` of each good one


def surfaces(tool: Anomaly, seed: int, taught: int = TAUGHT, good: int = GOOD) -> Iterator[Surface]:
    """All kinds, as the tool looks at them."""
    for kind in KINDS:
        parts = drawn(kind, seed)
        bank: Bank | None = None

        def look(image: NDArray[np.uint8], defect: Spoiled | None = None) -> Looked:
            nonlocal bank
            view = View(image)
            patch = tool.look(view, view.areas[0], bank)
            maps = maps_of(tool.model, patch.image)
            bank = bank or Bank.first(grey_half(patch.image), patch.inside, maps)
            return Looked(patch, maps, defect)

        known = tuple(look(next(parts)) for _ in range(taught))
        others = [next(parts) for _ in range(good)]
        harmed = [
            spoiled(image, (seed, KINDS.index(kind), i, k))
            for i, image in enumerate(others)
            for k in range(DEFECTS_EACH)
        ]
        yield Surface(kind, known, tuple(map(look, others)), tuple(look(one.image, one) for one in harmed))


@contextmanager
def chosen(constants: Mapping[str, float]) -> Iterator[None]:
    """Instead of the product's own: of `normality` and `good_parts` by name, the weights of the strides by theirs."""
    strides = good_parts.STRIDES
    weighed = tuple(replace(one, weight=constants.get(one.name, one.weight)) for one in strides["strong"])
    places = {name: normality if hasattr(normality, name) else good_parts for name in constants if name.isupper()}
    before = {name: getattr(place, name) for name, place in places.items()}
    try:
        for name, place in places.items():
            setattr(place, name, type(before[name])(constants[name]))
        setattr(good_parts, "STRIDES", {**strides, "strong": weighed})  # noqa: B010 - a constant but for here
        yield
    finally:
        for name, place in places.items():
            setattr(place, name, before[name])
        setattr(good_parts, "STRIDES", strides)  # noqa: B010


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one kind of surface."""

    auroc: float  # of each good part against itself with a defect
    hit_at_1: float
    hit_at_3: float
    rejected: float  # of the good parts
    found: float  # of the defects, at the limit
    found_small: float  # of those of at most `SMALL_PX`


def figures(surface: Surface, tool: Anomaly) -> Figures:
    """What the tool makes of it."""
    first = surface.taught[0]
    banks = [np.stack(of) for of in zip(*(one.maps for one in surface.taught), strict=True)]
    parts = learn_parts(tool.model, banks, first.patch.inside)
    good = [float(parts.heat(one.maps).max()) for one in surface.good]
    heats = [parts.heat(one.maps) for one in surface.bad]
    bad = [float(heat.max()) for heat in heats]
    hits = [_hit(one, heat) for one, heat in zip(surface.bad, heats, strict=True)]
    found = [score > 1 for score in bad]
    small = [f for f, one in zip(found, surface.bad, strict=True) if one.defect and one.defect.size_px <= SMALL_PX]
    return Figures(
        auroc(good, bad),
        float(np.mean([hit == 1 for hit in hits])),
        float(np.mean([0 < hit <= 3 for hit in hits])),
        float(np.mean([score > 1 for score in good])),
        float(np.mean(found)),
        float(np.mean(small)) if small else float("nan"),
    )


def auroc(good: Sequence[float], bad: Sequence[float]) -> float:
    """Share of pairs of which the bad one is higher; equal ones count half."""
    a, b = np.array(good)[:, None], np.array(bad)[None]
    return float((b > a).mean() + 0.5 * (b == a).mean())


def _hit(one: Looked, heat: NDArray[np.float32]) -> int:
    """Which of the three hottest places lies at the defect; 0 = none."""
    assert one.defect
    heat, (x1, y1, x2, y2) = heat.copy(), one.defect.box
    rows, columns = np.indices(heat.shape)
    places = one.patch.in_region(np.stack([columns.ravel(), rows.ravel()], axis=1).astype(np.float64), heat.shape[::-1])
    flat = heat.ravel()
    for number in (1, 2, 3):
        x, y = places[int(flat.argmax())]
        if x1 - BESIDE_PX <= x <= x2 + BESIDE_PX and y1 - BESIDE_PX <= y <= y2 + BESIDE_PX:
            return number
        flat[np.hypot(*(places - (x, y)).T) < APART_PX] = -1
    return 0


STEPS = (
    "",
    *("fine=0.1", "fine=0.5", "fine=1"),
    *("SURROUNDINGS=5", "SURROUNDINGS=15", "SURROUNDINGS=25"),
    *("WIDE=5", "WIDE=15"),
    *("NEIGHBOURS=1", "NEIGHBOURS=5"),
    *("SHRINK=0.2", "SHRINK=0.8"),
    *("REJECTED=0.05", "REJECTED=0.001"),
)
PARAMETERS = ("detail_kpx", "width_px", "max_shift_px")
HEAD = """| choice | AUROC, mean | lowest | hit at 1 | at 3 | good ones rejected | defects found | small ones |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m benchmarks surfaces", description=__doc__)
    parser.add_argument("choices", nargs="*", default=STEPS, metavar="CHOICE")
    parser.add_argument("--seed", type=int, default=1)
    chosen_ones = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    print(HEAD)
    seen: dict[str, list[Surface]] = {}  # by the parameters of the tool: what it looks at changes with them alone
    for choice in chosen_ones.choices:
        given = {name: float(value) for name, _, value in (one.partition("=") for one in choice.split(",") if one)}
        tool = Anomaly.model_validate({name: int(given[name]) for name in PARAMETERS if name in given})
        key = tool.model_dump_json()
        if key not in seen:
            seen[key] = list(surfaces(tool, chosen_ones.seed))
        with chosen({name: value for name, value in given.items() if name not in PARAMETERS}):
            print(_row(choice, [figures(one, tool) for one in seen[key]]), flush=True)
    return 0


def _row(choice: str, found: Sequence[Figures]) -> str:
    table = np.array([astuple(one) for one in found])
    means = np.nanmean(table, axis=0).tolist()
    cells = [means[0], float(table[:, 0].min()), *means[1:]]
    return f"| {choice or 'as it is'} | " + " | ".join(f"{value:.3f}" for value in cells) + " |"
