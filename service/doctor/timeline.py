"""One result from the PLC's write to its acknowledge: who did what when, and the registers as they stood."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from protocols.handshake.types import Source

from .case import OPEN_END, Case, Program
from .examine import words_of
from .record import Part
from .seen import Seen

JUDGEMENTS = {1: "PASS", 2: "FAIL", 3: "ERROR"}


@dataclass(frozen=True)
class Registers:
    """Registers from `address` on, as they stood on the wire."""

    area: str  # HR or IR
    address: int
    values: Sequence[int]


@dataclass(frozen=True)
class Mark:
    """One event of a part."""

    kind: str  # write, accept, exposure, tools, judged, commit, valid, read, ack, cleared
    at_ns: int  # CLOCK_MONOTONIC
    words: str
    client: str = ""  # who read or wrote
    exchange: int = 0  # number in the trace, 0 = an event of the station
    registers: Sequence[Registers] = ()


@dataclass(frozen=True)
class Way:
    """The marks of a part, with the clock that they are told by."""

    marks: Sequence[Mark]
    utc_offset_us: int  # UTC less CLOCK_MONOTONIC


def way_of(case: Case, part: Part) -> Way:
    """For whoever has no case."""
    return Way(timeline(case, part), case.utc_offset_us)


def timeline(case: Case, part: Part) -> Sequence[Mark]:
    """All that is remembered of a part, in the order of time."""
    marks = [*_write(case, part), *_station(case, part), *_reads(case, part), *_ack(case, part)]
    return sorted(marks, key=lambda mark: mark.at_ns)


def _write(case: Case, part: Part) -> Iterator[Mark]:
    """The request that triggered: it was taken up before, and answered after its acceptance."""
    for program in case.programs:
        if program.address != part.accepted.client or part.accepted.source is not Source.MODBUS:
            continue
        for trigger in program.triggers:
            exchange = trigger.seen.exchange
            if trigger.seq == part.accepted.seq and exchange.monotonic_ns <= part.accepted_ns <= trigger.seen.at_ns:
                yield _mark("write", trigger.seen, exchange.monotonic_ns)


def _station(case: Case, part: Part) -> Iterator[Mark]:
    accepted = part.accepted
    name = (
        f"TriggerSeq {accepted.seq}" if accepted.seq else "by bit" if accepted.by_bit else accepted.source.name.lower()
    )
    yield Mark("accept", part.accepted_ns, f"trigger accepted ({name}), inspection {part.number}")
    if part.exposed_ns:
        yield Mark("exposure", part.exposed_ns, "last shot exposed, the part may move")
        yield Mark("tools", part.tools_ns, "tools begin")
        yield Mark("judged", part.judged_ns, f"judged {JUDGEMENTS[part.judgement]}")
    yield Mark("commit", part.committed_ns, "result stored")
    offered = (Registers("IR", 0, _words(part.status)), Registers("IR", _slot(part), _words(part.slot)))
    yield Mark("offered", part.offered_ns, f"result {part.result_seq} stands in its ring slot", registers=offered)
    start, end = case.valid.get(part.number, (0, OPEN_END))
    if start:
        yield Mark("valid", start, "ResultsValid")
    if end != OPEN_END:
        yield Mark("cleared", end, "the next part takes its place")


def _slot(part: Part) -> int:
    return 2000 + 64 * (part.result_seq % 16)


def _words(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f">{len(data) // 2}H", data)


def _reads(case: Case, part: Part) -> Iterator[Mark]:
    """Each client's first read of this very result, and reads of the current result that came too early for it."""
    start, _ = case.valid.get(part.number, (OPEN_END, 0))
    for program in case.programs:
        for seen in program.results_between(part.accepted_ns, min(start, part.offered_ns)):
            if seen.exchange.client == part.accepted.client and not seen.shows_valid:
                yield _mark("early read", seen, seen.at_ns)
        first = next((seen for seen in _after(program, part) if shows(seen, part)), None)
        if first:
            yield _mark("read", first, first.at_ns)


def _after(program: Program, part: Part) -> Sequence[Seen]:
    return program.results_between(part.offered_ns, OPEN_END)


def shows(seen: Seen, part: Part) -> bool:
    """It read this result: its number stands in the answer, or it stood in the current result meanwhile."""
    if seen.result_seqs:
        return part.result_seq in seen.result_seqs and (seen.content or seen.job_pass)
    return bool(seen.stand and seen.stand.result_seq == part.result_seq and (seen.content or seen.job_pass))


def _ack(case: Case, part: Part) -> Iterator[Mark]:
    """The first acknowledge that names it, or an edge of ResultsAck while it stood there."""
    start, end = case.valid.get(part.number, (OPEN_END, 0))
    for program in case.programs:
        by_number = (s for s, v in program.new_values(5) if v == part.result_seq and s.at_ns >= part.offered_ns)
        by_edge = (s for s in program.rises(3) if start <= s.at_ns <= end)
        found = min((s for s in (next(by_number, None), next(by_edge, None)) if s), key=lambda s: s.at_ns, default=None)
        if found:
            yield _mark("ack", found, found.at_ns)


def _mark(kind: str, seen: Seen, at_ns: int) -> Mark:
    registers = []
    if seen.written:
        registers.append(Registers("HR", min(seen.written), tuple(seen.written.values())))
    if seen.raw and seen.registers:
        registers.append(Registers("IR", seen.registers.start, seen.raw))
    exchange = seen.exchange
    return Mark(kind, at_ns, words_of(seen), exchange.client, exchange.number, registers)
