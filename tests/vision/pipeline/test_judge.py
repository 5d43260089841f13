"""A step's judgement by its limits and rules."""

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.calibration import Calibration
from vision.errors import ToolError
from vision.frame import Inputs
from vision.pipeline.judge import Verdict, judge
from vision.recipe import (
    DateMatch,
    Limit,
    ListMatch,
    Match,
    PatternMatch,
    PlcStringMatch,
    ReadingMatch,
    Step,
    TextMatch,
)
from vision.result import Judgement, Measurement, Reading, Status
from vision.tool import Findings, Measure, Ref, Tool, View
from vision.tools import Brightness

P, F = Judgement.PASS, Judgement.FAIL
NO_INPUTS = Inputs()


class Gauge(Tool):
    """Takes numbers and texts as they are given to it."""

    type: str = "gauge"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("width", unit="length", main=True),
        Measure("score", int16="score"),
        Measure("levels", unit="grey", each_region=True),
    )
    readings: ClassVar[tuple[str, ...]] = ("text",)

    def measure(self, view: View) -> Findings:
        raise AssertionError("only judged here")


def step(limits: Mapping[str, Limit] | None = None, **more: Any) -> Step:
    plain = Step(name="pin 3", tool=Brightness(), limits=limits or {}, **more)
    return plain.model_copy(update={"tool": Gauge()})


def judged(one: Step, *, inputs: Inputs = NO_INPUTS, mm: float | None = None, **findings: Any) -> Verdict:
    others = {"label": Reading("text", "LOT-7"), "label.text": Reading("text", "LOT-7")}
    return judge(one, Findings(**findings), Calibration(mm), inputs, others)


@pytest.mark.parametrize(
    ("value", "judgement", "status", "message"),
    [
        (0.45, P, Status.PASS, ""),
        (0.60, P, Status.PASS, ""),
        (0.41, F, Status.TOO_LOW, "width 0.41 mm (0.45 … 0.60)"),
        (0.449999, F, Status.TOO_LOW, "width 0.449999 mm (0.45 … 0.60)"),
        (0.61, F, Status.TOO_HIGH, "width 0.61 mm (0.45 … 0.60)"),
    ],
)
def test_a_value_on_a_limit_passes(value: float, judgement: Judgement, status: Status, message: str) -> None:
    verdict = judged(step({"width": Limit(low=0.45, high=0.60)}), mm=0.1, width=value)
    assert (verdict.judgement, verdict.status, verdict.message) == (judgement, status, message)
    assert verdict.main == Measurement("width", value, "mm", 0.45, 0.60)


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        (Limit(low=3), "width 2 px (at least 3)"),
        (Limit(high=1), "width 2 px (at most 1)"),
        (Limit(low=3, high=3), "width 2 px (3 wanted)"),
        (Limit(low=2.5, high=3), "width 2.0 px (2.5 … 3.0)"),
    ],
)
def test_messages(limit: Limit, message: str) -> None:
    assert judged(step({"width": limit}), width=2).message == message


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_a_message_never_shows_a_value_inside_its_limits(value: float, low: float, span: float) -> None:
    verdict = judged(step({"width": Limit(low=low, high=low + span)}), width=value)
    assert (verdict.judgement is P) == (low <= value <= low + span)
    if verdict.judgement is F:
        assert verdict.message.startswith("width ")


def test_gain_and_offset_come_before_the_limits() -> None:
    limit = Limit(low=4.9, high=5.1, gain=2, offset=1)
    verdict = judged(step({"width": limit}), width=2)
    assert verdict.judgement is P
    assert verdict.main is not None
    assert verdict.main.value == 5


def test_warn_limits_warn_and_change_no_judgement() -> None:
    verdict = judged(step({"width": Limit(high=5, warn_high=4)}), width=4.5)
    assert verdict.judgement is P
    assert verdict.main is not None
    assert verdict.main.warning
    assert not judged(step({"width": Limit(high=5, warn_high=4)}), width=4).main.warning  # type: ignore[union-attr]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("limits", [{}, {"width": Limit(low=0)}])
def test_what_is_no_finite_number_is_an_error(value: float, limits: dict[str, Limit]) -> None:
    with pytest.raises(ToolError, match="could not be measured"):
        judged(step(limits), width=value)
    with pytest.raises(ToolError, match="could not be measured"):
        judged(step(limits), width=value, found=False)


def test_a_gain_that_leads_out_of_all_numbers_is_an_error() -> None:
    with pytest.raises(ToolError, match="could not be measured"):
        judged(step({"width": Limit(gain=1e300)}), width=1e300)


def test_a_limited_measure_that_is_absent_from_a_found_step_is_an_error() -> None:
    with pytest.raises(ToolError, match="score has limits, but was not measured"):
        judged(step({"score": Limit(low=0.5)}), width=1)
    assert judged(step({"score": Limit(warn_low=0.5)}), width=1).judgement is P
    assert judged(step({"score": Limit(low=0.5)}), found=False).status is Status.NOT_FOUND


@pytest.mark.parametrize(
    ("meaning", "found", "judgement", "status", "message"),
    [
        ("fail", False, F, Status.NOT_FOUND, "not found: no edge"),
        ("error", False, Judgement.ERROR, Status.ERROR, "not found: no edge"),
        ("pass", False, P, Status.PASS, ""),
        ("pass", True, F, Status.FAIL, "found, but it must not be there"),
        ("fail", True, P, Status.PASS, ""),
    ],
)
def test_not_found(meaning: str, found: bool, judgement: Judgement, status: Status, message: str) -> None:
    verdict = judged(step(not_found=meaning), found=found, reason="no edge")
    assert (verdict.judgement, verdict.status, verdict.message) == (judgement, status, message)


