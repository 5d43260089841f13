"""``vision-inspection teach``: let the steps of a recipe learn from images of good parts, as a draft."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from vision.cameras.image_file import read_image
from vision.errors import FrameError, RecipeError, TeachError, VisionError
from vision.frame import Acquisition, Frame
from vision.recipe import DRAFT, Recipe, run_order, save_draft, working_copy
from vision.teach import Example, bring_files, save_lesson, teach_step

from .recipe_commands import add_recipe, folder_of, release

DONE, REFUSED = 0, 1
MOST_BYTES = 200 * 2**20  # of a file: a recipe's archive may have 256 MB


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``teach``."""
    add_recipe(parser)
    parser.add_argument("images", type=Path, nargs="*", metavar="IMAGE", help="image of a good part")
    parser.add_argument("--step", help="the only step to teach; left out: every step that learns")
    parser.add_argument("--model", type=Path, metavar="FILE", help="instead of images: the ONNX model for --step")
    parser.add_argument("--labels", type=Path, metavar="FILE", help="names of the model's classes, one a line")
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
        recipe = _brought(recipe, folder, args) if args.model else _learned(recipe, folder, args)
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


def _learned(recipe: Recipe, folder: Path, args: argparse.Namespace) -> Recipe:
    """From images."""
    if args.labels:
        raise TeachError("--labels names the classes of a --model")
    if not args.images:
        raise TeachError("nothing to learn from: give at least one image, or a --model")
    steps = _steps(recipe, args.step)
    examples = [_example(path, recipe) for path in args.images]
    for step in steps:
        recipe = _taught(recipe, folder, step, examples, args.more)
    return recipe


def _brought(recipe: Recipe, folder: Path, args: argparse.Namespace) -> Recipe:
    """From files that the user has."""
    if args.images or args.more or not args.step:
        raise TeachError("--model is brought to one step: name it with --step, and give no images and no --more")
    files = {name: _read(path) for name, path in (("model", args.model), ("labels", args.labels)) if path}
    taught = bring_files(recipe, args.step, files)
    print(f"step {args.step!r}: brought {args.model.name} ({len(files['model']) / 2**20:.1f} MB)")
    return save_lesson(recipe, folder, args.step, taught)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TeachError(f"{path} has more than {MOST_BYTES >> 20} MB, which is the most that a recipe keeps")
        return path.read_bytes()
    except OSError as exc:
        raise TeachError(f"{path}: {exc.strerror}") from exc


def _steps(recipe: Recipe, wanted: str | None) -> list[str]:
    """Names of the steps to teach, one for each taught data, in an order in which each finds what it needs."""
    if wanted is not None:
        return [wanted]
    learners = [step for step in recipe.steps if step.tool.learns and not step.tool.brings]
    if not learners:
        raise TeachError(f"no step of recipe {recipe.name!r} learns anything from images")
    firsts = {step.taught: step for step in reversed(learners)}
    order = [recipe.steps[i].name for i in run_order(recipe.steps, recipe.groups)]
    # A fixture is looked for while others learn inside of its regions.
    ranked = sorted(firsts.values(), key=lambda step: (not step.tool.locates, order.index(step.name)))
    return [step.name for step in ranked]


def _example(path: Path, recipe: Recipe) -> Example:
    try:
        image = read_image(path)
    except (FrameError, OSError) as exc:
        raise TeachError(f"{path}: {exc}") from exc
    frame = Frame(image, 0, 0, 0, full_scale=255 if image.dtype.itemsize == 1 else 65535, label=path.name)
    return Example(Acquisition({shot.name: frame for shot in recipe.shots}))


def _taught(recipe: Recipe, folder: Path, step: str, examples: Sequence[Example], more: bool) -> Recipe:
    taught = teach_step(recipe, folder, step, examples, more=more)
    new = save_lesson(recipe, folder, step, taught)
    changed = ", ".join(f"{name} = {value}" for name, value in taught.parameters.items())
    print(f"step {step!r}: learned from {len(examples)} image(s)" + (f"; proposes {changed}" if changed else ""))
    return new
