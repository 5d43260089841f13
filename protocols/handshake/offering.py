"""A result reaches its ring slot, the counters and the current result."""

from .block import Result, encode, judged
from .control import BUFFER_RESULTS
from .panel import Panel
from .state import State
from .types import Accepted, Finished, Retentive


class Offering:
    """Takes finished inspections in the order of their triggers."""

    def __init__(self, state: State, panel: Panel, memory: Retentive | None) -> None:
        self._state, self._panel, self._memory = state, panel, memory

    def put_slot(self, finished: Finished, result: Result) -> None:
        """A result stands in the ring, or does again after a restart; the retentive memory has it first."""
        if self._memory:
            self._memory.put_result(finished)
        self._panel.put_slot(result)

    def acquired(self, accepted: Accepted) -> None:
        """The last shot of an open trigger is exposed."""
        triggers = self._state.triggers
        for trigger in triggers.open:
            if trigger.accepted.number == accepted.number:
                trigger.acquired = True
                self._expose(last=trigger is triggers.open[-1])

    def offer(self, finished: Finished) -> None:
        """Show the result of the oldest open trigger.

        Raises:
            ValueError: It is not the next one.
        """
        state, triggers, results = self._state, self._state.triggers, self._state.results
        number = finished.accepted.number
        if not triggers.open or triggers.open[0].accepted.number != number or finished.seq != results.next_seq:
            raise ValueError(f"inspection {number} with ResultSeq {finished.seq} is not the next result")
        trigger = triggers.open.pop(0)
        outcome = judged(finished.accepted, finished.outcome)
        finished = Finished(finished.seq, finished.accepted, outcome)
        result = encode(finished, state.image.orders, state.rules.not_measured, state.rules.user)
        self.put_slot(finished, result)
        state.counters.count(finished.accepted, outcome)
        state.latches.toggle = not state.latches.toggle
        state.last_cycle_us = max(0, outcome.trigger_to_result_us)
        self._expose(last=not triggers.open)
        if results.offer(result, trigger.quiet, state.bit(BUFFER_RESULTS)):
            state.counters.overruns += 1
            state.latches.overrun = True

    def _expose(self, last: bool) -> None:
        """ExposureComplete speaks of the last accepted trigger."""
        if last and not self._state.triggers.pending:
            self._state.latches.exposed = True
