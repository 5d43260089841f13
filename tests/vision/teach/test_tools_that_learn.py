"""The tools that learn, taught and run through a recipe."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import Limit, Recipe, Step
from vision.result import InspectionResult, Judgement, Status
from vision.roi import Rectangle
from vision.teach import Example, save_lesson, teach_step
from vision.tools import Brightness, GoldenTemplate, Locate


def plate(dx: float = 0, dy: float = 0, angle_deg: float = 0, *, hole: bool = True, seed: int = 1) -> Acquisition:
    """A bright plate with a notch, a slot and a hole, moved and turned about its middle."""
    image = np.full((240, 320), 50, np.uint8)
    cv2.rectangle(image, (100, 70), (220, 170), 190, cv2.FILLED)
    cv2.rectangle(image, (100, 70), (130, 90), 50, cv2.FILLED)
    cv2.rectangle(image, (150, 140), (200, 150), 90, cv2.FILLED)
    if hole:
        cv2.circle(image, (190, 100), 12, 20, cv2.FILLED)
    turn = cv2.getRotationMatrix2D((160, 120), angle_deg, 1)
    turn[:, 2] += dx, dy
    image = cv2.GaussianBlur(cv2.warpAffine(image, turn, (320, 240), borderValue=50), (0, 0), 1)
    noisy = image + np.random.default_rng(seed).normal(0, 1.5, image.shape)
    return Acquisition({"default": Frame(np.clip(noisy, 0, 255).astype(np.uint8), seed, 0, 0)})


PART = Rectangle(x=85, y=55, width=150, height=130)
HOLE = Rectangle(x=185, y=95, width=11, height=11)
STEPS = (
    Step(name="hole", tool=Brightness(), regions=(HOLE,), fixture="part", limits={"mean": Limit(high=40)}),
    Step(name="part", tool=Locate(), regions=(PART,), taught="plate", slot=0),
    Step(
        name="surface",
        tool=GoldenTemplate(),
        regions=(Rectangle(x=110, y=95, width=100, height=65),),
        fixture="part",
        taught="master",
        limits={"defect_count": Limit(high=0)},
    ),
)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recipe, Path]:
    folder = tmp_path_factory.mktemp("plate")
    recipe = Recipe(job=1, name="plate", steps=STEPS)
    for step in ("part", "surface"):
        recipe = save_lesson(recipe, folder, step, teach_step(recipe, folder, step, [Example(plate())]))
    return recipe, folder


def run(taught: tuple[Recipe, Path], seen: Acquisition) -> InspectionResult:
    return inspect(seen, prepare(*taught), Inputs())


def test_every_lesson_is_in_the_recipe(taught: tuple[Recipe, Path]) -> None:
    assert set(taught[0].taught) == {"plate", "master"}


@pytest.mark.parametrize("move", [(0, 0, 0), (23.5, -14.25, 0), (-12, 9, 8), (10, 10, -12)])
def test_a_good_part_passes_wherever_it_lies(taught: tuple[Recipe, Path], move: tuple[float, float, float]) -> None:
    result = run(taught, plate(*move, seed=4))
    assert result.judgement is Judgement.PASS, [(one.name, one.message) for one in result.steps]


def test_a_missing_hole_is_seen_by_both(taught: tuple[Recipe, Path]) -> None:
    result = run(taught, plate(12, -7, 5, hole=False, seed=4))
    assert {one.name: one.judgement for one in result.steps} == {
        "hole": Judgement.FAIL,
        "part": Judgement.PASS,
        "surface": Judgement.FAIL,
    }


def test_without_a_part_it_says_so(taught: tuple[Recipe, Path]) -> None:
    empty = np.clip(np.random.default_rng(2).normal(50, 1.5, (240, 320)), 0, 255).astype(np.uint8)
    result = run(taught, Acquisition({"default": Frame(empty, 1, 0, 0)}))
    assert {one.name: one.status for one in result.steps} == {
        "hole": Status.NOT_RUN,
        "part": Status.NOT_FOUND,
        "surface": Status.NOT_RUN,
    }
    assert result.judgement is Judgement.FAIL
    assert result.message.startswith("part: not found")