REGIONS = [{"kind": "circle", "x": 9, "y": 9, "radius": 2}] * 3


def test_of_several_regions_the_worst_decides_and_is_named() -> None:
    verdict = judged(step({"levels": Limit(low=10, high=20)}, regions=REGIONS), levels=(15, 8, 25))
    assert verdict.message == "region 3: levels 25 grey (10 … 20)"
    assert verdict.status is Status.TOO_HIGH
    assert [(m.name, m.value) for m in verdict.measurements] == [("levels[1]", 15), ("levels[2]", 8), ("levels[3]", 25)]


def test_numbers_that_the_tool_does_not_declare_are_a_defect() -> None:
    with pytest.raises(TypeError, match="does not declare: \\['height'\\]"):
        judged(step(), height=1)
    with pytest.raises(TypeError, match="gave 2 numbers for levels, 3 expected"):
        judged(step(regions=REGIONS), levels=(1, 2))
    with pytest.raises(TypeError, match="gave None numbers for levels, 1 expected"):
        judged(step(), levels=1)


@pytest.mark.parametrize(("score", "int16"), [(0.9876, 988), (1.0, 1000), (99.0, 32767), (-99.0, -32768)])
def test_the_whole_number_of_a_score_is_thousandths_and_fits(score: float, int16: int) -> None:
    assert judged(step(), score=score).int16 == int16


def test_the_main_measure_is_named_first() -> None:
    verdict = judged(step({"width": Limit(low=3), "score": Limit(high=0.1)}), score=0.5, width=1)
    assert verdict.message == "width 1 px (at least 3); score 0.5 (at most 0.1)"
    assert verdict.status is Status.TOO_LOW


NEW_YEAR = Inputs(accepted_at_us=1_767_222_000_000_000)  # 2025-12-31T23:00Z


@pytest.mark.parametrize(
    ("rule", "text", "inputs", "wanted"),
    [
        (TextMatch(text="A1"), "A1", Inputs(), "'A1'"),
        (PatternMatch(pattern=r"LOT-\d"), "LOT-7", Inputs(), r"pattern LOT-\d"),
        (ListMatch(texts=("A", "B")), "B", Inputs(), "one of 'A', 'B'"),
        (PlcStringMatch(number=2), "XY", Inputs(strings=("", "XY")), "'XY'"),
        (ReadingMatch(of=Ref("label")), "LOT-7", Inputs(), "'LOT-7'"),
        (ReadingMatch(of=Ref("label.text")), "LOT-7", Inputs(), "'LOT-7'"),
        (DateMatch(), "2025-12-31", NEW_YEAR, "'2025-12-31'"),
        (DateMatch(offset_months=2), "2026-02-28", NEW_YEAR, "'2026-02-28'"),
        (DateMatch(offset_days=-31), "2025-11-30", NEW_YEAR, "'2025-11-30'"),
        (
            DateMatch(format="%d.%m.%y"),
            "01.01.26",
            Inputs(accepted_at_us=NEW_YEAR.accepted_at_us, zone="Europe/Berlin"),
            "'01.01.26'",
        ),
    ],
)
def test_rules_for_readings(rule: Match, text: str, inputs: Inputs, wanted: str) -> None:
    one = step(matches={"text": rule})
    assert judged(one, inputs=inputs, readings=[Reading("text", text)]).judgement is P
    verdict = judged(one, inputs=inputs, readings=[Reading("text", f"{text}?")])
    assert (verdict.judgement, verdict.status) == (F, Status.FAIL)
    assert verdict.message == f"text: {f'{text}?'!r} read, {wanted} wanted"


@pytest.mark.parametrize(
    ("rule", "inputs", "words"),
    [
        (PlcStringMatch(number=1), Inputs(strings=("",)), "the PLC gave no recipe string 1"),
        (PlcStringMatch(number=4), Inputs(), "the PLC gave no recipe string 4"),
        (DateMatch(), Inputs(), "the time of the trigger is not known"),
        (DateMatch(), Inputs(accepted_at_us=1, zone="Mars/Olympus"), "the date cannot be formed"),
        (DateMatch(), Inputs(accepted_at_us=1, zone="Europe"), "the date cannot be formed"),
        (DateMatch(offset_months=1200), Inputs(accepted_at_us=253_402_300_000_000_000), "the date cannot be formed"),
    ],
)
def test_without_anything_to_compare_with_it_is_an_error(rule: Match, inputs: Inputs, words: str) -> None:
    with pytest.raises(ToolError, match=words):
        judged(step(matches={"text": rule}), inputs=inputs, readings=[Reading("text", "")])


def test_a_ruled_reading_that_is_absent_is_an_error() -> None:
    with pytest.raises(ToolError, match="text has a rule to match, but was not read"):
        judged(step(matches={"text": TextMatch(text="")}))


def test_every_one_of_several_readings_has_to_match() -> None:
    readings = [Reading("text", "A"), Reading("text", "B")]
    verdict = judged(step(matches={"text": TextMatch(text="A")}), readings=readings)
    assert verdict.message == "text: 'B' read, 'A' wanted"
