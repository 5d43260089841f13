"""One inspection is told alike from the line and from the store."""

import dataclasses
import json
from typing import Any

from service.api.results import of_inspection, of_row
from service.api.route import dumps
from vision.result import InspectionResult, Judgement


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
        "source": "modbus",
        "image": False,
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
