"""A recipe on a frame, from end to end."""

import logging
import time
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from vision.errors import ErrorCode, RecipeError, ToolError
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.pipeline.regions import place_regions
from vision.recipe import (
    AnyStep,
    Channel,
    Equalise,
    Gaussian,
    ImageEntry,
    Limit,
    Median,
    ParameterEntry,
    ReadingMatch,
    Recipe,
    RunIf,
    ShotEntry,
    Step,
)
from vision.result import InspectionResult, Judgement, Point, Reading, Status, StepResult
from vision.roi import IDENTITY, CircleRoi, Rectangle
from vision.tool import Findings, Measure, Ref, Tool, View
from vision.tools import BlobCount, Brightness

P, F, E = Judgement.PASS, Judgement.FAIL, Judgement.ERROR
NO_INPUTS = Inputs()


class Act(Tool):
    """Does what a test wants done."""

    type: str = "act"
    measures: ClassVar[tuple[Measure, ...]] = (Measure("value", main=True, int16="count"),)
    readings: ClassVar[tuple[str, ...]] = ("text",)
    layers: ClassVar[tuple[str, ...]] = ("edges", "steps")
    locates: ClassVar[bool] = True
    features: ClassVar[dict[str, Any]] = {"centre": Point}
    of: Ref[Point] | None = None
    do: Any = None

    def measure(self, view: View) -> Findings:
        if isinstance(self.do, Exception):
            raise self.do
        if callable(self.do):
            done = self.do(view)
            return done if isinstance(done, Findings) else Findings()
        return Findings(value=1.0 if self.do is None else self.do)


def step(name: str, tool: Tool | None = None, *, do: Any = None, **more: Any) -> Step:
    plain = Step(name=name, tool=Brightness(), **more)
    return plain.model_copy(update={"tool": tool or Act(do=do)})


def recipe(*steps: Step, **more: Any) -> Recipe:
    return Recipe(**{"job": 1, "name": "test", "steps": steps} | more)


def scene(**squares: tuple[int, int]) -> np.ndarray:
    """10 px squares of level 200 on 60, by their top left corners."""
    image = np.full((100, 120), 60, np.uint8)
    for x, y in squares.values():
        image[y : y + 10, x : x + 10] = 200
    return image


def acquisition(*images: np.ndarray, names: tuple[str, ...] = ("default",)) -> Acquisition:
    images = images or (scene(),)
    full = 255 if images[0].dtype == np.uint8 else 4095
    return Acquisition({n: Frame(i, 17, 0, 0, full_scale=full) for n, i in zip(names, images, strict=True)})


def run(*steps: Step, image: np.ndarray | None = None, inputs: Inputs = NO_INPUTS, **more: Any) -> InspectionResult:
    shown = acquisition() if image is None else acquisition(image)
    return inspect(shown, prepare(recipe(*steps, **more), Path()), inputs)


def named(result: InspectionResult) -> dict[str, StepResult]:
    return {one.name: one for one in result.steps}


def moved(dx: float, dy: float) -> Any:
    pose = np.array([[1.0, 0.0, dx], [0.0, 1.0, dy]])
    return lambda _: Findings(value=1, pose=pose, features={"centre": Point(dx, dy)})


def not_found(_: View) -> Findings:
    return Findings(found=False, reason="score 0.2")


SQUARE = Rectangle(x=20, y=20, width=10, height=10)
BRIGHT = {"mean": Limit(low=200)}


def test_a_good_part() -> None:
    result = run(step("light", Brightness(), slot=4, limits={"mean": Limit(low=50, high=70)}, reject_class=3))
    assert (result.judgement, result.message, result.reject_class, result.error_code) == (P, "", 0, 0)
    light = result.steps[0]
    assert (light.status, light.slot, light.tool, light.judgement) == (Status.PASS, 4, "brightness", P)
    assert light.main is not None
    assert (light.main.value, light.main.unit, light.main.low, light.main.high) == (60, "grey", 50, 70)
    assert 0 <= light.duration_us <= result.duration_us


