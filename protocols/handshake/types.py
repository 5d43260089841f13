"""What goes in and out of the handshake."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum, unique
from typing import Protocol

from ..user_block.layout import EMPTY, Layout

PART_ID_BYTES = 64  # at the most, of a trigger that comes from elsewhere than Modbus


@unique
class Source(IntEnum):
    """Who triggered: bits 8-11 of ResultFlags."""

    MODBUS, OPCUA, WEB, HARDWARE, TIMER, TEXT = range(6)


@unique
class Reject(IntEnum):
    """Why a trigger was not taken: TriggerRejectCode."""

    OFFLINE = 1
    NOT_ENABLED = 2
    BUSY = 3
    QUEUE_FULL = 4
    JOB_LOADING = 5
    NO_CAMERA = 6
    TOO_SOON = 8
    NO_RECIPE = 9
    STORAGE = 10
    VISION = 11


@unique
class CommandError(IntEnum):
    """CommandErrorCode."""

    NONE = 0
    UNKNOWN = 1
    BAD_ARGUMENT = 2
    WRONG_STATE = 3
    NO_SUCH_JOB = 4
    LOAD_FAILED = 5
    TIMEOUT = 7
    INTERRUPTED = 8


class Refused(Exception):
    """A write that is answered with Modbus exception `code`; nothing was changed."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exception {code}")
        self.code = code


