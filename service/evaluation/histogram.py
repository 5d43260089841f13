"""A step's values as bars of an SVG: good against bad, with the limits."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BINS, WIDTH, HEIGHT = 24, 480.0, 120.0
COLOURS = {"good": "#2e8b57", "bad": "#d0312d", "not labelled": "#6b7785", "PASS": "#2e8b57", "FAIL": "#d0312d"}
OTHER = "#b061c9"


@dataclass(frozen=True, slots=True)
class Bar:
    """In px of a picture `WIDTH` x `HEIGHT`, y downwards."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    title: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars on a scale from `low` to `high`; limits by their x."""

    low: float
    high: float
    bars: tuple[Bar, ...]
    limits: tuple[tuple[float, float], ...]  # x px, value


@dataclass(frozen=True, slots=True)
class Binned:
    """How many values of each name lie in each of `BINS` equal parts of `low` to `high`."""

    low: float
    high: float
    counts: Mapping[str, Sequence[int]]
    limits: tuple[float, ...]  # those that lie near the values


def binned(values: Mapping[str, Sequence[float]], limits: Sequence[float] = ()) -> Binned | None:
    """None = there is no number. Limits far off the values are left out: they would press all into one part."""
    finite = {name: [v for v in several if math.isfinite(v)] for name, several in values.items()}
    every = [v for several in finite.values() for v in several]
    if not every:
        return None
    low, high = min(every), max(every)
    room = high - low or max(abs(high), 1.0) * 0.1
    shown = [one for one in limits if math.isfinite(one) and low - 2 * room <= one <= high + 2 * room]
    low, high = min([low, *shown]), max([high, *shown])
    pad = (high - low or room) * 0.03
    low, high = low - pad, high + pad
    scale = BINS / (high - low)
    return Binned(low, high, {name: _counted(several, low, scale) for name, several in finite.items()}, tuple(shown))


def histogram(values: Mapping[str, Sequence[float]], limits: Sequence[float] = ()) -> Histogram | None:
    """As `binned`, drawn."""
    found = binned(values, limits)
    if found is None:
        return None
    low, high, scale = found.low, found.high, BINS / (found.high - found.low)
    most = max(sum(count[i] for count in found.counts.values()) for i in range(BINS))
    placed = tuple(((one - low) / (high - low) * WIDTH, one) for one in found.limits)
    return Histogram(low, high, tuple(_bars(found.counts, most, low, scale)), placed)


def _counted(values: Sequence[float], low: float, scale: float) -> list[int]:
    counts = [0] * BINS
    for value in values:
        counts[min(BINS - 1, int((value - low) * scale))] += 1
    return counts


def _bars(counts: Mapping[str, Sequence[int]], most: int, low: float, scale: float) -> list[Bar]:
    bars, width = [], WIDTH / BINS
    for i in range(BINS):
        top = HEIGHT
        for name, count in counts.items():
            if count[i]:
                tall = HEIGHT * count[i] / most
                top -= tall
                title = f"{low + i / scale:.4g} to {low + (i + 1) / scale:.4g}: {count[i]} {name}"
                bars.append(Bar(i * width, top, width - 1, tall, COLOURS.get(name, OTHER), title))
    return bars