def test_the_first_failing_step_gives_reason_and_reject_class() -> None:
    result = run(
        step("a", do=1.0),
        step("pin 3", do=2.0, limits={"value": Limit(low=3)}, reject_class=7),
        step("b", do=9.0, limits={"value": Limit(high=3)}, reject_class=8),
    )
    assert (result.judgement, result.reject_class) == (F, 7)
    assert result.message == "pin 3: value 2 (at least 3)"
    assert [one.status for one in result.steps] == [Status.PASS, Status.TOO_LOW, Status.TOO_HIGH]


def test_an_empty_recipe_is_an_error() -> None:
    result = run()
    assert (result.judgement, result.reject_class, result.error_code) == (E, 65535, ErrorCode.RECIPE)
    assert result.message == "the recipe has no steps"


def test_a_tool_that_cannot_is_an_error_and_the_others_run() -> None:
    result = run(step("a", do=ToolError("too dark")), step("b"))
    assert (result.judgement, result.reject_class, result.message) == (E, 65535, "a: too dark")
    assert [one.judgement for one in result.steps] == [E, P]
    assert result.error_code == ErrorCode.TOOL


def test_fail_over_error() -> None:
    result = run(step("a", do=ToolError("too dark")), step("b", do=1, limits={"value": Limit(low=2)}, reject_class=5))
    assert (result.judgement, result.reject_class, result.message) == (F, 5, "b: value 1 (at least 2)")


@pytest.mark.parametrize("defect", [ValueError("oops"), lambda view: Findings(colour=1)])
def test_a_defect_in_a_tool_is_an_error_with_a_traceback_in_the_log(
    defect: object, caplog: pytest.LogCaptureFixture
) -> None:
    result = run(step("bad", do=defect), step("good"))
    assert [one.judgement for one in result.steps] == [E, P]
    assert result.message == "bad: internal error, see log"
    assert result.error_code == ErrorCode.INTERNAL
    record = next(r for r in caplog.records if r.levelno == logging.ERROR)
    assert record.getMessage() == "step 'bad' failed on frame 17"
    assert record.exc_info is not None


@pytest.mark.parametrize(
    ("defect", "said"),
    [
        pytest.param(MemoryError(), "out of memory", id="Python"),
        pytest.param(MemoryError("9 GB"), "out of memory: 9 GB", id="NumPy"),
    ],
)
def test_memory_that_is_not_there_is_an_error_of_its_own(defect: Exception, said: str) -> None:
    result = run(step("bad", do=defect), step("good"))
    assert [one.judgement for one in result.steps] == [E, P]
    assert (result.message, result.error_code) == (f"bad: {said}", ErrorCode.MEMORY)


def test_a_number_that_is_none_is_an_error() -> None:
    assert run(step("a", do=float("nan"))).message == "a: value is nan: it could not be measured"


def test_regions_move_with_the_fixture() -> None:
    image = scene(square=(45, 33))
    look = step("look", Brightness(), regions=(SQUARE,), fixture="part", limits=BRIGHT)
    result = run(look, step("part", do=moved(25, 13)), image=image)
    assert result.judgement is P
    assert [one.name for one in result.steps] == ["look", "part"]
    assert named(result)["look"].overlay[0].points[0] == (44.5, 32.5)
    assert run(look, step("part", do=moved(24, 13)), image=image).judgement is F


def test_masks_move_as_well() -> None:
    image = scene(square=(45, 33))
    mask = Rectangle(x=20, y=20, width=5, height=10)
    area = step(
        "area", BlobCount(), regions=(SQUARE,), masks=(mask,), fixture="part", limits={"total": Limit(high=50, low=50)}
    )
    assert run(area, step("part", do=moved(25, 13)), image=image).judgement is P


@pytest.mark.parametrize(
    ("x", "judgement", "message"),
    [
        (-9, P, ""),
        (-10, E, "it covers x -10 to -1, y 20 to 29; the frame is 120 x 100 px"),
        (119, P, ""),
        (120, E, "it covers x 120 to 129, y 20 to 29; the frame is 120 x 100 px"),
    ],
)
def test_a_region_outside_of_the_frame_is_named(x: int, judgement: Judgement, message: str) -> None:
    regions = (SQUARE, Rectangle(x=x, y=20, width=10, height=10))
    result = run(step("a", Brightness(), regions=regions))
    assert result.judgement is judgement
    assert result.message == (message and f"a: region 2 lies outside of the frame: {message}")


