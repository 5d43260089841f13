"""Steps of groups as they repeat: each instance is a step of its own, named ``step[i]``."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..recipe import Found, Grid, Group, Recipe, Reference, Step, instances, references

Offset = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Instance:
    """One of a step that repeats."""

    number: int  # i, from 1
    step: Step  # named step[i]; fixture and run-if are those of the same i
    references: tuple[Reference, ...]  # each to the result it means, step[i].name
    meant: Mapping[str, str]  # what the tool calls step.name, by that name
    shift: Offset | None = None  # px of the taught image, from the first place of a grid


@dataclass(frozen=True, slots=True)
class Repeated:
    """A step that repeats; `of` names the step whose found parts it repeats over, None = a grid."""

    of: str | None
    instances: tuple[Instance, ...]  # all of a grid; per found part as many as can be found


def repeats(recipe: Recipe) -> dict[str, Repeated]:
    """By name the steps of the recipe that repeat; one that is switched off does not."""
    times = instances(recipe.steps, recipe.groups)
    found = {step.name: recipe.group_of(step) for step in recipe.steps if step.enabled} if recipe.groups else {}
    return {
        step.name: _repeated(step, group, times[group.name], recipe)
        for step in recipe.steps
        if (group := found.get(step.name)) is not None
    }


def _repeated(step: Step, group: Group, times: int, recipe: Recipe) -> Repeated:
    members = {one.name for one in recipe.steps if one.group == group.name}
    mentioned = tuple(references(step, recipe.groups))
    match group.repeat:
        case Grid():
            offsets: Sequence[Offset | None] = group.repeat.offsets(recipe.calibration.mm_per_px)
            # With a step of the group it already lies at its place.
            placed = offsets if step.fixture not in members else [None] * times
            same, fixture = members, step.fixture
        case Found():
            placed, same = [None] * times, {*members, group.repeat.of}
            fixture = step.fixture or group.repeat.of
    return Repeated(
        group.of, tuple(_instance(step, i, same, fixture, mentioned, shift) for i, shift in enumerate(placed, 1))
    )


def _instance(
    step: Step, number: int, same: set[str], fixture: str | None, mentioned: Iterable[Reference], shift: Offset | None
) -> Instance:
    def of_this(name: str) -> str:
        return f"{name}[{number}]" if name in same else name

    changes: dict[str, Any] = {"name": f"{step.name}[{number}]", "fixture": fixture and of_this(fixture)}
    if step.run_if is not None:
        changes["run_if"] = step.run_if.model_copy(update={"step": of_this(step.run_if.step)})
    meant = tuple(replace(one, target=_meant(one, of_this(one.result))) for one in mentioned)
    names = {one.target: other.target for one, other in zip(mentioned, meant, strict=True) if one.kind is not None}
    return Instance(number, step.model_copy(update=changes), meant, names, shift)


def _meant(reference: Reference, result: str) -> str:
    return f"{result}.{reference.name}" if reference.name else result
