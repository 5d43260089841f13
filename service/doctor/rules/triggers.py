"""Triggers: without enable, without baseline, while not ready, rejected and not noticed, repeated, never released."""

import itertools
from collections.abc import Callable, Iterable, Iterator

from protocols.handshake.types import Reject

from ..case import Case, Program, Trigger
from ..rule import ERROR, WARNING, Found, Rule
from ..seen import Seen, overlap

NOT_READY = (Reject.BUSY, Reject.TOO_SOON, Reject.JOB_LOADING)
READY = 1  # of StatusWord
HELD = 5  # writes with Trigger at 1 after the part is done; a program may take some cycles to let go


def _rejected(case: Case, when: Callable[[Program, Trigger], bool]) -> Iterator[tuple[Program, list[Trigger]]]:
    for program in case.programs:
        found = [trigger for trigger in program.rejected if when(program, trigger)]
        if found:
            yield program, found


def _not_enabled(case: Case) -> Iterable[Found]:
    def off(_: Program, trigger: Trigger) -> bool:
        return trigger.code == Reject.NOT_ENABLED and bool(trigger.seen.stand and not trigger.seen.stand.enabled)

    for program, found in _rejected(case, off):
        last = program.seen[-1].stand
        if len(found) > 1 or (last and not last.enabled):
            yield Found(program.address, [t.seen for t in found], {}, len(found))


def _enable_with_trigger(case: Case) -> Iterable[Found]:
    for program, found in _rejected(case, lambda p, t: t.code == Reject.NOT_ENABLED and _raises_enable(t.seen)):
        yield Found(program.address, [t.seen for t in found], {}, len(found))


def _raises_enable(seen: Seen) -> bool:
    return bool(seen.control.get(0))


def _baseline(case: Case) -> Iterable[Found]:
    def first(_: Program, trigger: Trigger) -> bool:
        enabled = bool(trigger.seen.stand and trigger.seen.stand.enabled)
        return trigger.first and trigger.seq > 0 and trigger.code == Reject.NOT_ENABLED and enabled

    for program, found in _rejected(case, lambda p, t: first(p, t) and not _raises_enable(t.seen)):
        yield Found(program.address, [t.seen for t in found], {"number": found[-1].seq}, len(found))


def _not_ready(case: Case) -> Iterable[Found]:
    for program, found in _rejected(case, lambda p, t: t.code in NOT_READY and not _saw_ready(p, t)):
        if len(found) >= 2:
            yield Found(program.address, [t.seen for t in found], {"code": found[-1].code}, len(found))


def _saw_ready(program: Program, trigger: Trigger) -> bool:
    """TriggerReady was 1 when it looked last, after its trigger before this one."""
    for seen in reversed(program.seen[: program.place(trigger.seen)]):
        if seen.status_word is not None:
            return bool(seen.status_word & READY)
        if any(seen is other.seen for other in program.triggers):
            return False
    return False


def _ignores(case: Case) -> Iterable[Found]:
    """Rejected, and the next trigger comes without a look at what became of it."""
    for program in case.programs:
        found = []
        for trigger, following in zip(program.triggers, program.triggers[1:], strict=False):
            start, end = program.place(trigger.seen), program.place(following.seen)
            if trigger.code and not any(map(_tells_rejection, program.seen[start:end])):
                found.append(trigger)
        if len(found) >= 2:
            yield Found(program.address, [t.seen for t in found], {"code": found[-1].code}, len(found))


def _tells_rejection(seen: Seen) -> bool:
    wanted = (range(4, 7), range(903, 906), range(1), range(900, 901), range(18, 20))
    return any(overlap(seen.registers, place) for place in wanted) or 3 in seen.inputs


