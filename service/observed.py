"""What others watch of a running station: whether each part is ready, the own checks of a plant, what is measured."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from protocols.modbus import ModbusServer

from .alarms import Alarms
from .api.models import Readiness
from .archive import Archive
from .background import beside
from .backup_watch import BackupWatch
from .checks import Checks
from .live import FrameSource
from .metrics.machine import Machine
from .metrics.scrape import Metrics
from .metrics.standing import Standing
from .offload import Offload
from .settings import Settings
from .station import Station
from .storage import Storage
from .store import Store

if TYPE_CHECKING:
    from .preparing import Prepared


class Observed:
    """Ends with `stack`."""

    def __init__(
        self,
        settings: Settings,
        ready: "Prepared",
        station: Station,
        store: Store,
        modbus: ModbusServer,
        stack: AsyncExitStack,
    ) -> None:
        self._settings, self._ready, self._station, self._store, self._modbus = settings, ready, station, store, modbus
        self._stack = stack
        self._checks = Checks(settings.checks)
        stack.push_async_callback(self._checks.close)
        beside(self._checks.run, stack)

    def readiness(self) -> Mapping[str, Readiness]:
        """Each part with its reason."""
        conditions = self._station.handshake.conditions
        parts = {
            "camera": _part(conditions.camera, "the camera is not connected: check its cable and power"),
            "recipe": _part(conditions.recipe, "no recipe is active: load a job"),
            "vision": _part(conditions.vision, "vision tools hang: see the log, restart the station"),
            "store": _part(self._store.healthy, f"the disk takes no results: {self._store.trouble}"),
            "modbus": self._server("modbus", self._settings.modbus.enabled, self._modbus.serving),
            "opcua": self._server("opcua", self._settings.opcua.enabled, self._opcua_serves),
        }
        checked = self._checks.reasons().items()
        return parts | {f"check.{name}": _part(not reason, reason) for name, reason in checked}

    @property
    def _opcua_serves(self) -> bool:
        return self._ready.opcua is not None and self._ready.opcua.serving

    def _server(self, name: str, enabled: bool, serving: bool) -> Readiness:
        if not enabled:
            return Readiness(ok=True, reason=f"disabled ([{name}] enabled = false)")
        kept = self._ready.servers.get(name)
        return _part(serving, f"it does not serve: {kept.trouble if kept and kept.trouble else 'see the log'}")

    def metrics(
        self, archive: Archive, storage: Storage, alarms: Alarms, live: FrameSource, encoder: Offload
    ) -> Metrics:
        """Counts from now on."""
        thread = Offload("metrics")
        self._stack.push_async_callback(thread.close)
        backups = BackupWatch(self._settings, alarms)
        backups.begin(self._stack)
        standing = Standing(
            name=self._settings.station.name,
            station=self._station,
            book=self._ready.book,
            store=self._store,
            archive=archive,
            storage=storage,
            alarms=alarms,
            checks=self._checks,
            modbus=self._modbus,
            opcua=self._ready.opcua,
            text=self._ready.text,
            live=live,
            encoder=encoder,
            log=self._ready.log,
            readiness=self.readiness,
            backup_age_s=backups.age_s,
        )
        metrics = Metrics(standing, Machine(self._settings.station.data_folder), thread)
        metrics.begin(self._stack)
        return metrics


def _part(fine: bool, reason: str) -> Readiness:
    return Readiness(ok=fine, reason="" if fine else reason)
