"""How lines look: for people, for machines, for systemd's journal."""

import json
import logging
import struct
from collections.abc import Callable
from typing import Any

import pytest

from service.logs.about import INSPECTION, REQUEST, parts
from service.logs.formats import LONGEST, as_json, journal, prioritised, readable
from service.logs.line import Line, line_of


def a_line(text: str = "camera lost: %s", *args: object, level: int = logging.WARNING, **more: Any) -> Line:
    record = logging.LogRecord(
        "service.camera", level, "/opt/service/camera.py", 7, text, args or ("cable",), None, "f"
    )
    record.__dict__.update(more)
    return line_of(record)


def failed(exc: Exception) -> Line:
    try:
        raise exc
    except Exception as caught:
        info = (type(caught), caught, caught.__traceback__)
    record = logging.LogRecord("service.judge", logging.ERROR, __file__, 1, "an inspection failed", (), info, "f")
    return line_of(record)


def from_journal(data: bytes) -> list[tuple[str, str]]:
    """The fields of a datagram, after systemd's JOURNAL_NATIVE_PROTOCOL."""
    fields = []
    while data:
        head, _, data = data.partition(b"\n")
        name, equals, value = head.partition(b"=")
        if not equals:
            (size,) = struct.unpack("<Q", data[:8])
            value, data = data[8 : 8 + size], data[8 + size + 1 :]
        fields.append((name.decode(), value.decode()))
    return fields


def test_a_readable_line_says_when_how_urgent_who_what_and_about_which_part() -> None:
    line = a_line(inspections=(48213,), fields={"user": "a b", "status": 200})
    at, said = readable(line).decode().split(" WARNING ")
    assert said == 'service.camera: camera lost: cable [inspection_id=48213 user="a b" status=200]\n'
    assert at[10:11] == " "
    assert len(at) == len("2026-11-26 06:00:00.000+0000")


def test_nobody_forges_a_line_or_moves_a_terminals_cursor() -> None:
    text = readable(a_line("user %r\n2026-01-01 ERROR x: %s\x1b[2J\x07\x9b\u2028", "eve", "all is lost")).decode()
    first, second = text.splitlines()
    assert second.startswith("    2026-01-01 ERROR x: all is lost\\x1b[2J\\x07\\x9b\\u2028")
    assert "user 'eve'" in first
    assert text.endswith("\n")


def test_a_traceback_stands_below_its_line_set_in() -> None:
    text = readable(failed(ZeroDivisionError("a defect"))).decode()
    head, *rest = text.splitlines()
    assert head.endswith("service.judge: an inspection failed")
    assert all(line.startswith("    ") for line in rest)
    assert "ZeroDivisionError: a defect" in rest[-1]


def test_json_is_one_object_a_line() -> None:
    write = as_json({"station": "Hall 2", "generation": 3})
    text = write(a_line("two\nlines %s", "ä", inspections=(7, 8), fields={"path": "/x"})).decode()
    assert text.count("\n") == 1
    line = json.loads(text)
    assert line == line | {
        "level": "warning",
        "logger": "service.camera",
        "message": "two\nlines ä",
        "inspection_id": 7,
        "inspection_ids": [7, 8],
        "path": "/x",
        "station": "Hall 2",
        "generation": 3,
        "file": "/opt/service/camera.py",
        "line": 7,
        "function": "f",
    }
    assert line["time"].endswith("Z")
    assert "ZeroDivisionError: a defect" in json.loads(write(failed(ZeroDivisionError("a defect"))))["exception"]


def test_json_takes_what_is_no_utf8_and_what_is_no_json() -> None:
    name = b"caf\xe9".decode("utf-8", "surrogateescape")
    line = json.loads(as_json({})(a_line("no file %s", name, fields={"kind": ValueError})))
    assert line["message"] == "no file caf\udce9"
    assert line["kind"] == "<class 'ValueError'>"


def test_the_journal_gets_its_fields_and_every_part() -> None:
    line = a_line("camera lost\n%s", "cable", inspections=(7, 8), fields={"duration_ms": 3})
    fields = from_journal(journal({"station": "Hall 2"})(line._replace(thread="camera")))
    assert fields == [
        ("MESSAGE", "camera lost\ncable"),
        ("PRIORITY", "4"),
        ("SYSLOG_IDENTIFIER", "vision-inspection"),
        ("LOGGER", "service.camera"),
        ("CODE_FILE", "/opt/service/camera.py"),
        ("CODE_LINE", "7"),
        ("CODE_FUNC", "f"),
        ("THREAD_NAME", "camera"),
        ("INSPECTION_ID", "7"),
        ("INSPECTION_ID", "8"),
        ("STATION", "Hall 2"),
        ("DURATION_MS", "3"),
    ]
    assert dict(from_journal(journal({})(failed(KeyError("x")))))["MESSAGE"].endswith("KeyError: 'x'")


@pytest.mark.parametrize(
    ("level", "number"),
    [(logging.DEBUG, 7), (logging.INFO, 6), (logging.WARNING, 4), (logging.ERROR, 3), (logging.CRITICAL, 2), (5, 7)],
)
def test_priorities_are_those_of_syslog(level: int, number: int) -> None:
    assert dict(from_journal(journal({})(a_line(level=level))))["PRIORITY"] == str(number)
    assert all(
        line.startswith(b"<%d>" % number) for line in prioritised(a_line("a\n%s", "b", level=level)).splitlines()
    )


@pytest.mark.parametrize("write", [readable, prioritised, as_json({}), journal({})])
def test_no_line_is_longer_than_a_datagram(write: Callable[[Line], bytes]) -> None:
    assert len(write(a_line("%s", "\u20ac" * 10 * LONGEST))) < 5 * LONGEST


def test_a_line_with_a_mistake_in_it_is_a_line_all_the_same() -> None:
    assert a_line("frame %d of %d", 1).text.startswith("frame %d of %d (1,) (")


def test_the_context_says_what_a_line_is_about_unless_the_line_does() -> None:
    part, request = INSPECTION.set(7), REQUEST.set("r1")
    try:
        assert (a_line().inspections, a_line().request) == ((7,), "r1")
        assert a_line(**parts(9, 0, 8, 9)).inspections == (8, 9)
        assert a_line(**parts(0)).inspections == ()
    finally:
        INSPECTION.reset(part)
        REQUEST.reset(request)
    assert (a_line().inspections, a_line().request) == ((), "")


def test_a_line_keeps_no_frames_alive() -> None:
    """In them live images."""
    line = failed(ZeroDivisionError("a defect"))
    assert line.trace is not None
    assert all(frame.locals is None for frame in line.trace.stack)
    assert not any("frame" in type(value).__name__ for value in vars(line.trace).values())
