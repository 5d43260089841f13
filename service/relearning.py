"""Let a draft's steps learn again from the images of its teaching set."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from vision.errors import FrameError, RecipeError, TeachError
from vision.recipe import Recipe
from vision.teach import (
    FEWEST,
    Example,
    Trial,
    hold_trial,
    save_lesson,
    sharing,
    teach_step,
    teaching_order,
    with_limits,
)

from .evaluation.part_image import acquisition_of
from .teaching_set import BAD, GOOD, PART, KeptImage, TeachingSet

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
        TeachError: There is no such step, or an image cannot be read.
    """
    if unknown := [name for name in steps if name not in {step.name for step in recipe.steps}]:
        known = ", ".join(step.name for step in recipe.steps) or "none"
        raise TeachError(f"there is no step {unknown[0]!r}; there are: {known}")
    so_far = Relearned(recipe, kept)
    for step in _learners(recipe, steps):
        so_far = _learned(so_far, folder, step, new)
    return _tried(so_far, folder, steps, limits)


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
    """Those that say something of what a step learns; one that learns kinds or texts is told nothing by a good part."""
    together = [one.name for one in sharing(recipe, recipe.step(step))]
    if recipe.step(step).tool.by_label:
        return [one for one in images if any(name in one.labels for name in together)]
    return [one for one in images if any(one.of(name) for name in together)]


def _tried(so_far: Relearned, folder: Path, steps: Sequence[str], limits: str) -> Relearned:
    """With the limits that a trial proposes."""
    recipe, kept = so_far.recipe, so_far.kept
    good = [one for one in kept.images if not one.bad and _says(one, steps, GOOD)]
    bad = [one for one in kept.images if _says(one, steps, BAD)]
    if len(good) < FEWEST:
        return _with_problem(so_far, f"{len(good)} good part(s): limits and rates need {FEWEST}")
    examples, wrong = ([_example(one, kept, recipe) for one in several] for several in (good, bad))
    try:
        trial = hold_trial(recipe, folder, examples, wrong, steps)
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


def _says(image: KeptImage, steps: Sequence[str], label: str) -> bool:
    """Of one of the steps; none = of the part as a whole, which is bad where any of its steps is."""
    if steps:
        return any(image.of(step) == label for step in steps)
    return image.bad if label == BAD else image.labels.get(PART) == GOOD


def _example(image: KeptImage, kept: TeachingSet, recipe: Recipe) -> Example:
    """With a label for every region of the steps that it says something of."""
    labels = {step.name: (said,) * max(1, len(step.regions)) for step in recipe.steps if (said := image.of(step.name))}
    try:
        return Example(acquisition_of(kept.path(image), recipe), labels)
    except (FrameError, OSError) as exc:
        raise TeachError(f"teaching set: {image.file}: {exc}") from exc


def _with_problem(so_far: Relearned, problem: str) -> Relearned:
    return replace(so_far, problems=(*so_far.problems, problem))
