"""A trigger's way: sampled and taken in its turn, then accepted or rejected."""

from collections.abc import Callable

from .. import tags
from .control import BUFFER_RESULTS, TRIGGER
from .gate import PEOPLE
from .production import Making
from .state import Open, State
from .types import Accepted, Reject, Source

BRINGING = (*PEOPLE, Source.TEXT)  # a part id of their own, or none


class Sampler:
    """Makes an `Accepted` of a trigger that the gate lets through."""

    def __init__(self, state: State, making: Making, utc_us: Callable[[], int]) -> None:
        self._state, self._making, self._utc_us = state, making, utc_us

    def sample(
        self, source: Source, *, who: str = "", seq: int = 0, by_bit: bool = False, part_id: bytes = b"", cmd: int = 0
    ) -> Accepted:
        """What the PLC says at this moment; some bring a `part_id` of their own, all others get the latched one."""
        state = self._state
        if source not in BRINGING:
            part_id, state.part_id = state.part_id, b""
        forced, state.force_next = state.force_next or state.conditions.simulated, 0
        at_us = self._utc_us()
        context = self._making.context(at_us)
        return Accepted(
            number=state.triggers.accepted + 1,
            source=source,
            job=state.conditions.job,
            accepted_at_us=at_us,
            accepted_ns=int(state.now() * 1e9),
            seq=seq,
            by_bit=by_bit,
            client=who,
            part_id=part_id,
            user_tag=state.control.number(tags.USER_TAG),
            encoder=state.control.number(tags.ENCODER_POSITION),
            parameters=state.control.parameters(),
            cmd_trigger=cmd,
            forced=forced,
            order=context.order,
            lot=context.lot,
            shift=context.shift,
            shift_since_us=context.shift_since_us,
            strings=state.production.strings,
        )

    def take(self, trigger: Open) -> None:
        """All that an acceptance clears goes in the turn of the trigger; the numbers follow the commit."""
        state = self._state
        if not state.bit(BUFFER_RESULTS):
            state.results.clear()
        if trigger.accepted.source is Source.MODBUS:
            state.latches.missed = False
        state.latches.exposed = False
        state.triggers.last_acceptance = state.now()
        state.triggers.pending = trigger


def accept(state: State, trigger: Open) -> None:
    """Its acceptance is committed: TriggerSeqAck, or TriggerAck while Trigger is still 1."""
    accepted, triggers = trigger.accepted, state.triggers
    triggers.pending = None
    triggers.accepted = accepted.number
    triggers.open.append(trigger)
    triggers.ack_seq = accepted.seq or triggers.ack_seq
    state.counters.triggers += 1
    if accepted.by_bit and state.bit(TRIGGER):
        state.latches.trigger_ack = True


def fail(state: State, trigger: Open) -> None:
    """Its acceptance could not be committed: a Modbus trigger is rejected, others only count."""
    accepted = trigger.accepted
    state.triggers.pending = None
    if not state.conditions.simulated:
        state.force_next = state.force_next or accepted.forced
    if accepted.source is Source.MODBUS:
        reject(state, accepted.seq, Reject.STORAGE)
    else:
        state.counters.missed += 1
        state.triggers.rejected[accepted.source, Reject.STORAGE] += 1


def reject(state: State, seq: int, code: Reject) -> None:
    """A Modbus trigger is not taken; unbuffered, the results of all that came before it are hidden from its PLC."""
    triggers = state.triggers
    state.latches.missed, triggers.reject_code = True, code
    state.counters.missed += 1
    triggers.rejected[Source.MODBUS, code] += 1
    triggers.rejected_seq = seq or triggers.rejected_seq
    for trigger in triggers.open:
        trigger.quiet = True
    if triggers.pending:
        triggers.pending.quiet = True
    if not state.bit(BUFFER_RESULTS):
        state.results.clear()


def forget(state: State, trigger: Open) -> None:
    """A restart found no commit of it: never answered, so its number or edge, repeated, is new."""
    accepted = trigger.accepted
    state.triggers.pending = None
    client = state.memory.clients.get(accepted.client)
    if client and accepted.seq and client.trigger_seq == accepted.seq:
        client.trigger_seq = trigger.previous_seq
    if accepted.by_bit:
        state.latches.trigger_ack = False
        if client:
            client.known |= TRIGGER
            client.levels = client.levels & ~TRIGGER | (TRIGGER if trigger.previous_trigger else 0)
