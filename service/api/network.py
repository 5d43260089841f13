"""Where the station can be reached: the machine's addresses, the servers' URLs, the state of HTTP's certificate."""

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from aiohttp import web
from cryptography import x509
from pydantic import BaseModel, ConfigDict, Field

from service import machine
from service.addresses import addresses_of, binds, is_loopback, split
from service.auth.address import qr_code
from service.hub import Hub

from .models import Payload
from .problem import Problem
from .route import get

SCHEMES = {"http": "http", "modbus": "modbus-tcp", "opcua": "opc.tcp", "ascii": "tcp"}


class NetworkInterface(Payload):
    """One network interface of the machine."""

    name: str
    up: bool
    """It has a link"""
    mac: str
    """Empty: it has none"""
    addresses: tuple[str, ...]
    """With the length of the prefix: 10.0.0.7/24"""


class Endpoint(Payload):
    """One server of the station."""

    server: Literal["http", "modbus", "opcua", "ascii"]
    bind: str
    """Address and port that it listens on"""
    local: bool
    """Only this machine reaches it"""
    urls: tuple[str, ...]
    """What clients dial, addresses of other machines' reach first"""


class HttpsCertificate(Payload):
    """Of HTTPS."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    """That it is good for"""
    ends_at_us: int
    """UTC"""
    problem: str
    """What is wrong with it; empty: nothing"""


class Network(Payload):
    """Addresses of the machine and of the station."""

    host: str
    """Name of the machine"""
    interfaces: tuple[NetworkInterface, ...]
    endpoints: tuple[Endpoint, ...]
    encrypted: bool
    """The station serves HTTPS itself"""
    certificate: HttpsCertificate | None
    """null: HTTP is not encrypted by the station"""


class Code(BaseModel):
    """Of which URL."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    url: Annotated[str, Field(max_length=200)]
    """One of the endpoints'"""


@get("/network")
async def show(hub: Hub) -> Network:
    """Where the station can be reached."""
    found: Network = await hub.doors.in_thread(_network, hub)
    return found


@get("/network/code.svg", 404, media=("image/svg+xml",))
async def code(hub: Hub, query: Code) -> web.StreamResponse:
    """The QR code of one of the station's URLs."""
    endpoints = await hub.doors.in_thread(_endpoints, hub)
    if not any(query.url in endpoint.urls for endpoint in endpoints):
        raise Problem(404, "this is no URL of the station: take one that /network lists")
    return web.Response(body=await hub.offload(qr_code, query.url), content_type="image/svg+xml")


def _network(hub: Hub) -> Network:
    return Network(
        host=socket.gethostname(),
        interfaces=tuple(
            NetworkInterface(name=one.name, up=one.up, mac=one.mac, addresses=one.addresses)
            for one in machine.interfaces()
        ),
        endpoints=_endpoints(hub),
        encrypted=bool(hub.settings.gunicorn.certfile),
        certificate=_certificate(Path(hub.settings.gunicorn.certfile)) if hub.settings.gunicorn.certfile else None,
    )


def _endpoints(hub: Hub) -> tuple[Endpoint, ...]:
    schemes = SCHEMES | ({"http": "https"} if hub.settings.gunicorn.certfile else {})
    return tuple(_endpoint(server, bind, schemes[server]) for server, bind in binds(hub.settings).items())


def _endpoint(server: str, bind: str, scheme: str) -> Endpoint:
    host, port = split(bind)
    addresses = sorted(addresses_of(host), key=lambda address: (is_loopback(address), address))
    urls = tuple(f"{scheme}://{f'[{each}]' if ':' in each else each}:{port}/" for each in addresses)
    return Endpoint.model_validate({"server": server, "bind": bind, "local": is_loopback(host), "urls": urls})


def _certificate(path: Path) -> HttpsCertificate:
    """Of the first certificate in the file."""
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError, ssl.SSLError) as exc:
        return HttpsCertificate(subject="", issuer="", names=(), ends_at_us=0, problem=f"{path} cannot be read: {exc}")
    ends, now = found.not_valid_after_utc, datetime.now(UTC)
    problem = f"it ended on {ends:%Y-%m-%d}: browsers refuse it" if ends <= now else ""
    return HttpsCertificate(
        subject=found.subject.rfc4514_string(),
        issuer=found.issuer.rfc4514_string(),
        names=_names(found),
        ends_at_us=int(ends.timestamp() * 1e6),
        problem=problem,
    )


def _names(found: x509.Certificate) -> tuple[str, ...]:
    try:
        value = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in value)


ROUTES = (show, code)
