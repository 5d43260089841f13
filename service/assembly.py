"""All parts of a generation, put together. Nothing is opened, written or served yet: a predecessor may still serve."""

import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from aiohttp import web

from protocols import tags
from protocols.handshake import Handshake
from protocols.image import ProcessImage
from protocols.modbus import ModbusServer
from protocols.retentive import RetentiveMemory
from vision.cameras import make_camera

from . import __version__, remembered
from .alarms import Alarms
from .archive import Archive
from .configuration_state import ConfigurationState
from .counting import Counting
from .handshake_rules import rules_of
from .offload import Offload
from .preparing import Prepared
from .recipe_record import RecipeRecord
from .remembered import Remembered
from .settings import Settings
from .shifts import Shifts
from .station import Station
from .storage import Storage
from .store import Store
from .timing import now_us
from .user_values import UserValues
from .web import make_web
from .writers import AllowedWriters


@dataclass(slots=True)
class Assembly:
    """The parts, each told of the others that it needs."""

    settings: Settings
    ready: Prepared
    store: Store
    memory: RetentiveMemory | None
    alarms: Alarms
    kept: Remembered
    station: Station
    counting: Counting
    configuration: ConfigurationState
    record: RecipeRecord
    modbus: ModbusServer
    archive: Archive
    storage: Storage
    app: web.Application
    show_alarms: Sequence[Callable[[], None]]  # again, as they stand
    began: float  # when it became the generation that serves, CLOCK_MONOTONIC

    @property
    def uptime_s(self) -> int:
        return int(time.monotonic() - self.began)


def assemble(
    settings: Settings, ready: Prepared, store: Store, memory: RetentiveMemory | None, stack: AsyncExitStack
) -> Assembly:
    """`stack` closes what is made here; the store, which all of it writes to, must be on it before."""
    follow: list[Callable[[], object]] = []
    alarms = Alarms(store, lambda: [tell() for tell in follow])
    kept = Remembered(settings.station.data_folder / remembered.FILE, ready.thread)
    station = _make_station(settings, ready, store, alarms, kept, memory)
    counting = ready.commands.counting = Counting(store, ready.image, lambda: station.handshake.context)
    writers = AllowedWriters(kept, station.note, now_us)
    modbus = ModbusServer(
        ready.image,
        station.handshake,
        settings.modbus,
        station_name=settings.station.name,
        version=__version__,
        utc_us=now_us,
        uptime_s=lambda: assembly.uptime_s,
        allowed=writers.addresses,
        closed=lambda: not ready.doors.users.administered,
    )
    archive = Archive(
        settings.station.data_folder / "images", settings.archive, ZoneInfo(settings.time.zone), store, alarms
    )
    stack.push_async_callback(archive.close)
    ready.vision.keep_images(archive)
    disk = Offload("storage")
    stack.push_async_callback(disk.close)
    storage = Storage(settings, store, archive, disk)
    app = make_web(settings, ready, station, store, archive, storage, alarms, modbus, writers, kept, follow, stack)
    shown = partial(_show_alarms, alarms, ready.image), partial(ready.vision.alarms_changed, alarms)
    follow.extend(shown)
    store.on_health(station.storage_changed)
    station.storage_changed(store.healthy)
    assembly = Assembly(
        settings,
        ready,
        store,
        memory,
        alarms,
        kept,
        station,
        counting,
        ConfigurationState(settings, ready.book, ready.image, kept),
        RecipeRecord(store, kept),
        modbus,
        archive,
        storage,
        app,
        shown,
        time.monotonic(),
    )
    return assembly


def _make_station(
    settings: Settings,
    ready: Prepared,
    store: Store,
    alarms: Alarms,
    kept: Remembered,
    memory: RetentiveMemory | None,
) -> Station:
    shifts, rules = Shifts(settings.shifts, ZoneInfo(settings.time.zone)), rules_of(settings)
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
    station.written = lambda: kept.written(settings.station.commit_limit_ms / 1000)
    ready.commands.station = station
    ready.vision.begin(station, store, kept, alarms)
    ready.history.begin(store)
    return station


def _show_alarms(alarms: Alarms, image: ProcessImage) -> None:
    """ErrorCode, WarningCode and what goes with them."""
    error, warning = alarms.error_code, alarms.warning_code
    image.set(tags.ERROR_CODE, error)
    image.set(tags.ERROR, error > 0)
    image.set(tags.WARNING_CODE, warning)
    image.set(tags.WARNING, warning > 0)
    image.set(tags.ERROR_TEXT, alarms.active[0].text if alarms.active else "")
