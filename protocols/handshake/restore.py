"""The state to retained bytes and back, and what a restart does to it."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter

from .. import tags
from ..user_block.layout import Shown
from . import trigger as way
from .block import CLAMPED, ERROR, NO_CLASS, Result, encode
from .commands import Commands, Execution
from .control import BUFFER_RESULTS, SET_OFFLINE, TRIGGER_ENABLE
from .memory import Client
from .offering import Offering
from .retained import VERSION, Block, PendingTrigger, Retained, from_bytes
from .state import Counters, Latches, Open, State
from .types import Accepted, CommandError, Finished, Outcome, Replay, Source

INTERRUPTED = 703  # alarm number of a result that a restart interrupted
NEAR = 32  # results that a restart certainly gets from the database
_LATCHES = attrgetter(*(f.name for f in fields(Latches)))
_COUNTERS = attrgetter(*(f.name for f in fields(Counters)))


@dataclass(frozen=True, slots=True)
class Rows:
    """What the database says beside the retained state."""

    known: Sequence[Finished]  # results the retained state has seen
    newer: Sequence[Finished]  # results it has not
    opened: Sequence[Accepted]


def restore(
    state: State, commands: Commands, offering: Offering, replay: Replay, *, handed_over: bool = False
) -> list[Finished]:
    """Bring back the state, offer what it has not seen, then give the interrupted triggers their result.

    Args:
        handed_over: The process before this one ran until now: the current result stands as it was read.

    Raises:
        RetainedError: The retained state cannot be read.
    """
    kept = from_bytes(replay.retained) if replay.retained is not None else None
    rows = split(kept.newest if kept else 0, replay.results, replay.opened)
    known = [encode(f, state.image.orders, state.rules.not_measured, state.rules.user) for f in rows.known]
    for finished, result in zip(rows.known, known, strict=True):
        offering.put_slot(finished, result)
    if kept:
        load(state, commands, kept)
        load_results(state, kept, known)
    open_triggers(state, kept, rows)
    for finished in rows.newer:
        offering.offer(finished)
    go_on_after(state, replay.last_number, replay.last_seq)
    if not handed_over and not state.bit(BUFFER_RESULTS):
        state.results.clear()
    restart(state, commands, power_up=replay.power_up and kept is not None)
    return [_cut_off(state, offering, trigger, replay.power_up) for trigger in list(state.triggers.open)]


def snapshot(state: State, commands: Commands) -> Retained:
    """The state, ready to be kept."""
    triggers, results, executing = state.triggers, state.results, commands.executing
    return Retained(
        version=VERSION,
        holding=state.control.dump().hex(),
        clients=[
            (a, c.known, c.levels, c.command_seq, c.trigger_seq, c.result_ack) for a, c in state.memory.clients.items()
        ],
        latches=list(_LATCHES(state.latches)),
        counters=list(_COUNTERS(state.counters)),
        part_id=state.part_id.hex(),
        claimed=state.claimed,
        boots=state.boots,
        last_cycle_us=state.last_cycle_us,
        accepted=triggers.accepted,
        trigger_seqs=(triggers.ack_seq, triggers.rejected_seq, triggers.reject_code),
        hidden=[trigger.accepted.number for trigger in triggers.open if trigger.quiet],
        pending=_pending(triggers.pending),
        command=(commands.ack, commands.status, int(commands.error), commands.completed, commands.failed),
        executing=(executing.number, executing.job) if executing else None,
        waiting=commands.waiting,
        newest=results.newest,
        queue=[result.seq for result in results.queue],
        current=results.current.seq if results.current else 0,
        block=_old_block(state),
        shown=(results.valid, results.cleared, results.lost),
        job=state.conditions.job,
        plc_clock=state.plc_clock,
        production=state.production,
        generation=state.generation,
    )


def _pending(trigger: Open | None) -> PendingTrigger | None:
    if trigger is None:
        return None
    accepted = trigger.accepted
    return PendingTrigger(
        accepted.number,
        accepted.client,
        accepted.seq,
        accepted.by_bit,
        trigger.quiet,
        trigger.previous_seq,
        trigger.previous_trigger,
        accepted.accepted_ns,
    )


def _old_block(state: State) -> Block | None:
    current = state.results.current
    if current is None or behind(state.results.newest, current.seq) < NEAR:
        return None
    user, layout = current.user, state.rules.user.checksum
    return Block(
        current.seq,
        current.flags,
        state.image.orders.code,
        current.block.hex(),
        (layout, user.words.hex(), user.outputs),
    )


def behind(newest: int, seq: int) -> int:
    """How many results lie between `seq` and `newest`, over the wrap of ResultSeq."""
    return (newest - seq) % tags.LAST_RESULT_SEQ


def load(state: State, commands: Commands, kept: Retained) -> None:
    """Bring back everything but triggers and results."""
    state.control.load(bytes.fromhex(kept.holding))
    state.memory.clients.update(
        {address: Client(known, levels, *last) for address, known, levels, *last in kept.clients}
    )
    state.latches = Latches(*kept.latches)
    state.counters = Counters(*kept.counters)
    state.part_id = bytes.fromhex(kept.part_id)
    state.claimed, state.boots, state.last_cycle_us = kept.claimed, kept.boots, kept.last_cycle_us
    triggers = state.triggers
    triggers.accepted = kept.accepted
    triggers.ack_seq, triggers.rejected_seq, triggers.reject_code = kept.trigger_seqs
    commands.ack, commands.status, error, commands.completed, commands.failed = kept.command
    commands.error = CommandError(error)
    commands.executing = Execution(*kept.executing) if kept.executing else None
    commands.waiting = kept.waiting
    state.results.newest = kept.newest
    state.conditions.job = kept.job
    state.generation = kept.generation
    state.plc_clock = kept.plc_clock
    state.production = kept.production or state.production


def go_on_after(state: State, number: int, seq: int) -> None:
    """Numbers up to these may have been used although neither rows nor retained state know of it."""
    state.triggers.accepted = max(state.triggers.accepted, number)
    newest = state.results.newest
    if not newest or 0 < behind(seq, newest) < tags.LAST_RESULT_SEQ // 2:
        state.results.newest = seq


def load_results(state: State, kept: Retained, rows: Iterable[Result]) -> None:
    """Bring back the queue and the current result from the results of the database."""
    found = {result.seq: result for result in rows}
    results, block = state.results, kept.block
    if block and block.orders == state.image.orders.code:
        found[block.seq] = Result(block.seq, block.flags, bytes.fromhex(block.words), _old_user(state, block))
    results.queue = deque(found[seq] for seq in kept.queue if seq in found)
    results.current = found.get(kept.current)
    results.valid, results.cleared, results.lost = kept.shown


def _old_user(state: State, block: Block) -> Shown:
    """Laid out otherwise now, its registers mean something else: not measured."""
    layout = state.rules.user
    if block.user is None or block.user[0] != layout.checksum:
        return Shown(layout.blank)
    return Shown(bytes.fromhex(block.user[1]), block.user[2], bool(block.flags & CLAMPED))


def split(newest: int, results: Sequence[Finished], opened: Sequence[Accepted]) -> Rows:
    """Tell results that the retained state has seen from those it has not."""
    half = tags.LAST_RESULT_SEQ // 2
    seen = [bool(newest) and behind(newest, finished.seq) < half for finished in results]
    known = [finished for finished, old in zip(results, seen, strict=True) if old]
    return Rows(known, [finished for finished, old in zip(results, seen, strict=True) if not old], opened)


def open_triggers(state: State, kept: Retained | None, rows: Rows) -> None:
    """What was accepted and had no result; a pending acceptance is settled by its row, where it has one."""
    hidden = set(kept.hidden) if kept else set()
    pending = kept.pending if kept else None
    committed = [finished.accepted for finished in rows.newer] + list(rows.opened)
    for accepted in committed:
        trigger = Open(accepted, quiet=accepted.number in hidden, acquired=True)
        if accepted.number <= state.triggers.accepted:
            state.triggers.open.append(trigger)
            continue
        trigger.quiet = pending is not None and pending.number == accepted.number and pending.quiet
        way.accept(state, trigger)
    if pending and pending.number not in {accepted.number for accepted in committed}:
        state.triggers.pending = _unanswered(pending)


def _unanswered(pending: PendingTrigger) -> Open:
    """Only what `forget` asks for."""
    accepted = Accepted(
        pending.number, Source.MODBUS, 0, 0, seq=pending.seq, by_bit=pending.by_bit, client=pending.client
    )
    return Open(accepted, pending.quiet, previous_seq=pending.previous_seq, previous_trigger=pending.previous_trigger)


def restart(state: State, commands: Commands, power_up: bool) -> None:
    """What every start does, before the interrupted triggers get their result."""
    if state.triggers.pending:
        way.forget(state, state.triggers.pending)
    if power_up:
        for trigger in state.triggers.open:
            trigger.quiet = True
        state.boots += 1
        state.triggers.reject_code = 0
        state.control.word &= ~(TRIGGER_ENABLE | SET_OFFLINE)
        state.plc_clock = None  # of a clock that stood still, or was set, since
    state.presence.restarted(state.memory.clients)
    commands.finish(CommandError.INTERRUPTED)


def _cut_off(state: State, offering: Offering, trigger: Open, power_up: bool) -> Finished:
    """Offer the ERROR of an interrupted trigger; a forced one stays ERROR and is not counted."""
    accepted = trigger.accepted
    accepted = replace(accepted, forced=ERROR if accepted.forced else 0)
    elapsed_us = (
        0 if power_up else max(0, int(state.now() * 1e6) - accepted.accepted_ns // 1000)
    )  # another boot's clock
    outcome = Outcome(ERROR, NO_CLASS, trigger_to_result_us=elapsed_us, error_code=INTERRUPTED)
    finished = Finished(state.results.next_seq, accepted, outcome)
    offering.offer(finished)
    return finished
