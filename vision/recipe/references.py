"""Which steps need which, and in what order they run."""

import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from ..expression import Expression
from ..tool import Ref
from .group import Group
from .matches import ReadingMatch
from .step import Step

NUMBERED = re.compile(r"(.+)\[([1-9]\d*)\]")


class Told:
    """A measure's number or a reading's text: what a formula may name."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One mention of another step, by ``step`` or ``step.name``, of one that repeats also ``step[i].name``."""

    place: str  # inside the step: tool.line, fixture, run_if.step, matches.text.of
    target: str
    kind: type | None  # Point, Line, Circle, Reading or Told; None: the step itself
    needed: bool = True  # the step cannot run without it; False: only its outcome is asked for
    at: int | None = None  # where it stands in the text of a formula, from 0

    @property
    def step(self) -> str:
        """The step's name in the recipe."""
        return self._numbered[1] if self._numbered else self.result

    @property
    def number(self) -> int | None:
        """i of ``step[i]``; None: it is not said."""
        return int(self._numbered[2]) if self._numbered else None

    @property
    def result(self) -> str:
        """The name of the result it means: ``step`` or ``step[i]``."""
        return self.target.split(".", 1)[0]

    @property
    def _numbered(self) -> re.Match[str] | None:
        return NUMBERED.fullmatch(self.result)

    @property
    def name(self) -> str:
        """Name of the feature or reading; empty = the step's first."""
        return self.target.partition(".")[2]


def references(step: Step, groups: Sequence[Group] = ()) -> Iterator[Reference]:
    """Every mention of another step; with the recipe's `groups` also the step over whose parts it repeats."""
    for group in groups:
        if group.name == step.group and group.of is not None:
            yield Reference("group", group.of, None)
    if step.fixture is not None:
        yield Reference("fixture", step.fixture, None)
    if step.run_if is not None:
        yield Reference("run_if.step", step.run_if.step, None, needed=False)
    for name, match in step.matches.items():
        if isinstance(match, ReadingMatch):
            yield from _within(match, f"matches.{name}")
    yield from _within(step.tool, "tool")


def expressions(step: Step) -> Iterator[tuple[str, Expression]]:
    """Every formula of the step's tool with its place."""
    for place, value, _ in _fields(step.tool, "tool"):
        if isinstance(value, Expression):
            yield place, value


def run_order(steps: Sequence[Step], groups: Sequence[Group] = ()) -> list[int]:
    """Indices of `steps`, each after all that it mentions, else as they stand; those on a cycle are left out."""
    waits = waiting(steps, groups)
    done: dict[int, None] = {}
    while True:
        free = next((i for i, others in waits.items() if i not in done and others <= done.keys()), None)
        if free is None:
            return list(done)
        done[free] = None


def waiting(steps: Sequence[Step], groups: Sequence[Group] = ()) -> Mapping[int, set[int]]:
    """For each index the indices of the steps that it mentions."""
    index = {step.name: i for i, step in enumerate(steps)}
    mentioned = [{r.step for r in references(step, groups)} for step in steps]
    return {i: {index[name] for name in names if name in index} for i, names in enumerate(mentioned)}


def cycles(steps: Sequence[Step], groups: Sequence[Group] = ()) -> Iterator[list[int]]:
    """Each ring of steps that wait for each other, once, beginning with the first in the recipe."""
    waits = waiting(steps, groups)
    ordered = set(run_order(steps, groups))
    told: set[frozenset[int]] = set()
    for start in (i for i in waits if i not in ordered):
        ring = _ring(start, waits, ordered)
        if frozenset(ring) not in told:
            told.add(frozenset(ring))
            first = ring.index(min(ring))
            yield ring[first:] + ring[:first]


def _ring(start: int, waits: Mapping[int, set[int]], ordered: set[int]) -> list[int]:
    path = [start]
    while True:
        # A step that is not in the order waits for one that is not either.
        following = min(waits[path[-1]] - ordered)
        if following in path:
            return path[path.index(following) :]
        path.append(following)


def _within(model: BaseModel, place: str) -> Iterator[Reference]:
    for where, value, kind in _fields(model, place):
        if isinstance(value, Expression):
            yield from (Reference(where, mention.target, Told, at=mention.at) for mention in value.mentions)
        else:
            yield Reference(where, str(value), kind)


def _fields(model: BaseModel, place: str) -> Iterator[tuple[str, Ref[Any] | Expression, type | None]]:
    """Whatever names other steps."""
    for name, kind in _kinds(type(model)):
        yield from _found(getattr(model, name), kind, f"{place}.{name}")


@cache
def _kinds(model: type[BaseModel]) -> tuple[tuple[str, type | None], ...]:
    """By field."""
    return tuple((name, _kind(info.annotation)) for name, info in model.model_fields.items())


def _found(value: Any, kind: type | None, place: str) -> Iterator[tuple[str, Ref[Any] | Expression, type | None]]:
    if isinstance(value, Ref | Expression):
        yield place, value, kind
    elif isinstance(value, BaseModel):
        yield from _fields(value, place)
    elif isinstance(value, tuple | list):
        for i, one in enumerate(value):
            yield from _found(one, kind, f"{place}[{i}]")
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _found(one, kind, f"{place}.{key}")


def _kind(annotation: Any) -> type | None:
    """F of the first ``Ref[F]`` inside an annotation."""
    if typing.get_origin(annotation) is Ref:
        return typing.cast("type", typing.get_args(annotation)[0])
    return next((kind for part in typing.get_args(annotation) if (kind := _kind(part)) is not None), None)
