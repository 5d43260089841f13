"""What is wrong inside a recipe whose parts are each right: names, references, regions, limits."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..calibration import STORED_AS, STORED_VERSION
from ..result import Reading
from .combine import NOfM, SortClass, SortClasses, Weights
from .formulas import problems_of_formulas, untold
from .group import Group
from .grouping import instances, problems_of_groups, unfit
from .recipe import ParameterEntry, Recipe, RejectClass, ShotEntry, TaughtEntry
from .reference_image import STORED_AS as REFERENCE
from .references import Reference, Told, cycles, references
from .step import Step
from .wording import listed, suggestion

NUMBERED = re.compile(r"\[[1-9]\d*\]$")
Problem = tuple[str, str]
"""Place, and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Legible:
    """As much of a recipe as can be read. None = that part cannot, so nothing is said about it."""

    steps: Mapping[int, Step]  # by index in the file
    names: Mapping[int, str]  # of all steps, also those that cannot be read
    shots: tuple[ShotEntry, ...] | None = None
    taught: Mapping[str, TaughtEntry] | None = None
    parameters: tuple[ParameterEntry, ...] | None = None
    reject_classes: tuple[RejectClass, ...] | None = None
    groups: tuple[Group, ...] | None = None
    recipe: Recipe | None = None

    def named(self, name: str) -> Step | None:
        return next((step for step in self.steps.values() if step.name == name), None)


def problems(legible: Legible) -> Iterator[Problem]:
    """All of them, those of one step together."""
    yield from _twice(legible)
    yield from _rings(legible)
    for index, step in legible.steps.items():
        if not step.enabled:  # whatever is missing there, nothing waits for it
            continue
        for check in (_references, _formulas, _regions, _measures, _shots, _taught):
            for where, what in check(step, legible):
                yield f"steps[{index}].{where}", what
    calibrated = None if legible.recipe is None else legible.recipe.calibration.mm_per_px is not None
    yield from problems_of_groups(legible.steps, list(legible.names.values()), legible.groups, calibrated)
    if legible.recipe is not None:
        yield from _calibration(legible.recipe)
        yield from _combining(legible.recipe)
        yield from _reference_images(legible.recipe)


def _twice(legible: Legible) -> Iterator[Problem]:
    yield from _doubles("steps[{}].name", list(legible.names.items()), "step")
    slots = [(i, s.slot) for i, s in legible.steps.items() if s.slot is not None]
    yield from _doubles("steps[{}].slot", slots, "slot")
    yield from _doubles("shots[{}].name", [(i, s.name) for i, s in enumerate(legible.shots or ())], "shot")
    yield from _doubles(
        "parameters[{}].name", [(i, p.name) for i, p in enumerate(legible.parameters or ())], "parameter"
    )
    yield from _doubles("groups[{}].name", [(i, g.name) for i, g in enumerate(legible.groups or ())], "group")
    numbers = [(i, c.number) for i, c in enumerate(legible.reject_classes or ())]
    yield from _doubles("reject_classes[{}].number", numbers, "reject class")
    words: dict[int, str] = {}
    for i, one in enumerate(legible.parameters or ()):
        for word in (one.offset, one.offset + 1):
            if word in words:
                yield f"parameters[{i}].offset", f"register {word} belongs to {words[word]!r} already"
            words.setdefault(word, one.name)


def _doubles(where: str, values: Sequence[tuple[int, object]], what: str) -> Iterator[Problem]:
    often = Counter(value for _, value in values)
    first: dict[object, int] = {}
    for index, value in values:
        if often[value] > 1 and value in first:
            yield where.format(index), f"{what} {value!r} is used already, by {where.format(first[value])}"
        first.setdefault(value, index)


def _rings(legible: Legible) -> Iterator[Problem]:
    indices = [i for i, step in legible.steps.items() if step.enabled]
    steps = [legible.steps[i] for i in indices]
    groups = legible.groups or ()
    for ring in cycles(steps, groups):
        way = " -> ".join(steps[i].name for i in [*ring, ring[0]])
        target = steps[ring[1 % len(ring)]].name
        mention = next(r for r in references(steps[ring[0]], groups) if r.step == target)
        yield f"steps[{indices[ring[0]]}].{mention.place}", f"the steps wait for each other: {way}"


