"""``vision-inspection calibrate``: millimetres from a board or a distance, a measure against a gauge; as a draft."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from vision.calibrate import Board, Charuco, Chessboard, Sighting, find_plane, fit_gauge, learn_lens, save_plane
from vision.calibration import by_distance
from vision.cameras.image_file import read_image
from vision.errors import FrameError, RecipeError, TeachError, VisionError
from vision.recipe import DRAFT, CalibrationEntry, Limit, Recipe, save_draft, working_copy

from .recipe_commands import add_recipe, folder_of

DONE, REFUSED = 0, 1


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
    parser.add_argument("--square-mm", type=float, default=0.0, help="side of a square of the board")
    parser.add_argument("--marker-mm", type=float, default=0.0, help="side of a marker of a ChArUco board")
    parser.add_argument("--dictionary", default="DICT_4X4_50", help="of a ChArUco board, as OpenCV calls it")
    parser.add_argument("--plane", type=Path, metavar="IMAGE", help="the board where the parts lie")
    parser.add_argument("--lens", type=Path, nargs="+", default=[], metavar="IMAGE", help="three or more tilted views")
    parser.add_argument(
        "--pair", nargs=2, type=float, action="append", default=[], metavar=("SHOWN", "TRUE"), help="for --gauge"
    )


def run(args: argparse.Namespace) -> int:
    """Calibrate the draft and say what is left over. The version in production stays as it is.

    Returns:
        The exit code: 0, or 1 when nothing was saved; the reason stands on standard error.
    """
    folder = args.recipe
    try:
        folder = folder_of(args.recipe)
        before = working_copy(folder)
        recipe = _calibrated(args, before, folder)
        save_draft(recipe, folder, before)
    except RecipeError as exc:
        print(f"{folder}:", *exc.problems, sep="\n  ", file=sys.stderr)
        return REFUSED
    except (VisionError, ValueError) as exc:
        print(f"{folder}: {exc}", file=sys.stderr)
        return REFUSED
    print(f"{folder / DRAFT}: job {recipe.job}, {recipe.name!r}; release it: vision-inspection release {args.recipe}")
    return DONE


def _calibrated(args: argparse.Namespace, recipe: Recipe, folder: Path) -> Recipe:
    if args.gauge is not None:
        return _gauged(recipe, args.gauge, [(shown, true) for shown, true in args.pair])
    if args.distance is not None:
        x1, y1, x2, y2, mm = args.distance
        size = by_distance((x1, y1), (x2, y2), mm).mm_per_px
        print(f"{size:.6g} mm a pixel")
        return recipe.model_copy(update={"calibration": CalibrationEntry(mm_per_px=size)})
    if args.plane is None:
        raise TeachError("--plane is missing: an image of the board where the parts lie")
    board = _board(args)
    lens = None
    if args.lens:
        lens = learn_lens([_sighting(board, path) for path in (*args.lens, args.plane)])
        print(f"lens: residual {lens.residual_px:.3f} px over {len(args.lens) + 1} views")
    found = find_plane(_sighting(board, args.plane), lens)
    print(f"plane: residual {found.residual_mm:.4f} mm, largest {found.largest_mm:.4f} mm")
    print(f"{found.calibration.mm_per_px:.6g} mm a pixel in the middle of the frame")
    return save_plane(recipe, folder, found)


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


def _sighting(board: Board, path: Path) -> Sighting:
    try:
        image = read_image(path)
        return board.sighting(image, 255 if image.dtype.itemsize == 1 else 65535)
    except (FrameError, TeachError, OSError) as exc:
        raise TeachError(f"{path}: {exc}") from exc


def _gauged(recipe: Recipe, name: str, pairs: Sequence[tuple[float, float]]) -> Recipe:
    """What is shown has gone through the gain and offset that the step has already: these are taken back."""
    step_name, _, measure = name.partition(".")
    step = next((one for one in recipe.steps if one.name == step_name), None)
    if step is None or measure not in {one.name for one in step.tool.measures}:
        raise TeachError(f"there is no measure {name!r} in this recipe; say STEP.MEASURE")
    limit = step.limits.get(measure, Limit())
    gauge = fit_gauge([((shown - limit.offset) / limit.gain, true) for shown, true in pairs])
    print(f"{name}: gain {gauge.gain:.6g}, offset {gauge.offset:.6g}, largest residual {gauge.residual:.4g}")
    limit = limit.model_copy(update={"gain": gauge.gain, "offset": gauge.offset})
    changed = step.model_copy(update={"limits": {**step.limits, measure: limit}})
    return recipe.model_copy(update={"steps": tuple(changed if one is step else one for one in recipe.steps)})
