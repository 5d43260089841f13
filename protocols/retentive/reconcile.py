"""The retentive memory first, the database second: one account of what a restart finds.

The memory is written in every turn, before anything of it is published; the database follows. So the memory is never
behind, unless it was not there for a while: then its generation is the older one and it is not used. Where both know
of a trigger and disagree, this is resolved towards "no trigger lost, none answered twice", and logged.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import RetainedError
from ..handshake.restore import INTERRUPTED, behind
from ..handshake.retained import PendingTrigger, Retained, from_bytes
from ..handshake.types import Accepted, Finished, Replay
from .layout import SLOTS
from .memory import Remembered

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What the handshake replays, and what the database has to be told."""

    retained: bytes | None
    results: Sequence[Finished]
    opened: Sequence[Accepted]
    last_number: int
    last_seq: int
    power_up: bool
    from_memory: bool = False
    unsaved: Sequence[Finished] = ()  # offered, and the database has no row
    restated: Sequence[Finished] = ()  # offered as not stored, and the row that came late says something else
    rejected: Sequence[Accepted] = ()  # rows of triggers that are not open: rejected, or answered
    handed_over: bool = False  # by a process that still ran: nothing was cut off, and its PLCs are still connected


def reconcile(memory: Remembered | None, database: Replay) -> Reconciled:
    """Join both. `memory` is of this station and this power-up, or None."""
    kept = _read(memory.retained) if memory else None
    if memory is None or kept is None or _older(kept, database):
        return _alone(database)
    offered = {f.accepted.number: f for f in memory.results if kept.newest and behind(kept.newest, f.seq) < SLOTS}
    rows = {finished.accepted.number: finished for finished in database.results}
    results = rows | offered
    opened = {trigger.number: trigger for trigger in memory.opened if trigger.number not in results}
    rejected = []
    for trigger in database.opened:
        if trigger.number in opened or trigger.number in results:
            continue
        if kept.pending and _same(kept.pending, trigger):  # its commit has come, and nobody lived to see it
            opened[trigger.number] = trigger
        else:
            log.warning("trigger %d is open in the database, but was rejected or answered", trigger.number)
            rejected.append(trigger)
    return Reconciled(
        memory.retained,
        [results[number] for number in sorted(results)],
        [opened[number] for number in sorted(opened)],
        last_number=kept.accepted,  # the database may have reserved more
        last_seq=kept.newest,
        power_up=False,
        from_memory=True,
        unsaved=_unsaved(offered, rows),
        restated=[f for n, f in offered.items() if not f.outcome.stored and n in rows and rows[n].outcome.stored],
        rejected=rejected,
    )


def handed_over(memory: Remembered) -> Reconciled:
    """What a process leaves that has finished its parts and committed them: the memory alone says it all.

    Raises:
        RetainedError: Another release wrote it, and this one cannot read it.
    """
    kept = from_bytes(memory.retained)
    results = [f for f in memory.results if kept.newest and behind(kept.newest, f.seq) < SLOTS]
    return Reconciled(
        memory.retained,
        results,
        memory.opened,
        last_number=kept.accepted,
        last_seq=kept.newest,
        power_up=False,
        from_memory=True,
        handed_over=True,
    )


def _alone(database: Replay) -> Reconciled:
    return Reconciled(
        database.retained,
        database.results,
        database.opened,
        database.last_number,
        database.last_seq,
        database.power_up,
    )


def _read(retained: bytes) -> Retained | None:
    try:
        return from_bytes(retained)
    except RetainedError as exc:
        log.error("the retentive memory is not used: %s", exc)
        return None


def _older(kept: Retained, database: Replay) -> bool:
    """The database was written while this memory was not: by a start without memory, or by a release that had none."""
    try:
        generation = from_bytes(database.retained).generation if database.retained is not None else 0
    except RetainedError as exc:
        log.error("the database's %s; the retentive memory is used", exc)
        generation = 0
    number = max([f.accepted.number for f in database.results] + [a.number for a in database.opened], default=0)
    older = generation > kept.generation or number > kept.accepted + 1  # one more may have waited for its commit
    if older:
        known, there = (kept.generation, kept.accepted), (generation, number)
        log.warning("the retentive memory is older than the database: (generation, part) %s and %s", known, there)
    return older


def _same(pending: PendingTrigger, trigger: Accepted) -> bool:
    """A number whose trigger was rejected is given again: the clock tells them apart."""
    return (pending.number, pending.accepted_ns) == (trigger.number, trigger.accepted_ns)


def _unsaved(offered: dict[int, Finished], rows: Iterable[int]) -> list[Finished]:
    """Results that were offered without a row, or whose ERROR was given by a start that did not live to write it.

    All others had their row; where it is gone, retention took it, the oldest first.
    """
    oldest = min(rows, default=0)
    return [
        finished
        for number, finished in sorted(offered.items())
        if number > oldest and number not in set(rows)
        if not finished.outcome.stored or finished.outcome.error_code == INTERRUPTED
    ]
