"""The web side of a generation: REST, Socket.IO, live frames and console on one aiohttp application."""

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import cv2
import numpy as np
from aiohttp import web

from protocols.modbus import ModbusServer
from vision.frame import Frame

from . import __version__
from .addresses import binds, split
from .alarms import Alarms
from .api import add_routes
from .archive import Archive
from .backup_runs import BackupRuns
from .bench import Door
from .doctor import PartRecorder
from .doctor.bits import BitRecorder
from .doctor.ward import Ward
from .doctor.wave import Waves
from .drafting import Drafting
from .evaluation.runs import Evaluations
from .events import Events
from .facade import Facade
from .forces import Forces, Standing
from .hub import Hub
from .live import FrameSource
from .metrics.scrape import Metrics
from .observed import Observed
from .offload import Offload
from .previews import Hindrance, Previews
from .product_facade import ProductFacade
from .recipe_facade import RecipeFacade
from .reloads import Reloads
from .remembered import Remembered
from .restores import Restores
from .settings import Settings
from .simulated_plc import SimulatedPlc
from .states import ONLINE
from .station import Station
from .storage import Storage
from .store import Store
from .tag_watch import Present, TagWatch
from .timing import now_us
from .uploads import Uploads
from .user_values import user_layout
from .web_console import add_console, console_build
from .workbench import Workbench
from .writers import AllowedWriters

if TYPE_CHECKING:
    from .preparing import Prepared


def make_web(
    settings: Settings,
    ready: "Prepared",
    station: Station,
    store: Store,
    archive: Archive,
    storage: Storage,
    alarms: Alarms,
    modbus: ModbusServer,
    writers: AllowedWriters,
    kept: Remembered,
    follow_alarms: list[Callable[[], object]],
    stack: AsyncExitStack,
) -> web.Application:
    """The application, its sinks joined to the line; it serves once the worker puts it on its socket."""
    encoder = Offload("encode")
    stack.push_async_callback(encoder.close)
    live = _live(settings, station, encoder)
    observed = Observed(settings, ready, station, store, modbus, stack)
    metrics = observed.metrics(archive, storage, alarms, live, encoder)
    shelf = RecipeFacade(ready.book, station)
    forces = _forces(settings, ready, station, stack)
    hub = Hub(
        settings=settings,
        station=_facade(settings, ready, station, alarms, modbus, kept, observed, forces),
        alarms=alarms,
        recipes=shelf,
        products=ProductFacade(ready.vision.catalogue, ready.book, station),
        store=store,
        archive=archive,
        storage=storage,
        image=ready.image,
        modbus=modbus,
        writers=writers,
        tag_watch=_tag_watch(ready, station, modbus),
        forces=forces,
        simulated_plc=SimulatedPlc(ready.image, station.handshake, station.note),
        opcua=ready.opcua,
        waves=_waves(ready, station, modbus),
        ward=_ward(settings, ready, station, modbus, stack),
        live=live,
        previews=_previews(settings, station, encoder),
        metrics=metrics,
        offload=encoder,
        log=ready.log,
        backups=_backups(stack),
        restores=_restores(settings, stack),
        reloads=_reloads(stack),
        uploads=_uploads(settings, station, stack),
        evaluations=_evaluations(settings, stack),
        files=ready.vision.files,
        workbench=Workbench(shelf, station.note, settings.station.data_folder),
        drafts=Drafting(shelf, ready.book, station.note),
        bench=_bench(stack),
        doors=ready.doors,
        token=ready.token,
        bind=split(binds(settings)["http"])[0],
        version=__version__,
        build=console_build(),
        standstill=ready.standstill,
    )
    station.on_counters_reset.append(lambda who: _note_reset(kept, who))
    return _application(hub, station, archive, metrics, follow_alarms)


def _application(
    hub: Hub, station: Station, archive: Archive, metrics: Metrics, follow_alarms: list[Callable[[], object]]
) -> web.Application:
    """With all that is pushed to browsers."""
    app = web.Application()
    add_routes(app, hub)
    events = Events(hub)
    events.attach(app)
    metrics.browsers = lambda: len(events)
    add_console(app)
    _follow(station, archive, hub.live, events)
    follow_alarms.append(events.alarms_changed)
    station.on_counters_reset.append(lambda _: events.counters_changed())
    hub.forces.on_change.append(events.state_changed)
    return app


def _note_reset(kept: Remembered, who: str) -> None:
    kept.set("counted_since_us", now_us())
    kept.set("counters_reset_by", who)


def _tag_watch(ready: "Prepared", station: Station, modbus: ModbusServer) -> TagWatch:
    """For the table of tags; its look at what changed costs a beat a few microseconds."""

    def present() -> Present:
        writing = any(client.controls and client.connections for client in modbus.clients())
        return Present(writing, ready.opcua is not None and ready.opcua.sessions() > 0, station.state in ONLINE)

    opcua = ready.opcua
    newest = (lambda: opcua.newest) if opcua else tuple
    watch = TagWatch(ready.image, now_us, present, lambda: ready.image.overlay.tags, newest)
    station.on_beat.append(watch.look)
    return watch


