"""The line of a result: every field, and what is wrong with a template."""

import math

import pytest

from protocols.ascii import Result, Template, TemplateError
from protocols.ascii.template import NAMES, help_text
from protocols.tags import SLOTS


def a_result(**changes: object) -> Result:
    values = {"value": (1.5, math.nan) + (0.0,) * (SLOTS - 2), "passed": (1,) * SLOTS, "status": (3,) * SLOTS}
    fields = {
        "seq": 78,
        "number": 1234,
        "judgement": "FAIL",
        "code": 2,
        "ok": 0,
        "reject_class": 3,
        "part_id": "A-17",
        "job": 5,
    }
    more = {
        "recipe": "bracket",
        "version": 2,
        "reason": "pin 3: too thin",
        "text": "SN 9",
        "time": "2026-01-02",
        "cycle_ms": 47.25,
    }
    return Result(**{**fields, **more, **values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("template", "line"),
    [
        pytest.param("{seq};{judgement};{reject_class};{part_id}", "78;FAIL;3;A-17", id="as shipped"),
        pytest.param("{value[0]:.3f};{value[1]:.1f}", "1.500;nan", id="values by slot, one not measured"),
        pytest.param("{ok}{passed[31]}{status[0]} {cycle_ms:07.2f}", "013 0047.25", id="with formats"),
        pytest.param("{{{code}}}", "{2}", id="braces"),
        pytest.param("", "", id="empty"),
    ],
)
def test_a_line_is_filled(template: str, line: str) -> None:
    assert Template(template).line(a_result()) == line


def test_every_field_is_known_and_explained() -> None:
    assert {name.removesuffix("[n]") for name in help_text()} == set(NAMES)


def test_a_part_id_cannot_end_the_line() -> None:
    assert Template("{part_id};{ok}").line(a_result(part_id="A\r\nT\x85")) == "A??T?;0"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        pytest.param("{part}", r"\{part\} is no field; there are seq, number", id="unknown field"),
        pytest.param("{value}", r"write \{value\[0\]\}", id="no slot"),
        pytest.param("{seq[1]}", r"write \{seq\}", id="a slot too much"),
        pytest.param("{value[32]}", "slots are 0 to 31", id="slot beyond"),
        pytest.param("{seq.__class__}", "is no field", id="attribute"),
        pytest.param("{seq!r}", "only a format may follow", id="conversion"),
        pytest.param("{seq:{code}}", "only a format may follow", id="nested"),
        pytest.param("{seq:>999999999}", "wider than 200", id="wide"),
        pytest.param("{judgement:.1f}", "judgement:.1f", id="format of another type"),
        pytest.param("{seq", "a brace itself is written", id="open brace"),
        pytest.param("{seq}\r\n", "line_end", id="its own line end"),
    ],
)
def test_a_wrong_template_says_what_would_be_right(template: str, says: str) -> None:
    with pytest.raises(TemplateError, match=says):
        Template(template)
