"""What a generation is made of: prepared beside its predecessor, then opened in order on what that one let go."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from zoneinfo import ZoneInfo

from aiohttp import web

from protocols import tags
from protocols.alarms import SIMULATION, VISION_CRASHED, VISION_NOT_ANSWERING
from protocols.ascii import AsciiServer
from protocols.codec import Orders
from protocols.handshake import Handshake
from protocols.image import ProcessImage
from protocols.modbus import ModbusServer
from protocols.opcua import OpcUaServer
from protocols.opcua.machine_vision import TypeSpace
from protocols.opcua.trust import TrustList
from protocols.retentive import RetentiveMemory
from vision.cameras import make_camera
from vision.result import Judgement

from . import __version__, generations, remembered, runtime
from .alarms import Alarms
from .archive import Archive
from .auth.doors import Doors
from .auth.token import load_token
from .auth.users import Users
from .background import beside
from .beats import follow_beats
from .configuration_state import ConfigurationState
from .counting import Counting
from .handshake_rules import rules_of
from .history import ResultHistory
from .inspection import Inspection
from .kept_server import KeptServer
from .logs.setup import Log
from .offload import Offload
from .opcua_setup import cache_types, make_opcua, types_of
from .plc_servers import open_plc_servers
from .recipe_record import RecipeRecord
from .recipes import RecipeBook
from .remembered import Remembered
from .resuming import resume
from .retentive import open_memory
from .scada import ScadaCommands
from .settings import Settings
from .shifts import Shifts
from .station import Station
from .store import Store, StoreError
from .timing import now_us
from .user_values import UserValues
from .vision_system import VisionSystem
from .web import open_web

log = logging.getLogger(__name__)

PREDECESSOR_S = 15.0  # how long a predecessor may take to let go of the data folder
MAINTENANCE_S = 60.0


@dataclass(slots=True)
class Prepared:
    """What needs neither the data folder's lock nor the camera."""

    image: ProcessImage
    book: RecipeBook
    thread: Offload  # for small files
    token: str
    commands: ScadaCommands
    vision: VisionSystem
    opcua: OpcUaServer | None
    history: ResultHistory
    doors: Doors
    text: AsciiServer | None = None  # once it is there
    types: TypeSpace | None = None  # of `opcua`, to be cached; None = they are
    servers: dict[str, KeptServer] = field(default_factory=dict)  # on the PLC's sockets, by name
    log: Log = field(default_factory=Log)


async def prepare(settings: Settings, stack: AsyncExitStack) -> Prepared:
    """Recipes read and made ready, the OPC UA address space built."""
    modbus = settings.modbus
    image = ProcessImage(Orders(modbus.word_order, modbus.string_order))
    thread = Offload("files")
    stack.push_async_callback(thread.close)
    settings.station.data_folder.mkdir(parents=True, exist_ok=True)
    token = await thread(load_token, settings.station.data_folder)
    hashing = Offload("passwords")
    stack.push_async_callback(hashing.close)
    doors = await hashing(_doors, settings, token, hashing)
    book = RecipeBook(settings.station.recipe_folder)
    stack.push_async_callback(book.close)
    vision = VisionSystem(settings, book)
    ready = Prepared(image, book, thread, token, ScadaCommands(image), vision, None, ResultHistory(vision), doors)
    await asyncio.gather(book.load(), _build_opcua(settings, ready))
    return ready


def _doors(settings: Settings, token: str, hashing: Offload) -> Doors:
    folder = settings.station.data_folder
    doors = Doors(token, Users(folder), TrustList(folder / "pki"), hashing)
    for problem in doors.trust.load():
        log.warning("%s", problem)
    return doors


async def _build_opcua(settings: Settings, ready: Prepared) -> None:
    if "opcua" not in generations.sockets and "opcua" not in generations.taken:
        return
    try:
        types = types_of(settings)
        ready.opcua = await make_opcua(
            settings, ready.image, ready.commands, ready.vision, ready.history, ready.token, ready.doors, types
        )
        ready.types = None if types.warm else types
    except Exception:  # whatever keeps it from being built, the PLC's line runs
        log.exception("OPC UA cannot be built")


async def serve(settings: Settings, ready: Prepared, stack: AsyncExitStack) -> web.Application:
    """Open everything. What is opened first is closed last: Online falls before any port goes."""
    folder, zone = settings.station.data_folder, ZoneInfo(settings.time.zone)
    store = await stack.enter_async_context(Store.open(folder, settings.store, zone, lock_wait_s=PREDECESSOR_S))
    follow_alarms: list[Callable[[], object]] = []
    alarms = await _open_alarms(store, follow_alarms)
    ready.doors.journal = store.event
    _vision_begins_anew(alarms, store)
    kept = Remembered(folder / remembered.FILE, ready.thread)
    memory = await open_memory(folder, store.recover().boot_id, ready.thread, alarms)
    if memory:
        stack.callback(memory.close)
    kept.set("counted_since_us", kept.get("counted_since_us") or now_us())
    station = _make_station(settings, ready, store, alarms, zone, kept, memory)
    configuration = ConfigurationState(settings, ready.book, ready.image, kept)
    found = await resume(station, store, kept, ready.book, configuration, memory)
    station.written = lambda: kept.written(settings.station.commit_limit_ms / 1000)
    counting = ready.commands.counting = Counting(store, ready.image, lambda: station.handshake.context)
    await counting.restore()
    _note_start_and_stop(store, found.power_up, stack)
    record = RecipeRecord(store, kept)
    await record.started(ready.book)
    _follow_jobs(station, ready, record, configuration)
    began = time.monotonic()
    modbus = ModbusServer(
        ready.image,
        station.handshake,
        settings.modbus,
        station_name=settings.station.name,
        version=__version__,
        utc_us=now_us,
        uptime_s=lambda: int(time.monotonic() - began),
    )
    await open_plc_servers(modbus, ready, station, settings, alarms, stack)
    archive = Archive(folder / "images", settings.archive, zone, store, alarms)
    stack.push_async_callback(archive.close)
    ready.vision.keep_images(archive)
    app = await open_web(settings, ready, station, store, archive, alarms, modbus, kept, follow_alarms, stack)
    shown = partial(_show_alarms, alarms, ready.image), partial(ready.vision.alarms_changed, alarms)
    follow_alarms.extend(shown)
    for show in shown:  # those of the start so far
        show()
    _follow(station, store, alarms)
    follow_beats(settings.station.name, station, alarms)
    beside(counting.run, stack)
    beside(partial(_maintain, store, archive, ready.vision), stack)
    beside(partial(runtime.collect_garbage, lambda: station.idle), stack)
    if ready.types:
        beside(partial(cache_types, ready.types, lambda: station.idle), stack)
    await stack.enter_async_context(station.running())
    return app