class RejectedError(Exception):
    """A trigger from elsewhere than Modbus that was taken, and whose acceptance could not be committed."""

    def __init__(self, code: Reject) -> None:
        super().__init__(f"rejected with code {code.value}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Context:
    """What a part belongs to."""

    order: str = ""
    lot: str = ""
    shift: str = ""
    shift_since_us: int = 0  # UTC: when that shift began, or was written


@dataclass(frozen=True, slots=True)
class Production:
    """What is being made, as it was set; texts of up to 64 bytes in UTF-8."""

    order: str = ""
    lot: str = ""
    shift: str = ""  # "" = by the schedule
    shift_since_us: int = 0  # UTC: when it was written
    shift_until_us: int | None = None  # UTC: then the schedule decides again; None = when somebody says so
    strings: tuple[str, str, str, str] = ("", "", "", "")  # recipe strings 1-4


@dataclass(frozen=True, slots=True)
class Accepted:
    """A trigger as it was sampled in the turn of its acceptance."""

    number: int  # InspectionId, monotonic over restarts
    source: Source
    job: int
    accepted_at_us: int  # UTC
    accepted_ns: int = 0  # CLOCK_MONOTONIC of this boot: durations only
    seq: int = 0  # TriggerSeq, 0 = triggered by other means
    by_bit: bool = False
    client: str = ""  # address of the Modbus client, or who triggered
    part_id: bytes = b""  # up to 64
    user_tag: int = 0
    encoder: int = 0
    parameters: tuple[int, ...] = ()  # the 64 words of RecipeParameters
    cmd_trigger: int = 0  # Cmd.Trigger of OPC UA
    forced: int = 0  # 1 PASS, 2 FAIL, 3 ERROR by command 10
    order: str = ""  # the production context
    lot: str = ""
    shift: str = ""
    shift_since_us: int = 0  # UTC: when that shift began, or was written
    strings: tuple[str, ...] = field(default=(), compare=False)  # recipe strings 1-4; to judge by, not kept


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the result block tells of one inspection. Arrays are by slot, 0-31."""

    judgement: int  # 1 PASS, 2 FAIL, 3 ERROR
    reject_class: int = 0  # 0 pass, 1-N, 65535 error
    recipe_version: int = 0
    acquisition_time_us: int = 0  # UTC
    trigger_to_result_us: int = 0
    acquisition_us: int = 0
    processing_us: int = 0
    waiting_us: int = 0
    tool_count: int = 0
    error_code: int = 0  # alarm number behind an ERROR
    passed: int = 0  # bits
    executed: int = 0  # bits
    values: tuple[float, ...] = (math.nan,) * 32
    statuses: tuple[int, ...] = (0,) * 32
    int16s: tuple[int, ...] = (0,) * 32
    decoded: bytes | None = None  # None = no step reads; empty = nothing read
    partial: bool = False
    simulated: bool = False
    timed_out: bool = False
    stored: bool = True
    user: bytes = b""  # of the user-defined block, as its layout packed it
    sort_class: str = ""  # name of the class that the recipe sorted the part into; "" = none
    sort_number: int = 0  # its place among them, from 1


@dataclass(frozen=True, slots=True)
class Finished:
    """A result with the number it has on the wire."""

    seq: int  # ResultSeq
    accepted: Accepted
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings the handshake needs."""

    hand_over: int = 2  # acquisitions that may wait for or be in the vision thread
    min_trigger_interval_s: float = 0.0
    write_hold_s: float = 10.0
    watchdog_s: float = 0.0
    watchdog_on_request: bool = False
    watchdog_action: str = "nothing"  # nothing | clear_trigger_enable | go_offline
    not_measured: float = math.nan
    commit_limit_s: float = 1.0
    durability: str = "power"  # power: acknowledged when committed | process: when it stands in the retentive memory
    user: Layout = EMPTY  # of the user-defined block


@dataclass(slots=True)
class Conditions:
    """What the station says about itself; each False gives its reject code."""

    camera: bool = False
    handing_over: bool = False  # it changes hands between two processes of this station, which is online all the same
    recipe: bool = False
    vision: bool = True
    storage: bool = True
    engineer_online: bool = True
    halted: bool = False  # by OPC UA Halt
    loading: bool = False  # a job that somebody else than the PLC loads
    job: int = 0  # active job number
    jobs: frozenset[int] = frozenset()  # that can be loaded
    simulated: int = 0  # judgement that every trigger gets from now on, as by command 10; 0 = its own


class Journal(Protocol):
    """Where the handshake keeps what must outlive the process. Futures fail with any exception when the disk does."""

    def accept(self, accepted: Accepted, retained: bytes) -> "asyncio.Future[None]":
        """Commit an acceptance together with the retained state."""
        ...

    def keep(self, retained: bytes) -> "asyncio.Future[None]":
        """Commit the retained state."""
        ...

    def revoke(self, accepted: Accepted) -> object:
        """An acceptance that failed or came too late: it was rejected, and must not be found at the next start.

        Called after a failed commit too: what a failed commit left in the log may yet be found by a recovery.
        """
        ...


class Retentive(Protocol):
    """Memory that a killed process leaves whole. Both calls take microseconds and never fail."""

    def put_result(self, finished: Finished) -> None:
        """Before the state that knows of it."""
        ...

    def put_state(self, generation: int, retained: bytes, opened: "Sequence[Accepted]") -> None:
        """Before any of it is published; `opened` is accepted without a result."""
        ...


class Line(Protocol):
    """What the handshake asks of the station; every call returns at once."""

    def taken(self, accepted: Accepted) -> None:
        """A trigger was taken in this turn, while none was acquiring: the camera begins, as a part waits for no disk.

        `start` follows with its commit, or `dropped` with its failure, before any other is taken.
        """
        ...

    def start(self, accepted: Accepted) -> None:
        """The trigger that was taken last is accepted and committed: acquire."""
        ...

    def dropped(self, accepted: Accepted) -> None:
        """The trigger that was taken last could not be committed, and was rejected."""
        ...

    def load_job(self, job: int) -> None:
        """Make this job active; answered by ``Handshake.command_done(error, job)``."""
        ...

    def job_refused(self, job: int) -> None:
        """The PLC asked for a job that cannot be loaded; it has its answer."""
        ...

    def self_test(self) -> None:
        """Answered by `Handshake.command_done`."""
        ...

    def plc_time(self, unix_us: int) -> None: ...

    def counters_reset(self) -> None: ...

    def production_set(self, what: str, text: str) -> None:
        """By command 9: order, lot, shift or "string 1" to "string 4"."""
        ...

    def changed(self) -> None:
        """Online, or the number of open triggers, has changed: the state follows."""
        ...


class Replay(Protocol):
    """What `Handshake.restore` gets from the store."""

    @property
    def retained(self) -> bytes | None: ...

    @property
    def results(self) -> Sequence[Finished]:
        """At least the last 32 in ascending order of acceptance; fewer on a new station."""
        ...

    @property
    def opened(self) -> Sequence[Accepted]:
        """Accepted without a result, in order."""
        ...

    @property
    def last_number(self) -> int:
        """InspectionId: nothing above it was used, whatever became of the database."""
        ...

    @property
    def last_seq(self) -> int:
        """ResultSeq, likewise; 0 = none."""
        ...

    @property
    def power_up(self) -> bool:
        """Another boot_id than the retained state was written under."""
        ...


class Timer(Protocol):
    """What `call_later` returns."""

    def cancel(self) -> None: ...
