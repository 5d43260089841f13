"""The two ways to trigger a part, as a PLC program would write them."""

import math
import time
from dataclasses import dataclass
from typing import Protocol

from protocols import tags
from protocols.handshake.types import Reject

from .plc import Plc, PlcError

ENABLE, TRIGGER, RESULTS_ACK, CLEAR_ERROR = 1 << 0, 1 << 1, 1 << 3, 1 << 6
READY, TRIGGER_ACKED, MISSED, VALID = 1 << 0, 1 << 1, 1 << 3, 1 << 11
SEQ_ACK, SEQ_REJECTED, REJECT_CODE, NEWEST = 4, 5, 6, 14  # in the status block
STATUS_HEAD = 15
RESULT_READ = 60  # words of the current result that are laid out as in a ring slot
HEADER_GUARD, SLOT_GUARD = 27, 63
OFFLINE_REASONS = ("none", "the engineer", "the PLC", "OPC UA", "an error", "a job load", "start-up")


@dataclass(frozen=True, slots=True)
class Part:
    """A result as it stood in the registers."""

    result_seq: int
    number: int  # InspectionId
    judgement: str
    job: int
    error_code: int
    values: tuple[tuple[int, float], ...]  # slot and value, those that were measured
    latency_ms: float  # from the trigger's write to the result's read
    cycle_ms: float  # TriggerToResult


@dataclass(frozen=True, slots=True)
class Rejected:
    """The station did not take the trigger."""

    code: int

    @property
    def reason(self) -> str:
        """The code in words."""
        known = {reject.value: reject.name.lower().replace("_", " ") for reject in Reject}
        return known.get(self.code, f"code {self.code}")


@dataclass(frozen=True, slots=True)
class Lost:
    """An accepted trigger without a result in time, or one that was never answered."""

    accepted: bool


@dataclass(frozen=True, slots=True)
class Wrong:
    """A result that cannot be this part's."""

    why: str


Outcome = Part | Rejected | Lost | Wrong


class Handshake(Protocol):
    """One way of triggering."""

    async def begin(self) -> None:
        """Learn what stands in the registers; nothing is triggered."""
        ...

    async def part(self, tag: int) -> Outcome:
        """Trigger one part, echoed as `tag`, and wait for its result."""
        ...


async def enable(plc: Plc) -> None:
    """Raise TriggerEnable; the zeros of CommandSeq and TriggerSeq are baselines that nothing answers."""
    await plc.write(0, (ENABLE, 0, 0, 0, 0))


async def wait_ready(plc: Plc, limit_s: float) -> None:
    """Wait for TriggerReady.

    Raises:
        PlcError: It did not come; the message says what the station says.
    """
    if await plc.status_when(lambda s: bool(s[0] & READY), time.perf_counter() + limit_s) is None:
        status = await plc.status()
        reason = OFFLINE_REASONS[min(status[0] >> 4 & 7, 6)]
        raise PlcError(
            f"TriggerReady did not come within {limit_s:g} s: State {status[3]}, Online {status[0] >> 7 & 1}, "
            f"offline because of {reason}, ErrorCode {status[11]}"
        )


class BySequence:
    """A new TriggerSeq triggers; the result is found in the ring by it."""

    def __init__(self, plc: Plc, limit_s: float) -> None:
        self._plc, self._limit_s = plc, limit_s
        self._seq = self._rejected = self._newest = self._acknowledged = self._heartbeat = 0

    async def begin(self) -> None:
        """The first number is none that the station knows."""
        status = await self._plc.status()
        self._newest = status[NEWEST]
        self._seq, self._rejected = status[SEQ_ACK], status[SEQ_REJECTED]

    async def part(self, tag: int) -> Outcome:
        self._seq = self._next()
        self._heartbeat = (self._heartbeat + 1) & 0xFFFF
        started = time.perf_counter()
        until = started + self._limit_s
        values = (self._seq, self._acknowledged, self._heartbeat, 0, 0, 0, 0, 0, *self._plc.words(tag))
        status = await self._plc.write_then_read(4, values, STATUS_HEAD)
        answered: tuple[int, ...] | None = status
        if not self._answered(status):
            answered = await self._plc.status_when(self._answered, until)
        if answered is None:
            return Lost(accepted=False)
        if answered[SEQ_ACK] != self._seq:
            self._rejected = self._seq
            return Rejected(answered[REJECT_CODE])
        return await self._result(tag, started, until)

    def _next(self) -> int:
        """1-65535, then 1 again; not the number that still stands as rejected."""
        following = self._seq % 0xFFFF + 1
        return following % 0xFFFF + 1 if following == self._rejected else following

    def _answered(self, status: tuple[int, ...]) -> bool:
        return self._seq in (status[SEQ_ACK], status[SEQ_REJECTED])

    async def _result(self, tag: int, started: float, until: float) -> Outcome:
        """Look through the slots as they are written; other clients' results stand there too."""
        while (status := await self._plc.status_when(lambda s: s[NEWEST] != self._newest, until)) is not None:
            while self._newest != status[NEWEST]:
                self._newest = _following(self._newest, status[NEWEST])
                base = tags.RING_BASE + tags.SLOT_WORDS * (self._newest % tags.RING_SLOTS)
                slot = await self._plc.read(base, tags.SLOT_WORDS)
                if slot[1] != self._seq:
                    continue
                self._acknowledged = slot[0]
                if slot[0] != self._newest or slot[SLOT_GUARD] != slot[0]:
                    return Wrong(f"ring slot of result {self._newest} holds {slot[0]} and {slot[SLOT_GUARD]}")
                return _judge(self._plc, slot, tag, started)
        return Lost(accepted=True)


