"""A generation comes to serve: on what its predecessor hands over, or on what the last process has left."""

import logging
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from aiohttp import web

from protocols.alarms import NOT_RETENTIVE, SIMULATION, VISION_CRASHED, VISION_NOT_ANSWERING
from protocols.handshake import Finished
from protocols.retentive import Reconciled, RetentiveMemory, handed_over, reconcile
from vision.result import Judgement

from . import __version__, generations, housekeeping, priority, runtime
from .alarms import Alarms
from .assembly import Assembly, assemble
from .background import beside
from .beats import follow_beats
from .draining import DRAINING
from .generations import Mark, shared
from .handover import Giver, HandoverFailed, Predecessor
from .image_tags import ImageTags, base_url
from .inspection import Inspection
from .model_building import build_models
from .opcua_setup import cache_types
from .plc_servers import open_modbus, open_other_servers
from .preparing import Prepared, look_again, prepare
from .resuming import bring_back, note_configuration, settle
from .retentive import open_memory, share_memory
from .settings import Settings
from .station import Station
from .store import Locked, Store, StoreError
from .timing import now_us

__all__ = ["prepare", "serve"]

log = logging.getLogger(__name__)

PREDECESSOR_S = 15.0  # how long a predecessor that is not known may take to let go of the data folder
HANGS_S = 5.0  # and one that can be ended


@dataclass(frozen=True, slots=True)
class Start:
    """What a start goes on from."""

    found: Reconciled
    interrupted: Sequence[Finished] = ()  # triggers that got ERROR for a result

    @property
    def handed_over(self) -> bool:
        return self.found.handed_over


async def serve(settings: Settings, ready: Prepared, stack: AsyncExitStack) -> web.Application:
    """Open everything. What is opened first is closed last: Online falls before any port goes."""
    store = Store(settings.station.data_folder, settings.store, ZoneInfo(settings.time.zone))
    stack.push_async_callback(store.close)
    predecessor = Predecessor.reach()
    if predecessor is not None:
        stack.callback(predecessor.close)
        await store.foresee()
    memory, why_none = await _memory(settings, ready, store, predecessor)
    made = assemble(settings, ready, store, memory, stack)
    if memory:
        stack.callback(memory.close)
    start = None
    if predecessor is not None and not store.begun:
        start = await _taken_over(made, predecessor, stack)
    if not store.begun:
        await _begin(store, predecessor)
    start = start or await _restarted(made)
    made.alarms.set(NOT_RETENTIVE, memory is None, why_none)
    await _note_start(made, start, stack)
    async with AsyncExitStack() as line:
        if start.handed_over:  # its PLC waits for TriggerReady
            await line.enter_async_context(made.station.running())
        else:
            await open_modbus(made.modbus, ready, made.alarms, stack)
        await _open_servers(made, stack)
        if not start.handed_over:
            await line.enter_async_context(made.station.running())
        stack.push_async_exit(line.pop_all())
    return made.app


async def _memory(
    settings: Settings, ready: Prepared, store: Store, predecessor: Predecessor | None
) -> tuple[RetentiveMemory | None, str]:
    """Beside a predecessor the one that it writes; else, in a data folder that has been taken, our own."""
    folder = settings.station.data_folder
    if predecessor is not None:
        memory = await share_memory(folder, store.boot_id, ready.thread)
        if memory is not None and memory.read() is not None:
            return memory, ""
    await _begin(store, predecessor)
    memory, why_none = await open_memory(folder, store.boot_id, ready.thread)
    if memory is not None:
        memory.close()  # nothing is written before it was read, whatever turns the parts take till then
    return memory, why_none


async def _begin(store: Store, predecessor: Predecessor | None) -> None:
    """Take the data folder, as soon as the predecessor has let go of it."""
    shared[Mark.VALIDATED] = generations.age
    priority.lead()
    try:
        await store.begin(PREDECESSOR_S if predecessor is None else HANGS_S)
    except Locked:
        if predecessor is None:
            raise
        await predecessor.end()
        await store.begin()


async def _taken_over(made: Assembly, predecessor: Predecessor, stack: AsyncExitStack) -> Start | None:
    """Own what a predecessor hands over, its PLCs' connections first; None where it closes down instead, or is gone.

    Raises:
        HandoverFailed: It goes on.
    """
    station, memory = made.station, made.memory
    assert memory is not None
    await made.ready.thread(station.camera.camera.prepare)
    if not await predecessor.relieved():
        return None
    await look_again(made.ready)
    await _restore_alarms(made.alarms)
    made.kept.read()
    priority.lead()
    handed = await predecessor.hands()
    if handed is None:
        return None
    left = memory.read()
    if left is None:
        raise HandoverFailed("what it left in the retentive memory cannot be read")
    station.handshake.set_conditions(handing_over=True)
    found = handed_over(left)
    start = Start(found, bring_back(station, made.kept, made.configuration, made.ready.book, found))
    await predecessor.own()
    memory.take()
    station.handshake.remember()
    made.modbus.know(handed.modbus)
    note_configuration(station, made.configuration)
    for connection, read in handed.connections:
        await made.modbus.adopt(connection, read)
    await open_modbus(made.modbus, made.ready, made.alarms, stack)
    made.began = time.monotonic()
    return start


