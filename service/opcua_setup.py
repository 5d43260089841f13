"""The OPC UA server as the settings want it."""

from pathlib import Path

from protocols.image import ProcessImage
from protocols.opcua import Access, Identity, Limits, OpcUaServer
from protocols.opcua.certificate import ensure_certificate

from . import __version__
from .addresses import addresses_of, is_loopback
from .history import ResultHistory
from .offload import Offload
from .scada import ScadaCommands
from .settings import Settings
from .vision_system import VisionSystem


async def make_opcua(
    settings: Settings,
    image: ProcessImage,
    commands: ScadaCommands,
    vision: VisionSystem,
    history: ResultHistory,
    token: str,
) -> OpcUaServer:
    """Built, not yet serving. Anonymous reads and the unencrypted endpoint: on a loopback bind, else by setting."""
    opcua, bind = settings.opcua, settings.station.bind
    local = is_loopback(bind)
    access = Access(
        token,
        anonymous=local if opcua.anonymous is None else opcua.anonymous,
        policy_none=local if opcua.policy_none is None else opcua.policy_none,
        limits=Limits(opcua.max_sessions, opcua.max_sessions_per_address, opcua.min_publishing_interval_ms),
    )
    server = OpcUaServer(image, commands, access, vision, history)
    await server.build()
    return server


async def identity(settings: Settings, thread: Offload) -> Identity:
    """Who the server is, by its certificate, which is made where there is none.

    Raises:
        ProtocolError: What is there is no such certificate.
        OSError: Files cannot be read or written.
    """
    station = settings.station
    folder = Path(station.data_folder / "opcua")
    cert, key, uri = await thread(ensure_certificate, folder, station.name, addresses_of(station.bind))
    return Identity(station.name, uri, cert, key, __version__)