def test_a_pose_far_away_is_no_crash() -> None:
    result = run(step("part", do=moved(1e12, -1e12)), step("a", Brightness(), regions=(SQUARE,), fixture="part"))
    assert result.message.startswith("a: region 1 lies outside of the frame")


def test_a_region_that_masks_cover_is_named() -> None:
    mask = CircleRoi(x=25, y=25, radius=50)
    assert (
        run(step("a", Brightness(), regions=(SQUARE,), masks=(mask,))).message
        == "a: region 1 is wholly covered by masks"
    )


@pytest.mark.parametrize(
    ("mask", "bright"),
    [
        pytest.param(Rectangle(x=15, y=15, width=10, height=10), 75, id="over a corner"),
        pytest.param(Rectangle(x=-50, y=0, width=200, height=22), 80, id="out of the frame on both sides"),
        pytest.param(Rectangle(x=-50, y=-50, width=40, height=40), 100, id="wholly outside"),
        pytest.param(CircleRoi(x=25, y=19, radius=2), 96, id="of a circle the lower rows"),
        pytest.param(Rectangle(x=30, y=20, width=10, height=10), 100, id="beside it"),
    ],
)
def test_a_mask_takes_away_what_it_covers_and_no_more(mask: CircleRoi | Rectangle, bright: int) -> None:
    """Bright pixels that are left of 10 x 10."""
    (region,) = place_regions((Rectangle(x=20, y=20, width=10, height=10),), (mask,), IDENTITY, (100, 120))
    assert np.count_nonzero(region.mask) == bright


def test_without_the_part_nothing_is_run_on_it() -> None:
    result = run(
        step("hole", Brightness(), regions=(SQUARE,), fixture="part"),
        step("part", do=not_found, reject_class=9),
        step("light"),
    )
    steps = named(result)
    assert (steps["part"].status, steps["part"].judgement) == (Status.NOT_FOUND, F)
    assert (steps["hole"].status, steps["hole"].judgement) == (Status.NOT_RUN, F)
    assert steps["hole"].message == "not run: step 'part' was not found"
    assert (steps["light"].status, result.judgement, result.reject_class) == (Status.PASS, F, 9)
    assert result.message == "part: not found: score 0.2"


def test_what_hangs_on_a_step_that_was_not_run_is_not_run_either() -> None:
    result = run(step("a", do=not_found), step("b", fixture="a", do=moved(0, 0)), step("c", fixture="b"))
    assert named(result)["c"].status is Status.NOT_RUN
    assert named(result)["c"].message == "not run: step 'b' was not run"


def test_what_hangs_on_an_error_is_not_run_and_no_fail() -> None:
    result = run(step("a", do=ToolError("blurred")), step("b", fixture="a"))
    assert (named(result)["b"].status, named(result)["b"].judgement, result.judgement) == (Status.NOT_RUN, E, E)
    assert named(result)["b"].message == "not run: step 'a' is ERROR"


def test_what_hangs_on_something_that_must_not_be_there_is_unknown() -> None:
    result = run(step("scratch", do=not_found, not_found="pass"), step("b", fixture="scratch"))
    assert named(result)["scratch"].judgement is P
    assert (named(result)["b"].status, result.judgement) == (Status.NOT_RUN, E)


def test_a_part_that_was_found_out_of_its_limits_still_carries_others() -> None:
    result = run(step("a", do=moved(0, 0), limits={"value": Limit(low=2)}), step("b", Brightness(), fixture="a"))
    assert (named(result)["a"].judgement, named(result)["b"].judgement) == (F, P)


def test_a_locating_step_without_a_position() -> None:
    assert run(step("a"), step("b", fixture="a")).message == "b: step 'a' gave no position"


