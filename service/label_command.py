"""``vision-inspection label``: images become good or bad in one call, and what a recipe was taught learns them."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vision.errors import RecipeError, TeachError, VisionError
from vision.recipe import DRAFT, Recipe, save_draft

from .evaluation.cases import BAD as BAD_WORDS
from .evaluation.cases import GOOD as GOOD_WORDS
from .evaluation.cases import CasesError, inspections
from .evaluation.trial_values import trial_values
from .evaluation.trial_words import limits_table, summary_lines
from .looked_at import add_expected, draft_looked_at
from .recipe_commands import add_limits, add_recipe, folder_of, person
from .relearning import Relearned, check_place, relearn
from .settings import SettingsError, data_folder
from .teaching_place import Place
from .teaching_set import BAD, GOOD, KeptImage, TeachingSet, alone, forget, keep, load_set, save_set, set_folder

DONE, REFUSED = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``label``."""
    add_recipe(parser)
    parser.add_argument("images", type=Path, nargs="*", metavar="IMAGE", help="none: learn from those that are kept")
    stored = "inspections of this station, by number, whose images were kept"
    parser.add_argument("--stored", type=int, nargs="+", default=[], metavar="N", help=f"likewise: {stored}")
    words = "what they show: good (ok, pass), bad (ng, nok, fail), or with --step the name of a kind"
    parser.add_argument("--as", dest="label", metavar="LABEL", help=words)
    parser.add_argument("--step", action="append", default=[], help="of this step alone, which learns; left out: all")
    words = "of the step's region N alone, from 1, as in score[2]; of the others nothing is said by that"
    parser.add_argument("--region", type=int, nargs="+", default=[], metavar="N", help=words)
    words = "of its instance N alone, as in pin[3], where the step repeats"
    parser.add_argument("--instance", type=int, nargs="+", default=[], metavar="N", help=words)
    parser.add_argument("--forget", nargs="+", default=[], metavar="FILE", help="take images out of the teaching set")
    parser.add_argument("--list", action="store_true", help="list the teaching set, and learn nothing")
    parser.add_argument("--keep-only", action="store_true", help="keep the images, and learn nothing yet")
    add_limits(parser)
    words = "where the images came from: once for all, or once for each; left out: their files"
    parser.add_argument("--origin", action="append", default=[], help=words)
    parser.add_argument("--by", help="who says it; left out: who sits here")
    add_expected(parser)
    parser.add_argument("--json", action="store_true", help="as one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Keep the images, let the draft learn, and say what it learned. The version in production stays as it is.

    Returns:
        The exit code: 0, also where a step could not learn yet, which is said; 1 when nothing was kept.
    """
    folder = args.recipe
    try:
        folder = folder_of(args.recipe)
        before = draft_looked_at(folder, args.expect)
        places = _places(args, before)
        place = set_folder(data_folder(), before.job)
        with alone(place):
            kept, new = _kept(args, load_set(place), places)
            save_set(kept)
            if args.list or args.keep_only:
                done = Relearned(before, kept)
            else:
                done = relearn(before, folder, kept, new, args.step, args.limits)
            if done.recipe != before:
                save_draft(done.recipe, folder, before)
                save_set(done.kept)
    except (RecipeError, CasesError, SettingsError) as exc:
        print(f"{folder}:", *exc.problems, sep="\n  ", file=sys.stderr)
        return REFUSED
    except (VisionError, OSError) as exc:
        print(f"{folder}: {exc}", file=sys.stderr)
        return REFUSED
    if args.json:
        print(json.dumps(_values(done, new)))
    else:
        _tell(args, done, folder)
    return DONE


def _places(args: argparse.Namespace, recipe: Recipe) -> list[Place]:
    """Of what the images are labelled."""
    if (args.region or args.instance) and len(args.step) != 1:
        raise TeachError("--region and --instance are those of one step: name it by --step")
    places = [
        Place(step, instance, region)
        for step in args.step
        for instance in args.instance or [None]
        for region in args.region or [None]
    ]
    for one in places:
        check_place(recipe, one)
    return places


def _kept(args: argparse.Namespace, kept: TeachingSet, places: Sequence[Place]) -> tuple[TeachingSet, list[KeptImage]]:
    """The set with the images that are given, and without those that are forgotten."""
    cases = [(path, f"file {path.name}") for path in args.images]
    cases += [(case.path, f"inspection {case.name[1:]}") for case in inspections(data_folder(), args.stored)]
    origins = _origins(args.origin, [origin for _, origin in cases])
    new = []
    for file in args.forget:
        kept = forget(kept, file)
    for (path, _), origin in zip(cases, origins, strict=True):
        label = _label(args.label, args.step)
        kept, image = keep(kept, path, label, places, origin, args.by or person())
        new.append(image)
    return kept, new


def _origins(said: Sequence[str], files: Sequence[str]) -> Sequence[str]:
    if len(said) not in (0, 1, len(files)):
        raise TeachError(f"--origin is said {len(said)} times for {len(files)} images: once, or once for each")
    return said if len(said) == len(files) else list(said) * len(files) or files


def _label(word: str | None, steps: Sequence[str]) -> str:
    if word is None:
        raise TeachError("--as is missing: good, bad, or with --step the name of a kind")
    if word.lower() in GOOD_WORDS | BAD_WORDS:
        return GOOD if word.lower() in GOOD_WORDS else BAD
    if not steps:
        raise TeachError(f"{word!r} is what one step calls a kind: name it by --step")
    return word


def _tell(args: argparse.Namespace, done: Relearned, folder: Path) -> None:
    good = sum(not one.bad for one in done.kept.images)
    print(f"teaching set: {len(done.kept.images)} images, {len(done.kept.images) - good} of them bad")
    for one in done.kept.images if args.list else ():
        said = ", ".join(f"{step or 'part'}: {label}" for step, label in one.labels.items())
        print(f"  {one.file}  {said}  ({one.origin}, {one.by})")
    for lesson in done.lessons:
        changed = ", ".join(f"{name} = {value}" for name, value in lesson.parameters.items())
        how = "" if lesson.afresh else ", on top of what it was taught"
        print(f"step {lesson.step!r}: learned from {lesson.images} image(s){how}", *([changed] if changed else []))
    if done.trial:
        print(*limits_table(done.trial), *summary_lines(done.trial, done.good, done.bad), sep="\n")
    for problem in done.problems:
        print(problem, file=sys.stderr)
    if done.lessons or done.taken:
        print(f"{folder / DRAFT}: job {done.recipe.job}; release it: vision-inspection release {args.recipe}")


def _values(done: Relearned, new: Sequence[KeptImage]) -> dict[str, Any]:
    """What REST answers."""
    return {
        "sha256": done.recipe.sha256,
        "images": [asdict(one) for one in new],
        "kept": len(done.kept.images),
        "lessons": [asdict(one) for one in done.lessons],
        "problems": done.problems,
        "trial": trial_values(done.trial, done.good, done.bad) if done.trial else None,
        "taken": done.taken,
    }
