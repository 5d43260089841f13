"""Lines in, lines out: what each command means.

=============  ===========================================  ==============================================
line           does                                         answer
=============  ===========================================  ==============================================
``T``          trigger                                      the result by the template
``T;<id>``     trigger with a part id of up to 64 bytes     the same
``J5``         make job 5 the active one                    ``J5``
``J?``         which job is active                          ``J5``
``S?``         status                                       ``S;ready;online;job;state;error code``
``R?``         the last result again                        the result by the template
``C?``         counters                                     ``C;total;pass;fail;error;missed``
``L;lot;7``    latch the counters by lot, or by ``shift``,  ``L;lot;7;total;pass;fail;error``
               and reset them; 7 is the client's number
=============  ===========================================  ==============================================

What cannot be done is answered ``E;<code>;<words>``: up to 99 as TriggerRejectCode, above by `Fault`. A line may begin
with ``#<id>`` and a space: the answer then does, too.
"""

import re
from enum import IntEnum, unique

from protocols.handshake import PART_ID_BYTES
from protocols.standstill import StandsStill, Standstill

from .station import AsciiStation, Asked
from .template import Template

LARGEST_NUMBER = 0xFFFFFFFF
_QUESTIONS = frozenset({b"J?", b"S?", b"R?", b"C?"})
_LATCH = re.compile(rb"L;(LOT|SHIFT);(\d{1,10})")
_ECHO = re.compile(rb"(#[!-~]{1,32})[ \t]+(.*)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@unique
class Fault(IntEnum):
    """Codes of ``E`` that are not a trigger's reject code."""

    UNKNOWN_COMMAND = 100
    BAD_ARGUMENT = 101
    TOO_LONG = 102
    NO_SUCH_JOB = 103
    NO_RESULT_IN_TIME = 104
    NOTHING_YET = 105
    INTERNAL = 106
    NOT_KEPT = 107
    RELOADING = 108


WORDS = {
    Fault.UNKNOWN_COMMAND: "no such command",
    Fault.BAD_ARGUMENT: "a job number, a part id or a latch that cannot be",
    Fault.TOO_LONG: "a line of more than 256 bytes",
    Fault.NO_SUCH_JOB: "no recipe has this job number",
    Fault.NO_RESULT_IN_TIME: "the trigger was accepted, its result is late; `R?` gives it when it is there",
    Fault.NOTHING_YET: "no part was inspected since the start",
    Fault.INTERNAL: "a defect of the station: see its log",
    Fault.NOT_KEPT: "the disk does not take the latch: ask again with the same number",
    Fault.RELOADING: "the station is being reloaded: nothing was done, ask again",
}


class Commands:
    """Answers one line after the other."""

    def __init__(self, station: AsciiStation, template: Template, standstill: Standstill) -> None:
        self._station, self._template, self._standstill = station, template, standstill

    async def answer(self, line: bytes, who: str) -> bytes:
        """The answer without its end; `line` without its own."""
        echo, command = split(line)
        try:
            text = await (self._run(command, who) if command.upper() in _QUESTIONS else self._change(command, who))
        except Asked as exc:
            text = f"E;{exc.code};{exc}"
        return echo + text.encode()

    async def _change(self, command: bytes, who: str) -> str:
        try:
            with self._standstill.change():
                return await self._run(command, who)
        except StandsStill as exc:
            raise Asked(Fault.RELOADING, str(exc)) from None

    async def _run(self, command: bytes, who: str) -> str:
        head = command[:1].upper()
        if head == b"T":
            return self._template.line(await self._station.inspect(_part_id(command), who))
        if head == b"J":
            return await self._job(command[1:].strip(), who)
        if head == b"L":
            return await self._latch(command, who)
        match command.upper():
            case b"S?":
                now = self._station.status()
                return f"S;{now.ready:d};{now.online:d};{now.job};{now.state};{now.error}"
            case b"R?":
                last = self._station.last()
                if last is None:
                    raise Asked(Fault.NOTHING_YET, "no part was inspected yet")
                return self._template.line(last)
            case b"C?":
                counted = self._station.counts()
                parts = (counted.total, counted.passed, counted.failed, counted.errors, counted.missed)
                return "C;" + ";".join(map(str, parts))
        known = "T T;<part id> J<job> J? S? R? C? L;lot;<number> L;shift;<number>"
        raise Asked(Fault.UNKNOWN_COMMAND, f"{_shown(command)} is no command; there are {known}")

    async def _job(self, argument: bytes, who: str) -> str:
        if argument != b"?":
            if not re.fullmatch(rb"0*[1-9]\d{0,4}", argument) or int(argument) > 0xFFFF:
                raise Asked(Fault.BAD_ARGUMENT, f"a job is J1 to J65535, not J{_shown(argument)}")
            await self._station.select_job(int(argument), who)
        return f"J{self._station.status().job}"

    async def _latch(self, command: bytes, who: str) -> str:
        found = _LATCH.fullmatch(command.upper())
        if found is None or int(found[2]) > LARGEST_NUMBER:
            text = f"a latch is L;lot;<number> or L;shift;<number>, 0 to {LARGEST_NUMBER}, not {_shown(command)}"
            raise Asked(Fault.BAD_ARGUMENT, text)
        by, number = found[1].decode().lower(), int(found[2])
        took = await self._station.latch(by, number, who)
        return f"L;{by};{number};{took.total};{took.passed};{took.failed};{took.errors}"


def split(line: bytes) -> tuple[bytes, bytes]:
    """The echo id with its space, and the command."""
    if found := _ECHO.fullmatch(line):
        return found[1] + b" ", found[2].strip()
    return b"", line.strip()


def _part_id(command: bytes) -> bytes:
    rest = command[1:]
    if rest and not rest.startswith(b";"):
        raise Asked(Fault.UNKNOWN_COMMAND, f"{_shown(command)} is no command; a part id follows T and a semicolon")
    part_id = rest[1:]
    if len(part_id) > PART_ID_BYTES:
        raise Asked(Fault.BAD_ARGUMENT, f"the part id has {len(part_id)} bytes; it may have up to {PART_ID_BYTES}")
    return part_id


def _shown(command: bytes) -> str:
    """Part of an error's words: short, and in one line."""
    return _CONTROL.sub("?", command[:40].decode("utf-8", "replace"))
