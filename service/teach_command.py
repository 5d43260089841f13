"""``vision-inspection teach``: let the steps of a recipe learn from images of good parts."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from vision.cameras.image_file import read_image
from vision.errors import FrameError, RecipeError, TeachError, VisionError
from vision.frame import Acquisition, Frame
from vision.recipe import FILE, Recipe, load_recipe
from vision.teach import Example, save_lesson, teach_step

DONE, REFUSED = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``teach``."""
    parser.add_argument("folder", type=Path, metavar="RECIPE_FOLDER", help=f"the folder that holds the {FILE}")
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE", help="image of a good part")
    parser.add_argument("--step", help="the only step to teach; left out: every step that learns")
    parser.add_argument("--more", action="store_true", help="on top of what was taught before, instead of afresh")
    parser.add_argument("--release", action="store_true", help="mark the new version as released for production")


def run(args: argparse.Namespace) -> int:
    """Teach, and say what was learned.

    Returns:
        The exit code: 0, or 1 when nothing, or not everything, was learned; every reason stands on standard error.
    """
    try:
        recipe = load_recipe(args.folder, taught=False)
        steps = _steps(recipe, args.step)
        examples = [_example(path, recipe) for path in args.images]
        first = recipe.version
        for step in steps:  # all of them make one new version
            recipe = _taught(recipe.model_copy(update={"version": first}), args, step, examples)
    except RecipeError as exc:
        print(f"{args.folder}:", *exc.problems, sep="\n  ", file=sys.stderr)
        return REFUSED
    except VisionError as exc:
        print(f"{args.folder}: {exc}", file=sys.stderr)
        return REFUSED
    released = (
        "released"
        if recipe.released
        else "a draft that no station loads: teach with --release, or set released to true"
    )
    print(f"{args.folder / FILE}: job {recipe.job}, {recipe.name!r}, is version {recipe.version} now, {released}")
    return DONE


def _steps(recipe: Recipe, wanted: str | None) -> list[str]:
    """Names of the steps to teach, one for each taught data, in an order in which each finds what it needs."""
    if wanted is not None:
        return [wanted]
    learners = [step for step in recipe.steps if step.tool.learns]
    if not learners:
        raise TeachError(f"no step of recipe {recipe.name!r} learns anything")
    firsts = {step.taught: step for step in reversed(learners)}
    # A fixture is looked for while others learn inside of its regions.
    return [step.name for step in sorted(firsts.values(), key=lambda step: not step.tool.locates)]


def _example(path: Path, recipe: Recipe) -> Example:
    try:
        image = read_image(path)
    except (FrameError, OSError) as exc:
        raise TeachError(f"{path}: {exc}") from exc
    frame = Frame(image, 0, 0, 0, full_scale=255 if image.dtype.itemsize == 1 else 65535, label=path.name)
    return Example(Acquisition({shot.name: frame for shot in recipe.shots}))


def _taught(recipe: Recipe, args: argparse.Namespace, step: str, examples: Sequence[Example]) -> Recipe:
    taught = teach_step(recipe, args.folder, step, examples, more=args.more)
    new = save_lesson(recipe, args.folder, step, taught, released=args.release)
    changed = ", ".join(f"{name} = {value}" for name, value in taught.parameters.items())
    print(f"step {step!r}: learned from {len(examples)} image(s)" + (f"; proposes {changed}" if changed else ""))
    return new
