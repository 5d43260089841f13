"""One inspection is told alike from the line and from the store."""

import dataclasses
import json
from typing import Any

from service.api.results import of_inspection, of_row, of_step
from service.api.route import dumps
from vision.result import InspectionResult, Judgement, Measurement, Status, StepResult


async def test_line_and_store_tell_the_same(site: Any, inspected: Any) -> None:
    site.station.done = [inspected(3, Judgement.FAIL, part_id=b"A1", image="3.png")]
    detail = site.station.rows()[0]
    assert of_row(detail.row, detail.steps) == of_inspection(site.station.done[0])


def test_the_event_has_every_field_of_the_contract(inspected: Any) -> None:
    event = json.loads(dumps(of_inspection(inspected(3, Judgement.FAIL, part_id=b"A\xff"))))
    steps = event.pop("steps")
    assert event == {
        "number": 3,
        "result_seq": 3,
        "judgement": "FAIL",
        "reason": "pin 3: too thin",
        "job": 12,
        "recipe": "bracket",
        "recipe_version": 7,
        "part_id": "A\ufffd",
        "at_us": 1_760_000_000_000_003,
        "cycle_us": 38_000,
        "acquisition_us": 9000,
        "processing_us": 20_000,
        "reject_class": 0,
        "sort_class": "",
        "source": "modbus",
        "image": False,
        "order": "",
        "lot": "",
        "shift": "",
    }
    assert [step["name"] for step in steps] == ["pin 3"]


def test_it_is_told_as_it_was_offered(inspected: Any) -> None:
    """A result whose commit came too late was offered as ERROR, whatever the tools found."""
    passed = inspected(3)
    late = dataclasses.replace(passed, outcome=dataclasses.replace(passed.outcome, judgement=3, stored=False))
    event = of_inspection(late)
    assert (event.judgement, event.reason) == ("ERROR", "the result could not be stored in time")


def test_a_code_that_holds_half_a_surrogate_is_still_json(inspected: Any) -> None:
    inspection = inspected(3, Judgement.FAIL)
    broken = dataclasses.replace(inspection, result=InspectionResult(Judgement.FAIL, message="read \ud800"))
    assert json.loads(dumps(of_inspection(broken)))["reason"] == "read ?"


def test_a_step_that_passed_outside_its_warn_limits_says_so() -> None:
    near = Measurement("width", 0.69, "mm", 0.6, 0.7, 0.62, 0.68, 0.65)
    step = StepResult("pin", "caliper", Judgement.PASS, Status.PASS, measurements=(near,), main=near)
    told = of_step(step)
    assert (told.warning, told.warn_low, told.warn_high, told.nominal) == (True, 0.62, 0.68, 0.65)
    inside = dataclasses.replace(near, value=0.65)
    assert not of_step(dataclasses.replace(step, measurements=(inside,), main=inside)).warning
    assert not of_step(dataclasses.replace(step, judgement=Judgement.FAIL, status=Status.TOO_HIGH)).warning
