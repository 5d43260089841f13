"""All that a turn reads and changes, and the small parts of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from ..image import ProcessImage
from .control import BUFFER_RESULTS, RESULTS_ACK, SET_OFFLINE, CommandImage
from .memory import Memory
from .presence import Presence
from .results import Results
from .types import Accepted, Conditions, Outcome, Production, Reject, Rules, Source


@dataclass(slots=True)
class Latches:
    """Bits that stand until something clears them."""

    trigger_ack: bool = False
    user_data_ack: bool = False
    missed: bool = False
    overrun: bool = False
    toggle: bool = False  # InspectionCompleted
    exposed: bool = False  # ExposureComplete
    tripped: bool = False  # PlcWatchdogTripped
    config_changed: bool = False

    def clear_error(self) -> None:
        """ClearError rose."""
        self.missed = self.overrun = self.tripped = self.config_changed = False


@dataclass(slots=True)
class Counters:
    """Since the last reset."""

    triggers: int = 0
    missed: int = 0
    inspections: int = 0
    passes: int = 0
    fails: int = 0
    errors: int = 0
    overruns: int = 0

    def count(self, accepted: Accepted, outcome: Outcome) -> None:
        """Count a result; a forced one only shows that the reject gate works."""
        if accepted.forced:
            return
        self.inspections += 1
        self.passes += outcome.judgement == 1
        self.fails += outcome.judgement == 2
        self.errors += outcome.judgement == 3


@dataclass(slots=True)
class Open:
    """A trigger between its acceptance and its result."""

    accepted: Accepted
    quiet: bool = False  # unbuffered: its result leaves the current result and ResultsValid alone
    acquired: bool = False
    previous_seq: int = 0  # the client's TriggerSeq before this one
    previous_trigger: bool = False  # and its Trigger bit


@dataclass(slots=True)
class Triggers:
    """What is accepted, what was answered last."""

    open: list[Open] = field(default_factory=list)  # in order of acceptance
    pending: Open | None = None  # waits for its commit
    accepted: int = 0  # InspectionId of the last one
    last_acceptance: float = float("-inf")
    ack_seq: int = 0
    rejected_seq: int = 0
    reject_code: int = 0
    rejected: Counter[tuple[Source, Reject]] = field(default_factory=Counter)  # since the process began

    @property
    def acquiring(self) -> bool:
        """The camera is not free."""
        return any(not trigger.acquired for trigger in self.open)

    @property
    def count(self) -> int:
        """Open ones, with the one that waits for its commit."""
        return len(self.open) + (self.pending is not None)


class State:
    """The handshake between two turns."""

    def __init__(self, image: ProcessImage, rules: Rules, now: Callable[[], float]) -> None:
        self.image, self.rules, self.now = image, rules, now
        self.conditions = Conditions()
        self.control = CommandImage(image)
        self.memory = Memory()
        self.presence = Presence(rules.write_hold_s, now)
        self.latches = Latches()
        self.counters = Counters()
        self.results = Results()
        self.triggers = Triggers()
        self.claimed = False  # TriggerEnable as a client last wrote it; power-up and watchdog leave it
        self.plc_silent = False  # the watchdog took the station offline
        self.part_id = b""  # latched for the next trigger
        self.production = Production()
        self.force_next = 0  # judgement of the next accepted trigger, 0 = its own
        self.plc_clock: tuple[int, int] | None = None  # PLC time less ours, and when it was told (UTC us)
        self.generation = 0  # of the retained state
        self.boots = 1
        self.last_cycle_us = 0

    def bit(self, control: int) -> bool:
        """A bit of ControlWord."""
        return bool(self.control.word & control)

    @property
    def results_valid(self) -> bool:
        """ResultsValid."""
        if self.bit(BUFFER_RESULTS):
            return bool(self.results.queue) and not self.bit(RESULTS_ACK)
        return self.results.valid

    @property
    def held_by_plc(self) -> bool:
        """A PLC has the trigger: people and SCADA must wait."""
        return self.claimed and self.presence.near

    @property
    def online(self) -> bool:
        """Nothing keeps the station from inspecting."""
        return self.offline_reason == 0

    @property
    def offline_reason(self) -> int:
        """OfflineReason: 0 none, 1 engineer, 2 PLC, 3 OPC UA, 4 error, 6 start-up; the first that holds."""
        conditions = self.conditions
        if not conditions.recipe:
            return 6
        if not conditions.camera and not conditions.handing_over:
            return 4
        if conditions.halted:
            return 3
        if self.plc_silent or self.bit(SET_OFFLINE):
            return 2
        return 0 if conditions.engineer_online else 1
