"""The OPC UA certificate: renewed before it ends, and what is wrong with it said in time, for clients refuse it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from protocols.alarms import OPCUA_CERTIFICATE
from protocols.errors import ProtocolError
from protocols.opcua.certificate import missing_names, renew, validity

from .addresses import addresses_of
from .alarms import Alarms
from .offload import Offload
from .opcua_setup import certificate_files, hosts
from .settings import Settings
from .timing import now_us

log = logging.getLogger(__name__)
EVERY_S = 3600.0


async def watch_certificate(
    settings: Settings, thread: Offload, alarms: Alarms, present: Callable[[], Awaitable[None]]
) -> None:
    """For ever; the server goes on serving with any dates. `present` shows a renewed one to new connections."""
    while True:
        try:
            if await thread(_renewed, settings):
                await present()
                log.warning("the OPC UA certificate was renewed: clients must trust the new one")
        except (OSError, ValueError, ProtocolError) as exc:
            log.error("the OPC UA certificate cannot be renewed: %s", exc)
        trouble = await thread(_trouble, settings)
        alarms.set(OPCUA_CERTIFICATE, bool(trouble), trouble)
        await asyncio.sleep(EVERY_S)


def _renewed(settings: Settings) -> bool:
    """One of the user's own is never touched."""
    opcua, station = settings.opcua, settings.station
    if opcua.certificate is not None:
        return False
    folder = certificate_files(settings)[0].parent
    names = addresses_of(station.bind), hosts(settings)
    return renew(folder, station.name, *names, opcua.certificate_years, now_us())


def _trouble(settings: Settings) -> str:
    """Its dates; else names that it lacks: told, not mended, since a new certificate must be trusted anew."""
    certificate: Path = certificate_files(settings)[0]
    if trouble := validity(certificate, now_us()):
        return trouble
    try:
        missing = missing_names(certificate, addresses_of(settings.station.bind), hosts(settings))
    except (OSError, ValueError, LookupError):
        return ""  # starting says so
    return f"{certificate.name} does not name {', '.join(missing[:5])}" if missing else ""
