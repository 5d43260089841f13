"""Go on where the last process ended: the retentive memory first, the database second."""

import logging
from collections.abc import Sequence
from dataclasses import asdict

from protocols.alarms import INTERRUPTED
from protocols.handshake import BadText, Finished
from protocols.handshake.production import TEXTS
from protocols.handshake.retained import from_bytes
from protocols.retentive import Reconciled
from vision.result import InspectionResult, Judgement

from .configuration_state import ConfigurationState
from .inspection import Inspection
from .logs.about import parts
from .recipes import RecipeBook
from .remembered import Remembered
from .station import Station
from .store import Store, StoreError
from .timing import now_us

log = logging.getLogger(__name__)


def bring_back(
    station: Station, kept: Remembered, configuration: ConfigurationState, book: RecipeBook, found: Reconciled
) -> list[Finished]:
    """In one turn; the results of triggers that the last process left without one: ERROR, offered once."""
    station.jobs.recipes_changed()
    interrupted = station.handshake.restore(found, handed_over=found.handed_over)
    job = station.handshake.conditions.job or kept.get("job", 0)  # the second where the database was lost
    station.jobs.on_job = [lambda number: kept.set("job", number), configuration.job_changed]
    station.jobs.activate(job or min(book.ready, default=0))  # never another one than the PLC chose
    _stay_offline(station, kept, found.power_up)
    _go_on_making(station, kept, found.retained)
    station.plc_clock.ahead_us, station.plc_clock.told_at_us = station.handshake.plc_clock or (None, None)
    _report(found, interrupted)
    return interrupted


def note_configuration(station: Station, configuration: ConfigurationState) -> None:
    """The PLC sees that what it compares with is another one."""
    if configuration.changed_since_last_time():
        station.handshake.config_changed()


async def settle(station: Station, store: Store, found: Reconciled, interrupted: Sequence[Finished]) -> None:
    """Tell the database what it does not know."""
    for trigger in found.rejected:
        store.revoke(trigger)
    for finished in found.restated:
        store.offered_unstored(finished.accepted.number, finished.outcome)
    for finished in [*found.unsaved, *interrupted]:
        try:
            await store.save(_without_steps(finished))
        except StoreError as exc:  # a sick disk: it is stored when it takes it
            log.error("its result is not stored yet: %s", exc)
    try:  # from now on the store holds the state as it is after this start
        await store.keep(station.handshake.retained())
    except StoreError as exc:
        log.error("the PLC's state is not stored yet: %s", exc)


def _go_on_making(station: Station, kept: Remembered, retained: bytes | None) -> None:
    """Order, lot, shift and strings; from the small file where the database was lost, or kept none yet."""
    handshake = station.handshake
    known = retained is not None and from_bytes(retained).production is not None
    if not known and (made := kept.get("production")):
        try:
            handshake.set_production({name: made[name] for name in (*TEXTS, "strings") if made.get(name)})
        except (BadText, ValueError) as exc:
            log.error("what was being made is not known any more: %s", exc)
    station.on_production.append(lambda: kept.set("production", asdict(handshake.production)))


def _stay_offline(station: Station, kept: Remembered, power_up: bool) -> None:
    """The engineer's switch outlives the process; after a power-up the station comes online by itself."""
    if power_up:
        kept.set("online", True)
    station.handshake.set_conditions(engineer_online=kept.get("online", True))
    station.on_online.append(lambda online: kept.set("online", online))


def _report(found: Reconciled, interrupted: Sequence[Finished]) -> None:
    """What a start has found, for the log."""
    source = "the generation before" if found.handed_over else "the retentive memory"
    log.info("the PLC's state comes from %s", source if found.from_memory else "the database")
    for finished in interrupted:
        number = finished.accepted.number
        log.warning("part %d was interrupted by a restart", number, extra=parts(number))
    for finished in found.unsaved:
        number = finished.accepted.number
        log.warning("result %d was offered before it was stored, it is stored now", number, extra=parts(number))
    for finished in found.restated:
        number = finished.accepted.number
        log.warning("result %d was offered otherwise than it was stored, the row follows", number, extra=parts(number))


def _without_steps(finished: Finished) -> Inspection:
    """What is left of an inspection whose process has ended."""
    outcome = finished.outcome
    judgement = {1: Judgement.PASS, 2: Judgement.FAIL}.get(outcome.judgement, Judgement.ERROR)
    cut_off = outcome.error_code == INTERRUPTED.number
    result = InspectionResult(
        judgement,
        reject_class=outcome.reject_class,
        message="interrupted by a restart" if cut_off else "stored after a restart, without its steps",
        error_code=outcome.error_code,
        timed_out=outcome.timed_out,
    )
    return Inspection(finished.accepted, None, result, outcome, finished.seq, finished_at_us=now_us())