def _forces(settings: Settings, ready: "Prepared", station: Station, stack: AsyncExitStack) -> Forces:
    """They end within the turn that takes the station online, and with the process, while the journal still writes."""

    def standing() -> Standing:
        handshake = station.handshake
        return Standing(handshake.online, handshake.open_count, handshake.conditions.handing_over)

    forces = Forces(ready.image, user_layout(settings), standing, station.note)
    station.on_beat.append(forces.look)
    station.handshake.on_turn.insert(0, forces.turn)
    stack.callback(forces.stop)
    return forces


def _bench(stack: AsyncExitStack) -> Door:
    door = Door()
    stack.push_async_callback(door.close)
    return door


def _backups(stack: AsyncExitStack) -> BackupRuns:
    thread = Offload("backup")
    stack.push_async_callback(thread.close)
    runs = BackupRuns(thread)
    stack.push_async_callback(runs.close)
    return runs


def _restores(settings: Settings, stack: AsyncExitStack) -> Restores:
    thread = Offload("restore")
    stack.push_async_callback(thread.close)
    runs = Restores(settings.station.data_folder, thread, settings.archive.min_free_mb << 20)
    stack.push_async_callback(runs.close)
    return runs


def _reloads(stack: AsyncExitStack) -> Reloads:
    made = Reloads()
    stack.push_async_callback(made.close)
    return made


def _uploads(settings: Settings, station: Station, stack: AsyncExitStack) -> Uploads:
    thread = Offload("uploads")
    stack.push_async_callback(thread.close)
    return Uploads(settings.station.data_folder, thread, station.camera, settings.archive.min_free_mb << 20)


def _evaluations(settings: Settings, stack: AsyncExitStack) -> Evaluations:
    thread = Offload("evaluations")
    stack.push_async_callback(thread.close)
    runs = Evaluations(settings.station.data_folder, thread)
    stack.push_async_callback(runs.close)
    return runs


def _waves(ready: "Prepared", station: Station, modbus: ModbusServer) -> Waves:
    bits = BitRecorder(ready.image, time.monotonic_ns)
    station.handshake.on_turn.append(bits.look)
    return Waves(bits, modbus.trace)


def _ward(settings: Settings, ready: "Prepared", station: Station, modbus: ModbusServer, stack: AsyncExitStack) -> Ward:
    thread = Offload("doctor")
    stack.push_async_callback(thread.close)
    recorder = PartRecorder(ready.image, modbus.trace.longer.changed)
    recorder.follow(station.line, time.monotonic_ns)
    return Ward(modbus, recorder, settings.modbus, ZoneInfo(settings.time.zone), thread)


def _facade(
    settings: Settings,
    ready: "Prepared",
    station: Station,
    alarms: Alarms,
    modbus: ModbusServer,
    kept: Remembered,
    observed: Observed,
    forces: Forces,
) -> Facade:
    def clients() -> tuple[int, int]:
        plc = sum(client.connections > 0 for client in modbus.clients())
        return plc, ready.opcua.sessions() if ready.opcua else 0

    return Facade(
        settings.station.name,
        station,
        ready.book,
        alarms,
        clients,
        lambda: (kept.get("counted_since_us", 0), kept.get("counters_reset_by", "")),
        observed.readiness,
        forces,
    )


def _live(settings: Settings, station: Station, encoder: Offload) -> FrameSource:
    async def encode(frame: Frame, size: tuple[int, int], quality: int) -> bytes:
        return await encoder(_jpeg, frame, size, quality)

    return FrameSource(settings.live, encode, station.camera)


def _previews(settings: Settings, station: Station, encoder: Offload) -> Previews:
    def line() -> Hindrance:
        if station.handshake.online:
            return Hindrance.ONLINE
        return Hindrance.NONE if station.idle else Hindrance.PART

    return Previews(station.camera, line, encoder, settings.station.acquisition_limit_ms)


def _follow(station: Station, archive: Archive, live: FrameSource, events: Events) -> None:
    """Whom a finished part and a changed state are told."""
    station.line.sinks += [
        archive.inspected,
        events.result,
        lambda _: events.counters_changed(),
        live.inspected,
    ]
    station.on_state.append(events.state_changed)


def _jpeg(frame: Frame, size: tuple[int, int], quality: int) -> bytes:
    """Scaled and 8-bit."""
    image: Any = frame.image
    if image.dtype == np.uint16:
        image = cv2.convertScaleAbs(image, alpha=255.0 / frame.full_scale)
    if size != (frame.width, frame.height):
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"no JPEG of an image of shape {image.shape}")
    return data.tobytes()
