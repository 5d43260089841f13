"""What clients see of the server before they log in, and who has come in."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asyncua import ua
from cryptography.hazmat.primitives.serialization import Encoding

from .sessions import Session, StationInternalServer

_MODES = {
    ua.MessageSecurityMode.None_: "None",
    ua.MessageSecurityMode.Sign: "Sign",
    ua.MessageSecurityMode.SignAndEncrypt: "SignAndEncrypt",
}


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection with its session, if there is one; or a session whose connection was lost. Times are UTC."""

    address: str
    port: int  # of the client
    connected: bool  # False: its connection was lost, it may go on over another one until it times out
    since_us: int
    last_request_us: int
    requests: int
    session: str  # the name that the client gave it; "" = there is no session
    application: str  # as the client calls itself, likewise
    application_uri: str
    user: str  # "" = anonymous, or no session
    policy: str
    mode: str
    thumbprint: str  # of the certificate that opened the channel; "" = none did
    subscriptions: int
    monitored_items: int


class Entrance:
    """All of it as it is now."""

    def __init__(self, internal: StationInternalServer) -> None:
        self._internal = internal
        self.clients: Sequence[Any] = ()  # asyncua's connections, in a list that follows them

    @property
    def certificate(self) -> bytes | None:
        """That new connections are shown, DER; None before the first start."""
        shown = self._internal.certificate
        return None if shown is None else shown.public_bytes(Encoding.DER)

    @property
    def endpoints(self) -> list[tuple[str, str]]:
        """Security policy and mode of each."""
        found = self._internal.endpoints
        return list(dict.fromkeys((_policy(one.SecurityPolicyUri), _MODES.get(one.SecurityMode, "")) for one in found))

    @property
    def anonymous(self) -> bool:
        """A name is not asked for."""
        tokens = [token.TokenType for one in self._internal.endpoints for token in one.UserIdentityTokens]
        return ua.UserTokenType.Anonymous in tokens

    def connected(self) -> list[Connected]:
        """Connections, oldest first, then sessions that wait for one."""
        processors = [client.processor for client in self.clients if client.processor is not None]
        carried = {id(processor.session) for processor in processors}
        lost = [one for one in self._internal.open_sessions if one.is_activated() and id(one) not in carried]
        return [
            *(_connected(processor, _active(processor.session), connected=True) for processor in processors),
            *(_connected(session.carrier, session, connected=False) for session in lost),
        ]

    async def end(self, address: str, port: int) -> int:
        """Close what came from there, its session too; how many connections and sessions that were."""
        there = (address, port)
        found = [one for one in self.clients if one.processor is not None and tuple(one.processor.name[:2]) == there]
        sessions = [one.processor.session for one in found if one.processor.session is not None]
        lost = [one for one in self._internal.open_sessions if one not in sessions and _came_from(one) == there]
        for session in (*sessions, *lost):
            await session.close_session()
        for connection in found:
            connection.end()
        return len(found) + len(lost)


def _came_from(session: Any) -> tuple[Any, ...] | None:
    carrier = getattr(session, "carrier", None)
    return None if carrier is None else tuple(carrier.name[:2])


def _active(session: Session | None) -> Session | None:
    return session if session is not None and session.is_activated() else None


def _connected(processor: Any, session: Session | None, *, connected: bool) -> Connected:
    asked, policy = processor.asked, processor._connection.security_policy  # noqa: SLF001 - asyncua tells nobody
    said = session.requested.ClientDescription if session else None
    own = session.own_subscriptions().values() if session else ()
    der = policy.peer_certificate
    return Connected(
        address=processor.name[0],
        port=processor.name[1],
        connected=connected,
        since_us=int(asked.since.timestamp() * 1e6),
        last_request_us=int(asked.last * 1e6),
        requests=asked.total,
        session=(session.requested.SessionName or "") if session else "",
        application=((said.ApplicationName and said.ApplicationName.Text) or "") if said else "",
        application_uri=(said.ApplicationUri or "") if said else "",
        user=(session.user.name or "") if session else "",
        policy=_policy(policy.URI),
        mode=_MODES.get(policy.Mode, ""),
        thumbprint=_thumbprint(der) if der else "",
        subscriptions=len(own),
        monitored_items=sum(len(one.monitored_item_srv._monitored_items) for one in own),  # noqa: SLF001
    )


def _thumbprint(der: bytes) -> str:
    """As `trust.thumbprint`; a certificate is not read again for each client that is connected."""
    return hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()


def _policy(uri: str | None) -> str:
    """As people write it: what stands behind the #."""
    return (uri or "").rpartition("#")[2]
