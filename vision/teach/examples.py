"""The images that are learned from, as views of the steps that learn."""

from collections.abc import Iterator, Mapping, Sequence
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
    """By step one label a region (the whole frame counts as one): good, bad, a class or a text; default good.
    Of a step that repeats those of ``step[i]``, and those of ``step`` for all others"""
    inputs: Inputs = field(default_factory=Inputs)

    def labels_of(self, step: str, instance: int = 0) -> tuple[str, ...]:
        """As given; none = all good."""
        return self.labels.get(f"{step}[{instance}]", self.labels.get(step, ()))


def samples(recipe: Recipe, folder: Path, steps: Sequence[Step], examples: Sequence[Example]) -> list[Sample]:
    """A sample for every step and example, regions moved with the part; of steps that repeat one for every instance.

    So what repeats shares what it learns: what is taught holds for all places of a grid and for all parts found, and a
    tool that learns from the first sample learns from the first instance of the first example.

    Raises:
        TeachError: No example, or a step cannot see one of them; says which and why.
        RecipeError: A step that has to run before cannot be prepared.
    """
    if not examples:
        raise TeachError("nothing to learn from: give at least one image")
    return [
        sample
        for step in steps
        for i, example in enumerate(examples, 1)
        for sample in _samples(recipe, folder, step, example, i)
    ]


def _samples(recipe: Recipe, folder: Path, step: Step, example: Example, number: int) -> Iterator[Sample]:
    before = needed(recipe, step)
    run = Run(example.acquisition, make_ready(recipe, folder, before), example.inputs)
    for one in run.recipe.steps:
        run.run(one)
    for name in before & {r.step for r in references(step, recipe.groups) if r.needed}:
        outcome = run.outcomes[name]
        if outcome.findings is None:
            raise TeachError(f"image {number}: step {name!r} is needed and gave nothing: {outcome.result.message}")
    repeated = run.recipe.repeats.get(step.name)
    if repeated is None:
        yield _sample(run, step, example.labels_of(step.name), f"image {number}")
        return
    for each in run.present(repeated):
        labels = example.labels_of(step.name, each.number)
        yield _sample(run, each.step, labels, f"image {number}, {each.step.name}")


def _sample(run: Run, step: Step, labels: tuple[str, ...], where: str) -> Sample:
    try:
        view = run.view_of(step)
    except ToolError as exc:
        raise TeachError(f"{where}: {exc}") from exc
    labels = labels or ("good",) * len(view.areas)
    if len(labels) != len(view.areas):
        raise TeachError(f"{where}: {len(labels)} labels for {len(view.areas)} regions of step {step.name!r}")
    return Sample(view, labels)


def needed(recipe: Recipe, step: Step) -> frozenset[str]:
    """Names of all steps that have to run before this one."""
    found: set[str] = set()
    waiting = [step]
    while waiting:
        for reference in references(waiting.pop(), recipe.groups):
            if reference.step not in found:
                found.add(reference.step)
                waiting.append(recipe.step(reference.step))
    return frozenset(found)
