"""Limits round the values of good parts, and what can be said of them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from ..recipe import Limit, Step
from ..tool import Measure
from .rates import bound
from .seen import Extremes, Seen

SPREAD = 4.0  # standard deviations of good parts that still pass
LEAST = 0.02  # of the mean, where few good parts happen to be alike


@dataclass(frozen=True, slots=True)
class Proposal:
    """Limits of a step's main measure."""

    step: str
    measure: str
    limit: Limit
    good: tuple[float, ...]  # the value nearest to a limit of each good part that gave one
    bad: tuple[float, ...]
    missing: int  # good parts that gave no value
    bound: float  # 0-1: so many good parts at most will be rejected by it, whatever their distribution: `rates.bound`

    @property
    def sides(self) -> int:
        return sum(end is not None for end in self.limit.bounds)


def propose(step: Step, good: Sequence[Seen], bad: Sequence[Seen]) -> Proposal:
    main = main_of(step)
    assert main is not None
    key = step.name, main.name
    there, wrong = values_of(step, good), values_of(step, bad)
    limit = limit_of(step, main, there, values_of(step, blamed(step, bad)))
    blocks = sum(end is not None for end in limit.bounds) + len(good) - len(there)
    return Proposal(
        *key,
        limit,
        tuple(nearer(one, limit) for one in there),
        tuple(nearer(one, limit) for one in wrong),
        len(good) - len(there),
        bound(len(good), blocks),
    )


def limit_of(step: Step, main: Measure, good: Sequence[Extremes], bad: Sequence[Extremes]) -> Limit:
    """Outside of all good parts, with room for their spread; half way to bad ones that lie beyond."""
    before = step.limits.get(main.name, Limit())
    lows, highs = [low for low, _ in good], [high for _, high in good]
    every = [*lows, *highs]
    mean, room = fmean(every), 0.0
    if main.int16 != "count":
        room = max(SPREAD * pstdev(every), LEAST * abs(mean))
    low, high = min(*lows, mean - room), max(*highs, mean + room)
    if below := [value for value, _ in bad if value < min(lows)]:
        low = (max(below) + min(lows)) / 2
    if above := [value for _, value in bad if value > max(highs)]:
        high = (min(above) + max(highs)) / 2
    with_low, with_high = _sides(before, main, lows)
    unit = _unit(max(abs(low), abs(high)))
    ends = {"low": math.floor(low / unit + 1e-6) * unit if with_low else None}
    ends |= {"high": math.ceil(high / unit - 1e-6) * unit if with_high else None}
    ends = {name: None if end is None else float(f"{end:.6g}") for name, end in ends.items()}
    # In place of a tolerance as well: good parts need not lie evenly around the nominal.
    return before.model_copy(update=ends | _warnings(before, ends) | {"tolerance": None})


def _unit(greatest: float) -> float:
    """So that limits have five digits, which a person can read and change; rounded outwards, they reject no more."""
    return 10.0 ** (math.floor(math.log10(greatest)) - 4) if greatest else 1.0


def _sides(before: Limit, main: Measure, lows: Sequence[float]) -> tuple[bool, bool]:
    """As before; a score is only ever too low, a count of nothing too high."""
    if before.binds:
        return before.bounds[0] is not None, before.bounds[1] is not None
    return main.int16 != "count" or min(lows) > 0, main.int16 != "score"


def _warnings(before: Limit, ends: Mapping[str, float | None]) -> dict[str, float | None]:
    """Those that would lie outside of the new limits go."""
    low, high = ends["low"], ends["high"]
    stays = {
        name: value
        for name, value in (("warn_low", before.warn_low), ("warn_high", before.warn_high))
        if value is not None and (low is None or value >= low) and (high is None or value <= high)
    }
    return {"warn_low": stays.get("warn_low"), "warn_high": stays.get("warn_high")}


def inside(one: Extremes, limit: Limit) -> bool:
    low, high, _, _ = limit.ends
    return low <= one[0] and one[1] <= high


def nearer(one: Extremes, limit: Limit) -> float:
    return min(one, key=lambda value: room_in(value, limit))


def room_in(value: float, limit: Limit) -> float:
    low, high, _, _ = limit.ends
    return min(value - low, high - value)


def blamed(step: Step, bad: Sequence[Seen]) -> list[Seen]:
    """The parts that are bad because of this step; of the others it may be as good as any."""
    return [one for one in bad if step.name in one.blamed]


def values_of(step: Step, seen: Sequence[Seen]) -> list[Extremes]:
    main = main_of(step)
    key = step.name, main.name if main else ""
    return [one.values[key] for one in seen if key in one.values]


def main_of(step: Step) -> Measure | None:
    return next((measure for measure in step.tool.measures if measure.main), None)


def opened(step: Step) -> Step:
    """Without limits on the main measure; its gain and offset stay, and so do all other limits."""
    main = main_of(step)
    assert main is not None
    before = step.limits.get(main.name, Limit())
    return step.model_copy(update={"limits": {**step.limits, main.name: Limit(gain=before.gain, offset=before.offset)}})
