"""The OPC UA server as clients see it, and who is connected."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from protocols.opcua.certificate import facts_of
from service.hub import Hub

from .models import Payload
from .problem import Problem
from .route import delete, get
from .station import who

Port = Annotated[int, Field(ge=1, le=65535, description="TCP port of the client")]
Address = Annotated[str, Field(description="IP address of the client")]
NO_CERTIFICATE = "the OPC UA server has shown no certificate yet"


class OwnCertificate(Payload):
    """The server's own certificate, to be compared with what a client shows before it trusts it."""

    thumbprint: str
    """SHA-1 in hex, as OPC UA names a certificate"""
    sha256: str
    """SHA-256 in hex"""
    subject: str
    """Who it belongs to"""
    issuer: str
    """Who signed it; the same where it is self-signed"""
    uri: str
    """ApplicationUri"""
    host_names: tuple[str, ...]
    """That a client may dial"""
    addresses: tuple[str, ...]
    """IP addresses that a client may dial"""
    valid_from_us: int
    """UTC"""
    valid_until_us: int
    """UTC"""


class OpcUaEndpoint(Payload):
    """How a client may connect."""

    policy: str
    """Basic256Sha256, Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss or None"""
    mode: str
    """SignAndEncrypt, Sign or None"""


class OpcUaServerState(Payload):
    """What the server offers."""

    serving: bool
    reason: str
    """Why not; empty where it serves"""
    port: int
    """TCP, of opc.tcp://HOST:PORT/"""
    endpoints: tuple[OpcUaEndpoint, ...]
    """Security policies and modes"""
    anonymous: bool
    """Who gives no name may read"""
    certificate: OwnCertificate | None
    """That new connections are shown; null = the server did not start yet"""


class OpcUaClient(Payload):
    """A connection with its session, if there is one; or a session that waits for its client to come back."""

    address: str
    port: int
    """Of the client"""
    connected: bool
    """False: the connection was lost, the session and its subscriptions are kept until it times out"""
    since_us: int
    """Since when it is connected, or was"""
    last_request_us: int
    requests: int
    """On this connection"""
    session: str
    """The name that the client gave it; empty where there is none"""
    application: str
    """As the client calls itself, likewise"""
    application_uri: str
    user: str
    """Empty for an anonymous one"""
    policy: str
    """Security policy of the channel"""
    mode: str
    """Security mode of the channel: SignAndEncrypt, Sign or None"""
    thumbprint: str
    """SHA-1 of the client's certificate in hex, as in `/opcua/certificates`; empty where it showed none"""
    subscriptions: int
    monitored_items: int


@get("/opcua/server")
async def server(hub: Hub) -> OpcUaServerState:
    """Own certificate, security policies and modes of the OPC UA server."""
    opcua, part = hub.opcua, hub.station.readiness()["opcua"]
    serving = opcua is not None and opcua.serving
    return OpcUaServerState(
        serving=serving,
        reason="" if serving else part.reason,
        port=hub.settings.opcua.port,
        endpoints=tuple(OpcUaEndpoint(policy=p, mode=m) for p, m in opcua.entrance.endpoints) if opcua else (),
        anonymous=opcua is not None and opcua.entrance.anonymous,
        certificate=_told(opcua.entrance.certificate) if opcua else None,
    )


@get("/opcua/server/certificate", 404, media=("application/pkix-cert",))
async def certificate(hub: Hub) -> web.StreamResponse:
    """The server's own certificate as a file (DER), for the trust list of a client."""
    der = hub.opcua.entrance.certificate if hub.opcua else None
    if der is None:
        raise Problem(404, NO_CERTIFICATE)
    name = f"vision-inspection [{facts_of(der).thumbprint}].der"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"}
    return web.Response(body=der, content_type="application/pkix-cert", headers=headers)


@get("/opcua/clients")
async def clients(hub: Hub) -> list[OpcUaClient]:
    """Who is connected over OPC UA now, oldest connection first; then sessions that wait for their client."""
    return _clients(hub)


@delete("/opcua/clients/{address}/{port}", 404)
async def end(hub: Hub, request: web.Request, address: Address, port: Port) -> list[OpcUaClient]:
    """End a connection and its session; the client may come again."""
    if not hub.opcua or not await hub.opcua.entrance.end(address, port):
        raise Problem(404, f"no OPC UA client is connected from {address} port {port}")
    hub.doors.journal("opcua", f"connection of {address}:{port} ended", who(request))
    return _clients(hub)


def _clients(hub: Hub) -> list[OpcUaClient]:
    found = hub.opcua.entrance.connected() if hub.opcua else []
    return [OpcUaClient.model_validate(client, from_attributes=True) for client in found]


def _told(der: bytes | None) -> OwnCertificate | None:
    if der is None:
        return None
    facts = facts_of(der)
    return OwnCertificate(
        thumbprint=facts.thumbprint,
        sha256=facts.sha256,
        subject=facts.subject,
        issuer=facts.issuer,
        uri=facts.uri,
        host_names=facts.host_names,
        addresses=facts.addresses,
        valid_from_us=int(facts.valid_from.timestamp() * 1e6),
        valid_until_us=int(facts.valid_until.timestamp() * 1e6),
    )


ROUTES = (server, certificate, clients, end)
