"""Values and texts worked out from what other steps found, in recipes on frames."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from vision.errors import ErrorCode, ToolError
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, make_ready
from vision.recipe import Recipe, problems_of
from vision.result import InspectionResult, Judgement, Status
from vision.tool import View
from vision.tools import Formula

NOTHING = Inputs()
P, F, E = Judgement.PASS, Judgement.FAIL, Judgement.ERROR
FRAME = np.full((40, 40), 100, np.uint8)
FRAME[:, 20:] = 160
LEFT = {"kind": "rectangle", "x": 2, "y": 2, "width": 10, "height": 10}
RIGHT = LEFT | {"x": 25}
DARK = LEFT | {"x": 200}  # outside of the frame


def step(name: str, tool: dict[str, Any] | None = None, *regions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "tool": tool or {"type": "brightness"}, "regions": list(regions), **more}


def formula(value: str | None = None, /, **more: Any) -> dict[str, Any]:
    return {"type": "formula", **({} if value is None else {"formula": value}), **more}


def recipe(*steps: dict[str, Any], **more: Any) -> Recipe:
    return Recipe.model_validate({"job": 1, "name": "x", "steps": list(steps), **more})


def judged(of: Recipe, inputs: Inputs = NOTHING) -> InspectionResult:
    return inspect(Acquisition({"default": Frame(FRAME, 0, 0, 0)}), make_ready(of, Path("none")), inputs)


LIGHT = (step("left", None, LEFT), step("right 2", None, RIGHT))


def test_a_value_of_two_steps_in_any_order_with_unit_limits_and_slot() -> None:
    made = step("difference", formula("{right 2.mean} - left", unit="grey"), limits={"value": {"high": 50}}, slot=3)
    result = judged(recipe(made, *LIGHT))
    found = result.steps[0]
    assert found.main is not None
    assert (found.main.value, found.main.unit, found.int16, found.slot) == (60, "grey", 60, 3)
    assert (found.judgement, found.status) == (F, Status.TOO_HIGH)
    assert found.message == "value 60 grey (at most 50)"


def test_a_value_on_its_limit_passes() -> None:
    made = step("d", formula("{right 2.mean} - left"), limits={"value": {"low": 60, "high": 60}})
    assert judged(recipe(*LIGHT, made)).judgement is P


def test_numbers_are_those_that_were_judged_with_gain_and_offset() -> None:
    gained = step("left", None, LEFT, limits={"mean": {"gain": 2, "offset": 1}})
    assert judged(recipe(gained, step("twice", formula("left.mean")))).steps[1].main.value == 201  # type: ignore[union-attr]


@pytest.mark.parametrize(("unit", "mm", "shown"), [("length", None, "px"), ("area", 0.1, "mm²"), ("N/m", 0.1, "N/m")])
def test_the_unit(unit: str, mm: float | None, shown: str) -> None:
    made = recipe(step("f", formula("1", unit=unit), slot=2), calibration={"mm_per_px": mm})
    assert judged(made).steps[0].main.unit == shown  # type: ignore[union-attr]
    assert make_ready(made, Path("none")).mains[2].unit == shown


def test_a_text_is_a_reading_that_rules_and_other_formulas_use() -> None:
    made = recipe(
        *LIGHT,
        step("label", formula(text="'M' + text(left.mean, 1) + part_id()")),
        step(
            "short",
            formula("length(label.text)", text="mid(label.text, 2, 3) + plc_string(1)"),
            matches={"text": {"rule": "text", "text": "100-A"}},
        ),
    )  # fmt: skip
    result = judged(made, Inputs(part_id="/7", strings=("-A",)))
    assert [one.readings[0].text for one in result.steps[2:]] == ["M100.0/7", "100-A"]
    assert result.steps[3].main.value == 8  # type: ignore[union-attr]
    assert result.judgement is P


def test_conditions_are_one_or_zero() -> None:
    made = recipe(*LIGHT, step("yes", formula("left > 50 and {right 2} > 50"), limits={"value": {"low": 1}}))
    assert judged(made).steps[2].main.value == 1  # type: ignore[union-attr]
    assert judged(made).judgement is P


@pytest.mark.parametrize(("words", "value"), [((0, 7), 14.0), ((0xFFFF, 0xFFFF), -2.0)])
def test_a_number_that_the_plc_gives(words: tuple[int, int], value: float) -> None:
    given = [{"name": "nominal width", "type": "int32", "offset": 0}]
    made = recipe(step("f", formula("parameter('nominal width') * 2")), parameters=given)
    assert judged(made, Inputs(parameters=words)).steps[0].main.value == value  # type: ignore[union-attr]


def test_no_number_from_the_plc_is_an_error_and_no_pass() -> None:
    made = recipe(step("f", formula("parameter('x')")), parameters=[{"name": "x", "type": "float32", "offset": 0}])
    found = judged(made, Inputs(parameters=(0x7FC0, 0))).steps[0]
    assert (found.judgement, found.message) == (E, "formula, at character 1: the PLC gave nan as parameter 'x'")


def test_division_by_zero_is_a_named_error() -> None:
    result = judged(recipe(*LIGHT, step("f", formula("100 / (left - 100)"))))
    assert (result.judgement, result.steps[2].status, result.error_code) == (E, Status.ERROR, ErrorCode.TOOL)
    assert result.message == "f: formula, at character 5: division by zero"


def test_a_step_that_was_not_found_or_failed_to_judge_is_named_as_the_cause() -> None:
    missing = step("hole", {"type": "caliper", "min_contrast_grey": 250}, LEFT)
    lost = step("lost", None, DARK)
    of_hole, of_lost = step("f", formula("1 + hole.width")), step("g", formula(text="text(lost.mean)"))
    result = judged(recipe(of_hole, of_lost, missing, lost))
    assert [(one.judgement, one.status, one.message) for one in result.steps[:2]] == [
        (F, Status.NOT_RUN, "not run: step 'hole' was not found"),
        (E, Status.NOT_RUN, "not run: step 'lost' is ERROR"),
    ]


def test_what_a_step_left_out_is_an_error() -> None:
    edges = step(
        "edge", {"type": "caliper", "mode": "edge"}, {"kind": "rectangle", "x": 10, "y": 10, "width": 20, "height": 8}
    )
    result = judged(recipe(edges, step("f", formula("edge.smallest"))))
    assert result.steps[0].judgement is P
    assert (result.steps[1].judgement, result.steps[1].message) == (E, "step 'edge' gave no smallest")


def test_in_a_group_a_name_means_the_one_of_the_same_place() -> None:
    grid = [{"name": "row", "repeat": {"kind": "grid", "columns": 2, "dx": 23}}]
    made = recipe(
        step("spot", None, LEFT, group="row"),
        step("twice", formula("spot.mean * 2"), group="row"),
        step("both", formula("spot[1] + {spot[2].mean}")),
        groups=grid,
    )
    result = judged(made)
    assert [(one.name, one.main.value) for one in result.steps if one.tool == "formula" and one.main] == [
        ("twice[1]", 200),
        ("twice[2]", 320),
        ("both", 260),
    ]


@pytest.mark.parametrize(
    ("tool", "problem"),
    [
        (formula("1 + lift.mean"), "formula: at character 5: there is no step 'lift'; did you mean 'left'?"),
        (
            formula("left.maen"),
            "formula: at character 1: step 'left' has no 'maen'; did you mean 'mean'?; it has: mean",
        ),
        (formula("left[2].mean"), "formula: at character 1: there is no 'left[2]': step 'left' does not repeat"),
        (formula("left.mean[2]"), "formula: at character 1: step 'left' has no 'mean[2]': it is a single number"),
        (formula("left + 'x'"), "formula: at character 1: + takes a text, this is a number"),
        (formula("'x'"), "formula: its result is a text, a number or a condition is wanted"),
        (formula(text="left"), "text: its result is a number, a text is wanted; write text(...) around it"),
        (
            formula("parameter('widht')"),
            "formula: at character 11: there is no parameter 'widht'; did you mean 'width'?",
        ),
        (formula("f.value"), "formula: the steps wait for each other: f -> f"),
        (formula("both[1].mean"), "formula: at character 1: there is no 'both[1]'"),
        (formula("both.min"), "formula: at character 1: step 'both' has one min for each region: say which"),
        (formula("both.min[3]"), "formula: at character 1: step 'both' has no 'min[3]': it has 2, one for each region"),
    ],
)
def test_what_is_wrong_is_said_when_the_recipe_is_checked(tool: dict[str, Any], problem: str) -> None:
    made = recipe(
        step("left", None, LEFT),
        step("both", None, LEFT, RIGHT),
        step("f", tool),
        parameters=[{"name": "width", "type": "int32", "offset": 0}],
    )
    assert any(line.startswith(f"steps[2].tool.{problem}") for line in problems_of(made)), list(problems_of(made))


def test_one_number_of_several_regions() -> None:
    made = recipe(step("both", None, LEFT, RIGHT), step("f", formula("both.mean[2] - both.min[1]")))
    assert judged(made).steps[1].main.value == 60  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "given", [{}, {"formula": "1 +"}, {"formula": ""}, {"text": "'x"}, {"formula": "1", "unit": "x" * 17}]
)
def test_what_is_no_formula_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Formula.model_validate({"type": "formula", **given})


def test_it_is_written_as_it_was_read() -> None:
    tool = formula("{left.mean}  +  1", text="'a'", unit="mm")
    assert recipe(step("f", tool)).content()["steps"][0]["tool"] == tool
    assert Formula.model_json_schema()["properties"]["text"]["anyOf"][0]["x-ref"] == "Expression"


def test_by_itself() -> None:
    view = View(FRAME, values={"a": 2.0, "c": "7"})
    found = Formula.model_validate(formula("a * number(c)")).measure(view)
    assert found.values["value"] == 14
    with pytest.raises(ToolError, match="'b' was neither measured nor read"):
        Formula.model_validate(formula("b")).measure(view)
