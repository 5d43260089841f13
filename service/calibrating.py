"""Calibrate a recipe: from a board, a distance, a gauge or a machine's points; and say what that changes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vision.calibrate import (
    Board,
    Sighting,
    find_plane,
    fit_gauge,
    fit_machine,
    learn_lens,
    save_plane,
    with_pairs,
)
from vision.calibration import Calibration, by_distance
from vision.cameras.image_file import read_image
from vision.errors import FrameError, RecipeError, TeachError
from vision.frame import Acquisition
from vision.pipeline import make_ready
from vision.recipe import CalibrationEntry, Limit, Recipe, Step
from vision.result import StepResult
from vision.teach import measured_steps

from .evaluation.part_image import acquisition_of

CHECK = "camera_check"  # the tool that looks at marks of the machine


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The recipe that would be saved, what there is to say, and the same as values."""

    recipe: Recipe
    lines: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)


def calibration_in_use(recipe: Recipe, folder: Path) -> Calibration:
    """With its plane, from beside the recipe.

    Raises:
        RecipeError: The plane is missing, or was changed.
    """
    return make_ready(recipe, folder, frozenset()).calibration


def from_distance(recipe: Recipe, folder: Path, ends: Sequence[float], mm: float) -> Calibrated:
    """`ends`: x and y of two frame points that are `mm` apart.

    Raises:
        ValueError: They are the same, or the distance is not above 0.
    """
    p, q = (ends[0], ends[1]), (ends[2], ends[3])
    new = by_distance(p, q, mm)
    length = _told(recipe, folder, new, p, q)
    changed = recipe.model_copy(update={"calibration": CalibrationEntry(mm_per_px=new.mm_per_px)})
    lines = (f"{new.mm_per_px:.6g} mm a pixel",)
    return Calibrated(changed, lines, {"kind": "distance", "mm_per_px": new.mm_per_px, "length": length})


def from_board(
    recipe: Recipe, folder: Path, board: Board, plane: Path, views: Sequence[Path], *, save: bool
) -> Calibrated:
    """`plane`: an image of the board where the parts lie; `views`: others of it, tilted, for the lens.

    Args:
        save: Write the plane beside the recipe, so that it can be used; else the recipe stays as it is.

    Raises:
        TeachError: The board is not seen, or there are too few views.
    """
    flat = sighting(board, plane)
    lens = learn_lens([*(sighting(board, path) for path in views), flat]) if views else None
    found = find_plane(flat, lens)
    size = found.calibration.mm_per_px
    lines = [f"lens: residual {lens.residual_px:.3f} px over {len(views) + 1} views"] if lens else []
    lines.append(f"plane: residual {found.residual_mm:.4f} mm, largest {found.largest_mm:.4f} mm")
    lines.append(f"{size:.6g} mm a pixel in the middle of the frame")
    p, q = (tuple(flat.image_px[i].tolist()) for i in (0, -1))
    values = {
        "kind": "board",
        "mm_per_px": size,
        "residual_mm": found.residual_mm,
        "largest_mm": found.largest_mm,
        "lens_residual_px": lens.residual_px if lens else None,
        "views": len(views) + 1,
        "corners": flat.image_px.tolist(),
        "length": _told(recipe, folder, found.calibration, p, q),
    }
    return Calibrated(save_plane(recipe, folder, found) if save else recipe, tuple(lines), values)


