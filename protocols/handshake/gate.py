"""Whether a trigger would be taken now, and if not, why."""

from .commands import Commands
from .control import BUFFER_RESULTS, TRIGGER_ENABLE
from .results import CAPACITY
from .state import State
from .types import Reject, Source

PEOPLE = (Source.WEB, Source.OPCUA)
SENSORS = (Source.HARDWARE, Source.TIMER, Source.TEXT)


class Gate:
    """The conditions of acceptance; TriggerReady is that none of them rejects a Modbus trigger."""

    def __init__(self, state: State, commands: Commands) -> None:
        self._state, self._commands = state, commands

    @property
    def ready(self) -> bool:
        """TriggerReady."""
        return self.reject(Source.MODBUS) is None

    @property
    def too_soon_s(self) -> float:
        """How long a trigger would still come sooner than the minimum interval (s)."""
        state = self._state
        return state.rules.min_trigger_interval_s - (state.now() - state.triggers.last_acceptance)

    def reject(self, source: Source) -> Reject | None:
        """The code that a trigger would get, the first that holds; None = accepted."""
        state, conditions = self._state, self._state.conditions
        modbus = source is Source.MODBUS
        holds = (
            (modbus and not state.bit(TRIGGER_ENABLE), Reject.NOT_ENABLED),
            (not conditions.recipe, Reject.NO_RECIPE),
            (conditions.handing_over or not conditions.camera, Reject.NO_CAMERA),
            (not conditions.storage, Reject.STORAGE),
            (not conditions.vision, Reject.VISION),
            (not state.online, Reject.OFFLINE),
            (self._commands.loading or conditions.loading, Reject.JOB_LOADING),
            (self.too_soon_s > 0, Reject.TOO_SOON),
            (self._busy(source), Reject.BUSY),
            (modbus and self._queue_full(), Reject.QUEUE_FULL),
        )
        return next((code for held, code in holds if held), None)

    def _busy(self, source: Source) -> bool:
        state, triggers = self._state, self._state.triggers
        if triggers.pending or triggers.acquiring or len(triggers.open) >= state.rules.hand_over:
            return True
        if source in PEOPLE and state.held_by_plc:
            return True
        if state.bit(BUFFER_RESULTS):
            return False
        return bool(triggers.open) or (source in SENSORS and state.claimed)

    def _queue_full(self) -> bool:
        """Only a Modbus trigger waits for room: its PLC acknowledges."""
        state = self._state
        return state.bit(BUFFER_RESULTS) and len(state.results.queue) + len(state.triggers.open) >= CAPACITY
