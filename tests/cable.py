"""A cable between a station and a PLC that stand in network namespaces of their own."""

import contextlib
import ctypes
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")
CLONE_NEWNET = 0x40000000
TCP_REPAIR = 19
STATION, PLC = "192.0.2.1", "192.0.2.2"  # documentation range


class NotPermitted(Exception):
    """This machine gives no network namespaces; says what is missing."""


def ip(*arguments: str) -> None:
    """Run ``ip``."""
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@dataclass(frozen=True)
class Cable:
    """Its two ends, by namespace."""

    station_end: str
    plc_end: str

    def pull(self) -> None:
        """At the station's end."""
        ip("-n", self.station_end, "link", "set", "cable", "down")

    def plug_in(self) -> None:
        """Again."""
        ip("-n", self.station_end, "link", "set", "cable", "up")


@contextlib.contextmanager
def laid() -> Iterator[Cable]:
    """A cable that is plugged in.

    Raises:
        NotPermitted: Who is not root, or in a container without the right, cannot lay one.
    """
    if shutil.which("ip") is None or os.geteuid() != 0:
        raise NotPermitted("network namespaces need root and iproute2: apt-get install iproute2")
    cable = Cable(f"station{os.getpid()}", f"plc{os.getpid()}")
    try:
        _lay(cable)
        yield cable
    finally:
        for name in (cable.station_end, cable.plc_end):
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


def _lay(cable: Cable) -> None:
    ends = {cable.station_end: STATION, cable.plc_end: PLC}
    try:
        for name in ends:
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("-n", cable.station_end, "link", "add", "cable", "type", "veth", "peer", "cable", "netns", cable.plc_end)
        for name, address in ends.items():
            ip("-n", name, "addr", "add", f"{address}/24", "dev", "cable")
            ip("-n", name, "link", "set", "cable", "up")
    except subprocess.CalledProcessError as exc:
        raise NotPermitted(f"no network namespaces here: {exc.stderr.decode()}") from exc


def enter(namespace: str) -> None:
    """The calling thread, with the sockets and processes that it makes from now on, is in `namespace`."""
    fd = os.open(Path("/run/netns") / namespace, os.O_RDONLY)
    try:
        if ctypes.CDLL(None, use_errno=True).setns(fd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(fd)


def inside(namespace: str, make: Callable[[], Made]) -> Made:
    """What `make` returns, called in `namespace`: a socket belongs to the namespace of the thread that made it."""
    with ThreadPoolExecutor(1, initializer=enter, initargs=(namespace,)) as thread:
        return thread.submit(make).result()


def vanish(sock: socket.socket) -> None:
    """Close without a word: the other end learns nothing, as when the power goes."""
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    sock.close()
