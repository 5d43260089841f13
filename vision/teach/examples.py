"""The images that are learned from, as views of the steps that learn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import TeachError, ToolError
from ..frame import Acquisition, Inputs
from ..pipeline import Run, make_ready
from ..recipe import Recipe, Step, references
from ..tool import Sample


@dataclass(frozen=True, slots=True)
class Example:
    """One part that somebody has looked at."""

    acquisition: Acquisition
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By step one label a region (the whole frame counts as one): good, bad, a class or a text; default good"""
    inputs: Inputs = field(default_factory=Inputs)


def samples(recipe: Recipe, folder: Path, steps: Sequence[Step], examples: Sequence[Example]) -> list[Sample]:
    """A sample for every step and example, regions moved with the part.

    Raises:
        TeachError: No example, or a step cannot see one of them; says which and why.
        RecipeError: A step that has to run before cannot be prepared.
    """
    if not examples:
        raise TeachError("nothing to learn from: give at least one image")
    return [_sample(recipe, folder, step, example, i) for step in steps for i, example in enumerate(examples, 1)]


def _sample(recipe: Recipe, folder: Path, step: Step, example: Example, number: int) -> Sample:
    before = needed(recipe, step)
    run = Run(example.acquisition, make_ready(recipe, folder, before), example.inputs)
    for one in run.recipe.steps:
        run.run(one)
    for name in before & {r.step for r in references(step) if r.needed}:
        outcome = run.outcomes[name]
        if outcome.findings is None:
            raise TeachError(f"image {number}: step {name!r} is needed and gave nothing: {outcome.result.message}")
    try:
        view = run.view_of(step)
    except ToolError as exc:
        raise TeachError(f"image {number}: {exc}") from exc
    labels = example.labels.get(step.name, ("good",) * len(view.areas))
    if len(labels) != len(view.areas):
        raise TeachError(f"image {number}: {len(labels)} labels for {len(view.areas)} regions of step {step.name!r}")
    return Sample(view, labels)


def needed(recipe: Recipe, step: Step) -> frozenset[str]:
    """Names of all steps that have to run before this one."""
    found: set[str] = set()
    waiting = [step]
    while waiting:
        for reference in references(waiting.pop()):
            if reference.step not in found:
                found.add(reference.step)
                waiting.append(recipe.step(reference.step))
    return frozenset(found)
