"""What the model of the handshake knows between two turns, and what follows from it."""

from collections import OrderedDict
from dataclasses import dataclass, field
from enum import IntEnum, unique
from math import inf

CAPACITY = 16  # of the queue and of the ring
LAST_SEQ = 65520  # ResultSeq: then 1 again
ADDRESSES = 64  # client addresses remembered
COMMIT_LIMIT_S, COMMAND_LIMIT_S = 1.0, 10.0
ORDER = (2, 9, 6, 10, 11, 1, 5, 8, 3, 4)  # the first reject code that holds is given
ENABLE, TRIGGER, BUFFER, ACK, EXECUTE, USER_DATA, CLEAR_ERROR, OFFLINE = range(8)  # bits of HR 0
RESERVED = {7, *range(49, 64), *range(161, 200)}


@unique
class Source(IntEnum):
    """Bits 8 to 11 of ResultFlags."""

    MODBUS, OPCUA, WEB, HARDWARE, TIMER = range(5)


@unique
class Judgement(IntEnum):
    """Argument of command 10; bit of ResultFlags."""

    PASS, FAIL, ERROR = 1, 2, 3


class ModelRefused(Exception):
    """The Modbus exception code that a bad write is answered with; nothing was changed."""


@dataclass
class ModelClient:
    """What one client address wrote last: bits of HR 0; HR 3 and 4 (not 0), HR 5."""

    bits: dict[int, int] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)


@dataclass
class ModelTrigger:
    """One trigger, with what was latched in the turn it came."""

    source: Source
    job: int
    user_tag: int
    encoder: int
    part_id: bytes
    forced: int
    context: tuple[bytes, ...] = ()  # order, lot, shift
    seq: int = 0
    by_bit: bool = False
    address: str = ""
    previous: tuple[int, int] = (0, 0)  # the address's TriggerSeq and Trigger bit before this write
    quiet: bool = False  # unbuffered: its result leaves the current result and ResultsValid alone
    acquired: bool = False
    number: int = 0  # InspectionId


@dataclass
class ModelResult:
    """One result as its ring slot holds it."""

    seq: int
    trigger: ModelTrigger
    judgement: Judgement
    reject_class: int
    bits: int  # tools passed
    stored: bool
    marks: int  # partial, simulated, timed out, as bits of ResultFlags
    executed: int = 0  # tools

    @property
    def flags(self) -> int:
        forced = bool(self.trigger.forced) << 5
        return 1 | 1 << self.judgement | self.marks | forced | (not self.stored) << 12 | self.trigger.source << 8


class ModelState:
    """A station as its PLC sees it."""

    def __init__(
        self,
        hand_over: int = 2,
        min_interval_s: float = 0.0,
        watchdog_s: float = 0.0,
        watchdog_action: str = "nothing",
        at_once: bool = False,
    ) -> None:
        """`at_once`: nothing waits for the disk."""
        self.at_once = at_once
        self.hand_over, self.min_interval_s, self.write_hold_s = hand_over, min_interval_s, 10.0
        self.watchdog_s, self.watchdog_action = watchdog_s, watchdog_action
        self.jobs, self.job, self.now = {1, 2}, 1, 0.0
        self.camera = self.vision = self.recipe = self.engineer_online = True
        self.halted = self.storage_stop = self.other_load = False
        self.hr = [0] * 200
        self.clients: OrderedDict[str, ModelClient] = OrderedDict()
        self.left_at: dict[str, float] = {}  # clients that wrote: when their last connection closed, inf = connected
        self.claimed = False  # TriggerEnable as a client last wrote it; power-up and watchdog leave it
        self.alive_at, self.silent = inf, False  # inf: the watchdog is not armed
        self.pending: ModelTrigger | None = None  # waits for its commit
        self.open: list[ModelTrigger] = []  # accepted, in order, without a result
        self.queue: list[ModelResult] = []
        self.ring: dict[int, ModelResult] = {}
        self.offered = 0  # every result ever
        self.current: ModelResult | None = None
        self.valid = self.lost = False  # unbuffered ResultsValid; results dropped since the last pop
        self.cleared = True
        self.part_id = b""
        self.newest = self.accepted = 0
        self.last_acceptance, self.force_next = -inf, 0
        self.texts = [b""] * 7  # order, lot, shift, recipe strings 1-4
        self.ack_seq = self.rejected_seq = self.reject_code = 0
        self.trigger_ack = self.user_data_ack = self.missed = self.overrun = self.toggle = False
        self.exposed = self.tripped = self.config_changed = False
        self.command_ack = self.command_status = self.command_error = 0
        self.completed = self.failed = False
        self.executing: tuple[int, int] | None = None  # CommandSeq (0: by bit), job (0: self-test)
        self.executing_since = inf
        self.waiting: list[int] = []  # CommandSeq of commands that came meanwhile
        self.given, self.held = 0, dict[int, float]()  # final answers; those not yet committed, and since when
        self.boots = 1
        self.reset_counters()

    def reset_counters(self) -> None:
        """Command 2, or somebody else."""
        self.trigger_count = self.missed_count = self.inspections = 0
        self.passes = self.fails = self.errors = self.overruns = 0

    def bit(self, number: int) -> int:
        """A bit of ControlWord."""
        return self.hr[0] >> number & 1

    @property
    def online(self) -> bool:
        """Online."""
        return self.offline_reason == 0

    @property
    def offline_reason(self) -> int:
        """OfflineReason."""
        if not self.recipe or not self.camera:
            return 4 if self.recipe else 6
        if self.halted:
            return 3
        return 2 if self.silent or self.bit(OFFLINE) else int(not self.engineer_online)

    @property
    def acquiring(self) -> bool:
        """Acquiring."""
        return any(not t.acquired for t in self.open)

    @property
    def results_valid(self) -> bool:
        """ResultsValid."""
        return bool(self.queue) and not self.bit(ACK) if self.bit(BUFFER) else self.valid

    @property
    def head(self) -> ModelResult | None:
        """What stands in the current result."""
        return self.queue[0] if self.queue else self.current

    @property
    def flags(self) -> int:
        """ResultFlags; bit 6 belongs to the head of the queue, not to its ring slot."""
        if not self.head:
            return 0
        return self.head.flags & (~31 if self.cleared else ~0) | self.lost << 6