def test_features_and_readings_of_earlier_steps() -> None:
    seen: list[View] = []
    reader = Findings(readings=[Reading("text", "A"), Reading("text", "B")], features={"centre": Point(3, 4)})
    result = run(
        step("use", Act(of=Ref("read.centre"), do=lambda view: seen.append(view))),
        step("read", do=lambda view: reader),
    )
    assert result.judgement is P
    view = seen[-1]
    assert view.features["read"] == view.features["read.centre"] == Point(3, 4)
    assert {name: reading.text for name, reading in view.readings.items()} == {
        "read.text": "A",
        "read.text[1]": "A",
        "read.text[2]": "B",
    }
    assert [reading.name for reading in named(result)["read"].readings] == ["text[1]", "text[2]"]


def test_a_feature_that_is_missing_is_named() -> None:
    result = run(step("a"), step("b", Act(of=Ref("a.centre"))))
    assert result.message == "b: step 'a' gave no centre"


def test_a_reading_is_compared_with_another_steps() -> None:
    def reads(text: str) -> Any:
        return lambda view: Findings(readings=[Reading("text", text)])

    match = {"text": ReadingMatch(of=Ref("label.text"))}
    assert run(step("code", do=reads("7"), matches=match), step("label", do=reads("7"))).judgement is P
    result = run(step("code", do=reads("7"), matches=match), step("label", do=reads("8")))
    assert result.message == "code: text: '7' read, '8' wanted"


@pytest.mark.parametrize(
    ("outcome", "other", "status", "judgement"),
    [
        ("passed", 1.0, Status.PASS, P),
        ("passed", 3.0, Status.NOT_RUN, F),
        ("failed", 1.0, Status.NOT_RUN, P),
        ("failed", 3.0, Status.PASS, F),
        ("found", 3.0, Status.PASS, F),
        ("found", not_found, Status.NOT_RUN, F),
        ("failed", not_found, Status.PASS, F),
        ("passed", ToolError("x"), Status.NOT_RUN, E),
        ("failed", ToolError("x"), Status.NOT_RUN, E),
    ],
)
def test_run_if(outcome: Any, other: Any, status: Status, judgement: Judgement) -> None:
    result = run(
        step("other", do=other, limits={"value": Limit(high=2)}),
        step("then", run_if=RunIf(step="other", outcome=outcome)),
    )
    assert named(result)["then"].status is status
    assert result.judgement is judgement


def test_a_step_that_is_left_out_does_not_count() -> None:
    bad = step("bad", do=5.0, limits={"value": Limit(high=2)}, run_if=RunIf(step="label", outcome="found"))
    behind = step("behind", do=5.0, fixture="bad", limits={"value": Limit(high=2)})
    label = step("label", do=not_found, not_found="pass")
    result = run(label, bad, behind)
    assert result.judgement is P
    assert not named(result)["bad"].counts
    assert not named(result)["behind"].counts
    assert named(result)["bad"].message == "left out: step 'label' was not found"
    assert named(result)["bad"].judgement is not P


def test_what_is_unknown_never_makes_a_pass_by_leaving_steps_out() -> None:
    result = run(
        step("other", do=ToolError("blurred")),
        step("then", do=1.0, run_if=RunIf(step="other", outcome="failed")),
        combine=AnyStep(),
    )
    assert result.judgement is E


def hang(view: View) -> Findings:
    while view.deadline_ns is not None:
        view.check_time()
    return Findings(value=1)


def test_a_step_ends_at_its_time_limit_and_the_others_run() -> None:
    result = run(step("slow", do=hang, time_limit_ms=1), step("b"))
    slow = named(result)["slow"]
    assert (slow.judgement, slow.status, slow.message, slow.timed_out) == (E, Status.ERROR, "time limit", True)
    assert (named(result)["b"].judgement, result.judgement, result.timed_out) == (P, E, False)
    assert result.error_code == ErrorCode.TIME_LIMIT


def test_a_step_that_looks_at_no_clock_is_an_error_all_the_same() -> None:
    def late(view: View) -> Findings:
        while view.deadline_ns is not None and time.monotonic_ns() <= view.deadline_ns:
            pass
        return Findings(value=1)

    assert named(run(step("slow", do=late, time_limit_ms=1)))["slow"].timed_out


