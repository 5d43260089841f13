"""Intermediate images of a step, to be laid over its frame: what its tool gives, and what every tool sees."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import ToolError
from ..frame import Image
from ..roi import IDENTITY, Pose
from ..tool import Region, View
from .run import Run

Picture = NDArray[np.uint8]
OUTSIDE = 0.35
"""So bright is what lies in a region's box, and not in the region."""


@dataclass(frozen=True, slots=True)
class Layer:
    """An image, and how its pixels lie on the frame; None = not by any straight way, as of a ring that was unrolled."""

    image: Picture
    pose: Pose | None


def layer_of(run: Run, name: str, layer: str, region: int = 0) -> Layer:
    """Of a step that was run: `name` is its own, or ``step[i]``.

    Args:
        region: Which of its regions, where the layer shows one alone; from 0.

    Raises:
        ToolError: The step could not be run, or it has no such layer or region.
    """
    if name not in run.outcomes:
        raise ToolError(f"step {name!r} was not run")
    if layer in GENERAL:
        return _general(run, name, layer, region)
    outcome = run.outcomes[name]
    if layer not in outcome.result.layers:
        raise ToolError(outcome.result.message or f"step {name!r} gave no layer {layer!r}")
    image = outcome.result.layers[layer]
    given = outcome.findings.layer_pose if outcome.findings is not None else None
    return Layer(_as_picture(image), given if given is not None else _lies(image, _view(run, name)))


def _view(run: Run, name: str) -> View:
    instance = run.recipe.instances.get(name)
    return run.view_of(instance.step if instance is not None else run.recipe.recipe.step(name))


def _lies(image: Image, view: View) -> Pose | None:
    """Of an image of the frame's size, or of the first region's upright one."""
    height, width = image.shape[:2]
    if (height, width) == view.raw.shape[:2]:
        return IDENTITY
    return (
        None if view.region.bent is not None or (width, height) != view.region.upright_size else view.region.transform
    )


def _general(run: Run, name: str, layer: str, region: int) -> Layer:
    view = _view(run, name)
    if region >= len(view.areas):
        raise ToolError(f"step {name!r} has no region {region + 1}")
    one = view.areas[region]
    pose = None if one.bent is not None else IDENTITY if one is view.whole else one.transform
    return Layer(GENERAL[layer](view, one), pose)


def _seen(view: View, region: Region) -> Picture:
    """The region upright, after the step's pre-processing."""
    frame = view.frame_colour if view.raw.ndim == 3 else view.frame_grey
    shown = np.asarray(view.upright(region, frame), np.uint8)
    if region is view.whole:
        return shown
    inside = view.upright_mask(region) > 0
    dark = (shown * OUTSIDE).astype(np.uint8)
    return np.where(inside[..., None] if shown.ndim == 3 else inside, shown, dark)


def _gradient(view: View, region: Region) -> Picture:
    """How steep the grey levels are; the steepest is white."""
    grey = np.asarray(view.upright(region, view.frame_grey), np.float32)
    steep = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    return _as_picture(steep)


GENERAL: Mapping[str, Callable[[View, Region], Picture]] = {"seen": _seen, "gradient": _gradient}
"""Layers that every tool with regions has."""


def _as_picture(image: Image | NDArray[np.floating]) -> Picture:
    if image.dtype == np.uint8:
        return np.asarray(image, np.uint8)
    values = np.abs(np.asarray(image, np.float32))
    most = float(np.nanmax(values)) if values.size else 0.0
    scaled = np.nan_to_num(values * (255 / most)) if most > 0 else np.zeros_like(values)
    return np.asarray(np.rint(scaled), np.uint8)
