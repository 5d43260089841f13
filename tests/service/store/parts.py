"""Inspections to store."""

import math
from typing import Any

from protocols.handshake.types import Accepted, Outcome, Source
from service.inspection import Inspection
from vision.result import InspectionResult, Judgement, Measurement, Reading, Shape, Status, StepResult

CODES = {Judgement.PASS: 1, Judgement.FAIL: 2, Judgement.ERROR: 3}
STATUS = {Judgement.PASS: Status.PASS, Judgement.FAIL: Status.TOO_HIGH, Judgement.ERROR: Status.ERROR}
HOUR_US = 3_600_000_000
BEGIN_US = 1_795_600_800_000_000  # a full hour


def accepted(number: int, **changes: Any) -> Accepted:
    facts: dict[str, Any] = {
        "source": Source.MODBUS,
        "job": 1,
        "accepted_at_us": BEGIN_US + number * 1000,
        "accepted_ns": 77 + number,
        "seq": number % 65535 + 1,
        "client": "192.168.0.10",
        "part_id": f"P{number:06}".encode(),
        "user_tag": 4_000_000_000,
        "encoder": 12,
        "order": "O1",
        "lot": "L1",
        "shift": "early",
        "shift_since_us": BEGIN_US,
    }
    return Accepted(number=number, **(facts | changes))


def inspection(number: int, judgement: Judgement = Judgement.PASS, steps: int = 2, **changes: Any) -> Inspection:
    main = Measurement("count", 4.0 + number % 3, "", 3.0, 5.0)
    width = Measurement("width", 12.25, "mm", 12.0, math.inf, 12.3, math.inf, 12.5)  # it warns
    bad = None if judgement is Judgement.PASS else "pins"
    made = tuple(
        StepResult(
            name=name,
            tool=tool,
            judgement=judgement if name == bad else Judgement.PASS,
            status=STATUS[judgement] if name == bad else Status.PASS,
            slot=index,
            measurements=(main, width),
            main=main,
            int16=4,
            readings=(Reading("code", "ABC", b"AB\xff", 0.5),) if index == 0 else (),
            overlay=(Shape(((1.0, 2.0), (3.0, 4.5)), label="pin", role="defect"),) if name == bad else (),
            message="6 pins, at most 5" if name == bad else "",
            duration_us=900,
        )
        for index, (name, tool) in enumerate([("pins", "blob_count"), *[(f"gap {n}", "caliper") for n in range(1, 32)]])
    )[:steps]
    outcome = Outcome(
        judgement=CODES[judgement],
        reject_class={Judgement.PASS: 0, Judgement.FAIL: 3, Judgement.ERROR: 65535}[judgement],
        recipe_version=2,
        acquisition_time_us=BEGIN_US + number * 1000 + 10,
        trigger_to_result_us=30_000,
        acquisition_us=12_000,
        processing_us=15_000,
        tool_count=len(made),
        passed=1,
        executed=3,
        values=(4.0, 12.25, *(math.nan,) * 30),
        statuses=(1, 1, *(0,) * 30),
        int16s=(4, -1, *(0,) * 30),
        decoded=b"AB\xff",
    )
    facts: dict[str, Any] = {
        "accepted": accepted(number),
        "acquisition": None,
        "result": InspectionResult(judgement, made, message="" if judgement is Judgement.PASS else "6 pins, at most 5"),
        "outcome": outcome,
        "result_seq": (number - 1) % 65520 + 1,
        "recipe": "bracket",
        "finished_at_us": BEGIN_US + number * 1000 + 30_000,
    }
    return Inspection(**(facts | changes))