def test_the_recipes_time_limit_ends_the_rest_and_the_part_is_an_error() -> None:
    result = run(
        step("bad", do=1.0, limits={"value": Limit(low=2)}),
        step("slow", do=hang),
        step("c"),
        step("d"),
        time_limit_ms=5,
    )
    assert [one.message for one in result.steps[1:]] == ["time limit"] * 3
    assert all(one.timed_out and one.judgement is E for one in result.steps[1:])
    assert (result.judgement, result.timed_out, result.reject_class) == (E, True, 65535)
    assert result.message == "time limit of 5 ms is over"


def test_the_callers_deadline_holds_besides() -> None:
    prepared = prepare(recipe(step("a")), Path())
    result = inspect(acquisition(), prepared, NO_INPUTS, deadline_ns=time.monotonic_ns() - 1)
    assert (result.judgement, result.timed_out, result.steps[0].message) == (E, True, "time limit")


def test_shots() -> None:
    two = acquisition(scene(), np.full((100, 120), 90, np.uint8), names=("top", "side"))
    ready = prepare(
        recipe(
            step("a", Brightness()),
            step("b", Brightness(), shot="side"),
            shots=(ShotEntry(name="top"), ShotEntry(name="side")),
        ),
        Path(),
    )
    result = inspect(two, ready, NO_INPUTS)
    assert [one.main.value for one in result.steps if one.main] == [60, 90]
    result = inspect(acquisition(names=("top",)), ready, NO_INPUTS)
    assert result.message == "image format: shot 'side' is missing from the acquisition"
    assert [shot.name for shot in ready.shots] == ["top", "side"]


@pytest.mark.parametrize(
    ("image", "message", "code"),
    [
        (np.zeros((100, 120), np.uint8), "image quality: the frame is wholly black; check light and lens cap", 303),
        (np.full((100, 121), 60, np.uint8), "image format: width is 121, the recipe was made for 120", 305),
    ],
)
def test_a_bad_frame_is_seen_by_no_tool(image: np.ndarray, message: str, code: int) -> None:
    seen: list[View] = []
    one = step("a", do=lambda view: seen.append(view), limits={"value": Limit(low=2)}, slot=1)
    ready = prepare(recipe(one, image=ImageEntry(width=120, height=100, channels=1)), Path())
    seen.clear()
    result = inspect(acquisition(image), ready, NO_INPUTS)
    assert (result.judgement, result.reject_class, result.message, result.error_code) == (E, 65535, message, code)
    assert (result.steps[0].status, result.steps[0].judgement, result.steps[0].slot) == (Status.NOT_RUN, E, 1)
    assert not seen


def test_the_gate_can_be_left_open() -> None:
    black = np.zeros((100, 120), np.uint8)
    assert run(step("a", Brightness()), image=black).judgement is E
    ready = prepare(recipe(step("a", Brightness()), image=ImageEntry(quality_gate=False)), Path())
    assert inspect(acquisition(black), ready, NO_INPUTS).judgement is P


def colour() -> np.ndarray:
    image = np.full((100, 120, 3), 60, np.uint8)
    image[..., 2] = 200
    return image


@pytest.mark.parametrize("factor", [1, 16])
@pytest.mark.parametrize(
    ("filters", "mean"),
    [
        ((Channel(channel="red"),), 200),
        ((Channel(channel="blue"),), 60),
        ((Channel(channel="value"),), 200),
        ((Channel(channel="saturation"),), 255 * 140 / 200),
        ((Channel(channel="hue"),), 0),
        ((Median(), Gaussian(sigma_px=2), Channel(channel="green")), 60),
    ],
)
def test_preprocessing(filters: Any, mean: float, factor: int) -> None:
    image = colour() if factor == 1 else colour().astype(np.uint16) * 16
    result = run(step("a", Brightness(), preprocessing=filters), image=image)
    assert result.steps[0].main is not None
    ratio = filters[0] == Channel(channel="saturation")
    scale = 1 if factor == 1 or ratio else 16 * 255 / 4095
    assert result.steps[0].main.value == pytest.approx(mean * scale, abs=0.6)


