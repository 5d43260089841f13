"""What a generation is made of: prepared beside its predecessor, then opened in order on what that one let go."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from protocols import tags
from protocols.alarms import INTERRUPTED, OPCUA_NOT_SERVING
from protocols.ascii import AsciiServer
from protocols.codec import Orders
from protocols.handshake import Finished, Handshake, Rules
from protocols.image import ProcessImage
from protocols.modbus import ModbusServer
from protocols.opcua import OpcUaServer
from vision.cameras import make_camera
from vision.result import InspectionResult, Judgement

from . import __version__, generations, runtime
from .alarms import Alarms
from .archive import Archive
from .auth.token import load_token
from .configuration_state import ConfigurationState
from .inspection import Inspection
from .offload import Offload
from .opcua_setup import make_opcua
from .production import Production
from .recipe_record import RecipeRecord
from .recipes import RecipeBook
from .remembered import Remembered
from .scada import ScadaCommands, ScadaSink
from .settings import Settings
from .shifts import Shifts
from .station import Station
from .store import Store, StoreError
from .text_lines import TextStation, result_of
from .timing import now_us
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
    opcua_trouble: str = ""  # why it does not serve


async def prepare(settings: Settings, stack: AsyncExitStack) -> Prepared:
    """Recipes read and made ready, the OPC UA address space built."""
    modbus = settings.modbus
    image = ProcessImage(Orders(modbus.word_order, modbus.string_order))
    thread = Offload("files")
    stack.push_async_callback(thread.close)
    settings.station.data_folder.mkdir(parents=True, exist_ok=True)
    token = await thread(load_token, settings.station.data_folder)
    book = RecipeBook(settings.station.recipe_folder)
    stack.push_async_callback(book.close)
    ready = Prepared(image, book, thread, token, ScadaCommands(image), VisionSystem(settings, book), None)
    await asyncio.gather(book.load(), _build_opcua(settings, ready))
    return ready


async def _build_opcua(settings: Settings, ready: Prepared) -> None:
    if "opcua" not in generations.sockets:
        return
    try:
        ready.opcua = await make_opcua(settings, ready.image, ready.commands, ready.vision, ready.token, ready.thread)
    except Exception as exc:  # whatever keeps it from serving, the PLC's line runs
        _opcua_failed(ready, exc)


def _opcua_failed(ready: Prepared, exc: Exception) -> None:
    log.error("OPC UA does not serve: %s", exc, exc_info=exc)
    ready.opcua_trouble = f"{type(exc).__name__}: {exc}"


async def serve(settings: Settings, ready: Prepared, stack: AsyncExitStack) -> web.Application:
    """Open everything. What is opened first is closed last: Online falls before any port goes."""
    folder, zone = settings.station.data_folder, ZoneInfo(settings.time.zone)
    store = await stack.enter_async_context(Store.open(folder, settings.store, zone, lock_wait_s=PREDECESSOR_S))
    follow_alarms: list[Callable[[], object]] = []
    alarms = Alarms(store, lambda: [tell() for tell in follow_alarms])
    try:
        await alarms.restore()
    except StoreError as exc:
        log.error("the alarms of the last run cannot be read: %s", exc)
    kept = Remembered(folder / "remembered.json", ready.thread)
    kept.set("counted_since_us", kept.get("counted_since_us") or now_us())
    station = _make_station(settings, ready, store, alarms, zone, kept)
    configuration = ConfigurationState(settings, ready.book, ready.image, kept)
    await _resume(station, store, kept, ready.book, configuration)
    station.job_kept = lambda: kept.written(settings.station.commit_limit_ms / 1000)
    _note_start_and_stop(store, stack)
    record = RecipeRecord(store, kept)
    await record.started(ready.book)
    station.on_release = [record.released, lambda _: _recipe_released(station, configuration)]
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
    await _serve_plc(settings, modbus, ready, station, stack)
    alarms.set(OPCUA_NOT_SERVING, bool(ready.opcua_trouble), ready.opcua_trouble)
    archive = Archive(folder / "images", settings.archive, zone, store, alarms)
    stack.push_async_callback(archive.close)
    app = await open_web(settings, ready, station, store, archive, alarms, modbus, kept, follow_alarms, stack)
    follow_alarms.append(lambda: _show_alarms(alarms, ready.image))
    _show_alarms(alarms, ready.image)  # those of the start so far
    _follow(station, store, alarms)
    for run in (lambda: _maintain(store, archive), lambda: runtime.collect_garbage(lambda: station.idle)):
        await _background(run, stack)
    await stack.enter_async_context(station.running())
    return app


def _make_station(
    settings: Settings, ready: Prepared, store: Store, alarms: Alarms, zone: ZoneInfo, kept: Remembered
) -> Station:
    shifts = Shifts(settings.shifts, zone)
    production = Production(lambda: shifts.name(now_us()), kept.get("production"), settings.time.zone)
    production.on_change = lambda values: kept.set("production", values)
    rules = _rules(settings)
    station = Station(
        settings.station,
        make_camera(settings.camera),
        ready.book,
        ready.image,
        store,
        alarms,
        production,
        lambda line: Handshake(ready.image, line, store, rules),
    )
    ready.commands.station = station
    ready.vision.begin(station, store, kept)
    return station


def _rules(settings: Settings) -> Rules:
    modbus = settings.modbus
    return Rules(
        hand_over=settings.station.hand_over,
        min_trigger_interval_s=modbus.min_trigger_interval_ms / 1000,
        write_hold_s=modbus.write_hold_s,
        watchdog_s=modbus.watchdog_ms / 1000,
        watchdog_on_request=modbus.watchdog_source == "request",
        watchdog_action=modbus.watchdog_action,
        not_measured=modbus.not_measured,
        commit_limit_s=settings.station.commit_limit_ms / 1000,
    )


async def _resume(
    station: Station, store: Store, kept: Remembered, book: RecipeBook, configuration: ConfigurationState
) -> None:
    """Go on where the last process ended: a trigger that it left without a result is answered with ERROR, once."""
    recovered = store.recover()
    station.recipes_changed()
    job = kept.get("job", 0)
    station.on_job = [lambda number: kept.set("job", number), configuration.job_changed]
    station.activate(job if job in book.ready else min(book.ready, default=0))
    for finished in station.handshake.restore(recovered):
        log.warning("part %d was interrupted by a restart", finished.accepted.number)
        try:
            await store.save(_interrupted(finished))
        except StoreError as exc:  # a sick disk: it is stored when it takes it
            log.error("its result is not stored yet: %s", exc)
    if configuration.changed_since_last_time():
        station.handshake.config_changed()
    try:  # from now on the store holds the state as it is after this start
        await store.keep(station.handshake.retained())
    except StoreError as exc:
        log.error("the PLC's state is not stored yet: %s", exc)


def _note_start_and_stop(store: Store, stack: AsyncExitStack) -> None:
    """The journal's first and last lines of a generation."""
    why = "power-up" if store.recover().power_up else "restart"
    store.event("station", f"started after a {why}: vision-inspection {__version__}", "")
    stack.callback(lambda: store.event("station", "stopped", ""))


