"""The handshake as a logic analyser shows it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from service.doctor.record import Part
from service.doctor.wave import Wave
from service.hub import Hub

from .models import JudgementName, Payload
from .problem import Problem
from .results import JUDGEMENTS, source_name
from .route import get

LATEST = 2**53 - 1
NO_PART_S = 5.0  # that are shown where there is no part yet


class WaveLane(Payload):
    """One bit."""

    name: str
    address: str
    """Area, register and bit, 0-based"""
    level: bool
    """At the beginning"""
    edges_us: tuple[float, ...]
    """After the beginning; each turns the level"""


class WaveRequest(Payload):
    """A request of a client."""

    exchange: int
    """`number` in the trace"""
    client: str
    at_us: float
    """When it was answered, after the beginning"""
    writes: bool
    early: bool
    """It reads the result of this part before it is valid, without looking at ResultsValid"""
    exception: int
    """Exception code, 0 = none"""
    words: str
    """What it did: function, registers, values"""


class WavePart(Payload):
    """The part that it is the wave of."""

    number: int
    trigger_seq: int
    """0 = triggered by other means"""
    result_seq: int
    source: str
    client: str
    """Who triggered"""
    judgement: JudgementName
    accepted_us: float
    """After the beginning"""
    offered_us: float
    """When its result was there, likewise"""


class HandshakeWave(Payload):
    """A stretch of the handshake's bits, exact to the turn of the station's loop, and the requests in it."""

    part: WavePart | None
    """null = a stretch of time"""
    earlier: int | None
    """Number of the part before it, null = none is remembered"""
    later: int | None
    oldest: int | None
    """Of the oldest part that is remembered"""
    from_us: int
    """UTC of the beginning"""
    length_us: float
    whole: bool
    """False: its beginning is older than what was recorded"""
    lanes: tuple[WaveLane, ...]
    requests: tuple[WaveRequest, ...]
    """Of the last 1,000: every write, exception and early read, and about 300 of the other reads"""


class WaveQuery(BaseModel):
    """Which stretch."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    number: Annotated[int, Field(ge=0, le=LATEST)] = 0
    """Of the inspection; 0 = the newest since the start, or the last five seconds where there is none"""
    seconds: Annotated[float, Field(ge=0, le=60)] = 0
    """Not 0: the last so many seconds, whatever parts are in them (s)"""


@get("/handshake/wave", 404)
async def wave(hub: Hub, query: WaveQuery) -> HandshakeWave:
    """Bits of the handshake over time, of one part or of the last seconds, with the requests of every client."""
    parts, now_ns = hub.ward.parts(), hub.modbus.trace.now_ns()
    if query.seconds or not (parts or query.number):
        start_ns = now_ns - int((query.seconds or NO_PART_S) * 1e9)
        inside = [part for part in parts if part.offered_ns >= start_ns]
        return _told(hub, hub.waves.between(start_ns, now_ns, inside), None, parts[-1].number if parts else None, None)
    at = next((i for i in range(len(parts) - 1, -1, -1) if query.number in (0, parts[i].number)), None)
    if at is None:
        raise Problem(404, f"nothing is remembered of inspection {query.number}")
    following = parts[at + 1] if at + 1 < len(parts) else None
    made = hub.waves.of_part(parts[at], following)
    earlier = parts[at - 1].number if at else None
    return _told(hub, made, parts[at], earlier, following.number if following else None)


def _told(hub: Hub, wave: Wave, part: Part | None, earlier: int | None, later: int | None) -> HandshakeWave:
    start_ns = wave.start_ns

    def after_us(at_ns: int) -> float:
        return (at_ns - start_ns) / 1000

    return HandshakeWave(
        part=_part(part, start_ns) if part else None,
        earlier=earlier,
        later=later,
        oldest=next((part.number for part in hub.ward.parts()), None),
        from_us=start_ns // 1000 + hub.modbus.trace.utc_offset_us,
        length_us=after_us(wave.end_ns),
        whole=start_ns >= hub.waves.bits.since_ns,
        lanes=tuple(
            WaveLane(
                name=lane.tag.name,
                address=str(lane.tag.address),
                level=lane.level,
                edges_us=tuple(map(after_us, lane.edges_ns)),
            )
            for lane in wave.lanes
        ),
        requests=tuple(
            WaveRequest(
                exchange=one.seen.exchange.number,
                client=one.seen.exchange.client,
                at_us=after_us(one.seen.at_ns),
                writes=one.seen.writes,
                early=one.early,
                exception=one.seen.exchange.exception,
                words=one.words,
            )
            for one in wave.requests
        ),
    )


def _part(part: Part, start_ns: int) -> WavePart:
    return WavePart(
        number=part.number,
        trigger_seq=part.accepted.seq,
        result_seq=part.result_seq,
        source=source_name(part.accepted.source),
        client=part.accepted.client,
        judgement=JUDGEMENTS[part.judgement],
        accepted_us=(part.accepted_ns - start_ns) / 1000,
        offered_us=(part.offered_ns - start_ns) / 1000,
    )


ROUTES = (wave,)
"""Of this module."""
