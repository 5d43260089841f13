"""The OPC UA server as the settings want it."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from pathlib import Path

from protocols.image import ProcessImage
from protocols.opcua import Access, Identity, Limits, OpcUaServer, StationSpace
from protocols.opcua.certificate import application_uri, ensure_certificate
from protocols.opcua.machine_vision import TypeSpace

from . import __version__
from .addresses import addresses_of, is_loopback
from .auth.doors import Doors
from .history import ResultHistory
from .offload import Offload
from .scada import ScadaCommands
from .settings import Settings
from .vision_system import VisionSystem

INSTALLED = Path(__file__).with_name("__pycache__") / "opcua-types.cache"  # by `service.precompile`
CACHE_AFTER_S, LOOK_S = 30.0, 0.25  # without a part in work


async def make_opcua(
    settings: Settings,
    image: ProcessImage,
    commands: ScadaCommands,
    vision: VisionSystem,
    history: ResultHistory,
    token: str,
    doors: Doors,
    types: TypeSpace,
) -> OpcUaServer:
    """Built, not yet serving. Anonymous reads, no encryption, any certificate: on a loopback bind, else by setting."""
    opcua, local = settings.opcua, is_loopback(settings.station.bind)
    trust = opcua.trust or ("any" if local else "list")
    access = Access(
        token,
        anonymous=local if opcua.anonymous is None else opcua.anonymous,
        policy_none=local if opcua.policy_none is None else opcua.policy_none,
        limits=Limits(opcua.max_sessions, opcua.max_sessions_per_address, opcua.min_publishing_interval_ms),
        people=doors,
        trust=doors.trust if trust == "list" else None,
    )
    server = OpcUaServer(image, commands, access, vision, history)
    await server.build(types)
    return server


def types_of(settings: Settings) -> TypeSpace:
    """What the address space begins with, and where that is cached."""
    return StationSpace(settings.opcua.asset, settings.station.data_folder / "opcua" / "types.cache", INSTALLED)


async def cache_types(types: TypeSpace, idle: Callable[[], bool]) -> None:
    """For the next start; once the line rests, so that no part shares the processor with it."""
    rested_s = 0.0
    while rested_s < CACHE_AFTER_S:
        await asyncio.sleep(LOOK_S)
        rested_s = rested_s + LOOK_S if idle() else 0.0
    await types.write()


def open_without_encryption(settings: Settings) -> bool:
    """Anybody on the network may read along: worth a warning for as long as it is so."""
    return settings.opcua.policy_none is True and not is_loopback(settings.station.bind)


def certificate_files(settings: Settings) -> tuple[Path, Path]:
    """Certificate and key: the user's own, else the station's."""
    folder, opcua = settings.station.data_folder / "opcua", settings.opcua
    return opcua.certificate or folder / "certificate.der", opcua.private_key or folder / "key.pem"


async def identity(settings: Settings, thread: Offload) -> Identity:
    """Who the server is, by its certificate, which is made where there is none.

    Raises:
        ProtocolError: What is there is no such certificate.
        OSError: Files cannot be read or written.
    """
    return await thread(_identity, settings)


def _identity(settings: Settings) -> Identity:
    station, opcua = settings.station, settings.opcua
    cert, key = certificate_files(settings)
    if opcua.certificate is None:
        names = addresses_of(station.bind), hosts(settings)
        cert, key, uri = ensure_certificate(cert.parent, station.name, *names, opcua.certificate_years)
    else:
        uri = application_uri(cert)
    return Identity(station.name, uri, cert, key, __version__)


def hosts(settings: Settings) -> list[str]:
    """The machine's names and those of the setting."""
    found = (socket.gethostname(), socket.getfqdn(), *settings.opcua.host_names)
    return list(dict.fromkeys(name for name in found if name and not _is_address(name)))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
