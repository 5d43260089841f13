"""What stands now, as the station asks for it."""

from collections.abc import Callable, Mapping
from dataclasses import astuple, replace

from .gate import Gate
from .production import Making
from .state import Counters, State
from .types import Accepted, Conditions, Context, Outcome, Production, Reject, Source


class Standing:
    """The handshake between two turns; read only."""

    def __init__(self, state: State, making: Making, gate: Gate, utc_us: Callable[[], int]) -> None:
        self._state, self._making, self._gate, self._utc_us = state, making, gate, utc_us

    @property
    def conditions(self) -> Conditions:
        """What the station said last; changed through `set_conditions` only."""
        return self._state.conditions

    @property
    def online(self) -> bool:
        """Online."""
        return self._state.online

    @property
    def offline_reason(self) -> int:
        """OfflineReason: 0 online, 1 engineer, 2 PLC, 3 OPC UA, 4 error, 6 start-up."""
        return self._state.offline_reason

    @property
    def ready(self) -> bool:
        """TriggerReady."""
        return self._gate.ready

    def rejects(self, source: Source) -> Reject | None:
        """The code that a trigger of `source` would get now; None = it would be accepted."""
        return self._gate.reject(source)

    @property
    def open_count(self) -> int:
        """Triggers without a result, with the one whose acceptance is being committed."""
        return self._state.triggers.count

    @property
    def queued(self) -> int:
        """Results that wait for the PLC to take them; buffered only."""
        return len(self._state.results.queue)

    @property
    def rejected(self) -> Mapping[tuple[Source, Reject], int]:
        """Triggers that were not taken since the process began."""
        return self._state.triggers.rejected

    @property
    def next_seq(self) -> int:
        """ResultSeq of the next result."""
        return self._state.results.next_seq

    @property
    def held_by_plc(self) -> bool:
        """Triggers of people and SCADA are rejected as busy because a PLC has the trigger."""
        return self._state.held_by_plc

    @property
    def plc_clock(self) -> tuple[int, int] | None:
        """PLC time less ours (us) and when it was told (UTC us), by command 7 in this power-up."""
        return self._state.plc_clock

    @property
    def counters(self) -> Counters:
        """Since the last reset; read only."""
        return self._state.counters

    @property
    def production(self) -> Production:
        """What is being made, as it was set."""
        return self._state.production

    @property
    def context(self) -> Context:
        """What the next part is latched with."""
        return self._making.context(self._utc_us())

    def counted_with(self, accepted: Accepted, outcome: Outcome) -> tuple[int, ...]:
        """The counters as they will stand once this result, the next one, is offered, in the order of `Counters`."""
        counters = replace(self._state.counters)
        counters.count(accepted, outcome)
        return astuple(counters)
