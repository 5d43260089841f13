"""Limits from good and bad parts, and what they promise."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from vision.errors import TeachError
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import Limit, Recipe, Step
from vision.result import Judgement
from vision.roi import Rectangle
from vision.teach import Example, Trial, hold_trial, with_limits
from vision.teach.rates import bound
from vision.tool import Findings, Measure, Sample, Taught, Tool, View
from vision.tools import BlobCount, Brightness, ColorArea

LEFT, RIGHT = Rectangle(x=0, y=0, width=30, height=40), Rectangle(x=30, y=0, width=30, height=40)


def grey(level: float) -> Acquisition:
    return halves(level, level)


def halves(left: float, right: float) -> Acquisition:
    image = np.empty((40, 60), np.uint8)
    image[:, :30], image[:, 30:] = left, right
    image[0, 0] = 0  # not all of one grey
    return Acquisition({"default": Frame(image, 1, 0, 0)})


def recipe(*steps: Step) -> Recipe:
    return Recipe(job=3, name="bottle", steps=steps)


LIGHT = Step(name="light", tool=Brightness(), regions=(RIGHT,), limits={"mean": Limit(low=250, gain=2)})


def trial(folder: Path, good: list[float], bad: list[Example] | None = None, step: Step = LIGHT) -> Trial:
    return hold_trial(recipe(step), folder, [Example(grey(level)) for level in good], bad or [])


def test_limits_lie_round_good_parts_with_room_for_their_spread(tmp_path: Path) -> None:
    open_step = LIGHT.model_copy(update={"limits": {"mean": Limit(gain=2)}})
    (one,) = trial(tmp_path, [99, 100, 101], step=open_step).proposals
    assert one.limit.low is not None
    assert one.limit.high is not None
    assert 190 < one.limit.low < 198
    assert 202 < one.limit.high < 210
    assert (one.limit.gain, one.good) == (2, (198, 200, 202))


def test_limits_take_the_place_of_a_tolerance(tmp_path: Path) -> None:
    around = LIGHT.model_copy(update={"limits": {"mean": Limit(nominal=250, tolerance=1)}})
    (one,) = trial(tmp_path, [99, 100, 101], step=around).proposals
    low, high = one.limit.bounds
    assert low is not None
    assert high is not None
    assert low < 99 < 101 < high
    assert (one.limit.tolerance, one.limit.nominal, one.sides) == (None, 250, 2)


def test_a_limit_with_one_side_keeps_it(tmp_path: Path) -> None:
    (one,) = trial(tmp_path, [99, 100, 101]).proposals
    assert one.limit.high is None
    assert one.sides == 1


def test_they_lie_between_good_parts_and_those_that_are_bad_for_this_step(tmp_path: Path) -> None:
    bad = [Example(grey(level), {"light": ("bad",)}) for level in (80, 40)]
    (one,) = trial(tmp_path, [99, 100, 101], bad).proposals
    assert one.limit.low == (160 + 198) / 2


def test_a_part_that_is_bad_for_something_else_moves_no_limit(tmp_path: Path) -> None:
    found = trial(tmp_path, [99, 100, 101], [Example(grey(97))])
    assert found.proposals[0].limit == trial(tmp_path, [99, 100, 101]).proposals[0].limit
    assert found.escaped == (0,), "and it passes"


def test_what_is_promised_is_that_of_the_order_statistics(tmp_path: Path) -> None:
    levels = [100 + i / 10 for i in range(20)]
    found = trial(tmp_path, [round(level) for level in levels])
    assert found.proposals[0].bound == bound(20, 1) == pytest.approx(0.139, abs=5e-4)
    two = LIGHT.model_copy(update={"limits": {}})
    found = trial(tmp_path, [round(level) for level in levels], step=two)
    assert found.proposals[0].bound == bound(20, 2) == pytest.approx(0.216, abs=5e-4)
    assert found.bound == pytest.approx(0.139, abs=5e-4), "none of twenty was rejected"


def test_a_part_unlike_all_others_is_rejected_by_what_they_taught(tmp_path: Path) -> None:
    found = trial(tmp_path, [100] * 19 + [60])
    assert found.rejected == (19,)
    assert found.bound == bound(20, 2)
    (one,) = found.proposals
    assert one.limit.low is not None
    assert one.limit.low <= 120, "it was shown as a good one, so the limits let it pass"
    assert found.nearest[0].part == 19


def test_the_limits_pass_every_good_part_that_was_shown(tmp_path: Path) -> None:
    levels = [round(level) for level in np.random.default_rng(4).exponential(20, 30) + 40]
    found = trial(tmp_path, levels, step=LIGHT.model_copy(update={"limits": {}}))
    taught = with_limits(recipe(LIGHT), found.proposals)
    ready = prepare(taught, tmp_path)
    assert {inspect(grey(level), ready, Inputs()).judgement for level in levels} == {Judgement.PASS}


def test_counts_get_whole_limits(tmp_path: Path) -> None:
    blobs = Step(name="holes", tool=BlobCount(polarity="dark", min_area_px=20), regions=(LEFT,))
    none = hold_trial(recipe(blobs), tmp_path, [Example(grey(200)) for _ in range(3)])
    assert (none.proposals[0].limit.low, none.proposals[0].limit.high) == (None, 0)


class Likeness(Tool):
    """How far the mean level is from the nearest taught one: 0 for every part that was taught itself."""

    type: str = "likeness"
    learns: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (Measure("distance", unit="grey", main=True),)

    def prepare(self, taught: Taught, calibration: object) -> Any:
        levels = taught.array("levels")

        class Ready:
            def measure(self, view: View) -> Findings:
                return Findings(distance=float(abs(levels - view.grey.mean()).min()))

        return Ready()

    def measure(self, view: View) -> Findings:
        raise AssertionError("prepared only")

    def teach(self, samples: list[Sample], taught: Taught | None = None) -> Taught:  # type: ignore[override]
        return Taught(arrays={"levels": np.array([sample.view.grey.mean() for sample in samples])})


def likeness(name: str, region: Rectangle) -> Step:
    plain = Step(name=name, tool=ColorArea(), regions=(region,), taught="like")
    return plain.model_copy(update={"tool": Likeness()})


def test_a_step_that_learns_is_measured_with_what_other_parts_taught(tmp_path: Path) -> None:
    (one,) = trial(tmp_path, [100, 104, 112], step=likeness("like", RIGHT)).proposals
    assert one.good == pytest.approx((4, 4, 8))
    assert one.limit.high is not None
    assert one.limit.high >= 8


def test_steps_that_share_taught_data_are_tried_together(tmp_path: Path) -> None:
    steps = likeness("left", LEFT), likeness("right", RIGHT)
    good = [Example(halves(100, 111)), Example(halves(110, 121)), Example(halves(120, 101))]
    left, right = hold_trial(recipe(*steps), tmp_path, good).proposals
    assert max(left.good) < 1.2, "the other side of another part has taught nearly the same"
    assert max(right.good) < 1.2


def test_too_few_good_parts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TeachError, match=r"2 good part\(s\): at least 3 are needed"):
        trial(tmp_path, [100, 101])
