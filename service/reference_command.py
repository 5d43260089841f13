"""``vision-inspection reference``: images that a recipe carries to prove itself by, in its draft."""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vision.errors import FrameError, RecipeError, TeachError, VisionError
from vision.frame import Acquisition
from vision.pipeline import prepare
from vision.recipe import DRAFT, Recipe, ReferenceImage, save_draft
from vision.result import Judgement
from vision.teach import JudgedReference, add_reference, judged_references, load_reference, remove_reference

from .evaluation.cases import Case, CasesError, inspections
from .evaluation.command import chosen_side
from .evaluation.part_image import acquisition_of
from .looked_at import add_expected, draft_looked_at
from .recipe_commands import add_recipe, folder_of
from .settings import SettingsError, data_folder

DONE, REFUSED = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``reference``."""
    add_recipe(parser)
    parser.add_argument("images", type=Path, nargs="*", metavar="IMAGE", help="image of a part; none: list them")
    stored = "inspections of this station, by number, whose images were kept"
    parser.add_argument("--stored", type=int, nargs="+", default=[], metavar="N", help=f"likewise: {stored}")
    parser.add_argument("--fail", action="store_true", help="the part has to be FAIL; left out: PASS")
    parser.add_argument("--step", action="append", default=[], help="a step that has to fail on it; with --fail")
    parser.add_argument("--sort-class", metavar="NAME", help="the class that it has to be sorted into")
    parser.add_argument("--name", help="of one image; left out: its file's, with a number where another image has that")
    parser.add_argument("--note", default="", help="for people")
    parser.add_argument("--remove", action="append", default=[], metavar="NAME", help="take a reference out")
    words = "judge those of another version: its number, draft or production; nothing is changed"
    parser.add_argument("--version", default="", help=words)
    add_expected(parser)
    parser.add_argument("--json", action="store_true", help="as one line of JSON; exit code 0 whatever they are judged")


def run(args: argparse.Namespace) -> int:
    """Add to, take from or list the references of the draft, and say how it judges them.

    Returns:
        The exit code: 0, or 1 when nothing was saved or a reference is not judged as it has to be.
    """
    folder = args.recipe
    try:
        folder = folder_of(args.recipe)
        recipe = _chosen(args) if args.version else _changed(args, folder)
        return _told(recipe, folder, args.json)
    except (RecipeError, CasesError, SettingsError) as exc:
        print(f"{folder}:", *exc.problems, sep="\n  ", file=sys.stderr)
    except (VisionError, OSError) as exc:
        print(f"{folder}: {exc}", file=sys.stderr)
    return REFUSED


def _chosen(args: argparse.Namespace) -> Recipe:
    if args.images or args.stored or args.remove:
        raise TeachError("--version says whose references are judged: those of the draft alone are changed")
    return chosen_side(args.recipe, args.version).load()


def _changed(args: argparse.Namespace, folder: Path) -> Recipe:
    before = recipe = draft_looked_at(folder, args.expect)
    for name in args.remove:
        recipe = remove_reference(recipe, name)
    cases = [Case(path.name, path) for path in args.images]
    cases += inspections(data_folder(), args.stored) if args.stored else []
    if args.name is not None and len(cases) != 1:
        raise TeachError(f"--name is that of one image, these are {len(cases)}")
    for case in cases:
        seen = _acquisition(case, recipe)
        name = _plain(args.name) if args.name else _free(_plain(_stem(case)), recipe, folder, seen)
        recipe = add_reference(recipe, folder, _reference(name, args, recipe), seen)
    if recipe is not before:
        save_draft(recipe, folder, before)
        if not args.json:
            print(f"{folder / DRAFT}: has {len(recipe.references)} references now")
    return recipe


def _told(recipe: Recipe, folder: Path, as_json: bool) -> int:
    if as_json:
        print(json.dumps(_values(recipe, folder)))
        return DONE
    judged = _judged(recipe, folder)
    for reference in recipe.references:
        fails = [f"step {step!r} fails" for step in reference.fails]
        print(f"{reference.name}: {reference.judgement}", *fails, sep=", ")
    failed = [one for one in judged if one.difference]
    for one in failed:
        print(f"references.{one.reference.name}: {one.difference}", file=sys.stderr)
    return REFUSED if failed else DONE


def _judged(recipe: Recipe, folder: Path) -> Sequence[JudgedReference]:
    return list(judged_references(prepare(recipe, folder), folder)) if recipe.references else []


def _values(recipe: Recipe, folder: Path) -> dict[str, Any]:
    """What REST answers; `problems`: why the recipe cannot judge, which keeps no reference from being saved."""
    items: list[dict[str, Any]] = []
    problems: Sequence[str] = ()
    try:
        items = [_verdict(one) for one in _judged(recipe, folder)]
    except RecipeError as exc:
        problems = exc.problems
    return {"version": recipe.version, "sha256": recipe.sha256, "items": items, "problems": problems}


def _verdict(one: JudgedReference) -> dict[str, Any]:
    result = one.result
    return {
        "name": one.reference.name,
        "wanted": one.reference.judgement,
        "judgement": str(result.judgement),
        "message": result.message,
        "sort_class": result.sort_class,
        "failing": [step.name for step in result.steps if step.judgement is Judgement.FAIL],
        "difference": one.difference,
        "ms": result.duration_us / 1000,
    }


def _reference(name: str, args: argparse.Namespace, recipe: Recipe) -> ReferenceImage:
    if args.step and not args.fail:
        raise TeachError("--step says which step has to fail: it needs --fail")
    known = [step.name for step in recipe.steps]
    if unknown := next((step for step in args.step if step not in known), None):
        raise TeachError(f"there is no step {unknown!r}; there are: {', '.join(known) or 'none'}")
    return ReferenceImage(
        name=name,
        judgement="FAIL" if args.fail else "PASS",
        fails=tuple(args.step),
        sort_class=args.sort_class,
        note=args.note,
    )


def _stem(case: Case) -> str:
    return Path(case.name.replace("#", "inspection-")).stem


def _free(name: str, recipe: Recipe, folder: Path, seen: Acquisition) -> str:
    """A name of its own where the file's is that of another image: good/1.png and bad/1.png are two."""
    taken, number, found = {one.name for one in recipe.references}, 1, name
    while found in taken and not _same(load_reference(recipe, folder, found)[0], seen):
        number += 1
        found = f"{name[:58]}-{number}"
    return found


def _same(one: Acquisition, other: Acquisition) -> bool:
    return one.frames.keys() == other.frames.keys() and all(
        np.array_equal(frame.image, other.frames[shot].image) for shot, frame in one.frames.items()
    )


def _plain(name: str) -> str:
    """As the name of a folder below taught."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name)[:64].lstrip(".") or "_"


def _acquisition(case: Case, recipe: Recipe) -> Acquisition:
    try:
        return acquisition_of(case.path, recipe)
    except (FrameError, OSError) as exc:
        raise TeachError(f"{case.path}: {exc}") from exc