def _recipe_released(station: Station, configuration: ConfigurationState) -> None:
    """While running: the PLC sees that what it compares with is another one."""
    if configuration.changed_since_last_time():
        station.handshake.config_changed()


def _interrupted(finished: Finished) -> Inspection:
    result = InspectionResult(
        Judgement.ERROR, reject_class=65535, message="interrupted by a restart", error_code=INTERRUPTED.number
    )
    return Inspection(finished.accepted, None, result, finished.outcome, finished.seq, finished_at_us=now_us())


async def _serve_plc(
    settings: Settings, modbus: ModbusServer, ready: Prepared, station: Station, stack: AsyncExitStack
) -> None:
    """The PLC servers on the sockets that Gunicorn's master holds."""
    if (listener := generations.sockets.get("modbus")) is not None:
        await modbus.start(listener)
        stack.push_async_callback(modbus.stop)
    await _serve_scada(ready, station, stack)
    await _serve_text(settings, ready, station, stack)


async def _serve_scada(ready: Prepared, station: Station, stack: AsyncExitStack) -> None:
    if ready.opcua is None:
        return
    stack.push_async_callback(ready.opcua.stop)
    stack.push_async_callback(ready.vision.close)
    try:
        await ready.opcua.start(generations.sockets["opcua"])
    except Exception as exc:  # as above
        _opcua_failed(ready, exc)
    else:
        sink = ScadaSink(ready.opcua, station)
        station.line.sinks.append(sink.result)
        station.on_state.append(sink.state_changed)
        if (model := ready.opcua.machine_vision) is not None:
            ready.vision.tell(model)


async def _serve_text(settings: Settings, ready: Prepared, station: Station, stack: AsyncExitStack) -> None:
    if (listener := generations.sockets.get("ascii")) is None:
        return
    lines = TextStation(station, ready.image)
    server = AsciiServer(lines, settings.ascii)
    await server.start(listener)
    stack.push_async_callback(server.stop)
    station.line.sinks.append(lines.inspected)
    station.line.sinks.append(lambda inspection: server.publish(result_of(inspection)))


def _follow(station: Station, store: Store, alarms: Alarms) -> None:
    """What one part of the station tells another."""

    store.on_health(station.storage_changed)
    station.storage_changed(store.healthy)
    alarms.follow(store)
    station.line.sinks.append(lambda _: station.show_yield())
    station.on_counters_reset.append(station.show_yield)
    station.show_yield()


def _show_alarms(alarms: Alarms, image: ProcessImage) -> None:
    error, warning = alarms.error_code, alarms.warning_code
    image.set(tags.ERROR_CODE, error)
    image.set(tags.ERROR, error > 0)
    image.set(tags.WARNING_CODE, warning)
    image.set(tags.WARNING, warning > 0)
    image.set(tags.ERROR_TEXT, alarms.active[0].text if alarms.active else "")


async def _background(run: Callable[[], Awaitable[Any]], stack: AsyncExitStack) -> None:
    task = asyncio.ensure_future(run())

    async def end() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end)


async def _maintain(store: Store, archive: Archive) -> None:
    """Retention, in slices; a disk that cannot be read is an alarm of the store's, not our end."""
    with contextlib.suppress(StoreError):
        await archive.sweep()
    while True:
        await asyncio.sleep(MAINTENANCE_S)
        with contextlib.suppress(StoreError):
            await archive.forget(await store.maintain())
            await archive.maintain()
