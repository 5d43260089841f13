"""Where the servers listen, and whether this machine can."""

import errno
import socket
from ipaddress import ip_address

from .port_owner import port_owner
from .settings import Settings, gunicorn_bind

SETTING = {"http": "http.port", "modbus": "modbus.port", "opcua": "opcua.port", "ascii": "ascii.port"}


def binds(settings: Settings) -> dict[str, str]:
    """Addresses by server, HTTP first; ``GUNICORN_BIND`` is for HTTP alone."""
    station = settings.station.bind
    found = {"http": gunicorn_bind() or _join(settings.http.bind or station, settings.http.port)}
    if settings.modbus.enabled:
        found["modbus"] = _join(station, settings.modbus.port)
    if settings.opcua.enabled:
        found["opcua"] = _join(station, settings.opcua.port)
    if settings.ascii.enabled:
        found["ascii"] = _join(station, settings.ascii.port)
    return found


def _join(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def split(endpoint: str) -> tuple[str, int]:
    """Host, without brackets, and port."""
    host, _, port = endpoint.rpartition(":")
    return host.strip("[]"), int(port)


def is_loopback(host: str) -> bool:
    """Whether `host` is an address that only this machine reaches."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def addresses_of(bind: str) -> list[str]:
    """What clients may dial: the bound address, or all that the host's name stands for."""
    if bind not in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return ["127.0.0.1"] if bind == "localhost" else [bind]
    try:
        found = {str(info[4][0]).partition("%")[0] for info in socket.getaddrinfo(socket.gethostname(), None)}
    except OSError:
        found = set()
    return sorted(found | {"127.0.0.1"} | _route())


def listen(endpoint: str) -> socket.socket:
    """A listening socket, as Gunicorn's master makes them.

    Raises:
        OSError: EADDRINUSE where another program has the port.
    """
    host, port = split(endpoint)
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen()
        made.setblocking(False)
    except OSError:
        made.close()
        raise
    return made


def address_problems(settings: Settings) -> list[str]:
    """Addresses that are not this machine's, ports that this user may not open; a taken port is no problem yet."""
    found: dict[str, None] = {}
    for server, endpoint in binds(settings).items():
        host, port = split(endpoint)
        if why := _why_not(server, host, port, settings):
            found[why] = None
    return list(found) + _same_ports(binds(settings))


def taken(settings: Settings) -> dict[str, str]:
    """Servers on whose port another process listens already, which is named where this user may see it."""
    found = {}
    for server, endpoint in binds(settings).items():
        host, port = split(endpoint)
        try:
            _probe(host, port)
        except OSError as exc:
            if exc.errno == errno.EADDRINUSE:
                owner = port_owner(port) or "another process"
                found[server] = f"{SETTING[server]}: port {port} is taken by {owner}; stop it or set another port"
    return found


def _probe(host: str, port: int) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def _why_not(server: str, host: str, port: int, settings: Settings) -> str:
    setting = _setting(server, settings)
    try:
        _probe(host, port)
    except socket.gaierror:
        return f"{setting}: {host} is no address and no known host name"
    except PermissionError:
        return (
            f"{SETTING[server]}: {port}: ports below 1024 need the capability CAP_NET_BIND_SERVICE, "
            f"or the kernel setting net.ipv4.ip_unprivileged_port_start={port}"
        )
    except OSError as exc:
        if exc.errno == errno.EADDRINUSE:
            return ""  # perhaps by the station that runs
        return f'{setting}: {host} is no address of this machine ("ip address" lists them; 0.0.0.0 is all of them)'
    return ""


def _route() -> set[str]:
    """The address of the network that leads out: the host's name may stand for loopback alone."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
            return {probe.getsockname()[0]}
        except OSError:
            return set()


def _setting(server: str, settings: Settings) -> str:
    if server != "http":
        return "station.bind"
    return "GUNICORN_BIND" if gunicorn_bind() else "http.bind" if settings.http.bind else "station.bind"


def _same_ports(endpoints: dict[str, str]) -> list[str]:
    """Two servers cannot have one port, whatever their addresses: nobody could tell them apart."""
    first: dict[int, str] = {}
    lines: list[str] = []
    for server, endpoint in endpoints.items():
        port = split(endpoint)[1]
        if first.setdefault(port, server) != server:
            lines.append(f"{SETTING[server]}: {port} is the port of {SETTING[first[port]]} already")
    return lines
