"""What was read against what a recipe wants: a code, the PLC's string, today's date."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, make_ready
from vision.recipe import Recipe
from vision.result import Judgement, StepResult

LINES = ("EXP 24/08/2027", "LOT B4711", "B4711")
AT = int(datetime(2027, 2, 20, 12, tzinfo=UTC).timestamp() * 1e6)
TALL = 70


@pytest.fixture(scope="module")
def frame() -> Frame:
    image = np.full((TALL * len(LINES), 420), 190, np.uint8)
    for i, line in enumerate(LINES):
        cv2.putText(image, line, (20, TALL * i + 48), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 40, 3, cv2.LINE_AA)
    noisy = cv2.GaussianBlur(image, (0, 0), 0.8) + np.random.default_rng(1).normal(0, 3, image.shape)
    return Frame(np.clip(noisy, 0, 255).astype(np.uint8), 0, 0, 0)


def step(name: str, line: int, match: dict[str, Any] | None = None, **parameters: Any) -> dict[str, Any]:
    region = {"kind": "rectangle", "x": 0, "y": TALL * line, "width": 420, "height": TALL}
    tool = {"type": "text", **parameters}
    return {"name": name, "tool": tool, "regions": [region], "matches": {"text": match} if match else {}}


def judged(frame: Frame, *steps: dict[str, Any], inputs: Inputs | None = None) -> StepResult:
    """Of the last step."""
    recipe = Recipe.model_validate({"job": 1, "name": "lot", "steps": list(steps), "time_limit_ms": 60_000})
    result = inspect(Acquisition({"default": frame}), make_ready(recipe, Path()), inputs or Inputs())
    return result.steps[-1]


@pytest.mark.parametrize(
    ("line", "match", "inputs", "message"),
    [
        (1, {"rule": "text", "text": "LOT B4711"}, Inputs(), ""),
        (1, {"rule": "text", "text": "LOT B4712"}, Inputs(), "text: 'LOT B4711' read, 'LOT B4712' wanted"),
        (1, {"rule": "pattern", "pattern": r"LOT [A-Z]\d{4}"}, Inputs(), ""),
        (1, {"rule": "plc_string", "number": 1}, Inputs(strings=("LOT B4711",)), ""),
        (1, {"rule": "plc_string", "number": 1}, Inputs(strings=("LOT X",)), "'LOT X' wanted"),
        (
            0,
            {"rule": "date", "format": "EXP %d/%m/%Y", "offset_months": 6, "offset_days": 4},
            Inputs(accepted_at_us=AT),
            "",
        ),
        (
            0,
            {"rule": "date", "format": "EXP %d/%m/%Y", "offset_months": 6},
            Inputs(accepted_at_us=AT),
            "'EXP 20/08/2027' wanted",
        ),
    ],
)
def test_rules(frame: Frame, line: int, match: dict[str, Any], inputs: Inputs, message: str) -> None:
    result = judged(frame, step("text", line, match), inputs=inputs)
    assert result.judgement is (Judgement.FAIL if message else Judgement.PASS)
    assert message in result.message


def test_text_against_what_another_step_read(frame: Frame) -> None:
    code = step("code", 2)
    lot = step("lot", 1, {"rule": "reading", "of": "code"}, formats=["LOT @####"])
    assert judged(frame, code, lot).message == "text: 'LOT B4711' read, 'B4711' wanted"
    same = step("again", 2, {"rule": "reading", "of": "code.text"})
    assert judged(frame, code, same).judgement is Judgement.PASS


def test_what_is_not_found_is_no_pass(frame: Frame) -> None:
    unread = step("lot", 1, {"rule": "text", "text": "LOT B4711"}, min_characters=30)
    result = judged(frame, unread)
    assert result.judgement is Judgement.FAIL
    assert result.message == "not found: no text found: 8 characters, 30 needed"
