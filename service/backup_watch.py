"""Whether the station is backed up as its settings want it: an alarm where it is not, and the age of the newest."""

import asyncio
import time
from contextlib import AsyncExitStack

from protocols.alarms import BACKUP_MISSING

from .alarms import Alarms
from .background import beside
from .backup.schedule import backup_age_s, trouble
from .offload import Offload
from .settings import Settings

EVERY_S = 60.0


class BackupWatch:
    """Looks into the folder in a thread of its own: a share of the network may hang, and nothing else with it."""

    def __init__(self, settings: Settings, alarms: Alarms) -> None:
        self._settings, self._alarms = settings, alarms
        self._thread = Offload("backup watch")
        self._made_at: float | None = None  # CLOCK_MONOTONIC

    def begin(self, stack: AsyncExitStack) -> None:
        """Look again and again, until `stack` closes."""
        stack.push_async_callback(self._thread.close)
        beside(self._run, stack)

    def age_s(self) -> float | None:
        """Since the newest backup; None = there is none, or nobody has looked yet. At once."""
        return None if self._made_at is None else time.monotonic() - self._made_at

    async def _run(self) -> None:
        while True:
            age_s, said = await self._thread(self._look)
            self._made_at = None if age_s is None else time.monotonic() - age_s
            self._alarms.set(BACKUP_MISSING, bool(said), said)
            await asyncio.sleep(EVERY_S)

    def _look(self) -> tuple[float | None, str]:
        return backup_age_s(self._settings), trouble(self._settings)
