"""The manual of the log is as the log is."""

import json
import logging
import re

from pydantic import TypeAdapter

from service.api.log import LevelCommand
from service.logs.about import parts
from service.logs.formats import as_json, journal, readable
from service.logs.line import Line, line_of
from tests.conftest import ROOT
from tests.service.logs.test_formats import from_journal

MANUAL = (ROOT / "docs" / "logging.md").read_text()
SAID = "camera lost: no answer from the driver within 1 s"


def the_line() -> Line:
    record = logging.LogRecord(
        "service.camera_keeper", logging.WARNING, "camera_keeper.py", 166, SAID, (), None, "lost"
    )
    record.__dict__.update(parts(48213))
    return line_of(record)


def test_the_example_of_json_has_the_fields_of_a_line_in_their_order() -> None:
    (example,) = [json.loads(line) for line in MANUAL.splitlines() if line.startswith('{"time"')]
    line = json.loads(as_json({"station": "Station 1", "generation": 2})(the_line()))
    assert list(example) == list(line)
    assert {name: example[name] for name in example if name not in ("time", "file")} == {
        name: line[name] for name in line if name not in ("time", "file")
    }


def test_the_readable_example_is_what_is_written() -> None:
    (example,) = [line for line in MANUAL.splitlines() if line.startswith("2026-")]
    assert example[28:] == readable(the_line()).decode()[28:-1]


def test_every_field_of_the_journal_is_named() -> None:
    constants = {"station": "Station 1", "generation": 2}
    names = {name for name, _ in from_journal(journal(constants)(the_line()._replace(request="r1")))}
    assert {name for name in names if name not in re.findall(r"[A-Z_]{5,}", MANUAL)} <= {"MESSAGE", "SYSLOG_IDENTIFIER"}


def test_the_command_that_changes_a_level_is_one() -> None:
    (body,) = re.findall(r"-d '([^']+)'", MANUAL)
    assert TypeAdapter(LevelCommand).validate_json(body) == LevelCommand(logger="service.access", level="info")
