"""Where a request comes from, and whom it believes to talk to."""

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
CLIENT = web.RequestKey("client", str)  # the address behind a trusted proxy
SECURE = web.RequestKey("secure", bool)  # the client speaks HTTPS to a trusted proxy


def host_name(request: web.Request) -> str:
    """The name in `Host`, lower case, without its port; IPv6 in brackets."""
    host = request.headers.get("Host", "").strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def names_loopback(request: web.Request) -> bool:
    """Host is one of localhost, 127.0.0.1, [::1]."""
    return host_name(request) in LOOPBACK_NAMES


def is_loopback(address: object) -> bool:
    """`address` is an IP address of this machine's loopback, or the name localhost."""
    if address == "localhost":
        return True
    ip = ip_of(address)
    return ip is not None and ip.is_loopback


def forwarded(request: web.Request) -> bool:
    """Somebody stands between."""
    return any(name.lower() == "forwarded" or name.lower().startswith("x-forwarded-") for name in request.headers)


def local_name(request: web.Request) -> str:
    """The address that this connection was made to, as `Host` writes it; empty over a Unix socket."""
    transport = request.transport
    name = transport.get_extra_info("sockname") if transport else None
    ip = ip_of(name[0]) if isinstance(name, tuple) else None
    return "" if ip is None else f"[{ip}]" if ip.version == 6 else str(ip)


def encrypted(request: web.Request) -> bool:
    """The browser speaks HTTPS, to us or to the trusted proxy in front."""
    return request.secure or request.get(SECURE, False)


def client_of(request: web.BaseRequest) -> str:
    """The address that asks; behind a trusted proxy the one that it speaks for; empty over a Unix socket."""
    return request.get(CLIENT) or request.remote or ""


def same_origin(request: web.Request) -> bool:
    """`Origin` is the address that `Host` names; the scheme is the proxy's affair."""
    try:
        origin = urlsplit(request.headers.get("Origin", ""))
    except ValueError:
        return False
    if origin.scheme not in ("http", "https") or not origin.netloc:
        return False
    return origin.netloc.lower() == request.headers.get("Host", "").strip().lower()


def ip_of(address: object) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """None = it is none; an IPv4 address in IPv6's clothes is IPv4."""
    try:
        ip = ipaddress.ip_address(str(address).strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = ip.ipv4_mapped if ip.version == 6 else None
    return mapped or ip
