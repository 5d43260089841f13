"""Teach a step, and keep what it learned beside the recipe."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from ..errors import TeachError
from ..recipe import Recipe, Step, TaughtEntry, run_order
from ..taught import load_taught, save_taught
from ..tool import Taught
from .examples import Example, samples


def teach_step(recipe: Recipe, folder: Path, step: str, examples: Sequence[Example], *, more: bool = False) -> Taught:
    """Let the tool of a step learn; steps that share its taught data are taught together.

    Args:
        folder: The recipe's own, with the taught data of other steps.
        more: On top of what was taught before, instead of afresh.

    Raises:
        TeachError: There is nothing to teach, or the examples do not do.
        RecipeError: A step that has to run before cannot be prepared.
    """
    learner = _learner(recipe, step)
    if learner.tool.brings:
        raise TeachError(
            f"step {step!r}: {learner.tool.type} learns nothing from images; bring its {learner.tool.brings[0]}"
        )
    together = sharing(recipe, learner)
    before = _before(recipe, folder, learner) if more else None
    shown = samples(recipe, folder, together, examples)
    if not shown:
        raise TeachError(f"nothing to learn from: no image says anything of step {step!r}")
    return learner.tool.teach(shown, before)


def bring_files(recipe: Recipe, step: str, files: Mapping[str, bytes]) -> Taught:
    """Let the tool of a step take files that the user has, such as a model.

    Raises:
        TeachError: The tool takes none, or they do not do.
    """
    learner = _learner(recipe, step)
    if not learner.tool.brings:
        raise TeachError(f"step {step!r}: {learner.tool.type} takes no files; teach it from images")
    if unknown := sorted(set(files) - set(learner.tool.brings)):
        raise TeachError(f"step {step!r}: {learner.tool.type} takes no {unknown[0]!r}")
    return learner.tool.bring(files)


def save_lesson(recipe: Recipe, folder: Path, step: str, taught: Taught) -> Recipe:
    """Write what a step learned below `folder`; the recipe that names it and has the proposed parameters.

    No recipe file is touched: `save_draft` writes what is returned.

    Raises:
        TeachError: The tool proposes parameters that it does not take.
    """
    learner = _learner(recipe, step)
    recipe = with_lesson(recipe, step, taught)
    name = learner.taught or ""
    digest = save_taught(folder, name, taught, learner.tool.type, learner.tool.version)
    entry = TaughtEntry(tool=learner.tool.type, tool_version=learner.tool.version, sha256=digest)
    return recipe.model_copy(update={"taught": {**recipe.taught, name: entry}})


def teaching_order(recipe: Recipe) -> list[str]:
    """Names of the steps to teach, one for each taught data, in an order in which each finds what it needs."""
    learners = [
        step
        for step in recipe.steps
        if step.enabled
        and step.tool.learns
        and not step.tool.brings
        and (step.tool.must_learn or step.taught is not None)
    ]
    firsts = {step.taught: step for step in reversed(learners)}
    order = [recipe.steps[i].name for i in run_order(recipe.steps, recipe.groups)]
    # A fixture is looked for while others learn inside of its regions.
    ranked = sorted(firsts.values(), key=lambda step: (not step.tool.locates, order.index(step.name)))
    return [step.name for step in ranked]


def with_lesson(recipe: Recipe, step: str, taught: Taught) -> Recipe:
    """The recipe with the parameters that a step, and those that share its taught data, got by learning.

    Raises:
        TeachError: The tool proposes parameters that it does not take.
    """
    shared = {one.name for one in sharing(recipe, _learner(recipe, step))}
    steps = tuple(_proposed(one, taught) if one.name in shared else one for one in recipe.steps)
    return recipe.model_copy(update={"steps": steps})


def _learner(recipe: Recipe, name: str) -> Step:
    try:
        step = recipe.step(name)
    except KeyError:
        raise TeachError(f"there is no step {name!r} in recipe {recipe.name!r}") from None
    if not step.tool.learns:
        raise TeachError(f"step {name!r}: {step.tool.type} learns nothing")
    if step.taught is None:
        raise TeachError(f"step {name!r} has no name for its taught data; set its field taught")
    return step


def sharing(recipe: Recipe, learner: Step) -> list[Step]:
    """The steps that share the learner's taught data, itself among them.

    Raises:
        TeachError: They are of different tools.
    """
    found = [step for step in recipe.steps if step.taught == learner.taught]
    for step in found:
        if step.tool.type != learner.tool.type:
            raise TeachError(
                f"steps {learner.name!r} and {step.name!r} share {learner.taught!r}, but are different tools"
            )
    return found


def _before(recipe: Recipe, folder: Path, learner: Step) -> Taught | None:
    entry = recipe.taught.get(learner.taught or "")
    if entry is None or (entry.tool, entry.tool_version) != (learner.tool.type, learner.tool.version):
        return None
    return load_taught(folder, learner.taught or "", entry.sha256, entry.tool, entry.tool_version)


def _proposed(step: Step, taught: Taught) -> Step:
    try:
        return step.model_copy(update={"tool": step.tool.with_parameters(taught)})
    except ValidationError as exc:
        raise TeachError(f"step {step.name!r}: {step.tool.type} proposed what it does not take: {exc}") from exc