def from_gauge(
    recipe: Recipe, folder: Path, name: str, pairs: Sequence[tuple[float, float]], seen: Sequence[tuple[Path, float]]
) -> Calibrated:
    """Gain and offset of ``step.measure``, from pairs of what was shown and what is true.

    What is shown has gone through the gain and offset that the step has already: these are taken back.

    Args:
        seen: Images of gauges with their true size, in place of what was shown.

    Raises:
        TeachError: There is no such measure, or the pairs do not do.
    """
    step, measure = _measure(recipe, name)
    limit = step.limits.get(measure, Limit())
    shown = [*pairs, *((_shown(recipe, folder, step, measure, path), true) for path, true in seen)]
    gauge = fit_gauge([((value - limit.offset) / limit.gain, true) for value, true in shown])
    words = f"{name}: gain {gauge.gain:.6g}, offset {gauge.offset:.6g}, largest residual {gauge.residual:.4g}"
    new = limit.model_copy(update={"gain": gauge.gain, "offset": gauge.offset})
    changed = step.model_copy(update={"limits": {**step.limits, measure: new}})
    values = {
        "kind": "gauge",
        "gain": gauge.gain,
        "offset": gauge.offset,
        "residual": gauge.residual,
        "gain_before": limit.gain,
        "offset_before": limit.offset,
        "pairs": shown,
    }
    steps = tuple(changed if one is step else one for one in recipe.steps)
    return Calibrated(recipe.model_copy(update={"steps": steps}), (words,), values)


def from_machine(
    recipe: Recipe, folder: Path, step: str, pairs: Sequence[tuple[float, float, float, float]]
) -> Calibrated:
    """The pairs of points of a step that tells a machine's coordinates.

    Raises:
        TeachError: It is no such step, or the pairs do not do.
    """
    changed = with_pairs(recipe, step, pairs)
    found = fit_machine(pairs, calibration_in_use(recipe, folder))
    words = f"step {step!r}: residual {found.residual:.4g}, largest {found.largest:.4g} over {len(pairs)} points"
    values = {"kind": "machine", "residual": found.residual, "largest": found.largest}
    return Calibrated(changed, (words,), values)


def marks_on(recipe: Recipe, folder: Path, acquisition: Acquisition) -> list[StepResult]:
    """What the steps say that look whether the camera has moved.

    Raises:
        TeachError: The recipe has none.
        RecipeError: They cannot be prepared: not taught, for example.
    """
    marks = [step.name for step in recipe.steps if step.tool.type == CHECK]
    if not marks:
        words = "give it one, with regions on marks that the parts never cover"
        raise TeachError(f"recipe {recipe.name!r} has no step with the tool {CHECK}: {words}")
    return measured_steps(recipe, folder, acquisition, marks)


def sighting(board: Board, path: Path) -> Sighting:
    """The board's corners in an image. Raises TeachError with the image's name."""
    try:
        image = read_image(path)
        return board.sighting(image, 255 if image.dtype.itemsize == 1 else 65535)
    except (FrameError, TeachError, OSError) as exc:
        raise TeachError(f"{path}: {exc}") from exc


def _told(
    recipe: Recipe, folder: Path, new: Calibration, p: tuple[float, float], q: tuple[float, float]
) -> dict[str, Any]:
    """The distance of two frame points as it is told until now, and from then on."""
    try:
        before = calibration_in_use(recipe, folder)
    except RecipeError:  # it is to be put right by this
        before = recipe.scale
    return {"before": before.length(p, q), "unit_before": before.unit, "after": new.length(p, q)}


def _measure(recipe: Recipe, name: str) -> tuple[Step, str]:
    step_name, _, measure = name.rpartition(".")
    step = next((one for one in recipe.steps if one.name == step_name), None)
    if step is None or measure not in {one.name for one in step.tool.measures}:
        raise TeachError(f"there is no measure {name!r} in this recipe; say STEP.MEASURE")
    return step, measure


def _shown(recipe: Recipe, folder: Path, step: Step, measure: str, path: Path) -> float:
    try:
        (found,) = measured_steps(recipe, folder, acquisition_of(path, recipe), [step.name])
    except FrameError as exc:
        raise TeachError(str(exc)) from exc
    value = next((one.value for one in found.measurements if one.name == measure), math.nan)
    if not math.isfinite(value):
        raise TeachError(f"{path.name}: step {step.name!r} measures no {measure}: {found.message or 'not found'}")
    return value