async def _restarted(made: Assembly) -> Start:
    """Go on on what the last process has left: the retentive memory first, the database second."""
    memory = made.memory
    await look_again(made.ready)
    await _restore_alarms(made.alarms)
    made.kept.read()
    found = reconcile(memory.read() if memory else None, made.store.recover())
    if memory:
        memory.take()
        if not found.from_memory:
            memory.forget()
    interrupted = bring_back(made.station, made.kept, made.configuration, made.ready.book, found)
    made.station.handshake.remember()
    note_configuration(made.station, made.configuration)
    made.began = time.monotonic()
    return Start(found, interrupted)


async def _restore_alarms(alarms: Alarms) -> None:
    """Those of the last run that still stand."""
    try:
        await alarms.restore()
    except StoreError as exc:
        log.error("the alarms of the last run cannot be read: %s", exc)


async def _note_start(made: Assembly, start: Start, stack: AsyncExitStack) -> None:
    """All that database, journal and the small file are told of a start."""
    store, kept, ready = made.store, made.kept, made.ready
    ready.doors.journal = store.event
    ready.vision.started(kept)
    _vision_begins_anew(made.alarms, store)
    kept.set("counted_since_us", kept.get("counted_since_us") or now_us())
    await settle(made.station, store, start.found, start.interrupted)
    await made.counting.restore()
    why = "reload" if start.handed_over else "power-up" if start.found.power_up else "restart"
    store.event("station", f"started after a {why}: vision-inspection {__version__}", "")
    stack.callback(lambda: store.event("station", "stopped", ""))
    await made.record.started(ready.book)
    _follow_jobs(made)
    _follow(made.station, store, made.alarms)


async def _open_servers(made: Assembly, stack: AsyncExitStack) -> None:
    settings, ready, station, store, archive = made.settings, made.ready, made.station, made.store, made.archive
    await open_other_servers(ready, station, settings, made.alarms, stack)
    images = ImageTags(ready.image, base_url(settings))
    archive.on_kept.append(images.kept)
    await images.begin(store)
    for show in made.show_alarms:  # those of the start so far
        show()
    follow_beats(settings.station.name, station, made.alarms)
    beside(made.counting.run, stack)
    beside(partial(housekeeping.run, store, archive, made.storage, ready.vision.noted), stack)
    beside(partial(runtime.collect_garbage, lambda: station.idle), stack)
    beside(build_models, stack)
    if ready.types:
        beside(partial(cache_types, ready.types, lambda: station.idle), stack)
    giver = Giver(station, made.modbus, store, archive, made.kept, made.memory, ready.standstill, ready.book.changing)
    giver.on_given += [made.app[DRAINING].begin, partial(_close_others, ready)]
    beside(giver.run, stack)


async def _close_others(ready: Prepared) -> None:
    """Clients of these connect again, and so to the generation that serves."""
    if ready.opcua is not None:
        await ready.opcua.stop()
    if ready.text is not None:
        await ready.text.stop()


def _follow_jobs(made: Assembly) -> None:
    station, record, ready = made.station, made.record, made.ready
    products = ready.vision.catalogue
    changed = partial(note_configuration, station, made.configuration)
    products.started(ready.book.ready)
    products.job_active(station.handshake.conditions.job)
    station.jobs.on_job.append(products.job_active)
    station.jobs.on_release = [record.released, products.released, lambda _: changed()]
    station.jobs.on_withdrawal = [record.withdrawn, products.forget, lambda *_: changed()]


def _vision_begins_anew(alarms: Alarms, store: Store) -> None:
    """What hung, and what was simulated, has ended with the process before; what crashed it is told."""
    alarms.clear(VISION_NOT_ANSWERING)
    alarms.clear(SIMULATION)
    if crash := generations.vision.take_news():
        alarms.raise_(VISION_CRASHED, crash)
        store.event("vision", f"the inspection crashed, the station started over: {crash}", "")


def _follow(station: Station, store: Store, alarms: Alarms) -> None:
    """What one part of the station tells another."""
    alarms.follow(store)
    station.line.sinks.append(lambda _: station.show_yield())
    station.line.sinks.append(lambda done: _judged(done, alarms))
    station.on_counters_reset.append(lambda _: station.show_yield())
    station.show_yield()


def _judged(done: Inspection, alarms: Alarms) -> None:
    if done.result.judgement is not Judgement.ERROR:
        alarms.clear(VISION_CRASHED)
