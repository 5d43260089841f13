"""Who comes in by name, and what they may: asked of the station, which answers by its users and its table."""

import hmac
from contextvars import ContextVar
from typing import Any, Protocol

USER = "station"


class People(Protocol):
    """Everybody who has a name."""

    async def admit(self, name: str, password: str, address: str) -> bool:
        """Whether this is their password; takes its time, but never the event loop's."""
        ...

    def of_certificate(self, der: bytes, address: str) -> str | None:
        """The user of this certificate, whose key was shown to be held; at once. None = nobody's."""
        ...

    def may(self, name: str, right: str, address: str) -> bool:
        """At once, and as the table is now; `address` is where the user is."""
        ...


class TokenAlone:
    """The station's own user and nobody else: the password is the token, and everything is allowed."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    async def admit(self, name: str, password: str, address: str) -> bool:
        return name == USER and hmac.compare_digest(password.encode("utf-8", "surrogatepass"), self._token)

    def of_certificate(self, der: bytes, address: str) -> str | None:
        return None

    def may(self, name: str, right: str, address: str) -> bool:
        return name == USER


ADMITTED: ContextVar[str | None] = ContextVar("admitted", default=None)
"""Whose password was right in the request that is being answered."""

SESSION: ContextVar[Any] = ContextVar("session", default=None)
"""NodeId of the session whose method is being called."""

DIAGNOSTICS: ContextVar[int] = ContextVar("diagnostics", default=0)
"""ReturnDiagnostics of the request that is being answered."""

PEER: ContextVar[str] = ContextVar("peer", default="")
"""Address of the client that asks."""

CALLER: ContextVar[str] = ContextVar("caller", default="OPC UA")
"""Who asks, as the journal has it: user and address."""
