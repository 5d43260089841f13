"""A plane beside the recipe."""

from pathlib import Path

import numpy as np
import pytest

from vision.calibrate import FoundPlane, save_plane
from vision.calibration import Lens, Plane
from vision.errors import RecipeError
from vision.pipeline import make_ready
from vision.recipe import Recipe, TaughtEntry

HALF = FoundPlane(Plane(np.diag([0.5, 0.25, 1.0])), 0.01, 0.02, (640, 480))
RECIPE = Recipe.model_validate({"job": 1, "name": "one", "steps": [{"name": "b", "tool": {"type": "brightness"}}]})


def test_a_recipe_measures_on_the_plane_that_lies_beside_it(tmp_path: Path) -> None:
    recipe = save_plane(RECIPE, tmp_path, HALF)
    ready = make_ready(Recipe.model_validate_json(recipe.model_dump_json()), tmp_path).calibration
    assert ready.unit == "mm"
    assert ready.length((0, 0), (10, 0)) == pytest.approx(5)
    assert ready.length((0, 0), (0, 10)) == pytest.approx(2.5)
    assert ready.mm_per_px == pytest.approx((0.5 * 0.25) ** 0.5)


def test_with_its_lens(tmp_path: Path) -> None:
    lens = Lens(np.array([[600.0, 0, 320], [0, 600, 240], [0, 0, 1]]), np.array([-0.2, 0, 0, 0, 0]))
    plane = Plane(np.diag([300.0, 300.0, 1.0]), lens)
    ready = make_ready(save_plane(RECIPE, tmp_path, FoundPlane(plane, 0, 0, (640, 480))), tmp_path).calibration
    points = np.array([(10.0, 20.0), (600, 400)])
    assert (ready.points(points) == plane.points(points)).all()


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    recipe = save_plane(RECIPE, tmp_path, HALF)
    next(tmp_path.rglob("to_mm.npy")).write_bytes(b"other")
    with pytest.raises(RecipeError, match=r"calibration\.taught: .* was changed since it was taught"):
        make_ready(recipe, tmp_path)


def test_what_is_no_calibration_is_named(tmp_path: Path) -> None:
    recipe = save_plane(RECIPE, tmp_path, HALF)
    with pytest.raises(RecipeError, match="'calibration' is missing from taught; calibrate this recipe"):
        make_ready(recipe.model_copy(update={"taught": {}}), tmp_path)
    other = TaughtEntry(tool="locate", tool_version=1, sha256="0" * 64)
    with pytest.raises(RecipeError, match="'calibration' belongs to locate 1, not to calibration"):
        make_ready(recipe.model_copy(update={"taught": {"calibration": other}}), tmp_path)
    with pytest.raises(ValueError, match="taught needs mm_per_px as well"):
        Recipe.model_validate({"job": 1, "name": "one", "calibration": {"taught": "calibration"}})
