"""A drawn plate measured by a recipe: features of one step are what the next one measures between."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, make_ready
from vision.recipe import Recipe
from vision.result import InspectionResult, Judgement, Status

STEPS = [
    ("left", {"type": "line_fit", "polarity": "dark_to_light"}, {"x": 40, "y": 60, "width": 40, "height": 120}, {}),
    ("right", {"type": "line_fit", "polarity": "light_to_dark"}, {"x": 240, "y": 60, "width": 40, "height": 120}, {}),
    ("top", {"type": "line_fit"}, {"x": 120, "y": 20, "width": 40, "height": 100, "angle_deg": 90}, {}),
    ("bore", {"type": "circle_fit"}, {"kind": "ring_sector", "x": 160, "y": 120, "inner": 15, "outer": 45}, {}),
    ("corner", {"type": "intersection", "a": "left.line", "b": "top.line"}, None, {}),
    (
        "width",
        {"type": "distance", "a": "right.centre", "line": "left"},
        None,
        {"distance": {"low": 9.9, "high": 10.1}},
    ),
    ("to bore", {"type": "distance", "a": "bore.centre", "b": "corner"}, None, {}),
    ("square", {"type": "angle", "a": "top.line", "b": "left.line"}, None, {"smaller_deg": {"low": 89.8}}),
    ("sides", {"type": "parallelism", "a": "left", "b": "right"}, None, {"parallelism": {"high": 0.02}}),
]


def recipe() -> Recipe:
    steps = [
        {"name": name, "tool": tool, "regions": [{"kind": "rectangle"} | region] if region else [], "limits": limits}
        for name, tool, region, limits in STEPS
    ]
    return Recipe.model_validate({"job": 1, "name": "plate", "calibration": {"mm_per_px": 0.05}, "steps": steps})


def plate(left: float = 60.0, bore: bool = True) -> np.ndarray:
    """Light, 200 px wide from `left` - 0.5 on, its top at 69.5, with a bore in the middle."""
    big = np.full((240 * 8, 320 * 8), 40, np.uint8)
    cv2.rectangle(big, (round(left * 8), 70 * 8), (round((left + 200) * 8) - 1, 200 * 8 - 1), 180, cv2.FILLED)
    if bore:
        cv2.circle(big, (round((left + 100.5) * 8), round(120.5 * 8)), 30 * 8, 40, cv2.FILLED)
    return cv2.GaussianBlur(cv2.resize(big, (320, 240), interpolation=cv2.INTER_AREA), (0, 0), 0.8)


def judged(image: np.ndarray, tmp_path: Path) -> InspectionResult:
    frame = Frame(image, 0, 0, 0)
    return inspect(Acquisition({"default": frame}), make_ready(recipe(), tmp_path), Inputs())


@pytest.mark.parametrize("left", [60.0, 61.375])
def test_a_plate_is_measured_by_names(left: float, tmp_path: Path) -> None:
    result = judged(plate(left), tmp_path)
    assert [step.message for step in result.steps if step.judgement is not Judgement.PASS] == []
    values = {step.name: step.main.value for step in result.steps if step.main}
    assert values["width"] == pytest.approx(10, abs=0.003)
    assert values["bore"] == pytest.approx(3.0, abs=0.01)
    assert values["corner"] == pytest.approx(left - 0.5, abs=0.05)
    assert values["to bore"] == pytest.approx(0.05 * np.hypot(100.5, 50.5), abs=0.01)
    assert values["square"] == pytest.approx(90, abs=0.05)
    assert values["sides"] == pytest.approx(0, abs=0.003)


def test_what_needs_a_missing_feature_is_not_run_and_says_so(tmp_path: Path) -> None:
    steps = {step.name: step for step in judged(plate(bore=False), tmp_path).steps}
    assert steps["bore"].status is Status.NOT_FOUND
    assert steps["bore"].message == "not found: edge not found: contrast 0 grey levels, 12 needed"
    assert steps["to bore"].status is Status.NOT_RUN
    assert steps["to bore"].message == "not run: step 'bore' was not found"
    assert steps["width"].judgement is Judgement.PASS
