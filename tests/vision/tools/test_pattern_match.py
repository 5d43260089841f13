"""A pattern found by its grey levels."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.tools.drawn import colour, deep, disc, half, view
from tests.vision.tools.printed import HOME, REGION, marks
from vision.calibration import Calibration
from vision.errors import TeachError, TimeLimitError, ToolError
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import Limit, Recipe, Step
from vision.result import Judgement
from vision.roi import CircleRoi, Polygon, Rectangle, Roi, moved
from vision.teach import Example, save_lesson, teach_step
from vision.tool import NOT_TAUGHT, Prepared, Sample, Taught, View
from vision.tools import Brightness, PatternMatchTool

TAUGHT_ON = marks((*HOME, 0))


def lesson(region: Roi = REGION, image: np.ndarray = TAUGHT_ON, **parameters: object) -> Taught:
    return PatternMatchTool(**parameters).teach([Sample(view(image, region))])


def taught(region: Roi = REGION, image: np.ndarray = TAUGHT_ON, **parameters: object) -> Prepared:
    return PatternMatchTool(**parameters).prepare(lesson(region, image), Calibration())


@pytest.fixture(scope="module")
def ready() -> Prepared:
    return taught()


@pytest.fixture(scope="module")
def turning() -> Prepared:
    return taught(angle_range_deg=20)


@given(st.floats(35, 165), st.floats(35, 125), st.integers(0, 99))
@settings(max_examples=12, deadline=None)
def test_its_place_is_right_to_a_small_part_of_a_pixel(ready: Prepared, x: float, y: float, seed: int) -> None:
    found = ready.measure(view(marks((x, y, 0), seed=seed), REGION))
    assert (found.values["x"], found.values["y"]) == pytest.approx((x, y), abs=0.03)
    assert found.values["score"] > 0.97
    assert found.values["angle_deg"] == 0


@given(st.floats(40, 160), st.floats(40, 120), st.floats(-20, 20))
@settings(max_examples=12, deadline=None)
def test_turned_where_that_is_allowed(turning: Prepared, x: float, y: float, angle: float) -> None:
    found = turning.measure(view(marks((x, y, angle)), REGION))
    assert (found.values["x"], found.values["y"]) == pytest.approx((x, y), abs=0.05)
    assert found.values["angle_deg"] == pytest.approx(angle, abs=0.15)
    assert found.values["score"] > 0.97


@pytest.mark.parametrize(("low", "high"), [(10, 40), (60, 250), (20, 30), (200, 230)])
def test_brightness_and_contrast_do_not_matter(ready: Prepared, low: float, high: float) -> None:
    found = ready.measure(view(marks((100.4, 80.3, 0), low=low, high=high, noise=0.5), REGION))
    assert (found.values["x"], found.values["y"]) == pytest.approx((100.4, 80.3), abs=0.05)
    assert found.values["score"] > 0.97


def test_colour_and_sixteen_bits(ready: Prepared) -> None:
    image = marks((100.4, 80.3, 0))
    grey = ready.measure(view(image, REGION)).values
    assert ready.measure(view(colour(image), REGION)).values == grey
    of_deep = ready.measure(view(deep(image), REGION, full_scale=4080)).values
    assert of_deep == {name: pytest.approx(value, abs=1e-3) for name, value in grey.items()}


def test_later_regions_move_with_it(turning: Prepared) -> None:
    pose = turning.measure(view(marks((101.5, 66.25, 12)), REGION)).pose
    assert pose is not None
    assert moved(np.array([HOME]), pose)[0] == pytest.approx((101.5, 66.25), abs=0.05)
    beside = moved(np.array([(HOME[0] + 100, HOME[1])]), pose)[0]
    turned = 100 * np.cos(np.radians(12)), -100 * np.sin(np.radians(12))
    assert beside - (101.5, 66.25) == pytest.approx(turned, abs=0.3)


def test_a_step_of_a_recipe_moves_with_it(tmp_path: Path) -> None:
    dot = Rectangle(x=86, y=62, width=5, height=5)
    recipe = Recipe(
        job=1,
        name="mark",
        steps=(
            Step(name="mark", tool=PatternMatchTool(angle_range_deg=15), regions=(REGION,), taught="mark"),
            Step(name="dot", tool=Brightness(), regions=(dot,), fixture="mark", limits={"mean": Limit(low=150)}),
        ),
    )
    example = Acquisition({"default": Frame(TAUGHT_ON, 1, 0, 0)})
    recipe = save_lesson(recipe, tmp_path, "mark", teach_step(recipe, tmp_path, "mark", [Example(example)]))
    ready = prepare(recipe, tmp_path)
    for place in ((110.5, 90, 12), (60, 100, -9)):
        seen = Acquisition({"default": Frame(marks(place), 2, 0, 0)})
        assert inspect(seen, ready, Inputs()).judgement is Judgement.PASS
    gone = inspect(Acquisition({"default": Frame(marks(), 3, 0, 0)}), ready, Inputs())
    assert gone.judgement is Judgement.FAIL
    assert "pattern not found: best score" in gone.message


def test_the_better_of_two_and_only_where_it_is_looked_for(ready: Prepared) -> None:
    image = marks((50, 60, 0), (150, 90, 8))
    assert ready.measure(view(image, REGION)).values["x"] == pytest.approx(50, abs=0.1)
    right = ready.measure(view(image, REGION, Rectangle(x=110, y=0, width=90, height=160)))
    assert right.values["x"] == pytest.approx(150, abs=1)


@pytest.mark.parametrize(
    "region",
    [
        pytest.param(CircleRoi(x=80, y=70, radius=26), id="circle"),
        pytest.param(Polygon(points=((52, 44), (106, 44), (106, 98), (60, 98))), id="polygon"),
        pytest.param(Rectangle(x=52, y=46, width=57, height=50, angle_deg=20), id="turned rectangle"),
    ],
)
def test_regions_of_other_kinds(region: Roi) -> None:
    before = taught(region).measure(view(TAUGHT_ON, region)).values
    after = taught(region).measure(view(marks((*np.add(HOME, (20.3, 8.6)), 0)), region)).values
    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((20.3, 8.6), abs=0.04)


def test_the_score_at_its_limit(ready: Prepared) -> None:
    spoilt = marks((100, 80, 0))
    spoilt[70:85, 82:105] = 120
    score = ready.measure(view(spoilt, REGION)).values["score"]
    assert 0.7 < score < 0.95
    assert taught(min_score=score - 1e-6).measure(view(spoilt, REGION)).found
    missed = taught(min_score=score + 0.01).measure(view(spoilt, REGION))
    assert not missed.found
    assert missed.reason == f"pattern not found: best score {score:.2f}, {score + 0.01:.2f} needed"


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(np.full((160, 200), 90, np.uint8), id="flat"),
        pytest.param(255 - marks((100, 80, 0)), id="its negative"),
        pytest.param(np.random.default_rng(1).integers(0, 255, (160, 200), np.uint8), id="noise"),
    ],
)
def test_nothing_like_it_is_not_found(ready: Prepared, image: np.ndarray) -> None:
    found = ready.measure(View(image))
    assert not found.found
    assert "pattern not found" in found.reason
    assert found.pose is None


@pytest.mark.parametrize(
    ("image", "words"),
    [
        pytest.param(np.full((160, 200), 90, np.uint8), "it is flat", id="flat"),
        pytest.param(marks(noise=2), "it is flat", id="noise alone"),
        pytest.param(half(80, 70, 30, noise=2)[:160, :200], "the same along one direction", id="a straight edge"),
    ],
)
def test_a_pattern_without_structure_is_refused(image: np.ndarray, words: str) -> None:
    with pytest.raises(TeachError, match=words):
        lesson(image=image)


def test_the_whole_frame_may_be_the_pattern() -> None:
    tool, image = PatternMatchTool(), TAUGHT_ON[40:101, 50:113]
    ready = tool.prepare(tool.teach([Sample(View(image))]), Calibration())
    found = ready.measure(View(image))
    assert (found.values["x"], found.values["y"]) == pytest.approx((31, 30), abs=0.01)
    assert found.values["score"] == pytest.approx(1)


def test_a_region_whose_centre_lies_outside_of_the_frame() -> None:
    region = Rectangle(x=-70, y=46, width=121, height=49)  # of which the mark fills the right end
    ready = taught(region, marks((26, 70, 0)))
    values = ready.measure(view(marks((90.5, 80.25, 0)), region)).values
    assert (values["x"], values["y"]) == pytest.approx((-10 + 64.5, 70 + 10.25), abs=0.05)


def test_what_is_round_does_not_turn() -> None:
    image = disc(80, 70, 15)
    assert lesson(image=image).parameters == {"angle_range_deg": 0.0}
    assert lesson().parameters == {}


def test_what_does_not_do_says_why(ready: Prepared) -> None:
    with pytest.raises(TeachError, match="at least 8 x 8 px"):
        lesson(Rectangle(x=70, y=60, width=7, height=30))
    with pytest.raises(TeachError, match="none of the samples is labelled good"):
        PatternMatchTool().teach([Sample(view(TAUGHT_ON, REGION), ("bad",))])
    with pytest.raises(ToolError, match="not taught"):
        PatternMatchTool().prepare(NOT_TAUGHT, Calibration())
    with pytest.raises(ToolError, match="not taught"):
        PatternMatchTool().measure(view(TAUGHT_ON, REGION))
    flat = dict(lesson().arrays, image=np.full((66, 66), 9, np.uint8))
    with pytest.raises(ToolError, match="it is flat"):
        PatternMatchTool().prepare(Taught(flat), Calibration())
    with pytest.raises(ToolError, match="the region to search is 1x1 px, too small for this pattern"):
        ready.measure(View(np.full((1, 1), 90, np.uint8)))
    with pytest.raises(TimeLimitError):
        ready.measure(view(TAUGHT_ON, REGION, deadline_ns=0))
