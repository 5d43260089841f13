"""Acknowledges: never, with the wrong number, before the result was read, never released."""

from collections.abc import Iterable

from ..case import Case, Program
from ..record import Part
from ..rule import ERROR, WARNING, Found, Rule
from ..seen import Seen

RESULTS_ACK = 3  # bit of ControlWord
RESULT_ACK_SEQ = 5  # HR


def _acknowledges(program: Program) -> list[Seen]:
    numbers = [seen for seen, value in program.new_values(RESULT_ACK_SEQ) if value]
    return sorted([*numbers, *program.rises(RESULTS_ACK)], key=lambda seen: seen.at_ns)


def _never(case: Case) -> Iterable[Found]:
    """The queue is full, and nobody has taken anything from it since it began to fill."""
    full: Seen | None = None
    began_ns = 0
    for seen in case.seen:
        stand = seen.stand
        if not seen.fresh or stand is None:
            continue
        if not stand.queued:
            full, began_ns = None, seen.at_ns
        elif stand.capacity and stand.queued >= stand.capacity:
            full = full or seen
        else:
            full = None
    if full is None:
        return
    for program in case.programs:
        if program.triggers and not any(ack.at_ns > began_ns for ack in _acknowledges(program)):
            filled = [part.offered_ns for part in case.parts if part.offered_ns <= full.at_ns]
            since = case.clock(filled[-1] if filled else full.at_ns)
            queued = full.stand.queued if full.stand else 0
            yield Found(program.address, [full], {"since": since, "queued": queued})


def _wrong_number(case: Case) -> Iterable[Found]:
    """Numbers that it never read as a ResultSeq."""
    for program in case.programs:
        read: set[int] = set()
        last: int | None = None
        found: list[Seen] = []
        for seen in program.seen:
            value = seen.written.get(RESULT_ACK_SEQ)
            known = value in read or (seen.stand is not None and value == seen.stand.result_seq)
            if value and last is not None and value != last and not known:
                found.append(seen)
            last = value if value is not None else last
            read |= seen.result_seqs
        if len(found) >= 2 and any(4 in s.written or s.control for s in program.writes):
            last_seen = found[-1]
            right = last_seen.stand.result_seq if last_seen.stand else 0
            values = {"number": last_seen.written[RESULT_ACK_SEQ], "right": right}
            yield Found(program.address, found, values, len(found))


def _before_reading(case: Case) -> Iterable[Found]:
    """Buffered: the result that it acknowledges is one that it has not read; what it reads then is the next one."""
    for program in case.programs:
        found, taken = [], 0
        for ack in _acknowledges(program):
            number = ack.written.get(RESULT_ACK_SEQ, 0)
            part = case.part_with(number) if number else _head_before(case, ack)
            if (
                part is None
                or part.accepted.client != program.address
                or part.number == taken
                or not ack.stand
                or not ack.stand.buffered
            ):
                continue
            start = case.valid.get(part.number, (0, 0))[0]
            taken = part.number
            read = program.results_between(start, ack.at_ns) or _read_ahead(program, part, ack)
            if start and start < ack.at_ns and not read:
                found.append(ack)
        if found and program.results:
            yield Found(program.address, found, {}, len(found))


def _read_ahead(program: Program, part: Part, ack: Seen) -> bool:
    """It knew the result from the ring, before it came to the head."""
    early = program.results_between(part.offered_ns, ack.at_ns)
    return any(part.result_seq in seen.result_seqs for seen in early)


def _head_before(case: Case, ack: Seen) -> Part | None:
    """The result at the head of the queue just before a request."""
    stand = case.stand_at(ack.at_ns - 1)
    return case.part_with(stand.result_seq) if stand and stand.valid else None


def _held(case: Case) -> Iterable[Found]:
    """ResultsAck stays 1 while results come: a level acknowledges nothing."""
    for program in case.programs:
        since: Seen | None = None
        level = False
        for seen in program.writes:
            bit = seen.control.get(RESULTS_ACK)
            if bit is None:
                continue
            since = (since or seen) if bit else None
            level = bit
        if level and since:
            begun = since.at_ns
            came = [part for part in case.parts if part.accepted_ns > begun]
            if len(came) >= 2:
                yield Found(program.address, [since], {"since": case.clock(begun), "parts": len(came)}, len(came))


RULES = (
    Rule(401, "never_acknowledges", ERROR, _never),
    Rule(402, "acknowledges_wrong_number", ERROR, _wrong_number),
    Rule(403, "acknowledges_unread", ERROR, _before_reading),
    Rule(404, "acknowledge_held", WARNING, _held),
)
