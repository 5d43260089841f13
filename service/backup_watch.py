"""The alarm of a station that is not backed up as its settings want it."""

import asyncio

from protocols.alarms import BACKUP_MISSING

from .alarms import Alarms
from .backup.schedule import trouble
from .offload import Offload
from .settings import Settings

EVERY_S = 60.0


async def watch_backups(settings: Settings, thread: Offload, alarms: Alarms) -> None:
    """For ever."""
    while True:
        said = await thread(trouble, settings)
        alarms.set(BACKUP_MISSING, bool(said), said)
        await asyncio.sleep(EVERY_S)
