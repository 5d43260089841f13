"""The images that are learned from, as views of the steps that learn."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..errors import TeachError, ToolError
from ..frame import Acquisition, Inputs
from ..pipeline import Run, make_ready
from ..recipe import Recipe, Step, references
from ..tool import Sample, Tool

GOOD, BAD = "good", "bad"
UNSAID = ""
"""Label of a region that nobody said anything of: it teaches nothing."""


@dataclass(frozen=True, slots=True)
class Example:
    """One part that somebody has looked at."""

    acquisition: Acquisition
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By step one label a region (the whole frame counts as one): good, bad, a class or a text, or `UNSAID`; default
    good. Of a step that repeats those of ``step[i]``, and those of ``step`` for all others"""
    inputs: Inputs = field(default_factory=Inputs)

    def labels_of(self, step: str, instance: int = 0) -> tuple[str, ...]:
        """As given; none = all good."""
        return self.labels.get(f"{step}[{instance}]", self.labels.get(step, ()))

    def blamed(self, recipe: Recipe) -> frozenset[str]:
        """The steps that it is said to be bad for, anywhere."""
        found = (step.name for step in recipe.steps for labels in self._given(step.name) if _blames(step.tool, labels))
        return frozenset(found)

    def silent(self, step: str) -> bool:
        """It is known that nobody said anything of the step."""
        given = self._given(step)
        return bool(given) and all(label == UNSAID for labels in given for label in labels)

    def _given(self, step: str) -> list[tuple[str, ...]]:
        return [labels for name, labels in self.labels.items() if name.partition("[")[0] == step]


def means_good(label: str) -> bool:
    """Good, or a good variant under its name: ``good NAME``."""
    return label.partition(" ")[0] == GOOD


def means_bad(tool: Tool, label: str) -> bool:
    """Bad, or where names are no kinds of good things the name of a defect."""
    return label == BAD or not (tool.by_label or label == UNSAID or means_good(label))


def _blames(tool: Tool, labels: Sequence[str]) -> bool:
    return any(means_bad(tool, label) for label in labels)


def samples(recipe: Recipe, folder: Path, steps: Sequence[Step], examples: Sequence[Example]) -> list[Sample]:
    """A sample for every step and example, regions moved with the part; of steps that repeat one for every instance.

    Of what nobody said anything of there is none.

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
    if example.silent(step.name):
        return
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
        yield from _sample(run, step, example.labels_of(step.name), f"image {number}")
        return
    for each in run.present(repeated):
        labels = example.labels_of(step.name, each.number)
        yield from _sample(run, each.step, labels, f"image {number}, {each.step.name}")


def _sample(run: Run, step: Step, labels: tuple[str, ...], where: str) -> Iterator[Sample]:
    try:
        view = run.view_of(step)
    except ToolError as exc:
        raise TeachError(f"{where}: {exc}") from exc
    labels = labels or (GOOD,) * len(view.areas)
    if len(labels) != len(view.areas):
        raise TeachError(f"{where}: {len(labels)} labels for {len(view.areas)} regions of step {step.name!r}")
    said = [i for i, label in enumerate(labels) if label != UNSAID]
    if len(said) == len(labels) or (said and step.tool.by_region):
        yield Sample(view, labels)
    elif said:
        regions = tuple(view.areas[i] for i in said)
        yield Sample(replace(view, regions=regions), tuple(labels[i] for i in said))


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