def _follow_jobs(station: Station, ready: Prepared, record: RecipeRecord, configuration: ConfigurationState) -> None:
    products, changed = ready.vision.catalogue, partial(_recipe_released, station, configuration)
    products.started(ready.book.ready)
    products.job_active(station.handshake.conditions.job)
    station.jobs.on_job.append(products.job_active)
    station.jobs.on_release = [record.released, products.released, lambda _: changed()]
    station.jobs.on_withdrawal = [record.withdrawn, products.forget, lambda *_: changed()]


async def _open_alarms(store: Store, follow: list[Callable[[], object]]) -> Alarms:
    """Those of the last run that still stand; `follow` is called after each change."""
    alarms = Alarms(store, lambda: [tell() for tell in follow])
    try:
        await alarms.restore()
    except StoreError as exc:
        log.error("the alarms of the last run cannot be read: %s", exc)
    return alarms


def _vision_begins_anew(alarms: Alarms, store: Store) -> None:
    """What hung, and what was simulated, has ended with the process before; what crashed it is told."""
    alarms.clear(VISION_NOT_ANSWERING)
    alarms.clear(SIMULATION)
    if crash := generations.vision.take_news():
        alarms.raise_(VISION_CRASHED, crash)
        store.event("vision", f"the inspection crashed, the station started over: {crash}", "")


def _make_station(
    settings: Settings,
    ready: Prepared,
    store: Store,
    alarms: Alarms,
    zone: ZoneInfo,
    kept: Remembered,
    memory: RetentiveMemory | None,
) -> Station:
    shifts, rules = Shifts(settings.shifts, zone), rules_of(settings)
    user = UserValues(rules.user)
    station = Station(
        settings.station,
        make_camera(settings.camera),
        ready.book,
        ready.image,
        store,
        alarms,
        settings.time.zone,
        lambda line: Handshake(ready.image, line, store, rules, memory=memory, shifts=shifts),
    )
    station.line.user_values = user.of
    ready.commands.station = station
    ready.vision.begin(station, store, kept, alarms)
    ready.history.begin(store)
    return station


def _note_start_and_stop(store: Store, power_up: bool, stack: AsyncExitStack) -> None:
    """The journal's first and last lines of a generation."""
    why = "power-up" if power_up else "restart"
    store.event("station", f"started after a {why}: vision-inspection {__version__}", "")
    stack.callback(lambda: store.event("station", "stopped", ""))


def _recipe_released(station: Station, configuration: ConfigurationState) -> None:
    """While running: the PLC sees that what it compares with is another one."""
    if configuration.changed_since_last_time():
        station.handshake.config_changed()


def _follow(station: Station, store: Store, alarms: Alarms) -> None:
    """What one part of the station tells another."""

    store.on_health(station.storage_changed)
    station.storage_changed(store.healthy)
    alarms.follow(store)
    station.line.sinks.append(lambda _: station.show_yield())
    station.line.sinks.append(lambda done: _judged(done, alarms))
    station.on_counters_reset.append(station.show_yield)
    station.show_yield()


def _judged(done: Inspection, alarms: Alarms) -> None:
    if done.result.judgement is not Judgement.ERROR:
        alarms.clear(VISION_CRASHED)


def _show_alarms(alarms: Alarms, image: ProcessImage) -> None:
    error, warning = alarms.error_code, alarms.warning_code
    image.set(tags.ERROR_CODE, error)
    image.set(tags.ERROR, error > 0)
    image.set(tags.WARNING_CODE, warning)
    image.set(tags.WARNING, warning > 0)
    image.set(tags.ERROR_TEXT, alarms.active[0].text if alarms.active else "")


async def _maintain(store: Store, archive: Archive, vision: VisionSystem) -> None:
    """Retention, in slices; a disk that cannot be read is an alarm of the store's, not our end."""
    with contextlib.suppress(StoreError):
        await archive.sweep()
    while True:
        await asyncio.sleep(MAINTENANCE_S)
        with contextlib.suppress(StoreError):
            if images := await store.maintain():
                await archive.forget(images)
                vision.noted("retention", f"{len(images)} images went with their results, which were too old", "")
            await archive.maintain()
