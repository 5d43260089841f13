"""``vision-inspection reference``: images that a recipe carries to prove itself by, in its draft."""

import argparse
import re
import sys
from pathlib import Path

from vision.errors import FrameError, RecipeError, TeachError, VisionError
from vision.frame import Acquisition
from vision.pipeline import prepare
from vision.recipe import DRAFT, Recipe, ReferenceImage, save_draft, working_copy
from vision.teach import add_reference, failed_references, remove_reference

from .evaluation.part_image import acquisition_of
from .recipe_commands import add_recipe, folder_of

DONE, REFUSED = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``reference``."""
    add_recipe(parser)
    parser.add_argument("images", type=Path, nargs="*", metavar="IMAGE", help="image of a part; none: list them")
    parser.add_argument("--fail", action="store_true", help="the part has to be FAIL; left out: PASS")
    parser.add_argument("--step", action="append", default=[], help="a step that has to fail on it; with --fail")
    parser.add_argument("--remove", action="append", default=[], metavar="NAME", help="take a reference out")


def run(args: argparse.Namespace) -> int:
    """Add to, take from or list the references of the draft, and say how it judges them.

    Returns:
        The exit code: 0, or 1 when nothing was saved or a reference is not judged as it has to be.
    """
    folder = args.recipe
    try:
        folder = folder_of(args.recipe)
        before = recipe = working_copy(folder)
        for name in args.remove:
            recipe = remove_reference(recipe, name)
        for path in args.images:
            recipe = add_reference(recipe, folder, _reference(path, args, recipe), _acquisition(path, recipe))
        if recipe is not before:
            save_draft(recipe, folder, before)
            print(f"{folder / DRAFT}: has {len(recipe.references)} references now")
        return _told(recipe, folder)
    except RecipeError as exc:
        print(f"{folder}:", *exc.problems, sep="\n  ", file=sys.stderr)
    except (VisionError, OSError) as exc:
        print(f"{folder}: {exc}", file=sys.stderr)
    return REFUSED


def _told(recipe: Recipe, folder: Path) -> int:
    failed = list(failed_references(prepare(recipe, folder), folder)) if recipe.references else []
    for one in recipe.references:
        print(f"{one.name}: {one.judgement}", *[f"step {step!r} fails" for step in one.fails], sep=", ")
    for line in failed:
        print(line, file=sys.stderr)
    return REFUSED if failed else DONE


def _reference(path: Path, args: argparse.Namespace, recipe: Recipe) -> ReferenceImage:
    if args.step and not args.fail:
        raise TeachError("--step says which step has to fail: it needs --fail")
    known = [step.name for step in recipe.steps]
    if unknown := next((step for step in args.step if step not in known), None):
        raise TeachError(f"there is no step {unknown!r}; there are: {', '.join(known) or 'none'}")
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", path.stem)[:64].lstrip(".") or "_"
    return ReferenceImage(name=name, judgement="FAIL" if args.fail else "PASS", fails=tuple(args.step))


def _acquisition(path: Path, recipe: Recipe) -> Acquisition:
    try:
        return acquisition_of(path, recipe)
    except (FrameError, OSError) as exc:
        raise TeachError(f"{path}: {exc}") from exc
