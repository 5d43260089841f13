"""Let a draft's steps learn again from the images of its teaching set."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from vision.errors import FrameError, RecipeError, TeachError
from vision.recipe import Recipe, Step, instances
from vision.teach import (
    FEWEST,
    UNSAID,
    Example,
    Trial,
    hold_trial,
    means_bad,
    means_good,
    save_lesson,
    sharing,
    teach_step,
    teaching_order,
    with_limits,
)

from .evaluation.part_image import acquisition_of
from .teaching_place import Place
from .teaching_set import BAD, PART, KeptImage, TeachingSet

ELSEWHERE = "it was taught with images that are not in the teaching set: only new images are learned, on top of that"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one step, and those that share its taught data, learned."""

    step: str
    images: int
    afresh: bool  # else on top of what it was taught from elsewhere
    parameters: Mapping[str, object]  # that it proposed, and the draft has now


@dataclass(frozen=True, slots=True)
class Relearned:
    """The draft, what was learned, what could not be, and what is to be expected."""

    recipe: Recipe
    kept: TeachingSet
    lessons: tuple[Lesson, ...] = ()
    problems: tuple[str, ...] = ()
    trial: Trial | None = None
    good: tuple[str, ...] = ()  # names of the trial's images
    bad: tuple[str, ...] = ()
    taken: tuple[str, ...] = field(default=())  # steps whose proposed limits the draft has now


def relearn(
    recipe: Recipe, folder: Path, kept: TeachingSet, new: Sequence[KeptImage], steps: Sequence[str], limits: str
) -> Relearned:
    """Each learner among `steps` (none = all) learns from all images that say something of it.

    One that was taught from elsewhere learns the `new` ones alone, on top.

    Args:
        limits: Which of the proposed limits the draft gets: missing, all or none.

    Raises:
        TeachError: An image cannot be read.
    """
    so_far = Relearned(recipe, kept)
    for step in _learners(recipe, steps):
        so_far = _learned(so_far, folder, step, new)
    return _tried(so_far, folder, steps, limits)


def check_place(recipe: Recipe, place: Place) -> None:
    """
    Raises:
        TeachError: The recipe has no such step, or the step no such instance or region.
    """
    step = next((one for one in recipe.steps if one.name == place.step), None)
    if step is None:
        known = ", ".join(step.name for step in recipe.steps) or "none"
        raise TeachError(f"there is no step {place.step!r}; there are: {known}")
    many = max(1, len(step.regions))
    if place.region is not None and not 1 <= place.region <= many:
        raise TeachError(f"step {step.name!r} has no region {place.region}: it has {many}, counted from 1")
    times = instances(recipe.steps, recipe.groups).get(step.group or "", 0)
    if place.instance is not None and not 1 <= place.instance <= times:
        most = f"there are at most {times}, counted from 1" if times else "the step does not repeat"
        raise TeachError(f"step {step.name!r} has no instance {place.instance}: {most}")


def _learners(recipe: Recipe, steps: Sequence[str]) -> Iterator[str]:
    """One for each taught data that is asked for."""
    asked = {recipe.step(name).taught for name in steps} - {None}
    for name in teaching_order(recipe):
        if not steps or recipe.step(name).taught in asked:
            yield name


def _learned(so_far: Relearned, folder: Path, step: str, new: Sequence[KeptImage]) -> Relearned:
    recipe, kept = so_far.recipe, so_far.kept
    name = recipe.step(step).taught or ""
    there = recipe.taught.get(name)
    afresh = there is None or kept.learned.get(name) == there.sha256
    shown = _shown(recipe, step, kept.images if afresh else new)
    if not shown:
        return so_far if afresh else _with_problem(so_far, f"step {step!r}: {ELSEWHERE}")
    try:
        taught = teach_step(recipe, folder, step, [_example(one, kept, recipe) for one in shown], more=not afresh)
        recipe = save_lesson(recipe, folder, step, taught)
    except (TeachError, RecipeError) as exc:
        return _with_problem(so_far, f"step {step!r}: {exc}".replace(f"step {step!r}: step {step!r}", f"step {step!r}"))
    if afresh:
        kept = replace(kept, learned={**kept.learned, name: recipe.taught[name].sha256})
    lesson = Lesson(step, len(shown), afresh, dict(taught.parameters))
    return replace(so_far, recipe=recipe, kept=kept, lessons=(*so_far.lessons, lesson))


