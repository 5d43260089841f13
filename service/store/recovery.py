"""What a station finds of the process before it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import apsw

from protocols.handshake.types import Accepted, Finished
from protocols.retentive.records import outcome

from .columns import TRIGGER, TRIGGER_COUNT, trigger
from .marks import Mark

RESULTS = 64  # of the ring and the queue, with room
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Recovered:
    """The state a start goes on from; also what the handshake replays."""

    retained: bytes | None = None
    results: tuple[Finished, ...] = ()  # the last 64, in ascending order of acceptance
    opened: tuple[Accepted, ...] = ()  # accepted without a result, in order
    power_up: bool = True  # another boot_id than the retained state was written under
    boot_id: str = ""  # of this power-up
    boots: int = 1  # power-ups so far, this one included
    last_number: int = 0  # InspectionId: the next is above it
    last_seq: int = 0  # ResultSeq: the next is the one after it
    replaced: str = ""  # file name of a broken database that was set aside


def read(db: apsw.Connection, mark: Mark, boot_id: str) -> Recovered:
    """Everything, from the database, with what `mark` knows beyond it.

    Raises:
        apsw.Error: It cannot be read.
    """
    kept = db.execute("SELECT state, boot_id FROM retained").fetchone()
    found = db.execute(f"SELECT {TRIGGER}, result_seq, outcome FROM results ORDER BY number DESC LIMIT {RESULTS}")
    results = tuple(_finished(row) for row in reversed(found.fetchall()))
    opened = tuple(trigger(row) for row in db.execute(f"SELECT {TRIGGER} FROM acceptances ORDER BY number"))
    meta: dict[Any, Any] = {row[0]: row[1] for row in db.execute("SELECT name, value FROM meta")}
    number, seq = meta.get("first_number", 0), meta.get("first_seq", 0)  # of the database before this one
    if results:
        number, seq = results[-1].accepted.number, results[-1].seq
    if mark.offered_number > number:
        number, seq = mark.offered_number, mark.offered_seq
    return _booted(
        Recovered(
            retained=kept[0] if kept else None,
            results=results,
            opened=opened,
            power_up=not kept or kept[1] != boot_id,
            last_number=max([number, *(accepted.number for accepted in opened)]),
            last_seq=seq,
        ),
        meta,
        mark,
        boot_id,
    )


def without_database(mark: Mark, boot_id: str) -> Recovered:
    """Where it can be neither read nor begun: the numbers go on all the same."""
    return _booted(Recovered(last_number=mark.number, last_seq=mark.seq), {}, mark, boot_id)


def _booted(recovered: Recovered, meta: dict[str, Any], mark: Mark, boot_id: str) -> Recovered:
    before = max(mark.boots, int(meta.get("boots", 0)))
    counted = boot_id in (mark.boot_id, meta.get("boot_id"))
    return replace(recovered, boot_id=boot_id, boots=before if counted else before + 1)


def _finished(row: tuple[Any, ...]) -> Finished:
    seq, told = row[TRIGGER_COUNT:]
    return Finished(seq, trigger(row), outcome(told))


def boot_id(path: Path) -> str:
    """Which power-up this is; where the system does not say, each start counts as one."""
    try:
        return path.read_text().strip()
    except OSError:
        return uuid4().hex
