"""A recipe for every tool of the registry, taught on drawn parts where it learns."""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import cv2
import numpy as np

from tests.vision.tools.onnx_models import classifier
from vision.declarations import Ref
from vision.frame import Acquisition, Frame
from vision.pipeline import PreparedRecipe, make_ready
from vision.recipe import Recipe
from vision.result import Circle, Line, Point
from vision.teach import Example, teach_step
from vision.tool import Taught, Tool
from vision.tools import TOOLS

SIZE = (200, 160)
REGIONS: dict[str, dict[str, Any]] = {
    "rectangle": {"kind": "rectangle", "x": 30, "y": 30, "width": 120, "height": 90},
    "ring_sector": {
        "kind": "ring_sector",
        "x": 100,
        "y": 80,
        "inner": 20,
        "outer": 60,
        "start_deg": 0,
        "sweep_deg": 360,
    },
}
GIVEN: dict[str, dict[str, Any]] = {  # what no default can know
    "distance": {"b": "point"},
    "formula": {"formula": "point.width"},
    "machine_position": {"pairs": [{"x_px": x, "y_px": y, "x": x, "y": y} for x, y in ((0, 0), (9, 0), (0, 9))]},
}
KINDS = {"classify": ("a", "b"), "presence": ("good", "bad"), "color_match": ("a", "b")}
SOURCES = {Point: "point", Line: "edge.line", Circle: "ring"}
GIVERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {  # steps whose features others refer to
    "point": ({"type": "caliper"}, {"kind": "rectangle", "x": 40, "y": 55, "width": 50, "height": 30}),
    "edge": ({"type": "line_fit"}, {"kind": "rectangle", "x": 40, "y": 55, "width": 20, "height": 40}),
    "ring": (
        {"type": "circle_fit", "polarity": "dark_to_light"},
        {"kind": "ring_sector", "x": 115, "y": 75, "inner": 12, "outer": 32, "start_deg": 0, "sweep_deg": 360},
    ),
}


def tool_class(kind: str) -> type[Tool]:
    found: type[Tool] = getattr(import_module(f"vision.tools.{kind}"), TOOLS[kind])
    return found


def good(number: int = 0) -> np.ndarray:
    """A plate with marks of three shapes and some grain."""
    image = np.full((SIZE[1], SIZE[0]), 170, np.uint8)
    cv2.rectangle(image, (50, 45), (80, 100), 60, cv2.FILLED)
    cv2.circle(image, (115, 75), 22, 90, cv2.FILLED, cv2.LINE_AA)
    cv2.line(image, (60, 115), (140, 108), 220, 3, cv2.LINE_AA)
    if number % 2:
        cv2.rectangle(image, (90, 95), (140, 118), 30, cv2.FILLED)
    grain = np.random.default_rng(number).normal(0, 3, image.shape)
    return np.clip(np.rint(image + grain), 0, 255).astype(np.uint8)


def acquired(image: np.ndarray, full_scale: int | None = None) -> Acquisition:
    full = full_scale or (65535 if image.dtype == np.uint16 else 255)
    return Acquisition({"default": Frame(image, 1, 0, 0, full_scale=full)})


def recipe_of(kind: str, region: dict[str, Any] | None = None, **more: Any) -> Recipe:
    """A step of this tool, after those that its references name."""
    tool = tool_class(kind)
    references = {
        name: next(SOURCES[one] for one in get_args(field.annotation) if one in SOURCES)
        for name, field in tool.model_fields.items()
        if field.is_required() and getattr(field.annotation, "__origin__", None) is Ref
    }
    given = references | GIVEN.get(kind, {})
    names = {str(name).split(".")[0] for name in references.values()} | ({"point"} if kind == "formula" else set())
    steps = [
        {"name": name, "tool": giver, "regions": [place if region is None else _shape(place["kind"], region)]}
        for name, (giver, place) in GIVERS.items()
        if name in names
    ]
    step: dict[str, Any] = {"name": "tool", "tool": {"type": kind, **given}, **more}
    if tool.regions[1]:
        shape = "rectangle" if "rectangle" in tool.region_kinds else tool.region_kinds[0]
        step["regions"] = [REGIONS[shape] if region is None else _shape(shape, region)]
    if tool.learns and tool.must_learn:
        step["taught"] = "tool"
    return Recipe.model_validate({"job": 1, "name": kind, "steps": [*steps, step]})


def _shape(kind: str, region: dict[str, Any]) -> dict[str, Any]:
    """The same place, given as a rectangle, as a region of this kind."""
    if kind == "rectangle":
        return {"kind": kind, **region}
    radius = min(region["width"], region["height"]) / 2
    x, y = region["x"] + region["width"] / 2, region["y"] + region["height"] / 2
    return {"kind": kind, "x": x, "y": y, "inner": radius / 3, "outer": radius, "start_deg": 0, "sweep_deg": 360}


@cache
def lesson(kind: str) -> Taught:
    """What its step learns from drawn parts, or from a model."""
    tool = tool_class(kind)
    if tool.brings:
        return tool.model_validate({"type": kind}).bring({"model": classifier()})
    labels = KINDS.get(kind, ("good",))
    examples = [Example(acquired(good(i)), {"tool": (labels[i % len(labels)],)}) for i in range(4)]
    return teach_step(recipe_of(kind), Path(), "tool", examples)


def ready(recipe: Recipe, taught: Taught | None = None) -> PreparedRecipe:
    """With what its tool learned, or `taught` in its place."""
    step = recipe.steps[-1]
    return make_ready(recipe, Path(), lessons={"tool": taught or lesson(step.tool.type)} if step.taught else {})
