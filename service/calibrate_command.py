"""``vision-inspection calibrate``: millimetres from a board or a distance, a measure against a gauge; as a draft."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from vision.calibrate import Board, Charuco, Chessboard
from vision.errors import RecipeError, TeachError, VisionError
from vision.recipe import DRAFT, Recipe, save_draft
from vision.result import Judgement, StepResult

from .calibrating import Calibrated, from_board, from_distance, from_gauge, from_machine, marks_on
from .evaluation.part_image import acquisition_of
from .looked_at import add_expected, draft_looked_at
from .recipe_commands import add_recipe, folder_of

DONE, REFUSED, MOVED = 0, 1, 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``calibrate``."""
    add_recipe(parser)
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--chessboard", metavar="9x6", help="inner corners of a chessboard; all have to be seen")
    kind.add_argument("--charuco", metavar="10x7", help="squares of a ChArUco board; some may be hidden")
    kind.add_argument(
        "--distance", nargs=5, type=float, metavar=("X1", "Y1", "X2", "Y2", "MM"), help="two frame points so far apart"
    )
    kind.add_argument("--gauge", metavar="STEP.MEASURE", help="gain and offset of a measure, from pairs")
    kind.add_argument("--machine", metavar="STEP", help="the --point pairs of a step with the tool machine_position")
    kind.add_argument("--check", type=Path, metavar="IMAGE", help="has the camera moved? Changes nothing")
    parser.add_argument("--square-mm", type=float, default=0.0, help="side of a square of the board")
    parser.add_argument("--marker-mm", type=float, default=0.0, help="side of a marker of a ChArUco board")
    parser.add_argument("--dictionary", default="DICT_4X4_50", help="of a ChArUco board, as OpenCV calls it")
    parser.add_argument("--plane", type=Path, metavar="IMAGE", help="the board where the parts lie")
    parser.add_argument("--lens", type=Path, nargs="+", default=[], metavar="IMAGE", help="three or more tilted views")
    parser.add_argument(
        "--pair", nargs=2, type=float, action="append", default=[], metavar=("SHOWN", "TRUE"), help="for --gauge"
    )
    words = "for --gauge: an image of a gauge, which is measured, and its true size"
    parser.add_argument("--seen", nargs=2, action="append", default=[], metavar=("IMAGE", "TRUE"), help=words)
    words = "for --machine: the same point in the frame (px) and in the machine"
    point = ("X_PX", "Y_PX", "X", "Y")
    parser.add_argument("--point", nargs=4, type=float, action="append", default=[], metavar=point, help=words)
    parser.add_argument("--try", dest="only_try", action="store_true", help="say what would come of it, save nothing")
    add_expected(parser)
    parser.add_argument("--json", action="store_true", help="as one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Calibrate the draft and say what is left over. The version in production stays as it is.

    Returns:
        The exit code: 0; 1 when nothing was saved, the reason stands on standard error; 3 where the camera has moved.
    """
    folder = args.recipe
    try:
        folder = folder_of(args.recipe)
        before = draft_looked_at(folder, args.expect)
        if args.check is not None:
            return _told(marks_on(before, folder, acquisition_of(args.check, before)), before, args.json)
        done = _calibrated(args, before, folder)
        if not args.only_try:
            save_draft(done.recipe, folder, before)
    except RecipeError as exc:
        print(f"{folder}:", *exc.problems, sep="\n  ", file=sys.stderr)
        return REFUSED
    except (VisionError, ValueError, OSError) as exc:
        print(f"{folder}: {exc}", file=sys.stderr)
        return REFUSED
    if args.json:
        print(json.dumps(done.values | {"saved": not args.only_try, "sha256": done.recipe.sha256}))
        return DONE
    print(*done.lines, sep="\n")
    if not args.only_try:
        shown = f"job {done.recipe.job}, {done.recipe.name!r}"
        print(f"{folder / DRAFT}: {shown}; release it: vision-inspection release {args.recipe}")
    return DONE


def _calibrated(args: argparse.Namespace, recipe: Recipe, folder: Path) -> Calibrated:
    if args.gauge is not None:
        pairs = [(shown, true) for shown, true in args.pair]
        return from_gauge(recipe, folder, args.gauge, pairs, [(Path(path), float(true)) for path, true in args.seen])
    if args.machine is not None:
        return from_machine(recipe, folder, args.machine, [(a, b, c, d) for a, b, c, d in args.point])
    if args.distance is not None:
        *ends, mm = args.distance
        return from_distance(recipe, folder, ends, mm)
    if args.plane is None:
        raise TeachError("--plane is missing: an image of the board where the parts lie")
    return from_board(recipe, folder, _board(args), args.plane, args.lens, save=not args.only_try)


def _board(args: argparse.Namespace) -> Board:
    if not args.square_mm > 0:
        raise TeachError("--square-mm is missing: the side of a square of the board")
    words = args.chessboard or args.charuco
    try:
        columns, rows = (int(word) for word in words.split("x"))
    except ValueError:
        raise TeachError(f"{words!r} is no size of a board, for example 9x6") from None
    if args.chessboard:
        return Chessboard(columns, rows, args.square_mm)
    return Charuco(columns, rows, args.square_mm, args.marker_mm, args.dictionary)


def _told(marks: list[StepResult], recipe: Recipe, as_json: bool) -> int:
    """Whether the camera has moved: a mark that does not pass, or is outside its warn limits."""
    moved = any(one.judgement is not Judgement.PASS or (one.main and one.main.warning) for one in marks)
    if as_json:
        print(json.dumps({"moved": moved, "sha256": recipe.sha256, "marks": [_mark(one) for one in marks]}))
        return DONE
    for one in marks:
        shift = f"shift {one.main.value:.2f} px" if one.main else "nothing measured"
        print(f"{one.name}: {one.judgement}, {shift}" + (f" ({one.message})" if one.message else ""))
    print("the camera has moved" if moved else "the camera looks at the same place")
    return MOVED if moved else DONE


def _mark(one: StepResult) -> dict[str, Any]:
    main = one.main
    return {
        "step": one.name,
        "judgement": str(one.judgement),
        "warning": main.warning if main else False,
        "shift_px": main.value if main else None,
        "message": one.message,
    }