class ByBits:
    """Trigger, TriggerAck, ResultsValid, ResultsAck: four phases, one part at a time."""

    def __init__(self, plc: Plc, limit_s: float) -> None:
        self._plc, self._limit_s = plc, limit_s
        self._last = 0

    async def begin(self) -> None:
        self._last = (await self._plc.read(tags.RESULT_BASE, 1))[0]

    async def part(self, tag: int) -> Outcome:
        until = time.perf_counter() + self._limit_s
        if (await self._plc.status())[0] & MISSED:  # of a trigger before this one
            await self._control(ENABLE | CLEAR_ERROR)
        await self._plc.write(12, self._plc.words(tag))
        await self._control(ENABLE)
        started = time.perf_counter()
        await self._control(ENABLE | TRIGGER)
        status = await self._plc.status_when(lambda s: bool(s[0] & (TRIGGER_ACKED | MISSED)), until)
        await self._control(ENABLE)
        if status is None:
            return Lost(accepted=False)
        if status[0] & MISSED:
            return Rejected(status[REJECT_CODE])
        if await self._plc.status_when(lambda s: bool(s[0] & VALID), until) is None:
            return Lost(accepted=True)
        return await self._take(tag, started, until)

    async def _take(self, tag: int, started: float, until: float) -> Outcome:
        result = await self._plc.read(tags.RESULT_BASE, RESULT_READ)
        outcome = _judge(self._plc, result, tag, started)
        await self._control(ENABLE | RESULTS_ACK)
        fallen = await self._plc.status_when(lambda s: not s[0] & VALID, until)
        await self._control(ENABLE)
        if result[0] == self._last or result[HEADER_GUARD] != result[0]:
            return Wrong(f"ResultSeq is {result[0]}, its copy {result[HEADER_GUARD]}, the one before {self._last}")
        self._last = result[0]
        return outcome if fallen is not None else Wrong(f"ResultsAck did not clear ResultsValid of {result[0]}")

    async def _control(self, word: int) -> None:
        await self._plc.write(0, (word,))


def _following(seen: int, newest: int) -> int:
    """The ResultSeq to look at next: the one after `seen`, or the oldest that the ring still has."""
    behind = (newest - seen) % tags.LAST_RESULT_SEQ
    if behind > tags.RING_SLOTS:
        return (newest - tags.RING_SLOTS) % tags.LAST_RESULT_SEQ + 1
    return seen % tags.LAST_RESULT_SEQ + 1


def _judge(plc: Plc, words: tuple[int, ...], tag: int, started: float) -> Outcome:
    """`words` begin as the current result and a ring slot both do."""
    echoed = plc.number(words[6:8])
    if echoed != tag:
        return Wrong(f"result {words[0]} is that of part {echoed}, not of {tag}")
    flags = words[2]
    judgement = "PASS" if flags & 2 else "FAIL" if flags & 4 else "ERROR"
    ran = plc.number(words[22:24])
    values = enumerate(plc.numbers(words[28:60]))
    return Part(
        result_seq=words[0],
        number=plc.number(words[4:6]),
        judgement=judgement,
        job=words[3],
        error_code=words[26],
        values=tuple((slot, value) for slot, value in values if ran >> slot & 1 and math.isfinite(value)),
        latency_ms=(time.perf_counter() - started) * 1e3,
        cycle_ms=plc.number(words[12:14]) / 1e3,
    )
