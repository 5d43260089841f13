"""Whose certificates OPC UA trusts, and who was turned away."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from protocols.opcua.trust import NoSuchCertificate, Shown
from service.hub import Hub

from .problem import Problem
from .route import delete, get, post
from .station import Nothing, who

Thumbprint = Annotated[str, Field(pattern="^[0-9A-Fa-f]{40}$", description="SHA-1 of the certificate in hex")]


class OpcUaCertificate(BaseModel):
    """A certificate as people compare it."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    thumbprint: str
    """SHA-1 in hex, as OPC UA names a certificate"""
    subject: str
    """Who it belongs to"""
    issuer: str
    """Who signed it"""
    uri: str
    """ApplicationUri; empty = none"""
    valid_from_us: int
    """UTC"""
    valid_until_us: int
    """UTC"""
    folder: Literal["trusted", "issuers", "rejected"]
    """Where it lies"""


def _told(one: Shown) -> OpcUaCertificate:
    return OpcUaCertificate(
        thumbprint=one.thumbprint,
        subject=one.subject,
        issuer=one.issuer,
        uri=one.uri,
        valid_from_us=int(one.valid_from.timestamp() * 1e6),
        valid_until_us=int(one.valid_until.timestamp() * 1e6),
        folder=one.folder,
    )


@get("/opcua/certificates")
async def listing(hub: Hub) -> list[OpcUaCertificate]:
    """Trusted ones, authorities, and the newest 50 that were rejected."""
    return await _all(hub)


async def _all(hub: Hub) -> list[OpcUaCertificate]:
    return [_told(one) for one in await hub.doors.in_thread(hub.doors.trust.shown)]


@post("/opcua/certificates/{thumbprint}/trust", 404)
async def trust(hub: Hub, request: web.Request, thumbprint: Thumbprint, body: Nothing) -> list[OpcUaCertificate]:
    """Trust a certificate that was rejected: the client's next connection is let in."""
    try:
        one = await hub.doors.in_thread(hub.doors.trust.trust, thumbprint)
    except NoSuchCertificate as exc:
        raise Problem(404, str(exc)) from exc
    return await _settled(hub, f"trusted: {one.subject} {one.thumbprint}", request)


@delete("/opcua/certificates/{thumbprint}", 404)
async def remove(hub: Hub, request: web.Request, thumbprint: Thumbprint) -> list[OpcUaCertificate]:
    """Trust it no more, or forget that it was rejected; a channel that is open ends at its next renewal."""
    try:
        one = await hub.doors.in_thread(hub.doors.trust.remove, thumbprint)
    except NoSuchCertificate as exc:
        raise Problem(404, str(exc)) from exc
    return await _settled(hub, f"removed from {one.folder}: {one.subject} {one.thumbprint}", request)


async def _settled(hub: Hub, text: str, request: web.Request) -> list[OpcUaCertificate]:
    hub.doors.journal("certificates", text, who(request))
    left = await _all(hub)
    if not any(one.folder == "rejected" for one in left):
        hub.doors.on_settled()
    return left


ROUTES = (listing, trust, remove)
