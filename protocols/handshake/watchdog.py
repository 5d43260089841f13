"""Whether the PLC still lives."""

from .control import TRIGGER_ENABLE
from .state import State


class Watchdog:
    """Armed by the first sign of life, and by a restart that finds TriggerEnable at 1; trips once each silence."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._seen_at: float | None = None  # None: not armed

    def heartbeat(self) -> None:
        """PlcHeartbeat changed."""
        if not self._state.rules.watchdog_on_request:
            self._alive()

    def request(self) -> bool:
        """The controlling client sent a valid request; return whether that brings the station back online."""
        silent = self._state.plc_silent
        if self._state.rules.watchdog_on_request:
            self._alive()
        return silent and not self._state.plc_silent

    def cleared(self) -> None:
        """ClearError rose: after a trip the time runs anew."""
        if self._state.latches.tripped:
            self._alive()

    def _alive(self) -> None:
        self._seen_at = self._state.now()
        self._state.plc_silent = False

    def restarted(self) -> None:
        """The station serves again."""
        self._seen_at = self._state.now() if self._state.bit(TRIGGER_ENABLE) else None

    def check(self) -> bool:
        """Act if the PLC was silent for too long; return whether it trips now."""
        state, limit_s = self._state, self._state.rules.watchdog_s
        if not limit_s or self._seen_at is None or state.now() - self._seen_at < limit_s:
            return False
        self._seen_at = None
        state.latches.tripped = True
        if state.rules.watchdog_action == "clear_trigger_enable":
            state.control.word &= ~TRIGGER_ENABLE
        state.plc_silent = state.rules.watchdog_action == "go_offline"
        return True
