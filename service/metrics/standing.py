"""What stands in the station at the moment of a scrape. Read on the event loop, in well under a millisecond."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from protocols.alarms import BY_NUMBER, Severity
from protocols.ascii import AsciiServer
from protocols.handshake.types import Reject, Source
from protocols.modbus import ModbusServer
from service import __version__
from service.alarms import Alarms
from service.archive import Archive
from service.checks import Checks
from service.live import FrameSource
from service.logs.setup import Log
from service.offload import Offload
from service.recipes import RecipeBook
from service.states import State
from service.station import Station
from service.storage import Storage
from service.store import Store

from . import table
from .metric import Metric, Spread, Value

if TYPE_CHECKING:
    from protocols.opcua import OpcUaServer
    from service.api.models import Readiness


_DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where it is read. `opcua` None = it is disabled, or could not be built."""

    name: str
    station: Station
    book: RecipeBook
    store: Store
    archive: Archive
    storage: Storage
    alarms: Alarms
    checks: Checks
    modbus: ModbusServer
    opcua: "OpcUaServer | None"
    text: AsciiServer | None
    live: FrameSource
    encoder: Offload
    log: Log
    readiness: Callable[[], Mapping[str, "Readiness"]]
    backup_age_s: Callable[[], float | None]

    def values(self, browsers: int) -> Iterator[Value | Spread]:
        """`browsers`: Socket.IO clients."""
        for part in (self._state, self._triggers, self._queues, self._camera, self._storage, self._kept):
            yield from part()
        yield from _each(table.CLIENTS, self._clients(browsers))
        yield Value(table.ENCODED, self.live.encoded)
        yield Value(table.REFUSED_MODBUS, self.modbus.refused)
        yield self.station.lag.seconds.spread()
        yield from _each(table.CHECK, self.checks.durations())
        yield from _each(table.LOG_LINES, self.log.written)
        yield from _each(table.LOG_MISSING, self.log.missing)

    def recipes(self) -> Iterable[tuple[int, str]]:
        """Job and name of those in production."""
        return [(job, prepared.recipe.name) for job, prepared in self.book.ready.items()]

    def _state(self) -> Iterator[Value]:
        station = self.station
        yield Value(table.STATION, 1, (self.name, __version__))
        yield from (Value(table.STATE, state is station.state, (state.name.lower(),)) for state in State)
        yield Value(table.ONLINE, station.handshake.online)
        yield Value(table.TRIGGER_READY, station.handshake.ready)
        if (prepared := station.jobs.recipe) is not None:
            recipe = prepared.recipe
            yield Value(table.RECIPE, 1, (str(recipe.job), recipe.name, str(recipe.version)))
        yield from (Value(table.READY, part.ok, (name,)) for name, part in self.readiness().items())
        yield Value(table.CLOCK, station.clock_synchronised)
        yield from self._alarms()

    def _alarms(self) -> Iterator[Value]:
        active = self.alarms.active
        for severity in Severity:
            yield Value(table.ALARMS, sum(alarm.severity is severity for alarm in active), (severity.value,))
        for alarm in active:
            yield Value(table.ALARM, 1, (str(alarm.number), BY_NUMBER[alarm.number].name, alarm.severity.value))

    def _triggers(self) -> Iterator[Value]:
        """Those of a PLC by every reason, so that the first one is seen as a rise."""
        handshake = self.station.handshake
        counts = {(Source.MODBUS, code): 0 for code in Reject} | dict(handshake.rejected)
        for (source, code), count in counts.items():
            yield Value(table.REJECTED_TRIGGERS, count, (source.name.lower(), code.name.lower()))
        yield Value(table.OPEN_TRIGGERS, handshake.open_count)

    def _queues(self) -> Iterator[Value]:
        acquire, inspect, tell = self.station.line.waiting
        depths = {
            "acquire": acquire,
            "inspect": inspect,
            "tell": tell,
            "plc": self.station.handshake.queued,
            "store": self.store.counters.waiting,
            "archive": self.archive.waiting,
            "encode": self.encoder.pending,
            "log": self.log.waiting,
        }
        yield from _each(table.QUEUE, depths)
        camera, vision = self.station.hung_threads
        yield from _each(table.HUNG_THREADS, {"camera": camera, "vision": vision})

    def _clients(self, browsers: int) -> Mapping[str, int]:
        return {
            "modbus": self.modbus.connections,
            "opcua": self.opcua.sessions() if self.opcua else 0,
            "ascii": self.text.clients if self.text else 0,
            "socketio": browsers,
            "live": self.live.viewers,
        }

    def _camera(self) -> Iterator[Value]:
        camera = self.station.camera
        yield Value(table.CAMERA, camera.there)
        yield Value(table.CAMERA_OPENS, camera.attempts)
        if (age_s := camera.frame_age_s) is not None:
            yield Value(table.FRAME_AGE, age_s)

    def _storage(self) -> Iterator[Value]:
        counted, images = self.store.counters, self.archive.counters
        yield Value(table.STORE_HEALTHY, self.store.healthy)
        yield Value(table.COMMITS, counted.commits)
        yield Value(table.COMMIT_FAILURES, counted.failures)
        yield Value(table.OWED, counted.owed)
        yield Value(table.DROPPED, counted.dropped)
        if (age_s := self.backup_age_s()) is not None:
            yield Value(table.BACKUP_AGE, age_s)
        for outcome in ("kept", "lossless", "dropped", "failed", "no_room"):
            yield Value(table.IMAGES, getattr(images, outcome), (outcome,))

    def _kept(self) -> Iterator[Value]:
        """As it was measured within the last minute."""
        if (measured := self.storage.last) is None:
            return
        for each in measured.classes:
            kind = (each.usage.kept_as.name.lower(),)
            yield Value(table.KEPT_IMAGES, each.usage.images, kind)
            yield Value(table.KEPT_BYTES, each.usage.size, kind)
        yield Value(table.RESULTS, measured.room.results)
        for limit in measured.limits:
            yield Value(table.LIMIT_LEFT, limit.days_left * _DAY_S, (limit.setting,))


def _each(metric: Metric, values: Mapping[str, float]) -> Iterator[Value]:
    return (Value(metric, value, (name,)) for name, value in values.items())
