"""``vision-inspection teach``: let the steps of a recipe learn from images of good parts, as a draft."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from vision.errors import FrameError, RecipeError, TeachError, VisionError
from vision.recipe import DRAFT, Recipe, run_order, save_draft, working_copy
from vision.teach import Example, save_lesson, teach_step

from .evaluation.part_image import acquisition_of
from .recipe_commands import add_recipe, folder_of, release

DONE, REFUSED = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``teach``."""
    add_recipe(parser)
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE", help="image of a good part")
    parser.add_argument("--step", help="the only step to teach; left out: every step that learns")
    parser.add_argument("--more", action="store_true", help="on top of what was taught before, instead of afresh")
    parser.add_argument("--release", action="store_true", help="release the draft at once")
    parser.add_argument("--reason", default="", help="why it is released, for the record")


def run(args: argparse.Namespace) -> int:
    """Teach the draft, and say what was learned. The version in production stays as it is.

    Returns:
        The exit code: 0, or 1 when not everything was learned and nothing was saved; every reason stands on
        standard error.
    """
    folder = args.recipe
    try:
        folder = folder_of(args.recipe)
        before = recipe = working_copy(folder)
        steps = _steps(recipe, args.step)
        examples = [_example(path, recipe) for path in args.images]
        for step in steps:
            recipe = _taught(recipe, folder, step, examples, args.more)
        save_draft(recipe, folder, before)
        print(f"{folder / DRAFT}: job {recipe.job}, {recipe.name!r}, is the draft of version {recipe.version} now")
        if args.release:
            release(folder, args.reason)
        else:
            print(f"release it: vision-inspection release {args.recipe}")
    except RecipeError as exc:
        print(f"{folder}:", *exc.problems, sep="\n  ", file=sys.stderr)
        return REFUSED
    except VisionError as exc:
        print(f"{folder}: {exc}", file=sys.stderr)
        return REFUSED
    return DONE


def _steps(recipe: Recipe, wanted: str | None) -> list[str]:
    """Names of the steps to teach, one for each taught data, in an order in which each finds what it needs."""
    if wanted is not None:
        return [wanted]
    learners = [step for step in recipe.steps if step.tool.learns]
    if not learners:
        raise TeachError(f"no step of recipe {recipe.name!r} learns anything")
    firsts = {step.taught: step for step in reversed(learners)}
    order = [recipe.steps[i].name for i in run_order(recipe.steps, recipe.groups)]
    # A fixture is looked for while others learn inside of its regions.
    ranked = sorted(firsts.values(), key=lambda step: (not step.tool.locates, order.index(step.name)))
    return [step.name for step in ranked]


def _example(path: Path, recipe: Recipe) -> Example:
    try:
        return Example(acquisition_of(path, recipe))
    except (FrameError, OSError) as exc:
        raise TeachError(f"{path}: {exc}") from exc


def _taught(recipe: Recipe, folder: Path, step: str, examples: Sequence[Example], more: bool) -> Recipe:
    taught = teach_step(recipe, folder, step, examples, more=more)
    new = save_lesson(recipe, folder, step, taught)
    changed = ", ".join(f"{name} = {value}" for name, value in taught.parameters.items())
    print(f"step {step!r}: learned from {len(examples)} image(s)" + (f"; proposes {changed}" if changed else ""))
    return new