def _shown(recipe: Recipe, step: str, images: Sequence[KeptImage]) -> list[KeptImage]:
    """Those that say something of what a step learns."""
    together = sharing(recipe, recipe.step(step))
    return [
        one for one in images if any(set(said) != {UNSAID} for each in together for said in _said(one, each).values())
    ]


def _tried(so_far: Relearned, folder: Path, steps: Sequence[str], limits: str) -> Relearned:
    """With the limits that a trial proposes."""
    recipe, kept = so_far.recipe, so_far.kept
    good = [one for one in kept.images if _is_good(one, recipe, steps)]
    bad = [one for one in kept.images if _is_bad(one, recipe, steps)]
    rest = [one for one in kept.images if one not in good and one not in bad]
    if len(good) < FEWEST:
        return _with_problem(so_far, f"{len(good)} good part(s): limits and rates need {FEWEST}")
    examples, wrong, others = ([_example(one, kept, recipe) for one in several] for several in (good, bad, rest))
    try:
        trial = hold_trial(recipe, folder, examples, wrong, steps, others)
    except (TeachError, RecipeError) as exc:
        return _with_problem(so_far, f"not tried, and no limits proposed: {exc}")
    bound = {(s.name, name) for s in recipe.steps for name, limit in s.limits.items() if limit.binds}
    open_ones = [one for one in trial.proposals if (one.step, one.measure) not in bound]
    taken = {"all": trial.proposals, "none": (), "missing": open_ones}[limits]
    return replace(
        so_far,
        recipe=with_limits(recipe, taken),
        trial=trial,
        good=tuple(one.file for one in good),
        bad=tuple(one.file for one in bad),
        taken=tuple(one.step for one in taken),
    )


def _is_good(image: KeptImage, recipe: Recipe, steps: Sequence[str]) -> bool:
    """For one of the steps, none = as a whole; and bad nowhere."""
    said = [image.of(step) for step in steps] if steps else [image.labels.get(PART)]
    return any(means_good(one or "") for one in said) and not _is_bad(image, recipe, ())


def _is_bad(image: KeptImage, recipe: Recipe, steps: Sequence[str]) -> bool:
    """For one of the steps, none = for any reason."""
    if not steps and image.labels.get(PART) == BAD:
        return True
    asked = [step for step in recipe.steps if not steps or step.name in steps]
    return any(means_bad(step.tool, label) for step in asked for label in image.places(step.name).values())


def _said(image: KeptImage, step: Step) -> dict[str, tuple[str, ...]]:
    """For every region of the step, and of those of its instances of which more is known; the closer word goes before.

    A step that learns kinds or texts is told nothing by a part that is good.
    """
    places = image.places(step.name)
    whole = places.get(Place(step.name)) if step.tool.by_label else image.of(step.name)

    def labels(instance: int | None) -> tuple[str, ...]:
        return tuple(
            places.get(Place(step.name, instance, region))
            or places.get(Place(step.name, instance))
            or places.get(Place(step.name, None, region))
            or whole
            or UNSAID
            for region in range(1, max(1, len(step.regions)) + 1)
        )

    known = {place.instance for place in places} - {None}
    return {step.name: labels(None)} | {f"{step.name}[{instance}]": labels(instance) for instance in known}


def _example(image: KeptImage, kept: TeachingSet, recipe: Recipe) -> Example:
    labels = {name: said for step in recipe.steps for name, said in _said(image, step).items()}
    try:
        return Example(acquisition_of(kept.path(image), recipe), labels)
    except (FrameError, OSError) as exc:
        raise TeachError(f"teaching set: {image.file}: {exc}") from exc


def _with_problem(so_far: Relearned, problem: str) -> Relearned:
    return replace(so_far, problems=(*so_far.problems, problem))
