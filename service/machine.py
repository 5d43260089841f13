"""What this machine is, and its network interfaces: read from the kernel's files, a few milliseconds, in a thread."""

import fcntl
import os
import platform
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv6Address
from pathlib import Path

SIOCGIFADDR, SIOCGIFNETMASK = 0x8915, 0x891B  # linux/sockios.h


@dataclass(frozen=True, slots=True)
class Interface:
    """One network interface."""

    name: str
    up: bool  # it has a link
    mac: str  # "" = it has none
    addresses: tuple[str, ...]  # with the length of the prefix


@dataclass(frozen=True, slots=True)
class Machine:
    """What a support engineer asks first."""

    model: str
    system: str
    processors: int
    memory_mb: int
    up_s: float  # since the boot


def machine() -> Machine:
    """This one."""
    model = _text("/proc/device-tree/model") or _text("/sys/class/dmi/id/product_name") or platform.machine()
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    up = float(_text("/proc/uptime").split()[0] or 0)
    return Machine(model, _system(), os.cpu_count() or 1, pages >> 20, up)


def _system() -> str:
    with suppress(OSError):
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}, {platform.machine()}"
    return platform.platform()


def interfaces() -> list[Interface]:
    """By name, loopback last."""
    six = _ipv6()
    found = [_interface(name, six.get(name, [])) for _, name in socket.if_nameindex()]
    return sorted(found, key=lambda one: (one.name == "lo", one.name))


def _interface(name: str, six: list[str]) -> Interface:
    folder = Path("/sys/class/net", name)
    mac = _text(folder / "address")
    up = _text(folder / "operstate") in ("up", "unknown")  # loopback does not know
    return Interface(name, up, "" if mac == "00:00:00:00:00:00" else mac, (*_ipv4(name), *six))


def _ipv4(name: str) -> list[str]:
    """The first address alone: the kernel's old question knows no more."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        request = struct.pack("256s", name.encode()[:15])
        address, mask = (fcntl.ioctl(asking, question, request)[20:24] for question in (SIOCGIFADDR, SIOCGIFNETMASK))
        return [f"{socket.inet_ntoa(address)}/{int.from_bytes(mask).bit_count()}"]
    return []


def _ipv6() -> dict[str, list[str]]:
    """By interface."""
    found: dict[str, list[str]] = {}
    for line in _text("/proc/net/if_inet6").splitlines():
        address, _, prefix, _, _, name = line.split()
        found.setdefault(name, []).append(f"{IPv6Address(bytes.fromhex(address))}/{int(prefix, 16)}")
    return found


def _text(path: str | Path) -> str:
    """Of a file of the kernel; "" = there is none."""
    with suppress(OSError):
        return Path(path).read_text("utf-8", "replace").strip("\0\n ")
    return ""
