"""What one write does, in its order: data, levels, ClearError, acknowledge, user data, command, trigger."""

from dataclasses import dataclass
from enum import Enum, unique

from . import control
from .commands import Commands
from .gate import Gate
from .memory import Changes, News, Write
from .state import Open, State
from .trigger import Sampler, reject
from .types import Reject, Source
from .watchdog import Watchdog


@unique
class Triggered(Enum):
    """What became of the trigger in a write."""

    NONE = "there was none"
    TAKEN = "accepted, waits for its commit"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Turn:
    """The result of one write."""

    kept: bool  # something changed that must be committed before the answer
    triggered: Triggered


class Writes:
    """Applies writes to the state."""

    def __init__(self, state: State, commands: Commands, gate: Gate, sampler: Sampler, watchdog: Watchdog) -> None:
        self._state, self._commands, self._gate = state, commands, gate
        self._sampler, self._watchdog = sampler, watchdog

    def apply(self, write: Write) -> Turn:
        """One write, checked before: the whole of it in one turn."""
        state = self._state
        word = state.control.word
        heartbeat = state.control.register(control.PLC_HEARTBEAT)
        changes = state.memory.compare(write, word, state.control.register(control.RESULT_ACK_SEQ))
        kept = self._store(write) or changes.remembered
        if state.control.register(control.PLC_HEARTBEAT) != heartbeat:
            self._watchdog.heartbeat()
        if changes.rose & control.CLEAR_ERROR:
            self._watchdog.cleared()
            state.latches.clear_error()
        buffered = state.bit(control.BUFFER_RESULTS)
        state.results.acknowledge(bool(changes.rose & control.RESULTS_ACK), changes.result_ack, buffered)
        brought = self._user_data(write, changes)
        self._commands.take(
            bool(changes.rose & control.EXECUTE_COMMAND),
            bool(changes.fell & control.EXECUTE_COMMAND),
            changes.command,
            state.control.register(control.COMMAND_SEQ),
        )
        return Turn(kept, self._trigger(write, changes, word, brought))

    def _store(self, write: Write) -> bool:
        """Data, then the levels of ControlWord."""
        state = self._state
        word = state.control.word
        kept = state.control.store(write.registers)
        state.control.word = new = state.control.word & ~write.mask | write.levels
        state.presence.wrote(write.client)
        if write.mask & control.TRIGGER_ENABLE:
            state.claimed = bool(write.levels & control.TRIGGER_ENABLE)
        if (word ^ new) & control.BUFFER_RESULTS:
            state.results.empty_queue()
            state.results.valid = False
        return kept or word != new

    def _user_data(self, write: Write, changes: Changes) -> bool:
        """Latch PartId; return whether this write brought one."""
        state = self._state
        rose = bool(changes.rose & control.SET_USER_DATA)
        if write.mask & ~write.levels & control.SET_USER_DATA:
            state.latches.user_data_ack = False
        brought = rose or (changes.trigger is not News.NONE and control.PART_ID_LENGTH in write.registers)
        if brought:
            state.part_id = state.control.part_id()
            state.latches.user_data_ack = state.latches.user_data_ack or rose
        return brought

    def _trigger(self, write: Write, changes: Changes, word: int, brought: bool) -> Triggered:
        """An edge and a number in one write are one trigger."""
        state = self._state
        if write.mask & ~write.levels & control.TRIGGER:  # by a write of 0, not by the level
            state.latches.trigger_ack = False
        by_bit = bool(changes.rose & control.TRIGGER)
        if not by_bit and changes.trigger is News.NONE:
            return Triggered.NONE
        seq = 0 if changes.trigger is News.NONE else write.registers[control.TRIGGER_SEQ]
        code = self._reject(changes, word)
        if code is not None:
            if brought:
                state.part_id = b""
            reject(state, seq, code)
            return Triggered.REJECTED
        accepted = self._sampler.sample(Source.MODBUS, who=write.client, seq=seq, by_bit=by_bit)
        trigger = Open(accepted, previous_seq=changes.previous_seq, previous_trigger=changes.previous_trigger)
        self._sampler.take(trigger)
        return Triggered.TAKEN

    def _reject(self, changes: Changes, word: int) -> Reject | None:
        """The write that raises TriggerEnable, and an address's first number, only set the baseline."""
        raised = self._state.control.word & ~word & control.TRIGGER_ENABLE
        if changes.trigger is News.BASELINE or raised:
            return Reject.NOT_ENABLED
        return self._gate.reject(Source.MODBUS)
