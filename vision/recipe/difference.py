"""What one version of a recipe has otherwise than another, value by value; steps are told by their names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .seal import KEY
from .wording import pointer

OF_EVERY_VERSION = frozenset({"version", "released", KEY})
"""Differ by themselves."""
NAMED = ("steps", "groups", "shots", "parameters", "references", "reject_classes")
"""Lists whose entries have names; a move in them is none of the entries'."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value. None for one of them: it was added, or is gone."""

    pointer: str  # JSON pointer in the later content; of what is gone in the earlier one
    step: str  # name of the step that it belongs to; "" = the recipe's own
    field: str  # its key, or that of the list it stands in
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Of two recipes' contents, in the order of the later one."""
    for key in dict.fromkeys([*after, *before]):
        if key in OF_EVERY_VERSION:
            continue
        if key in NAMED:
            yield from _named(key, before.get(key) or [], after.get(key) or [])
        else:
            yield from _between(key, "", key, before.get(key), after.get(key))


def _named(key: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    # A step that is on does not say so in its file.
    on = {"enabled": True} if key == "steps" else {}
    old = {one["name"]: (i, on | one) for i, one in enumerate(before)}
    new = {one["name"]: (i, on | one) for i, one in enumerate(after)}
    for name, (i, one) in new.items():
        step = name if key == "steps" else ""
        yield from _between(f"{key}[{i}]", step, key, old[name][1] if name in old else None, one)
    for name, (i, one) in old.items():
        if name not in new:
            yield Difference(pointer(f"{key}[{i}]"), name if key == "steps" else "", key, one, None)
    stayed = [name for name in old if name in new]
    if stayed != [name for name in new if name in old]:
        yield Difference(pointer(key), "", key, list(old), list(new))


def _between(place: str, step: str, field: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*after, *before]):
            yield from _between(f"{place}.{key}", step, key, before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for i, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _between(f"{place}[{i}]", step, field, old, new)
    else:
        yield Difference(pointer(place), step, field, before, after)
