"""What a recipe will be worth: how often it will be wrong, from parts that somebody has looked at.

Every part is measured with what other parts have taught, and judged by limits that were set without it: no part differs
from itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import TeachError
from ..recipe import Recipe, Step
from .examples import Example
from .proposal import Proposal, blamed, inside, limit_of, main_of, nearer, opened, propose, room_in, values_of
from .rates import Rate, bound
from .seen import Seen, see

FEWEST = 3  # good parts, for there to be others than the one that is looked at


@dataclass(frozen=True, slots=True)
class Near:
    """A good part that hardly passed."""

    part: int  # from 0
    step: str
    measure: str
    value: float
    room: float  # to the limit, in parts of the spread of the good ones


@dataclass(frozen=True, slots=True)
class Trial:
    """Of a recipe as a whole, where every step has to pass."""

    proposals: tuple[Proposal, ...]
    good: int
    bad: int
    rejected: tuple[int, ...]  # good parts that taught nothing and were rejected, from 0
    escaped: tuple[int, ...]  # bad ones that passed, likewise
    nearest: tuple[Near, ...]  # the least room first, each part once

    @property
    def rejects(self) -> Rate:
        return Rate(len(self.rejected), self.good)

    @property
    def escapes(self) -> Rate:
        return Rate(len(self.escaped), self.bad)

    @property
    def bound(self) -> float:
        """0-1: at most so many good parts will be rejected, with 95 % confidence."""
        return bound(self.good, len(self.rejected) + 1)


def hold_trial(
    recipe: Recipe,
    folder: Path,
    good: Sequence[Example],
    bad: Sequence[Example] = (),
    steps: Sequence[str] = (),
    others: Sequence[Example] = (),
) -> Trial:
    """Propose limits for the main measures of `steps` (none = of all), and say what to expect of the recipe with them.

    With `steps` that is what to expect of these and those that they need alone.

    Bad parts that have labels for a step teach it, too, and so do `others`, which are not tried. A limit that is there
    keeps its sides, gain and offset.

    Raises:
        TeachError: There are fewer than three good parts, or they do not do.
        RecipeError: The recipe cannot be prepared.
    """
    if len(good) < FEWEST:
        raise TeachError(
            f"{len(good)} good part(s): at least {FEWEST} are needed to try it on others than it learned from"
        )
    chosen = [step for step in recipe.steps if main_of(step) and (not steps or step.name in steps)]
    open_recipe = recipe.model_copy(update={"steps": tuple(opened(s) if s in chosen else s for s in recipe.steps)})
    seen = see(open_recipe, folder, good, bad, steps, others)
    seen_good, seen_bad = seen[: len(good)], seen[len(good) :]
    usable = [step for step in chosen if values_of(step, seen_good)]
    proposals = tuple(propose(step, seen_good, seen_bad) for step in usable)
    return Trial(
        proposals,
        len(good),
        len(bad),
        tuple(i for i, one in enumerate(seen_good) if not _passes(one, usable, _without(i, seen_good), seen_bad)),
        tuple(i for i, one in enumerate(seen_bad) if _passes(one, usable, seen_good, _without(i, seen_bad))),
        tuple(_nearest(seen_good, proposals)),
    )


def with_limits(recipe: Recipe, proposals: Sequence[Proposal]) -> Recipe:
    """The recipe with these limits."""
    steps = {step.name: step for step in recipe.steps}
    for one in proposals:
        step = steps[one.step]
        steps[one.step] = step.model_copy(update={"limits": {**step.limits, one.measure: one.limit}})
    return recipe.model_copy(update={"steps": tuple(steps.values())})


def _passes(one: Seen, steps: Sequence[Step], good: Sequence[Seen], bad: Sequence[Seen]) -> bool:
    """By the limits that these others give."""
    for step in steps:
        main = main_of(step)
        assert main is not None
        found = one.values.get((step.name, main.name))
        there = values_of(step, good)
        if (
            found is None
            or not there
            or not inside(found, limit_of(step, main, there, values_of(step, blamed(step, bad))))
        ):
            return False
    return not one.failed


def _without(index: int, seen: Sequence[Seen]) -> list[Seen]:
    return [one for i, one in enumerate(seen) if i != index]


def _nearest(good: Sequence[Seen], proposals: Sequence[Proposal]) -> Iterator[Near]:
    found = []
    for each in proposals:
        spread = max(each.good) - min(each.good)
        for i, one in enumerate(good):
            extremes = one.values.get((each.step, each.measure))
            if spread and extremes:
                value = nearer(extremes, each.limit)
                found.append(Near(i, each.step, each.measure, value, room_in(value, each.limit) / spread))
    told: set[int] = set()
    for near in sorted(found, key=lambda near: near.room):
        if near.part not in told:
            told.add(near.part)
            yield near
