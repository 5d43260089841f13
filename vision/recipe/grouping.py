"""What is wrong with groups that repeat, and with what names their steps."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from .group import MOST_INSTANCES, MOST_RESULTS, Found, Grid, Group
from .references import Reference, references
from .step import Step
from .wording import listed, suggestion

Problem = tuple[str, str]


def problems_of_groups(
    steps: Mapping[int, Step], names: Collection[str], groups: Sequence[Group] | None, calibrated: bool | None
) -> Iterator[Problem]:
    """Each with its place.

    Args:
        steps: Those that can be read, by index in the file.
        names: Of all steps.
        groups: None = they cannot be read.
        calibrated: None = that cannot be read.
    """
    if groups is None:
        return
    by_name = {group.name: group for group in groups}
    for index, step in steps.items():
        if step.enabled:
            yield from ((f"steps[{index}].{where}", what) for where, what in _of_step(step, by_name, steps))
    for index, group in enumerate(groups):
        if len(names) == len(steps) and all(step.group != group.name for step in steps.values()):
            words = f"no step repeats with {group.name!r}: name it in the field group of a step, or take it out"
            yield f"groups[{index}].name", words
        if isinstance(group.repeat, Found):
            what = _of_found(group, group.repeat.of, steps, names)
            yield from [(f"groups[{index}].repeat.of", what)] if what else []
        elif group.repeat.unit == "mm" and calibrated is False:
            words = "mm needs a calibrated recipe: set calibration.mm_per_px, or give the pitch in px"
            yield f"groups[{index}].repeat.unit", words
    times = instances(steps.values(), groups)
    total = sum(times.get(step.group or "", 1) for step in steps.values())
    if groups and total > MOST_RESULTS:
        yield "groups", f"all steps with what they repeat give {total} results a part, at most {MOST_RESULTS} can be"


def instances(steps: Collection[Step], groups: Sequence[Group]) -> dict[str, int]:
    """How often each group repeats, by its name; per found part the most that can be."""
    most = {step.name: step.tool.most_parts for step in steps}
    return {
        group.name: group.repeat.places
        if isinstance(group.repeat, Grid)
        else min(most.get(group.repeat.of, MOST_INSTANCES), MOST_INSTANCES)
        for group in groups
    }


def unfit(reference: Reference, step: Step, other: Step, times: Mapping[str, int]) -> str:
    """Why `step` may not name `other` so, as far as repeating goes; empty = it may.

    Args:
        times: How often each group repeats.
    """
    group = other.group if other.group in times else None
    if reference.number is not None:
        most = other.tool.most_parts if group is None else times[group]
        if reference.number <= most:
            return ""
        words = f"there are at most {most}" if most > 1 else f"step {other.name!r} does not repeat"
        return f"there is no {reference.result!r}: {words}"
    if group is None or step.group == group or reference.place == "run_if.step":
        return ""
    if reference.place == "fixture":
        return f"step {other.name!r} repeats with group {group!r}: only steps of that group can move with it"
    wanted = f"{other.name}[1].{reference.name}".rstrip(".")
    return f"step {other.name!r} repeats with group {group!r}: say which one is meant, for example {wanted!r}"


def _of_step(step: Step, groups: Mapping[str, Group], steps: Mapping[int, Step]) -> Iterator[Problem]:
    if step.group is None:
        return
    group = groups.get(step.group)
    if group is None:
        hint = suggestion(step.group, groups) or f"; there are: {listed(groups)}"
        yield "group", f"there is no group {step.group!r}{hint}"
        return
    inside = {one.name for one in steps.values() if one.group == step.group}
    if group.of is not None and step.fixture is not None and step.fixture not in {group.of, *inside}:
        words = f"{step.fixture!r} is not in group {group.name!r}, whose regions move with each part that {group.of!r}"
        yield "fixture", f"{words} finds: leave fixture out, or name a step of the group"
    uses = any(reference.step in {group.of, *inside} for reference in references(step) if reference.kind)
    if step.tool.regions[1] and not step.regions and not uses:
        yield "regions", f"none given: every one of group {group.name!r} would look at the whole frame"


def _of_found(group: Group, of: str, steps: Mapping[int, Step], names: Collection[str]) -> str:
    step = next((one for one in steps.values() if one.name == of), None)
    if step is None:
        known = [one.name for one in steps.values() if one.tool.most_parts]
        hint = suggestion(of, known) or f"; steps that find parts are: {listed(known)}"
        return "" if of in names else f"there is no step {of!r}{hint}"
    if step.group == group.name:
        return f"step {of!r} is in group {group.name!r} itself: it has to find the parts before that repeats"
    if not step.enabled and any(one.enabled for one in steps.values() if one.group == group.name):
        return f"step {of!r} is switched off"
    if step.group is not None:
        return f"step {of!r} repeats with group {step.group!r}: groups are not nested"
    if step.tool.most_parts == 0:
        return f"step {of!r} ({step.tool.type}) gives no list of found parts to repeat over"
    if step.tool.most_parts == 1:
        return f"step {of!r} ({step.tool.type}) looks for one part only: let it find more, by its parameter count"
    return ""
