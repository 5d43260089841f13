"""``vision-inspection teach``: let the steps of a recipe learn from images of good parts, as a draft."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vision.errors import FrameError, RecipeError, TeachError, VisionError
from vision.recipe import DRAFT, Recipe, save_draft
from vision.teach import (
    FEWEST,
    Example,
    Trial,
    bring_files,
    hold_trial,
    save_lesson,
    teach_step,
    teaching_order,
    with_limits,
)

from .evaluation.cases import Case, CasesError, inspections, labelled
from .evaluation.part_image import acquisition_of
from .evaluation.report import trial_as_html
from .evaluation.trial_values import trial_values
from .evaluation.trial_words import limits_table, summary_lines
from .looked_at import add_expected, draft_looked_at
from .recipe_commands import add_limits, add_recipe, folder_of, release
from .settings import SettingsError, load

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
    good, bad = _cases(args)
    examples = [_example(case, recipe) for case in good]
    wrong = [_example(case, recipe) for case in bad]
    recipe = _taught(recipe, folder, args, examples, wrong, told)
    return _tried(recipe, folder, args, (good, bad), (examples, wrong), told)


def _brought(recipe: Recipe, folder: Path, args: argparse.Namespace, told: Telling) -> Recipe:
    """From files that the user has."""
    if args.images or args.stored or args.more or not args.step:
        raise TeachError("--model is brought to one step: name it with --step, and give no images and no --more")
    files = {name: _file(path) for name, path in (("model", args.model), ("labels", args.labels)) if path}
    taught = bring_files(recipe, args.step, files)
    told.say(f"step {args.step!r}: brought {args.model.name} ({len(files['model']) / 2**20:.1f} MB)")
    return save_lesson(recipe, folder, args.step, taught)


def _cases(args: argparse.Namespace) -> tuple[list[Case], list[Case]]:
    """Of good parts and of bad ones; what nobody labelled is good."""
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


def _of(path: Path) -> list[Case]:
    return labelled(path) if path.is_dir() else [Case(path.name, path)]


def _example(case: Case, recipe: Recipe) -> Example:
    try:
        return Example(acquisition_of(case.path, recipe))
    except (FrameError, OSError) as exc:
        raise TeachError(f"{case.path}: {exc}") from exc


def _taught(
    recipe: Recipe,
    folder: Path,
    args: argparse.Namespace,
    good: Sequence[Example],
    bad: Sequence[Example],
    told: Telling,
) -> Recipe:
    if args.step is None:
        steps = teaching_order(recipe)
        if not steps and len(good) < FEWEST:
            raise TeachError(f"no step of recipe {recipe.name!r} learns anything; limits need {FEWEST} good parts")
    else:
        steps = [args.step]
        bad = _labelled(bad, recipe, args.step, "bad")
    examples = [*good, *(bad if args.step else ()), *_kinds(recipe, args)]
    for step in steps:
        taught = teach_step(recipe, folder, step, examples, more=args.more)
        recipe = save_lesson(recipe, folder, step, taught)
        changed = ", ".join(f"{name} = {value}" for name, value in taught.parameters.items())
        told.say(f"step {step!r}: learned from {len(examples)} image(s)" + (f"; proposes {changed}" if changed else ""))
    return recipe


def _kinds(recipe: Recipe, args: argparse.Namespace) -> list[Example]:
    """Each image under its kind's name."""
    if args.kind and args.step is None:
        raise TeachError("--kind says what the images show to one step: name it by --step")
    found = []
    for name, *paths in args.kind:
        if not paths:
            raise TeachError(f"--kind {name}: give its images after its name")
        shown = [_example(case, recipe) for path in paths for case in _of(Path(path))]
        found += _labelled(shown, recipe, args.step, name)
    return found


def _labelled(shown: Sequence[Example], recipe: Recipe, step: str, label: str) -> list[Example]:
    """So in every region of the step."""
    regions = next((max(1, len(one.regions)) for one in recipe.steps if one.name == step), 1)
    return [Example(one.acquisition, {step: (label,) * regions}) for one in shown]


def _tried(
    recipe: Recipe,
    folder: Path,
    args: argparse.Namespace,
    cases: tuple[Sequence[Case], Sequence[Case]],
    shown: tuple[Sequence[Example], Sequence[Example]],
    told: Telling,
) -> Recipe:
    """With the limits that a trial of good and bad parts proposes; too few good ones are not tried."""
    (good, bad), (examples, wrong) = cases, shown
    if len(good) < FEWEST or args.limits == "none":
        return recipe
    if args.step:
        wrong = _labelled(wrong, recipe, args.step, "bad")
    try:
        trial = hold_trial(recipe, folder, examples, wrong, [args.step] if args.step else [])
    except RecipeError as exc:  # what was learned is kept: another step has to be put right, or taught, first
        told.say("not tried, and no limits proposed:", *(f"  {line}" for line in exc.problems))
        return recipe
    names = [case.name for case in good], [case.name for case in bad]
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