def _repeats(case: Case) -> Iterable[Found]:
    """A rejected number is written again and again."""
    for program in case.programs:
        number = 0
        repeats: list[Seen] = []
        rejected = {id(t.seen) for t in program.rejected if t.seq}
        for seen in program.writes:
            if id(seen) in rejected:
                number, repeats = seen.written[4], []
            elif number and seen.written.get(4) == number:
                repeats.append(seen)
            elif seen.written.get(4):
                number = 0
            if len(repeats) >= 5:
                yield Found(program.address, repeats, {"number": number}, len(repeats))
                break


def _forgets_to_count(case: Case) -> Iterable[Found]:
    """The part changes three times, TriggerSeq does not; once it may: its data may come before its number."""
    for program in case.programs:
        found: list[Seen] = []
        last: tuple[int, object] | None = None
        for seen in program.writes:
            number, part = seen.written.get(4), _part_of(seen)
            if not number or not any(part):
                continue
            if last and last[0] != number:
                found = []
            elif last and last[1] != part:
                found.append(seen)
            last = (number, part)
            if len(found) >= 3:
                yield Found(program.address, found, {"number": number}, len(found))
                break


def _part_of(seen: Seen) -> tuple[int, ...]:
    """UserTag and PartId, as far as the write brings them."""
    return tuple(seen.written.get(at, 0) for at in (12, 13, *range(17, 49)))


def _held(case: Case) -> Iterable[Found]:
    """Trigger stays 1 over the end of its part: the next one needs a rise."""
    for program in case.programs:
        parts = [part for part in case.parts_of(program.address) if part.accepted.by_bit]
        since = 0
        held: list[Seen] = []
        for seen in program.writes:
            level = seen.control.get(1)
            if level is False:
                held, since = [], 0
            elif level:
                since = since or seen.at_ns
                done = any(part.accepted_ns >= since - 1_000_000_000 and part.offered_ns < seen.at_ns for part in parts)
                held += [seen] if done and since < seen.at_ns else []
        if len(held) >= HELD:
            yield Found(program.address, held, {}, len(held))


def _two_handshakes(case: Case) -> Iterable[Found]:
    for program in case.programs:
        by_bit = [t for t in program.triggers if not t.seq]
        by_number = [t for t in program.triggers if t.seq]
        if min(len(by_bit), len(by_number)) >= 2:
            evidence = [by_number[-1].seen, by_bit[-1].seen]
            yield Found(program.address, evidence, {}, min(len(by_bit), len(by_number)))


def _twice(case: Case) -> Iterable[Found]:
    """Two triggers for one part: of tags or part ids that change otherwise."""
    for program in case.programs:
        parts = case.parts_of(program.address)
        count = len({part.accepted.user_tag for part in parts})
        ids = len({part.accepted.part_id for part in parts})
        found, name = [], ""
        for before, part in itertools.pairwise(parts):
            same_tag = count >= 3 and part.accepted.user_tag == before.accepted.user_tag != 0
            same_id = ids >= 3 and part.accepted.part_id == before.accepted.part_id != b""
            if same_tag or same_id:
                found.append(part)
                name = part.accepted.part_id.decode("utf-8", "replace") if same_id else str(part.accepted.user_tag)
        if found:
            times = {part.accepted.seq for part in found}
            evidence = [t.seen for t in program.triggers if t.seq in times]
            yield Found(program.address, evidence, {"part": name}, len(found))


RULES = (
    Rule(201, "not_enabled", ERROR, _not_enabled),
    Rule(202, "no_baseline", ERROR, _baseline),
    Rule(203, "enable_with_trigger", ERROR, _enable_with_trigger),
    Rule(204, "not_ready", ERROR, _not_ready),
    Rule(205, "ignores_rejection", ERROR, _ignores),
    Rule(206, "repeats_rejected_number", ERROR, _repeats),
    Rule(207, "forgets_to_count", ERROR, _forgets_to_count),
    Rule(208, "trigger_held", ERROR, _held),
    Rule(209, "two_handshakes", WARNING, _two_handshakes),
    Rule(210, "triggered_twice", WARNING, _twice),
)
