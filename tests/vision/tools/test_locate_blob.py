"""A part found as a blob."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.tools.drawn import SIZE, colour, deep, disc, soft, view
from vision.calibration import Calibration
from vision.errors import TeachError, TimeLimitError, ToolError
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import Limit, Recipe, Step
from vision.result import Judgement
from vision.roi import Rectangle, moved
from vision.teach import Example, save_lesson, teach_step
from vision.tool import NOT_TAUGHT, Prepared, Sample, Taught, View
from vision.tools import Brightness, LocateBlob

HOME = (110.0, 100.0)


def drop(x: float, y: float, angle_deg: float = 0.0, light: float = 0.0) -> np.ndarray:
    """A round head with a tail that points along the angle, counter-clockwise; its own origin lies at x, y."""
    rows, columns = np.mgrid[0 : SIZE[0], 0 : SIZE[1]].astype(float)
    t = np.radians(angle_deg)
    u = np.cos(t) * (columns - x) - np.sin(t) * (rows - y)
    v = np.sin(t) * (columns - x) + np.cos(t) * (rows - y)
    along = np.clip(u, -15, 45)
    return soft(np.hypot(u - along, v) - np.interp(along, (-15, 45), (18, 4)), 50 + light, 180 + light)


def taught(image: np.ndarray | None = None, **parameters: object) -> Prepared:
    tool = LocateBlob(**parameters)
    lesson = tool.teach([Sample(View(drop(*HOME) if image is None else image))])
    return tool.with_parameters(lesson).prepare(lesson, Calibration())


@pytest.fixture(scope="module")
def ready() -> Prepared:
    return taught()


@pytest.fixture(scope="module")
def in_any_light() -> Prepared:
    return taught(method="otsu")


@given(st.floats(70, 150), st.floats(70, 130), st.floats(-179, 179), st.sampled_from([-20, 0, 40]))
@settings(max_examples=15, deadline=None)
def test_place_and_angle_all_round(in_any_light: Prepared, x: float, y: float, angle: float, light: float) -> None:
    found = in_any_light.measure(View(drop(x, y, angle, light)))
    assert found.pose is not None
    assert moved(np.array([HOME]), found.pose)[0] == pytest.approx((x, y), abs=0.35)
    turned = (found.values["angle_deg"] - angle + 180) % 360 - 180  # type: ignore[operator]
    assert turned == pytest.approx(0, abs=0.7)


def test_colour_and_sixteen_bits_and_areas(ready: Prepared) -> None:
    image = drop(100, 90, 20)
    values = ready.measure(View(image)).values
    assert ready.measure(View(colour(image))).values == values
    assert ready.measure(View(deep(image), full_scale=4080)).values == values
    assert values["area"] == np.count_nonzero(image >= 128)
    assert ready.measure(View(image, calibration=Calibration(0.1))).values["area"] == pytest.approx(
        values["area"] / 100
    )  # type: ignore[operator]


def test_what_is_round_only_moves() -> None:
    lesson = LocateBlob().teach([Sample(View(disc(100, 100, 25)))])
    assert lesson.parameters == {"direction": "none"}
    found = taught(disc(100, 100, 25)).measure(View(disc(130.5, 90.25, 25)))
    assert found.values["angle_deg"] == 0
    assert found.pose is not None
    assert moved(np.array([(100.0, 100.0)]), found.pose)[0] == pytest.approx((130.5, 90.25), abs=0.1)


def test_what_leans_to_neither_side_turns_the_smaller_way() -> None:
    def bar(angle: float) -> np.ndarray:
        rows, columns = np.mgrid[0 : SIZE[0], 0 : SIZE[1]].astype(float)
        t = np.radians(angle)
        u = np.cos(t) * (columns - 120) - np.sin(t) * (rows - 100)
        v = np.sin(t) * (columns - 120) + np.cos(t) * (rows - 100)
        return soft(np.maximum(abs(u) - 50, abs(v) - 12), 50, 180)

    ready = taught(bar(80))
    for angle in (80, 95, 30, 165):
        assert ready.measure(View(bar(angle))).values["angle_deg"] == pytest.approx(angle - 80, abs=0.3)


@pytest.mark.parametrize(
    ("select", "order"), [("largest", [200, 40, 120]), ("topmost", [120, 200, 40]), ("leftmost", [40, 120, 200])]
)
def test_which_of_several(select: str, order: list[int]) -> None:
    image = np.maximum(np.maximum(disc(40, 120, 15), disc(120, 30, 10)), disc(200, 90, 25))
    assert taught(disc(100, 100, 20), select=select).measure(View(image)).values["x"] == pytest.approx(
        order[0], abs=0.1
    )
    found = taught(disc(100, 100, 20), select=select, count=2).measure(View(image))
    assert [part.features["origin"].x for part in found.parts] == pytest.approx(order[:2], abs=0.1)  # type: ignore[union-attr]
    assert found.values["count"] == 3


def test_only_in_its_region(ready: Prepared) -> None:
    image = np.maximum(disc(60, 100, 30), disc(190, 100, 15))
    assert ready.measure(view(image, Rectangle(x=130, y=0, width=110, height=200))).values["x"] == pytest.approx(
        190, abs=0.1
    )


def test_nothing_there_is_not_found(ready: Prepared, in_any_light: Prepared) -> None:
    for image in (np.full(SIZE, 50, np.uint8), np.full((1, 1), 255, np.uint8)):
        found = ready.measure(View(image))
        assert not found.found
        assert found.reason == "part not found: no bright blob of at least 20 px² that counts"
    assert in_any_light.measure(View(np.full(SIZE, 50, np.uint8))).reason.endswith("grey levels is too low")


def test_a_step_of_a_recipe_moves_with_it(tmp_path: Path) -> None:
    tail = Rectangle(x=HOME[0] + 36, y=HOME[1] - 1, width=5, height=3)
    step = Step(name="drop", tool=LocateBlob(), taught="drop")
    dark = Step(name="tail", tool=Brightness(), regions=(tail,), fixture="drop", limits={"mean": Limit(low=160)})
    recipe = Recipe(job=1, name="drop", steps=(step, dark))
    example = Example(Acquisition({"default": Frame(drop(*HOME), 1, 0, 0)}))
    recipe = save_lesson(recipe, tmp_path, "drop", teach_step(recipe, tmp_path, "drop", [example]))
    ready = prepare(recipe, tmp_path)
    for place in ((100, 90, 150), (130, 110, -75)):
        seen = Acquisition({"default": Frame(drop(*place), 2, 0, 0)})
        assert inspect(seen, ready, Inputs()).judgement is Judgement.PASS
    gone = Acquisition({"default": Frame(np.full(SIZE, 90, np.uint8), 3, 0, 0)})
    assert inspect(gone, ready, Inputs()).judgement is Judgement.FAIL


def test_what_does_not_do_says_why(ready: Prepared) -> None:
    with pytest.raises(TeachError, match="nothing to learn: no bright blob"):
        LocateBlob().teach([Sample(View(np.zeros(SIZE, np.uint8)))])
    with pytest.raises(TeachError, match="none of the samples is labelled good"):
        LocateBlob().teach([Sample(View(drop(*HOME)), ("bad",))])
    with pytest.raises(ToolError, match="not taught"):
        LocateBlob().prepare(NOT_TAUGHT, Calibration())
    with pytest.raises(ToolError, match="not taught"):
        LocateBlob().measure(View(drop(*HOME)))
    broken = Taught({"centre": np.array([1, np.nan]), "angle_deg": np.array(0), "lean": np.array(0)})
    with pytest.raises(ToolError, match="does not fit"):
        LocateBlob().prepare(broken, Calibration())
    with pytest.raises(TimeLimitError):
        ready.measure(View(drop(*HOME), deadline_ns=0))
