"""Results: read too early, never, in pieces, or too seldom."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from protocols import tags
from protocols.tag import IR

from ..case import OPEN_END, Case, Program
from ..record import Part
from ..rule import ERROR, WARNING, Found, Rule
from ..seen import BODY, HEAD, RING, Seen, overlap


def _unread(case: Case, program: Program) -> Iterable[tuple[Part, int, int]]:
    """Unbuffered parts of its own that it triggered over without a look at their result: with valid from and until."""
    for part in case.parts_of(program.address):
        start, end = case.valid.get(part.number, (0, 0))
        if start and end != OPEN_END and not case.buffered_at(start) and not program.results_between(start, end):
            yield part, start, end


def _stale(case: Case) -> Iterable[Found]:
    for program in case.programs:
        found, early_ms = [], 0.0
        for part, valid_ns, _ in _unread(case, program):
            before = program.results_between(part.accepted_ns + 1, valid_ns)
            if before:
                found.append(before[-1])
                early_ms = (valid_ns - before[-1].at_ns) / 1e6
        if found:
            yield Found(program.address, found, {"early_ms": _ms(early_ms), "what": _what(found[-1])}, len(found))


def _what(seen: Seen) -> str:
    """The first register or bit of a read, with its name."""
    if seen.inputs:
        at = seen.inputs.start
        place, shown = IR(at // 16, bit=at % 16), f"DI {at}"
    else:
        at = seen.registers.start
        place, shown = IR(at), f"IR {at}"
    name = next((tag.name for tag in tags.ALL if tag.address == place), "")
    return f"{name}, {shown}" if name else shown


def _never_read(case: Case) -> Iterable[Found]:
    for program in case.programs:
        if not program.results:  # a program that only triggers leaves the results to another
            continue
        unread = [p for p, start, end in _unread(case, program) if not _looked(program, p.accepted_ns, start, end)]
        if len(unread) >= 2:
            evidence = [t.seen for t in program.triggers if t.seq in {p.accepted.seq for p in unread}]
            yield Found(program.address, evidence, {"result": unread[-1].result_seq}, len(unread))


def _looked(program: Program, accepted_ns: int, start_ns: int, end_ns: int) -> bool:
    """It read too early, which is another rule's; or it saw JobPass, and had no need of more."""
    early = program.results_between(accepted_ns, start_ns)
    return bool(early) or any(s.job_pass and start_ns <= s.at_ns < end_ns for s in program.seen)


def _too_slow(case: Case) -> Iterable[Found]:
    """It watches results of other triggers in the current result, and some come and go between two of its polls."""
    for program in case.programs:
        polls = [s for s in program.results if not overlap(s.registers, RING)]
        if len(polls) < 3 or len(polls) < len(program.results) or program.triggers:
            continue
        missed = [(start, end) for start, end in _windows(case, polls) if not program.results_between(start, end)]
        gap_ms = median((b.at_ns - a.at_ns) / 1e6 for a, b in pairwise(polls))
        if len(missed) < 2:
            continue
        window_ms = median((end - start) / 1e6 for start, end in missed)
        if gap_ms > window_ms:
            values = {"poll_ms": _ms(gap_ms), "window_ms": _ms(window_ms), "missed": len(missed)}
            yield Found(program.address, polls[-3:], values, len(missed))


def _windows(case: Case, polls: Sequence[Seen]) -> Iterable[tuple[int, int]]:
    first, last = polls[0].at_ns, polls[-1].at_ns
    return [(start, end) for start, end in case.valid.values() if first < start and end <= last]


def _ring_overrun(case: Case) -> Iterable[Found]:
    """More results between two of its looks at the ring than the ring has slots."""
    for program in case.programs:
        looks = [s for s in program.seen if overlap(s.registers, RING)]
        found = []
        for before, seen in pairwise(looks):
            came = sum(before.at_ns < part.offered_ns <= seen.at_ns for part in case.parts)
            if came > tags.RING_SLOTS:
                found.append((seen, came, (seen.at_ns - before.at_ns) / 1e6))
        if found:
            values = {"came": found[-1][1], "poll_ms": _ms(found[-1][2]), "slots": tags.RING_SLOTS}
            yield Found(program.address, [s for s, *_ in found], values, len(found))


def _torn(case: Case) -> Iterable[Found]:
    """Header of one result, values of the next: no guard in the second read, and no second look at the header."""
    for program in case.programs:
        header, torn, found = 0, None, []
        for seen in program.seen:
            if seen.writes and torn:
                found.append(torn)
                torn = None
            if seen.result_seq and overlap(seen.registers, HEAD):
                header, torn = seen.result_seq, None
            elif _values_alone(seen) and seen.fresh and seen.stand and header and seen.stand.result_seq != header:
                torn = seen
        if found:
            stand = found[-1].stand
            values = {"address": found[-1].registers.start, "result": stand.result_seq if stand else 0}
            yield Found(program.address, found, values, len(found))


def _values_alone(seen: Seen) -> bool:
    return overlap(seen.registers, BODY) and seen.result_seq is None


def _ms(value: float) -> str:
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


RULES = (
    Rule(301, "reads_before_valid", ERROR, _stale),
    Rule(302, "never_reads_result", WARNING, _never_read),
    Rule(303, "polls_too_slowly", WARNING, _too_slow),
    Rule(304, "ring_overrun", WARNING, _ring_overrun),
    Rule(305, "torn_result", ERROR, _torn),
)
