"""What ``vision-inspection teach`` learns from: images of good and of bad parts, and of kinds under their names."""

import argparse
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vision.errors import FrameError, TeachError
from vision.recipe import Recipe
from vision.teach import UNSAID, Example, means_bad, means_good

from .evaluation.cases import Case, inspections, labelled
from .evaluation.part_image import acquisition_of
from .settings import load


@dataclass(frozen=True, slots=True)
class Shown:
    """One image, and what it says of the steps."""

    name: str
    example: Example


@dataclass(frozen=True, slots=True)
class Lesson:
    """All of them."""

    good: Sequence[Shown]
    bad: Sequence[Shown]
    others: Sequence[Shown]  # of kinds that are neither

    def teachers(self, step: str | None) -> list[Example]:
        """Of all steps (None) bad parts teach nothing: it is not known which of them they are bad for."""
        return [one.example for one in (*self.good, *(self.bad if step else ()), *self.others)]

    def silent_on(self, steps: Collection[str]) -> "Lesson":
        """The good parts say nothing of these."""
        unsaid = dict.fromkeys(steps, (UNSAID,))
        good = [Shown(one.name, replace(one.example, labels={**one.example.labels, **unsaid})) for one in self.good]
        return replace(self, good=good)


def lesson_of(args: argparse.Namespace, recipe: Recipe) -> Lesson:
    """What the command's options name; what nobody labelled is good.

    Raises:
        TeachError: There is nothing to learn from, or an image cannot be read.
        CasesError: A folder has none, or an inspection's was not kept.
    """
    good, bad = _cases(args)
    kinds = [(name, _of_kind(recipe, args.step, name, case)) for name, case in _kinds(args)]
    tool = next((one.tool for one in recipe.steps if one.name == args.step), None)
    wrong = [name for name, _ in kinds if tool is not None and means_bad(tool, name)]
    return Lesson(
        [*(_shown(case, recipe) for case in good), *(one for name, one in kinds if means_good(name))],
        [
            *(_of_kind(recipe, args.step, "bad", case) if args.step else _shown(case, recipe) for case in bad),
            *(one for name, one in kinds if name in wrong),
        ],
        [one for name, one in kinds if name not in wrong and not means_good(name)],
    )


def _cases(args: argparse.Namespace) -> tuple[list[Case], list[Case]]:
    """Of good parts and of bad ones."""
    found = [case for path in args.images for case in _of(path)]
    wrong = [case for path in args.bad for case in _of(path)]
    if args.stored or args.stored_bad:
        data = load().station.data_folder
        found += inspections(data, args.stored)
        wrong += inspections(data, args.stored_bad)
    good = [case for case in found if case.good is not False]
    if not good and not args.kind:
        raise TeachError("nothing to learn from: give at least one image of a good part, or a --model")
    return good, wrong + [case for case in found if case.good is False]


def _kinds(args: argparse.Namespace) -> Iterator[tuple[str, Case]]:
    if args.kind and args.step is None:
        raise TeachError("--kind says what the images show to one step: name it by --step")
    for name, *paths in args.kind:
        if not paths:
            raise TeachError(f"--kind {name}: give its images after its name")
        yield from ((name, case) for path in paths for case in _of(Path(path)))


def _of(path: Path) -> list[Case]:
    return labelled(path) if path.is_dir() else [Case(path.name, path)]


def _of_kind(recipe: Recipe, step: str, label: str, case: Case) -> Shown:
    """It shows that in every region of the step."""
    regions = next((max(1, len(one.regions)) for one in recipe.steps if one.name == step), 1)
    return Shown(case.name, replace(_shown(case, recipe).example, labels={step: (label,) * regions}))


def _shown(case: Case, recipe: Recipe) -> Shown:
    try:
        return Shown(case.name, Example(acquisition_of(case.path, recipe)))
    except (FrameError, OSError) as exc:
        raise TeachError(f"{case.path}: {exc}") from exc