def _references(step: Step, legible: Legible) -> Iterator[Problem]:
    times = instances(list(legible.steps.values()), legible.groups or ())
    for reference in references(step):
        other = legible.named(reference.step)
        if reference.step not in legible.names.values():
            known = [name for name in legible.names.values() if name != step.name]
            hint = suggestion(reference.step, known) or f"; there are: {listed(known)}"
            yield reference.place, f"{_at(reference)}there is no step {reference.step!r}{hint}"
        elif other is not None and not other.enabled:
            yield reference.place, f"{_at(reference)}step {other.name!r} is switched off"
        elif other is not None and (what := unfit(reference, step, other, times) or _unfit(reference, other)):
            yield reference.place, f"{_at(reference)}{what}"


def _at(reference: Reference) -> str:
    return "" if reference.at is None else f"at character {reference.at + 1}: "


def _formulas(step: Step, legible: Legible) -> Iterator[Problem]:
    parameters = None if legible.parameters is None else [one.name for one in legible.parameters]
    yield from problems_of_formulas(step, legible.named, parameters)


def _unfit(reference: Reference, other: Step) -> str:
    if reference.place == "fixture" and not other.tool.locates:
        return f"step {other.name!r} ({other.tool.type}) does not locate anything"
    if reference.kind is None:
        return ""
    if reference.kind is Told:
        return untold(reference, other)
    given = _given(other)
    if not given:
        return f"step {other.name!r} ({other.tool.type}) gives no feature and no reading"
    name = reference.name or next(iter(given))
    if name not in given and given.get(NUMBERED.sub("", name)) is Reading:
        name = NUMBERED.sub("", name)  # of several: text[2]
    if name not in given:
        return f"step {other.name!r} has no {name!r}{suggestion(name, given)}; it has: {listed(given)}"
    if given[name] is not reference.kind:
        wanted, kind = reference.kind.__name__, given[name].__name__
        return f"{other.name}.{name} is a {kind}, a {wanted} is wanted"
    return ""


def _given(step: Step) -> dict[str, type]:
    """Features, then readings; the first is what the step's bare name means."""
    return {**step.tool.features, **dict.fromkeys(step.tool.readings, Reading)}


def _regions(step: Step, _: Legible) -> Iterator[Problem]:
    fewest, most = step.tool.regions
    count = len(step.regions)
    if not fewest <= count <= most:
        wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
        yield "regions", f"{count} given, {step.tool.type} takes {wanted}"
    for i, region in enumerate(step.regions):
        if region.kind not in step.tool.region_kinds:
            kinds = listed(step.tool.region_kinds)
            yield f"regions[{i}].kind", f"{step.tool.type} cannot use a {region.kind}, only: {kinds}"


def _measures(step: Step, _: Legible) -> Iterator[Problem]:
    measures = [measure.name for measure in step.tool.measures]
    for name in step.limits:
        if name not in measures:
            hint = suggestion(name, measures)
            yield f"limits.{name}", f"{step.tool.type} does not measure {name!r}{hint}; it measures: {listed(measures)}"
    for name in step.matches:
        if name not in step.tool.readings:
            yield f"matches.{name}", f"{step.tool.type} does not read {name!r}; it reads: {listed(step.tool.readings)}"


def _shots(step: Step, legible: Legible) -> Iterator[Problem]:
    shots = None if legible.shots is None else [shot.name for shot in legible.shots]
    if step.shot is not None and shots is not None and step.shot not in shots:
        yield "shot", f"there is no shot {step.shot!r}; there are: {listed(shots)}"
    classes = [entry.number for entry in legible.reject_classes or ()]
    if classes and step.reject_class not in (0, *classes):
        yield "reject_class", f"{step.reject_class} is not one of the reject classes: {listed(map(str, classes))}"


def _taught(step: Step, legible: Legible) -> Iterator[Problem]:
    if step.taught is not None and not step.tool.learns:
        yield "taught", f"{step.tool.type} learns nothing"
    elif step.taught is None and step.tool.learns and step.tool.must_learn:
        yield "taught", f"is missing: {step.tool.type} has to be taught, under a name"
    elif step.taught is not None and legible.taught is not None:
        entry = legible.taught.get(step.taught)
        if entry is None:
            yield "taught", f"{step.taught!r} was never taught; teach this step"
        elif entry.tool != step.tool.type:
            yield "taught", f"{step.taught!r} was taught to {entry.tool}, not to {step.tool.type}"
        elif entry.tool_version != step.tool.version:
            versions = f"version {entry.tool_version} of {entry.tool}, this is version {step.tool.version}"
            yield "taught", f"{step.taught!r} was taught to {versions}; teach it again"


