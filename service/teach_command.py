"""``vision-inspection teach``: let the steps of a recipe learn from images of good parts, as a draft."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vision.errors import RecipeError, TeachError, VisionError
from vision.recipe import DRAFT, Recipe, save_draft
from vision.teach import (
    FEWEST,
    Trial,
    bring_files,
    hold_trial,
    save_lesson,
    teach_step,
    teaching_order,
    with_limits,
)

from .evaluation.cases import CasesError
from .evaluation.report import trial_as_html
from .evaluation.trial_values import trial_values
from .evaluation.trial_words import limits_table, summary_lines
from .looked_at import add_expected, draft_looked_at
from .recipe_commands import add_limits, add_recipe, folder_of, release
from .settings import SettingsError
from .teach_examples import Lesson, lesson_of

DONE, REFUSED = 0, 1
MOST_BYTES = 200 * 2**20  # of a file: a recipe's archive may have 256 MB


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``teach``."""
    add_recipe(parser)
    parser.add_argument(
        "images",
        type=Path,
        nargs="*",
        metavar="IMAGE",
        help="image of a good part; or a folder of them, with folders good and bad in it, or a labels.csv",
    )
    parser.add_argument(
        "--bad", type=Path, nargs="+", default=[], metavar="IMAGE", help="images of bad parts, or folders"
    )
    parser.add_argument(
        "--kind",
        nargs="+",
        action="append",
        default=[],
        metavar=("NAME", "IMAGE"),
        help="of a --step that tells kinds or colours apart: images, or folders, that show NAME; once for each kind",
    )
    stored = "inspections of this station, by number, whose images were kept"
    parser.add_argument("--stored", type=int, nargs="+", default=[], metavar="N", help=f"good parts: {stored}")
    parser.add_argument("--stored-bad", type=int, nargs="+", default=[], metavar="N", help="bad parts, likewise")
    parser.add_argument("--step", help="the only step to teach, which learns from bad parts too; left out: every step")
    parser.add_argument("--model", type=Path, metavar="FILE", help="instead of images: the ONNX model for --step")
    parser.add_argument("--labels", type=Path, metavar="FILE", help="names of the model's classes, one a line")
    parser.add_argument("--more", action="store_true", help="on top of what was taught before, instead of afresh")
    add_limits(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the trial as a page, for example teach.html")
    parser.add_argument("--release", action="store_true", help="release the draft at once")
    parser.add_argument("--reason", default="", help="why it is released, for the record")
    add_expected(parser)
    parser.add_argument("--json", action="store_true", help="say what was learned as one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Teach the draft, and say what was learned. The version in production stays as it is.

    Returns:
        The exit code: 0, or 1 when not everything was learned and nothing was saved; every reason stands on
        standard error.
    """
    folder = args.recipe
    try:
        folder = folder_of(args.recipe)
        before = recipe = draft_looked_at(folder, args.expect)
        told = Telling(args.json)
        recipe = _brought(recipe, folder, args, told) if args.model else _learned(recipe, folder, args, told)
        save_draft(recipe, folder, before)
        if args.json:
            told.end()
        else:
            print(f"{folder / DRAFT}: job {recipe.job}, {recipe.name!r}, is the draft of version {recipe.version} now")
        if args.release:
            release(folder, args.reason)
        elif not args.json:
            print(f"release it: vision-inspection release {args.recipe}")
    except (RecipeError, CasesError, SettingsError) as exc:
        print(f"{folder}:", *exc.problems, sep="\n  ", file=sys.stderr)
        return REFUSED
    except VisionError as exc:
        print(f"{folder}: {exc}", file=sys.stderr)
        return REFUSED
    except OSError as exc:
        print(f"{exc.filename or folder}: {exc.strerror or exc}", file=sys.stderr)
        return REFUSED
    return DONE


class Telling:
    """What was learned: line by line on the terminal, or all of it at the end as JSON."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._lines: list[str] = []
        self._trial: dict[str, Any] | None = None

    def say(self, *lines: str) -> None:
        if self._as_json:
            self._lines += lines
        else:
            print(*lines, sep="\n")

    def tried(self, trial: Trial, good: Sequence[str], bad: Sequence[str]) -> None:
        self.say(*limits_table(trial), *summary_lines(trial, good, bad))
        self._trial = trial_values(trial, good, bad)

    def end(self) -> None:
        """As JSON."""
        print(json.dumps({"said": self._lines, "trial": self._trial}))


def _learned(recipe: Recipe, folder: Path, args: argparse.Namespace, told: Telling) -> Recipe:
    """From images, and tried on them."""
    if args.labels:
        raise TeachError("--labels names the classes of a --model")
    lesson = lesson_of(args, recipe)
    recipe, stay = _taught(recipe, folder, lesson, args, told)
    return _tried(recipe, folder, lesson.silent_on(stay), args, told)


def _brought(recipe: Recipe, folder: Path, args: argparse.Namespace, told: Telling) -> Recipe:
    """From files that the user has."""
    if args.images or args.stored or args.more or not args.step:
        raise TeachError("--model is brought to one step: name it with --step, and give no images and no --more")
    files = {name: _file(path) for name, path in (("model", args.model), ("labels", args.labels)) if path}
    taught = bring_files(recipe, args.step, files)
    told.say(f"step {args.step!r}: brought {args.model.name} ({len(files['model']) / 2**20:.1f} MB)")
    return save_lesson(recipe, folder, args.step, taught)


def _taught(
    recipe: Recipe, folder: Path, lesson: Lesson, args: argparse.Namespace, told: Telling
) -> tuple[Recipe, list[str]]:
    """And the steps that stay as they were taught, since they learn names that nobody says here."""
    steps = [args.step] if args.step else teaching_order(recipe)
    if not steps and len(lesson.good) < FEWEST:
        raise TeachError(f"no step of recipe {recipe.name!r} learns anything; limits need {FEWEST} good parts")
    stay = [name for name in steps if not args.step and _knows_names(recipe, name)]
    examples = lesson.teachers(args.step)
    for step in steps:
        if step in stay:
            told.say(f"step {step!r}: stays as it was taught, by names: --step {step} --kind NAME teaches it")
            continue
        try:
            taught = teach_step(recipe, folder, step, examples, more=args.more)
        except TeachError as exc:
            if args.step or not recipe.step(step).tool.by_label:
                raise
            raise TeachError(f"step {step!r}: {exc}; teach it first: --step {step} --kind NAME IMAGE...") from exc
        recipe = save_lesson(recipe, folder, step, taught)
        changed = ", ".join(f"{name} = {value}" for name, value in taught.parameters.items())
        told.say(f"step {step!r}: learned from {len(examples)} image(s)" + (f"; proposes {changed}" if changed else ""))
    return recipe, stay


def _knows_names(recipe: Recipe, name: str) -> bool:
    step = recipe.step(name)
    return step.tool.by_label and step.taught in recipe.taught


def _tried(recipe: Recipe, folder: Path, lesson: Lesson, args: argparse.Namespace, told: Telling) -> Recipe:
    """With the limits that a trial of good and bad parts proposes; too few good ones are not tried."""
    if len(lesson.good) < FEWEST or args.limits == "none":
        return recipe
    good, bad, others = ([one.example for one in several] for several in (lesson.good, lesson.bad, lesson.others))
    try:
        trial = hold_trial(recipe, folder, good, bad, [args.step] if args.step else [], others)
    except RecipeError as exc:  # what was learned is kept: another step has to be put right, or taught, first
        told.say("not tried, and no limits proposed:", *(f"  {line}" for line in exc.problems))
        return recipe
    names = [one.name for one in lesson.good], [one.name for one in lesson.bad]
    told.tried(trial, *names)
    if args.out:
        args.out.write_text(trial_as_html(trial, names[0], f"{recipe.name}, version {recipe.version}"), "utf-8")
        told.say(f"{args.out}: histograms of good and bad parts")
    return _with_limits(recipe, trial, args.limits == "all", told)


def _with_limits(recipe: Recipe, trial: Trial, every: bool, told: Telling) -> Recipe:
    """Those of measures that have none yet, or all."""
    bound = {(s.name, name) for s in recipe.steps for name, limit in s.limits.items() if limit.binds}
    taken = [one for one in trial.proposals if every or (one.step, one.measure) not in bound]
    if taken:
        steps = ", ".join(one.step for one in taken)
        told.say(f"the draft takes {len(taken)} of {len(trial.proposals)} limits: {steps}")
    return with_limits(recipe, taken)


def _file(path: Path) -> bytes:
    """
    Raises:
        TeachError: It cannot be read, or a recipe cannot keep it.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TeachError(f"{path} has more than {MOST_BYTES >> 20} MB, which is the most that a recipe keeps")
        return path.read_bytes()
    except OSError as exc:
        raise TeachError(f"{path}: {exc.strerror}") from exc
