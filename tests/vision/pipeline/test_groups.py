"""Steps that repeat, on frames."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.errors import ErrorCode, ToolError
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import (
    Combine,
    Found,
    Grid,
    Group,
    Limit,
    NOfM,
    ReadingMatch,
    Recipe,
    RunIf,
    Step,
    Weights,
    problems_of,
)
from vision.result import InspectionResult, Judgement, Measurement, Point, Reading, Status, StepResult, by_slot, worst
from vision.roi import Rectangle
from vision.tool import Findings, Measure, Part, Ref, Tool, View
from vision.tools import Brightness

P, F, E = Judgement.PASS, Judgement.FAIL, Judgement.ERROR
SQUARE = Rectangle(x=10, y=10, width=4, height=4)
BRIGHT = {"mean": Limit(low=100)}


class Act(Tool):
    """Does what a test wants done."""

    type: str = "act"
    measures: ClassVar[tuple[Measure, ...]] = (Measure("value", main=True, int16="count"),)
    readings: ClassVar[tuple[str, ...]] = ("text",)
    locates: ClassVar[bool] = True
    features: ClassVar[dict[str, Any]] = {"centre": Point}
    of: Ref[Point] | None = None
    do: Any = None
    parts: int = 0

    @property
    def most_parts(self) -> int:
        return self.parts

    def measure(self, view: View) -> Findings:
        done = self.do(view) if callable(self.do) else self.do
        if isinstance(done, Exception):
            raise done
        return done if isinstance(done, Findings) else Findings(value=1.0 if done is None else done)


def step(name: str, do: Any = None, *, of: str | None = None, parts: int = 0, **more: Any) -> Step:
    tool = Act(do=do, parts=parts, of=None if of is None else Ref(of))
    return Step(name=name, tool=Brightness(), **more).model_copy(update={"tool": tool})


def light(name: str, **more: Any) -> Step:
    return Step(name=name, tool=Brightness(), regions=(SQUARE,), **{"limits": BRIGHT} | more)


def grid(columns: int, rows: int = 1, *, dx: float = 10, dy: float = 20, **more: Any) -> Group:
    return Group(name="pins", repeat=Grid(columns=columns, rows=rows, dx=dx, dy=dy, **more))


EACH = Group(name="each", repeat=Found(of="parts"))


def shifted(dx: float, dy: float) -> np.ndarray:
    return np.array([[1.0, 0.0, dx], [0.0, 1.0, dy]])


def several(*places: tuple[float, float]) -> Callable[[View], Findings]:
    parts = [Part(shifted(x, y), {"centre": Point(x, y)}) for x, y in places]
    return lambda view: Findings(
        found=bool(parts), value=len(parts), pose=parts[0].pose if parts else None, parts=parts
    )


def finder(*places: tuple[float, float], most: int = 9, **more: Any) -> Step:
    return step("parts", several(*places), parts=most, **more)


def scene(*squares: tuple[int, int]) -> np.ndarray:
    image = np.full((100, 160), 60, np.uint8)
    for x, y in squares:
        image[y : y + 4, x : x + 4] = 200
    return image


def run(*steps: Step, groups: tuple[Group, ...], image: np.ndarray | None = None, **more: Any) -> InspectionResult:
    recipe = Recipe(job=1, name="test", steps=steps, groups=groups, **more)
    shown = scene() if image is None else image
    return inspect(Acquisition({"default": Frame(shown, 17, 0, 0)}), prepare(recipe, Path()), Inputs())


def named(result: InspectionResult) -> dict[str, StepResult]:
    return {one.name: one for one in result.steps}


def seen(result: InspectionResult) -> list[tuple[str, Judgement]]:
    return [(one.name, one.judgement) for one in result.steps]


def test_a_grid_is_counted_row_by_row_from_1() -> None:
    places = [(10, 10), (20, 10), (30, 10), (10, 30), (30, 30)]  # the fifth, in the second row's middle, is missing
    result = run(light("pin", group="pins", slot=3, reject_class=7), groups=(grid(3, 2),), image=scene(*places))
    assert seen(result) == [(f"pin[{i}]", F if i == 5 else P) for i in range(1, 7)]
    assert [(one.instance, one.step) for one in result.steps] == [(i, "pin") for i in range(1, 7)]
    assert (result.judgement, result.reject_class) == (F, 7)
    assert result.message == "pin[5]: mean 60 grey (at least 100)"
    assert result.steps[5].overlay[0].points[0] == (29.5, 29.5)


def test_the_pitch_may_be_mm_and_the_grid_turned() -> None:
    pins = Group(name="pins", repeat=Grid(columns=3, dx=1.0, unit="mm", angle_deg=-90))
    result = run(
        light("pin", group="pins"),
        groups=(pins,),
        image=scene((10, 10), (10, 30), (10, 50)),
        calibration={"mm_per_px": 0.05},
    )
    assert result.judgement is P


def test_a_grid_moves_and_turns_with_its_fixture() -> None:
    turned = np.array([[0.0, -1.0, 90.0], [1.0, 0.0, 5.0]])  # a quarter, clockwise on screen
    centres = [(11.5 + 10 * i, 11.5) for i in range(4)]
    there = [(turned[:, :2] @ c + turned[:, 2]) for c in centres]
    image = scene(*[(round(x - 1.5), round(y - 1.5)) for x, y in there])
    found = step("part", lambda view: Findings(value=1, pose=turned))
    result = run(light("pin", group="pins", fixture="part"), found, groups=(grid(4),), image=image)
    assert seen(result)[:4] == [(f"pin[{i}]", P) for i in range(1, 5)]


def test_the_pose_of_an_instance_carries_what_was_taught_at_the_first() -> None:
    poses: list[np.ndarray] = []
    look = step("pin", lambda view: poses.append(view.pose), group="pins", regions=(SQUARE,), fixture="part")
    run(look, step("part", lambda view: Findings(value=1, pose=shifted(3, 4))), groups=(grid(2, 2),))
    wanted = [shifted(3 + dx, 4 + dy) for dy in (0, 20) for dx in (0, 10)]
    np.testing.assert_array_equal(poses[-4:], wanted)


def test_an_instance_outside_of_the_frame_is_an_error_of_its_own() -> None:
    result = run(light("pin", group="pins", limits={}), groups=(grid(3, dx=80),))
    assert [one.judgement for one in result.steps] == [P, P, E]
    assert result.message.startswith("pin[3]: region 1 lies outside of the frame: it covers x 170 to 173")


def test_inside_a_group_a_name_means_the_same_i() -> None:
    def edge(view: View) -> Findings:
        x, _ = view.region.centre
        return Findings(value=1, features={"centre": Point(x, 0)}, readings=[Reading("text", f"{x:.0f}")])

    use = step(
        "use",
        lambda view: view.features["edge.centre"].x,  # type: ignore[union-attr]
        of="edge.centre",
        group="pins",
    )
    plain = step("own", lambda view: view.features["edge"].x, of="edge", group="pins")  # type: ignore[union-attr]
    match = step(
        "match",
        lambda view: Findings(readings=[Reading("text", f"{view.region.centre[0]:.0f}")]),
        group="pins",
        regions=(SQUARE,),
        matches={"text": ReadingMatch(of=Ref("edge.text"))},
    )
    result = run(use, plain, match, step("edge", edge, group="pins", regions=(SQUARE,)), groups=(grid(3),))
    assert result.judgement is P
    for name in ("use", "own"):
        values = [one.main.value for one in result.steps if one.step == name and one.main]
        assert values == [11.5, 21.5, 31.5]


def test_from_outside_a_number_says_which_one() -> None:
    def edge(view: View) -> Findings:
        return Findings(value=1, features={"centre": Point(view.region.centre[0], 0)})

    edges = step("edge", edge, group="pins", regions=(SQUARE,))
    third = step("third", lambda view: view.features["edge[3].centre"].x, of="edge[3].centre")  # type: ignore[union-attr]
    pitch = step("pitch", lambda view: view.features["edge[1]"].x, of="edge[1]", group="pins")  # type: ignore[union-attr]
    result = named(run(third, pitch, edges, groups=(grid(3),)))
    assert result["third"].main is not None
    assert result["third"].main.value == 31.5
    assert [one.main.value for name, one in result.items() if name.startswith("pitch[") and one.main] == [11.5] * 3


def problems(*steps: Step, groups: tuple[Group, ...]) -> list[str]:
    return list(problems_of(Recipe(job=1, name="x", steps=steps, groups=groups)))


WHICH = "step 'edge' repeats with group 'pins': say which one is meant, for example"
EDGE = step("edge", group="pins", regions=(SQUARE,))


@pytest.mark.parametrize(
    ("target", "group", "problem"),
    [
        ("edge.centre", "pins", None),
        ("edge", None, f"{WHICH} 'edge[1]'"),
        ("edge.centre", "each", f"{WHICH} 'edge[1].centre'"),
        ("edge[3].centre", None, None),
        ("edge[3]", "pins", None),
        ("edge[4].centre", None, "there is no 'edge[4]': there are at most 3"),
        ("edge[0].centre", None, "there is no step 'edge[0]'; did you mean 'edge'?"),
        ("edge[2].cntre", None, "step 'edge' has no 'cntre'; did you mean 'centre'?; it has: centre, text"),
        ("parts.centre", "each", None),
        ("parts.centre", None, None),
        ("parts[9].centre", None, None),
        ("parts[10].centre", None, "there is no 'parts[10]': there are at most 9"),
        ("plain[1].centre", None, "there is no 'plain[1]': step 'plain' does not repeat"),
    ],
)  # fmt: skip
def test_what_may_be_named(target: str, group: str | None, problem: str | None) -> None:
    user = step("user", of=target, group=group, regions=(SQUARE,))
    own = step("other", group="each", regions=(SQUARE,))
    found = problems(user, EDGE, finder(), step("plain"), own, groups=(grid(3), EACH))
    assert found == ([] if problem is None else [f"steps[0].tool.of: {problem}"])


@pytest.mark.parametrize(
    ("dark", "outcome", "status"),
    [
        ([], "passed", Status.PASS),
        ([2], "passed", Status.NOT_RUN),
        ([2], "failed", Status.PASS),
        ([], "failed", Status.NOT_RUN),
        ([2], "found", Status.PASS),
    ],
)
def test_a_run_if_outside_asks_how_all_of_them_came_out(dark: list[int], outcome: Any, status: Status) -> None:
    image = scene(*[(10 * i, 10) for i in range(1, 4) if i not in dark])
    after = step("after", run_if=RunIf(step="pin", outcome=outcome))
    assert named(run(after, light("pin", group="pins"), groups=(grid(3),), image=image))["after"].status is status


def test_a_run_if_inside_asks_the_same_i() -> None:
    image = scene((10, 10), (30, 10))
    tip = step("tip", group="pins", regions=(SQUARE,), run_if=RunIf(step="pin", outcome="passed"))
    result = run(light("pin", group="pins"), tip, groups=(grid(3),), image=image)
    assert [(one.status, one.counts) for one in result.steps if one.step == "tip"] == [
        (Status.PASS, True),
        (Status.NOT_RUN, False),
        (Status.PASS, True),
    ]
    assert named(result)["tip[2]"].message == "left out: step 'pin[2]' is FAIL"


def test_what_is_not_found_in_one_place_is_not_looked_at_there() -> None:
    def there(view: View) -> Findings:
        return Findings(found=view.region.centre[0] != 21.5, value=1, pose=view.pose)

    inner = step("pin", there, group="pins", regions=(SQUARE,))
    tip = light("tip", group="pins", fixture="pin")
    image = scene((10, 10), (20, 10), (30, 10))
    result = run(tip, inner, groups=(grid(3),), image=image)
    assert [one.status for one in result.steps] == [
        *(Status.PASS, Status.NOT_RUN, Status.PASS),
        *(Status.PASS, Status.NOT_FOUND, Status.PASS),
    ]
    assert named(result)["tip[2]"].message == "not run: step 'pin[2]' was not found"


@pytest.mark.parametrize(("not_found", "judgement"), [("fail", F), ("error", E), ("pass", P)])
def test_not_found_is_each_ones_own(not_found: Any, judgement: Judgement) -> None:
    missing = step("pin", lambda view: Findings(found=False), group="pins", not_found=not_found, regions=(SQUARE,))
    result = run(missing, groups=(grid(2),))
    assert [one.judgement for one in result.steps] == [judgement] * 2


def test_the_time_limit_of_a_step_holds_for_each_of_them() -> None:
    def slow(view: View) -> Findings:
        if view.region.centre[0] == 21.5:
            assert view.deadline_ns is not None
            while time.monotonic_ns() <= view.deadline_ns:
                time.sleep(0.001)
        return Findings(value=1)

    result = run(step("pin", slow, group="pins", regions=(SQUARE,), time_limit_ms=500), groups=(grid(3),))
    assert [(one.judgement, one.timed_out) for one in result.steps] == [(P, False), (E, True), (P, False)]


def test_the_time_limit_of_the_recipe_ends_them_all() -> None:
    def slow(view: View) -> Findings:
        assert view.deadline_ns is not None
        while time.monotonic_ns() <= view.deadline_ns:
            time.sleep(0.001)
        return Findings(value=1)

    recipe = Recipe(
        job=1,
        name="x",
        steps=(step("pin", slow, group="pins", regions=(SQUARE,)),),
        groups=(grid(4),),
        time_limit_ms=30,
    )
    ready = prepare(recipe.model_copy(update={"steps": (step("pin", group="pins", regions=(SQUARE,)),)}), Path())
    ready = prepare_with(ready, slow)
    result = inspect(Acquisition({"default": Frame(scene(), 1, 0, 0)}), ready, Inputs())
    assert (result.judgement, result.timed_out, result.error_code) == (E, True, ErrorCode.TIME_LIMIT)
    assert [one.message for one in result.steps] == ["time limit"] * 4


def prepare_with(ready: Any, do: Any) -> Any:
    """The only step does `do`, which would not end in a warm-up."""
    from dataclasses import replace

    (one,) = ready.steps
    return replace(ready, steps=(replace(one, tool=Act(do=do)),))


def test_each_found_part_is_looked_at_with_its_own_pose_and_features() -> None:
    places = [(0, 0), (40, 20), (80, 60)]
    image = scene((10, 10), (90, 70))
    ask = step("x", lambda view: view.features["parts.centre"].x, of="parts.centre", group="each", regions=(SQUARE,))  # type: ignore[union-attr]
    result = run(light("cap", group="each", slot=1), ask, finder(*places), groups=(EACH,), image=image)
    assert seen(result) == [
        *(("cap[1]", P), ("cap[2]", F), ("cap[3]", P)),
        *(("x[1]", P), ("x[2]", P), ("x[3]", P)),
        ("parts", P),
    ]
    assert [one.main.value for one in result.steps if one.step == "x" and one.main] == [0, 40, 80]


def test_steps_of_the_group_that_move_with_one_of_it() -> None:
    def inner(view: View) -> Findings:
        return Findings(value=1, pose=view.pose + np.array([[0, 0, 5.0], [0, 0, 0]]))

    image = scene((15, 10), (55, 30))
    locate = step("inner", inner, group="each", regions=(SQUARE,))
    cap = light("cap", group="each", fixture="inner")
    result = run(cap, locate, finder((0, 0), (40, 20)), groups=(EACH,), image=image)
    assert result.judgement is P


@pytest.mark.parametrize(("count", "limit", "judgement"), [(2, 2, P), (2, 3, F)])
def test_a_wrong_number_of_parts_fails_and_those_there_are_are_looked_at(
    count: int, limit: int, judgement: Judgement
) -> None:
    find = finder(*[(40 * i, 0) for i in range(count)], limits={"value": Limit(low=limit, high=limit)})
    result = run(find, light("cap", group="each"), groups=(EACH,), image=scene((10, 10), (50, 10)))
    assert result.judgement is judgement
    assert [one.name for one in result.steps] == ["parts", "cap[1]", "cap[2]"]


def test_no_part_found() -> None:
    result = run(finder(reject_class=4), light("cap", group="each", slot=2), groups=(EACH,))
    assert (result.judgement, result.reject_class, result.message) == (F, 4, "parts: not found")
    (cap,) = [one for one in result.steps if one.step == "cap"]
    assert (cap.name, cap.instance, cap.status, cap.judgement) == ("cap", 0, Status.NOT_RUN, F)
    assert cap.message == "not run: step 'parts' was not found"
    assert by_slot(result.steps)[2] is cap


def test_none_may_be_there_where_a_run_if_says_so() -> None:
    cap = light("cap", group="each", run_if=RunIf(step="parts", outcome="found"))
    result = run(finder(not_found="pass"), cap, groups=(EACH,))
    assert result.judgement is P
    assert not named(result)["cap"].counts


def test_a_finder_that_cannot_is_an_error_of_all() -> None:
    find = step("parts", ToolError("too dark"), parts=5)
    result = run(find, light("cap", group="each"), groups=(EACH,))
    assert [(one.name, one.judgement) for one in result.steps] == [("parts", E), ("cap", E)]
    assert result.message == "parts: too dark"


def test_a_finder_that_gives_no_list_is_said_to() -> None:
    result = run(step("parts", 1.0, parts=5), light("cap", group="each"), groups=(EACH,))
    assert result.message == "cap: step 'parts' gave no list of the parts that it found"


def test_more_parts_than_the_step_looks_for_are_not_looked_at() -> None:
    result = run(finder((0, 0), (40, 0), (80, 0), most=2), light("cap", group="each", limits={}), groups=(EACH,))
    assert [one.name for one in result.steps] == ["parts", "cap[1]", "cap[2]"]


def test_a_part_named_from_outside_that_is_not_there() -> None:
    third = step("third", of="parts[3].centre")
    result = named(run(finder((0, 0), (40, 0)), third, light("cap", group="each", limits={}), groups=(EACH,)))
    assert (result["third"].status, result["third"].judgement) == (Status.NOT_RUN, E)
    assert result["third"].message == "not run: there is no 'parts[3]' on this part"


def outcome(judgement: Judgement, value: float | None, i: int, *, ran: bool = True, counts: bool = True) -> StepResult:
    main = None if value is None else Measurement("value", value, "", 0, 10)
    status = {P: Status.PASS, F: Status.FAIL, E: Status.ERROR}[judgement] if ran else Status.NOT_RUN
    return StepResult(f"s[{i}]", "act", judgement, status, slot=0, main=main, instance=i, counts=counts)


@pytest.mark.parametrize(
    ("results", "i"),
    [
        pytest.param([(P, 5), (P, 9), (P, 2)], 2, id="closest to a limit"),
        pytest.param([(P, 5), (F, 12), (F, -4)], 3, id="furthest outside"),
        pytest.param([(E, None), (F, 10.5), (P, 10)], 2, id="what fails before what is unknown"),
        pytest.param([(P, 10), (E, None), (P, 5)], 2, id="what is unknown before what passes"),
        pytest.param([(P, 5), (P, 5)], 1, id="of equals the first"),
        pytest.param([(F, None), (F, 10.1)], 2, id="a number before none"),
    ],
)
def test_the_worst(results: list[tuple[Judgement, float | None]], i: int) -> None:
    assert worst([outcome(judgement, value, n) for n, (judgement, value) in enumerate(results, 1)]).instance == i


def test_the_worst_did_run_and_counts_if_any_does() -> None:
    assert worst([outcome(F, None, 1, ran=False), outcome(F, 12, 2)]).instance == 2
    assert worst([outcome(E, None, 1, ran=False, counts=False), outcome(P, 5, 2)]).instance == 2


outcomes = st.lists(st.tuples(st.sampled_from([P, F, E]), st.none() | st.floats(-20, 20), st.booleans()), min_size=1)


@given(outcomes, st.randoms())
def test_the_worst_does_not_hang_on_the_order(
    given_outcomes: list[tuple[Judgement, float | None, bool]], random: Any
) -> None:
    results = [outcome(judgement, value, i, counts=c) for i, (judgement, value, c) in enumerate(given_outcomes, 1)]
    shuffled = random.sample(results, len(results))
    one, other = worst(results), worst(shuffled)
    assert (one.counts, one.judgement, one.main) == (other.counts, other.judgement, other.main)
    assert by_slot(results)[0] is one
    counted = [result for result in results if result.counts]
    assert not counted or one.judgement == next(j for j in (F, E, P) if j in {r.judgement for r in counted})


@pytest.mark.parametrize(
    ("rule", "judgement"),
    [
        pytest.param(NOfM(n=1), P, id="the pins are one of two"),
        pytest.param(NOfM(n=2), F, id="and do not pass"),
        pytest.param(Weights(pass_at=1), P, id="weights"),
        pytest.param(Weights(pass_at=2), F, id="the weight counts once"),
    ],
)
def test_a_step_that_repeats_counts_once_by_its_worst(rule: Combine, judgement: Judgement) -> None:
    steps = (light("pin", group="pins"), step("plain"))
    assert run(*steps, groups=(grid(3),), image=scene((10, 10), (20, 10)), combine=rule).judgement is judgement


@given(st.lists(st.sampled_from([P, F, E]), min_size=1, max_size=8), st.integers(1, 4))
@settings(deadline=None, max_examples=40)
def test_a_grid_judges_as_the_same_steps_written_out(wanted: list[Judgement], columns: int) -> None:
    rows = -(-len(wanted) // columns)
    wanted = wanted + [P] * (columns * rows - len(wanted))

    def judged(i: int) -> Any:
        return {P: 1.0, F: 5.0, E: ToolError("no")}[wanted[i]]

    def do(view: View) -> Any:
        x, y = view.region.centre
        return judged(round((y - 11.5) / 12) * columns + round((x - 11.5) / 10))

    limits = {"value": Limit(high=2)}
    group = grid(columns, rows, dx=10, dy=12)
    repeated = run(step("pin", do, group="pins", regions=(SQUARE,), limits=limits), groups=(group,))
    plain = [step(f"pin {i}", judged(i), limits=limits) for i in range(len(wanted))]
    written_out = run(*plain, groups=())
    assert [one.judgement for one in repeated.steps] == [one.judgement for one in written_out.steps] == wanted
    assert repeated.judgement is written_out.judgement
    assert repeated.reject_class == written_out.reject_class


def test_a_frame_that_is_refused_has_one_result_a_step() -> None:
    result = run(light("pin", group="pins"), groups=(grid(3),), image=np.zeros((100, 160), np.uint8))
    assert [(one.name, one.status) for one in result.steps] == [("pin", Status.NOT_RUN)]