def _calibration(recipe: Recipe) -> Iterator[Problem]:
    name = recipe.calibration.taught
    entry = recipe.taught.get(name) if name is not None else None
    if name is not None and entry is None:
        yield "calibration.taught", f"{name!r} is missing from taught; calibrate this recipe"
    elif entry is not None and (entry.tool, entry.tool_version) != (STORED_AS, STORED_VERSION):
        yield "calibration.taught", f"{name!r} belongs to {entry.tool} {entry.tool_version}, not to {STORED_AS}"


def _combining(recipe: Recipe) -> Iterator[Problem]:
    steps = [step for step in recipe.steps if step.enabled]
    if isinstance(recipe.combine, NOfM) and recipe.combine.n > len(steps):
        yield "combine.n", f"{recipe.combine.n} is more than the {len(steps)} steps there are"
    if isinstance(recipe.combine, Weights) and recipe.combine.pass_at > (total := sum(s.weight for s in steps)):
        yield "combine.pass_at", f"{recipe.combine.pass_at:g} is more than all weights together, {total:g}"
    if isinstance(recipe.combine, SortClasses):
        for i, one in enumerate(recipe.combine.classes):
            yield from _sorting(f"combine.classes[{i}]", one, recipe)
    window = recipe.image.window
    if window is not None and window[0] >= window[1]:
        yield "image.window", f"black {window[0]} is not below white {window[1]}"


def _sorting(where: str, one: SortClass, recipe: Recipe) -> Iterator[Problem]:
    classes = [entry.number for entry in recipe.reject_classes]
    if classes and one.reject_class not in (0, *classes):
        yield (
            f"{where}.reject_class",
            f"{one.reject_class} is not one of the reject classes: {listed(map(str, classes))}",
        )
    steps = {step.name: step for step in recipe.steps}
    for j, condition in enumerate(one.conditions):
        step, at = steps.get(condition.step), f"{where}.conditions[{j}]"
        if step is None:
            hint = suggestion(condition.step, steps) or f"; there are: {listed(steps)}"
            yield f"{at}.step", f"there is no step {condition.step!r}{hint}"
            continue
        if not step.enabled:
            yield f"{at}.step", f"step {step.name!r} is switched off"
        measures = [measure.name for measure in step.tool.measures]
        if condition.limits and not measures:
            yield f"{at}", f"{step.tool.type} measures nothing that limits could hold"
        elif condition.measure not in (None, *measures):
            hint = suggestion(str(condition.measure), measures)
            words = f"{step.tool.type} does not measure {condition.measure!r}{hint}; it measures: {listed(measures)}"
            yield f"{at}.measure", words


def _reference_images(recipe: Recipe) -> Iterator[Problem]:
    yield from _doubles("references[{}].name", [(i, one.name) for i, one in enumerate(recipe.references)], "reference")
    steps = [step.name for step in recipe.steps]
    for i, one in enumerate(recipe.references):
        entry = recipe.taught.get(one.name)
        if entry is None or entry.tool != REFERENCE:
            yield f"references[{i}].name", f"there is no image {one.name!r}; add it again"
        for j, name in enumerate(one.fails):
            if name not in steps:
                hint = suggestion(name, steps) or f"; there are: {listed(steps)}"
                yield f"references[{i}].fails[{j}]", f"there is no step {name!r}{hint}"


def problems_of(recipe: Recipe) -> Iterator[str]:
    """All problems of a recipe that was made in a program, as ``place: what is wrong``."""
    legible = Legible(
        dict(enumerate(recipe.steps)),
        {i: step.name for i, step in enumerate(recipe.steps)},
        recipe.shots,
        recipe.taught,
        recipe.parameters,
        recipe.reject_classes,
        recipe.groups,
        recipe,
    )
    yield from (f"{where}: {what}" for where, what in problems(legible))