def test_equalising_keeps_depth_and_raises_contrast() -> None:
    image = np.tile(np.linspace(100, 120, 120).astype(np.uint8), (100, 1))
    for one in (image, image.astype(np.uint16) * 16, np.dstack([image] * 3)):
        plain, even = (
            run(step("a", Brightness(), preprocessing=filters), image=one).steps[0].measurements
            for filters in ((), (Equalise(strength=10, tiles=1),))
        )
        spread = {m.name: m.value for m in plain}["std"], {m.name: m.value for m in even}["std"]
        assert spread[1] > 3 * spread[0]
        assert {m.name: m.value for m in even}["max"] <= 255


def test_a_colour_channel_of_a_grey_frame_is_named() -> None:
    assert (
        run(step("a", Brightness(), preprocessing=(Channel(channel="red"),))).message
        == "a: channel red: the frame is grey"
    )


def test_tools_cannot_change_the_frame() -> None:
    def paint(view: View) -> Findings:
        view.raw[0, 0] = 0
        return Findings(value=1)

    for filters in ((), (Gaussian(),)):
        result = run(step("a", do=paint, preprocessing=filters))
        assert result.message == "a: internal error, see log"


def test_steps_share_what_is_made_of_a_frame() -> None:
    seen: list[int] = []
    look = lambda view: seen.append(id(view.grey))  # noqa: E731
    run(step("a", do=look), step("b", do=look), image=colour())
    assert seen[-1] == seen[-2]


def test_the_window_of_levels_is_fixed_by_the_recipe() -> None:
    seen: list[View] = []
    image = np.full((100, 120), 2000, np.uint16)
    run(step("a", do=lambda view: seen.append(view)), image=image)
    assert seen[-1].grey[0, 0] == round(2000 * 255 / 4095)
    ready = prepare(recipe(step("a", do=lambda view: seen.append(view)), image=ImageEntry(window=(1000, 3000))), Path())
    inspect(acquisition(image), ready, NO_INPUTS)
    assert seen[-1].grey[0, 0] == 128
    assert seen[-1].raw[0, 0] == 2000


def test_layers_come_when_they_are_asked_for() -> None:
    def give(view: View) -> Findings:
        return Findings(value=1, layers=dict.fromkeys(view.layers, view.grey))

    ready = prepare(recipe(step("a", do=give), step("b", do=give)), Path())
    result = inspect(acquisition(), ready, NO_INPUTS, layers=frozenset({"a.edges", "b.other"}))
    assert {one.name: list(one.layers) for one in result.steps} == {"a": ["edges"], "b": []}


def test_inputs_and_parameters_reach_the_tool() -> None:
    seen: list[View] = []
    entry = ParameterEntry(name="count", type="int32", offset=2)
    inputs = Inputs(part_id="P1", parameters=(0, 0, 0, 12))
    run(step("a", do=lambda view: seen.append(view)), inputs=inputs, parameters=(entry,))
    assert seen[-1].inputs.part_id == "P1"
    assert seen[-1].parameters == {"count": 12}


def test_each_step_knows_when_its_frame_was_exposed() -> None:
    seen: list[View] = []
    look = Act(do=lambda view: seen.append(view))
    shots = (ShotEntry(name="front"), ShotEntry(name="back"))
    frames = {name: Frame(scene(), 1, 0, at) for name, at in (("front", 1000), ("back", 2000))}
    ready = prepare(recipe(step("a", look), step("b", look, shot="back"), shots=shots), Path())
    inspect(Acquisition(frames), ready, Inputs(part_id="P1"))
    assert [(view.inputs.part_id, view.inputs.acquired_at_us) for view in seen[-2:]] == [("P1", 1000), ("P1", 2000)]


