"""How a line is written: readable, as JSON, or as the fields of systemd's journal."""

import json
import logging
import re
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from .line import Line

Format = Callable[[Line], bytes]
Constants = Mapping[str, Any]  # what every line of this process carries: station, generation

LONGEST = 32_768  # characters of a text with its traceback; a datagram to the journal has room for it
PROGRAM = "vision-inspection"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_NOT_A_FIELD = re.compile(r"[^A-Z0-9_]+")
PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))  # of syslog
DEBUG_PRIORITY = 7


def readable(line: Line) -> bytes:
    """For people: local time, and nothing that a terminal obeys; further lines of one text are set in."""
    seconds = time.localtime(line.at)
    at = f"{time.strftime('%Y-%m-%d %H:%M:%S', seconds)}.{int(line.at * 1000) % 1000:03d}{time.strftime('%z', seconds)}"
    text = whole(line).replace("\n", "\n    ")
    about = "".join(f" {name}={_shown(value)}" for name, value in _about(line))
    about = f" [{about[1:]}]" if about else ""
    head, _, rest = text.partition("\n")
    said = f"{at} {logging.getLevelName(line.level)} {line.logger}: {head}{about}" + (f"\n{rest}" if rest else "")
    return _CONTROL.sub(_escaped, said).encode("utf-8", "backslashreplace") + b"\n"


def plain(line: Line) -> bytes:
    """The text alone, which is one line of a format of its own."""
    return _CONTROL.sub(_escaped, line.text.replace("\n", " ")).encode("utf-8", "backslashreplace") + b"\n"


def prioritised(line: Line) -> bytes:
    """Readable, and each of its lines with the prefix that systemd takes the priority from."""
    prefix = b"<%d>" % priority(line.level)
    return b"".join(prefix + each + b"\n" for each in readable(line).rstrip(b"\n").split(b"\n"))


def as_json(constants: Constants) -> Format:
    """One object a line, UTC."""

    def write(line: Line) -> bytes:
        known = {
            "time": datetime.fromtimestamp(line.at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "level": logging.getLevelName(line.level).lower(),
            "logger": line.logger,
            "message": line.text[:LONGEST],
            **dict(_about(line)),
            **constants,
            "thread": line.thread,
            "file": line.path,
            "line": line.number,
            "function": line.function,
        }
        if line.trace:
            known["exception"] = _trace(line)[:LONGEST]
        # A text that is no UTF-8 (it came from a file's name) has lone surrogates: written as JSON's own escapes.
        text = json.dumps(known, ensure_ascii=False, default=str)
        return text.encode("utf-8", "backslashreplace") + b"\n"

    return write


def journal(constants: Constants) -> Format:
    """A datagram of the journal's native protocol; INSPECTION_ID stands once for every part."""

    def write(line: Line) -> bytes:
        return b"".join(_field(name, value) for name, value in _journal_fields(line, constants))

    return write


def _journal_fields(line: Line, constants: Constants) -> Iterator[tuple[str, Any]]:
    yield "MESSAGE", whole(line)
    yield "PRIORITY", priority(line.level)
    yield "SYSLOG_IDENTIFIER", PROGRAM
    yield "LOGGER", line.logger
    yield "CODE_FILE", line.path
    yield "CODE_LINE", line.number
    yield "CODE_FUNC", line.function
    yield "THREAD_NAME", line.thread
    for number in line.inspections:
        yield "INSPECTION_ID", number
    if line.request:
        yield "REQUEST_ID", line.request
    for name, value in {**constants, **line.fields}.items():
        yield _NOT_A_FIELD.sub("_", name.upper()).strip("_"), value


def _field(name: str, value: Any) -> bytes:
    data = str(value).encode("utf-8", "backslashreplace")
    if b"\n" in data:  # a size instead of "=": 64 bit, little-endian
        return b"%s\n%s%s\n" % (name.encode(), struct.pack("<Q", len(data)), data)
    return b"%s=%s\n" % (name.encode(), data)


def priority(level: int) -> int:
    """Of syslog: 2 critical, 3 error, 4 warning, 6 information, 7 debug."""
    return next((number for least, number in PRIORITIES if level >= least), DEBUG_PRIORITY)


def whole(line: Line) -> str:
    """The text with its traceback."""
    text = f"{line.text}\n{_trace(line)}" if line.trace else line.text
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


def _trace(line: Line) -> str:
    return "".join(line.trace.format()).rstrip("\n") if line.trace else ""


def _about(line: Line) -> Iterator[tuple[str, Any]]:
    if line.inspections:
        yield "inspection_id", line.inspections[0]
    if len(line.inspections) > 1:
        yield "inspection_ids", line.inspections
    if line.request:
        yield "request_id", line.request
    yield from line.fields.items()


def _shown(value: Any) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if re.search(r'[\s"=\]]', text) or not text else text


def _escaped(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]
