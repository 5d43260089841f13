"""Whom a proxy speaks for, where the proxy is one that the settings name."""

from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network

from aiohttp import web

from .origin import CLIENT, SECURE, ip_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Proxies:
    """Addresses that may say for whom they ask (``X-Forwarded-For``) and how (``X-Forwarded-Proto``)."""

    def __init__(self, trusted: Sequence[str]) -> None:
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(each) for each in trusted]

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Notes client and scheme at the request; of anybody else these headers say nothing."""
        headers = request.headers
        if ("X-Forwarded-For" in headers or "X-Forwarded-Proto" in headers) and self._trusts(request.remote):
            if client := self._client(",".join(headers.getall("X-Forwarded-For", []))):
                request[CLIENT] = client
            request[SECURE] = headers.get("X-Forwarded-Proto", "").strip().lower() == "https"
        return await handler(request)

    def _client(self, forwarded_for: str) -> str:
        """The last address that is no trusted proxy's: whatever stands before it, anybody can have written."""
        for each in reversed([part.strip() for part in forwarded_for.split(",") if part.strip()]):
            ip = ip_of(each)
            if ip is None or not self._trusts(each):
                return "" if ip is None else str(ip)
        return ""

    def _trusts(self, address: object) -> bool:
        ip = ip_of(address)
        return ip is not None and any(ip.version == net.version and ip in net for net in self._networks)
