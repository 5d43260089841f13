"""All places like a pattern."""

from pathlib import Path

import numpy as np
import pytest

from tests.vision.tools.drawn import deep, view
from tests.vision.tools.printed import HOME, REGION, Place, marks
from vision.calibration import Calibration
from vision.errors import TeachError, TimeLimitError, ToolError
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import Found, Group, Limit, Recipe, Step
from vision.result import Judgement
from vision.roi import Rectangle, moved
from vision.teach import Example, save_lesson, teach_step
from vision.tool import NOT_TAUGHT, Findings, Prepared, Sample, View
from vision.tools import Brightness, PatternCount

SIX: list[Place] = [(40, 40, 0), (100.5, 43, 0), (165, 38.5, 0), (45, 120.2, 0), (105, 118, 0), (160.7, 122, 0)]


def taught(**parameters: object) -> Prepared:
    tool = PatternCount(**parameters)
    return tool.prepare(tool.teach([Sample(view(marks((*HOME, 0)), REGION))]), Calibration())


@pytest.fixture(scope="module")
def ready() -> Prepared:
    return taught()


def places(findings: Findings) -> list[tuple[float, float]]:
    assert findings.objects is not None
    return [(one.place.x, one.place.y) for one in findings.objects.first]


def test_all_are_counted_row_by_row(ready: Prepared) -> None:
    found = ready.measure(view(marks(*reversed(SIX)), REGION))
    assert found.values["count"] == 6
    np.testing.assert_allclose(places(found), [one[:2] for one in SIX], atol=0.05)
    assert found.values["highest"] >= found.values["lowest"] > 0.95
    assert found.reason == ""
    poses = [moved(np.array([HOME]), part.pose)[0] for part in found.parts]
    np.testing.assert_allclose(poses, [one[:2] for one in SIX], atol=0.05)


@pytest.mark.parametrize("count", range(4))
def test_shifted_or_brighter_the_count_stays(ready: Prepared, count: int) -> None:
    for dx, dy, light in ((0, 0, 0), (7.3, -6.5, 60), (-9.6, 11.2, -40)):
        image = marks(*((x + dx, y + dy, 0) for x, y, _ in SIX[:count]), low=60 + light, high=180 + light)
        assert ready.measure(view(image, REGION)).values["count"] == count


def test_sixteen_bits(ready: Prepared) -> None:
    assert ready.measure(view(deep(marks(*SIX)), REGION, full_scale=4080)).values["count"] == 6


def test_turned_ones_only_where_that_is_allowed() -> None:
    image = view(marks((40, 40, 18), (100, 40, 0), (160, 40, -14)), REGION)
    assert taught(min_score=0.9).measure(image).values["count"] == 1
    found = taught(min_score=0.9, angle_range_deg=20).measure(image)
    assert found.objects is not None
    assert [one.place.angle_deg for one in found.objects.first] == pytest.approx([18, 0, -14], abs=0.2)


def test_only_in_the_second_region_and_none_that_are_masked(ready: Prepared) -> None:
    upper = Rectangle(x=0, y=0, width=200, height=80)
    assert ready.measure(view(marks(*SIX), REGION, upper)).values["count"] == 3
    masked = view(marks(*SIX), REGION, upper, masks=(Rectangle(x=90, y=30, width=20, height=20),))
    assert ready.measure(masked).values["count"] == 2


def test_of_two_closer_than_allowed_the_better_one_counts() -> None:
    image = marks((50, 60, 0), (110, 60, 0))
    image[80:84, 100:120] = 120
    assert taught(min_distance_px=59).measure(view(image, REGION)).values["count"] == 2
    near = taught(min_distance_px=61).measure(view(image, REGION))
    assert places(near) == [pytest.approx((50, 60), abs=0.1)]


def test_at_most_so_many_the_best_ones() -> None:
    image = marks(*SIX)
    image[120:140, 20:70] = 120
    found = taught(count=5).measure(view(image, REGION))
    assert found.values["count"] == 5
    assert (45, 120) not in [(round(x), round(y)) for x, y in places(found)]


def test_a_group_repeats_for_each_place(tmp_path: Path) -> None:
    recipe = Recipe(
        job=1,
        name="marks",
        groups=(Group(name="mark", repeat=Found(of="marks")),),
        steps=(
            Step(name="marks", tool=PatternCount(count=6), regions=(REGION,), taught="mark"),
            Step(
                name="dot",
                tool=Brightness(),
                regions=(Rectangle(x=86, y=62, width=5, height=5),),
                group="mark",
                limits={"mean": Limit(low=150)},
            ),
        ),
    )
    example = Acquisition({"default": Frame(marks((*HOME, 0)), 1, 0, 0)})
    recipe = save_lesson(recipe, tmp_path, "marks", teach_step(recipe, tmp_path, "marks", [Example(example)]))
    image = marks(*SIX)
    image[106:118, 107:119] = 60  # the dot of the fifth
    result = inspect(Acquisition({"default": Frame(image, 2, 0, 0)}), prepare(recipe, tmp_path), Inputs())
    judged = {one.name: one.judgement for one in result.steps if one.name.startswith("dot")}
    assert [name for name, judgement in judged.items() if judgement is not Judgement.PASS] == ["dot[5]"]
    assert len(judged) == 6


def test_none_is_a_count_of_0_with_the_nearest_score(ready: Prepared) -> None:
    found = ready.measure(view(marks(noise=3), REGION))
    assert found.found
    assert (found.values["count"], found.values["lowest"]) == (0, None)
    assert found.reason.startswith("pattern not found: best score 0.")


def test_what_does_not_do_says_why(ready: Prepared) -> None:
    with pytest.raises(TeachError, match="it is flat"):
        PatternCount().teach([Sample(view(marks(), REGION))])
    with pytest.raises(ToolError, match="not taught"):
        PatternCount().prepare(NOT_TAUGHT, Calibration())
    with pytest.raises(ToolError, match="not taught"):
        PatternCount().measure(view(marks(), REGION))
    with pytest.raises(ToolError, match="too small for this pattern"):
        ready.measure(View(np.zeros((1, 1), np.uint8)))
    with pytest.raises(TimeLimitError):
        ready.measure(view(marks(*SIX), REGION, deadline_ns=0))
