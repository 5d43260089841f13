"""What of the handshake outlives the process, as compact JSON."""

from dataclasses import dataclass
from typing import Literal

import orjson
from pydantic import TypeAdapter, ValidationError

from ..errors import RetainedError
from .types import Production

VERSION: Literal[1] = 1


@dataclass(frozen=True, slots=True)
class PendingTrigger:
    """An acceptance whose commit was under way: its row says whether it came to be."""

    number: int
    client: str
    seq: int
    by_bit: bool
    quiet: bool
    previous_seq: int
    previous_trigger: bool
    accepted_ns: int = 0  # of the same number rejected before, another


@dataclass(frozen=True, slots=True)
class Block:
    """The current result where it is too old to be found among the last results."""

    seq: int
    flags: int
    orders: int  # OrderCode it was encoded with
    words: str  # hex
    user: tuple[int, str, int] | None = None  # user-defined block: checksum of its layout, registers (hex), outputs


@dataclass(frozen=True, slots=True)
class Retained:
    """The handshake between two turns. Results stand in the database; here are their ResultSeqs."""

    version: Literal[1]
    holding: str  # hex of the command image, without the zeros at its end
    clients: list[tuple[str, int, int, int | None, int | None, int | None]]  # as `Client`, silent for longest first
    latches: list[bool]
    counters: list[int]
    part_id: str  # hex
    claimed: bool
    boots: int
    last_cycle_us: int
    accepted: int  # InspectionId
    trigger_seqs: tuple[int, int, int]  # acknowledged, rejected, reject code
    hidden: list[int]  # InspectionIds of open triggers whose result leaves the current result alone
    pending: PendingTrigger | None
    command: tuple[int, int, int, bool, bool]  # ack, status, error, completed, failed
    executing: tuple[int, int] | None  # number, job
    waiting: int | None
    newest: int
    queue: list[int]
    current: int  # 0 = none
    block: Block | None
    shown: tuple[bool, bool, bool]  # valid, cleared, lost
    job: int = 0  # the active one, 0 = none
    plc_clock: tuple[int, int] | None = None  # PLC time less ours, and when it was told (UTC us), of this power-up
    production: Production | None = None  # None: before a release that keeps it here
    generation: int = 0  # one more with each change


_ADAPTER = TypeAdapter(Retained)


def to_bytes(retained: Retained) -> bytes:
    """As the journal keeps it."""
    return orjson.dumps(retained)


def from_bytes(data: bytes) -> Retained:
    """What `to_bytes` gave.

    Raises:
        RetainedError: It is none, or of another version.
    """
    try:
        return _ADAPTER.validate_json(data)
    except ValidationError as exc:
        raise RetainedError(
            f"retained state cannot be read: {exc.error_count()} errors, first {exc.errors()[0]}"
        ) from exc
