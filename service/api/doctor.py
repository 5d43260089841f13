"""What PLC programs do wrong, the way of one result, and a stretch of the traffic as an archive."""

from functools import partial
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from service.doctor.examine import diagnose
from service.doctor.flight import archive
from service.doctor.timeline import Mark, way_of
from service.hub import Hub

from .inspections import Number
from .models import JudgementName, Payload
from .problem import Problem
from .results import JUDGEMENTS, source_name
from .route import get
from .texts import Language

LATEST_US = 2**53 - 1


class FindingEvidence(Payload):
    """A request that shows it."""

    exchange: int
    """`number` in the trace"""
    at_us: int
    words: str
    """What it did: function, registers, values"""
    registers: tuple[int, ...]
    """That its answer brought"""


class PlcFinding(Payload):
    """One mistake of one PLC program."""

    rule: str
    number: int
    """Of the rule; its words stand under it in every language"""
    severity: str
    """error: parts are judged wrongly, lost or never triggered; warning: it works by luck"""
    client: str
    """Address of the client"""
    sentence: str
    remedy: str
    """What to do"""
    times: int
    """How often it was seen"""
    first_us: int
    """When it was seen first; 0 = it shows in no request"""
    last_us: int
    evidence: tuple[FindingEvidence, ...]
    """Last requests that show it"""


class PlcDiagnosis(Payload):
    """What the doctor looked at, and what it found; no finding = nothing is wrong in it."""

    requests: int
    parts: int
    since_us: int
    """Of the oldest request that it looked at, 0 = there is none"""
    clients: tuple[str, ...]
    findings: tuple[PlcFinding, ...]
    """Errors first"""


class MarkRegisters(Payload):
    """Registers as they stood on the wire."""

    area: str
    """HR or IR"""
    address: int
    """Of the first one, 0-based"""
    values: tuple[int, ...]


class ResultMark(Payload):
    """One event on the way of a result."""

    kind: str
    """write, accept, exposure, tools, judged, commit, offered, valid, read, early read, ack, cleared"""
    at_us: int
    after_us: float
    """After the first event; exact, also where the clock was set"""
    words: str
    client: str
    """Who read or wrote, empty = the station"""
    exchange: int
    """`number` in the trace, 0 = an event of the station"""
    registers: tuple[MarkRegisters, ...]


class ResultTimeline(Payload):
    """One result from the write that triggered it to its acknowledge."""

    number: int
    result_seq: int
    trigger_seq: int
    """0 = triggered by other means"""
    source: str
    client: str
    """Who triggered"""
    judgement: JudgementName
    marks: tuple[ResultMark, ...]
    """In the order of time"""


class Examination(BaseModel):
    """How."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    language: Language = "en"
    """Of the words"""
    since_us: Annotated[int, Field(ge=0, le=LATEST_US)] = 0
    """Only what came then or later (UTC): after a repair what was wrong before is not told again"""


class Flight(BaseModel):
    """Which stretch."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    start: Annotated[int, Field(ge=0, le=LATEST_US, alias="from")] = 0
    """UTC (us); 0 = all that is remembered"""
    end: Annotated[int, Field(ge=0, le=LATEST_US, alias="to")] = LATEST_US
    """UTC (us), included"""


@get("/modbus/doctor")
async def doctor(hub: Hub, query: Examination) -> PlcDiagnosis:
    """Mistakes of the PLC programs that talk to the station, in words.

    From the requests and parts that the station remembers; rules are listed in the manual of Modbus.
    """
    found = await hub.ward(partial(diagnose, language=query.language, since_us=query.since_us))
    return PlcDiagnosis.model_validate(found, from_attributes=True)


@get("/results/{number}/timeline", 404)
async def of_result(hub: Hub, number: Number) -> ResultTimeline:
    """One result: write, accept, exposure, tools, commit, valid, who read it when, acknowledge.

    Of the last 2,000 parts since the start of the station; the requests of old ones may be gone.
    """
    part = next((part for part in hub.ward.parts() if part.number == number), None)
    if part is None:
        raise Problem(404, f"nothing is remembered of the way of inspection {number}")
    way = await hub.ward(partial(way_of, part=part))
    return ResultTimeline(
        number=number,
        result_seq=part.result_seq,
        trigger_seq=part.accepted.seq,
        source=source_name(part.accepted.source),
        client=part.accepted.client,
        judgement=JUDGEMENTS[part.judgement],
        marks=tuple(_mark(mark, way.marks[0].at_ns, way.utc_offset_us) for mark in way.marks),
    )


@get("/modbus/flight", 404, media=("application/zip",))
async def flight(hub: Hub, query: Flight) -> web.StreamResponse:
    """A stretch of the traffic as one archive: packets for Wireshark, timelines, registers.

    `from` and `to` are UTC in microseconds.
    """
    asked = partial(archive, start_us=query.start, end_us=query.end, port=hub.settings.modbus.port, version=hub.version)
    data = await hub.ward(asked)
    if data is None:
        raise Problem(404, "no Modbus request is remembered between these times")
    headers = {"Content-Type": "application/zip", "Content-Disposition": 'attachment; filename="modbus-flight.zip"'}
    return web.Response(body=data, headers=headers)


def _mark(mark: Mark, first_ns: int, utc_offset_us: int) -> ResultMark:
    return ResultMark(
        kind=mark.kind,
        at_us=mark.at_ns // 1000 + utc_offset_us,
        after_us=(mark.at_ns - first_ns) / 1000,
        words=mark.words,
        client=mark.client,
        exchange=mark.exchange,
        registers=tuple(MarkRegisters.model_validate(r, from_attributes=True) for r in mark.registers),
    )


ROUTES = (doctor, of_result, flight)