def test_a_recipe_of_a_hundred_steps() -> None:
    """Each hangs on the one before, and they stand in the recipe the wrong way round."""
    chain = [step("step 0", do=moved(0, 0))]
    chain += [
        step(f"step {i}", do=moved(0, 0), fixture=f"step {i - 1}", slot=i % 32 if i < 32 else None)
        for i in range(1, 99)
    ]
    last = step("look", Brightness(), regions=(SQUARE,), fixture="step 98", limits={"mean": Limit(high=60)})
    result = run(*reversed([*chain, last]))
    assert result.judgement is P
    assert [one.name for one in result.steps] == ["look", *(f"step {i}" for i in range(98, -1, -1))]
    assert all(one.status is Status.PASS for one in result.steps)
    bright = run(*reversed([*chain, last]), image=scene(square=(20, 20)))
    assert bright.message == "look: mean 200 grey (at most 60)"


def test_a_reading_of_several_is_called_by_its_number() -> None:
    def reads(*texts: str) -> Any:
        return lambda view: Findings(readings=[Reading("text", text) for text in texts])

    match = {"text": ReadingMatch(of=Ref("label.text[2]"))}
    two = step("label", do=reads("6", "7"))
    assert run(step("code", do=reads("7"), matches=match), two).judgement is P
    assert run(step("code", do=reads("6"), matches=match), two).message == "code: text: '6' read, '7' wanted"
    one = run(step("code", do=reads("7"), matches=match), step("label", do=reads("7")))
    assert one.message == "code: step 'label' gave no text[2]"
    first = {"text": ReadingMatch(of=Ref("label.text[1]"))}
    assert run(step("code", do=reads("7"), matches=first), step("label", do=reads("7"))).judgement is P


def test_counts_and_objects() -> None:
    image = scene(a=(10, 10), b=(40, 40), c=(70, 70))
    one = run(step("pins", BlobCount(), limits={"count": Limit(low=3, high=3)}), image=image).steps[0]
    assert (one.int16, one.objects.total, len(one.overlay)) == (3, 3, 3)


def test_the_same_part_gives_the_same_result() -> None:
    image = np.random.default_rng(5).integers(0, 255, (100, 120), dtype=np.uint8)
    steps = (step("a", Brightness(), regions=(SQUARE,)), step("b", BlobCount(method="otsu"), preprocessing=(Median(),)))

    def once() -> list[Any]:
        return [(one.judgement, one.measurements, one.overlay) for one in run(*steps, image=image).steps]

    assert once() == once()


def test_a_recipe_with_faults_is_not_prepared() -> None:
    with pytest.raises(RecipeError) as caught:
        prepare(recipe(step("a", slot=1), step("a", slot=1)), Path())
    assert len(caught.value.problems) == 2


def test_taught_data_that_is_missing_is_named(tmp_path: Path) -> None:
    from vision.recipe import TaughtEntry
    from vision.tools import ColorArea

    taught = {"red": TaughtEntry(tool="color_area", tool_version=1, sha256="0" * 64)}
    with pytest.raises(RecipeError, match=r"taught\.red: taught data .* is missing"):
        prepare(recipe(step("a", ColorArea(), taught="red"), taught=taught), tmp_path)


def test_the_warm_up_runs_every_tool_once_and_forgives() -> None:
    seen: list[View] = []
    prepare(
        recipe(
            step("bad", do=ValueError("no part on a blank frame")),
            step("a", do=lambda view: seen.append(view), regions=(Rectangle(x=900, y=700, width=50, height=50),)),
        ),
        Path(),
    )
    assert len(seen) == 1
    assert seen[0].regions[0].box == (900, 700, 50, 50)


def test_regions_that_lie_still_are_placed_once_for_frames_of_one_size(tmp_path: Path) -> None:
    seen: list[View] = []
    watched = step("a", do=seen.append, regions=(CircleRoi(x=60, y=50, radius=20),))
    ready = prepare(recipe(watched), tmp_path)
    seen.clear()
    for width in (200, 200, 70):
        inspect(acquisition(np.full((100, width), 90, np.uint8)), ready, NO_INPUTS)
    first, again, narrower = (view.region for view in seen)
    assert first is again
    assert narrower.box == (40, 30, 30, 41)
