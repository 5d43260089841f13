"""A cable that is pulled: the peer is gone and never says so. Both ends stand in network namespaces of their own."""

import asyncio
import ctypes
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from protocols.settings import ModbusSettings
from tests.protocols.modbus.station import Until, start_station
from tests.protocols.modbus.wire import adu, read

pytestmark = pytest.mark.faults
CLONE_NEWNET = 0x40000000
STATION, PLC = "192.0.2.1", "192.0.2.2"  # documentation range


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@dataclass
class Cable:
    station_end: str  # namespace
    plc_end: str

    def pull(self) -> None:
        ip("-n", self.station_end, "link", "set", "cable", "down")


@pytest.fixture
def cable() -> Iterator[Cable]:
    if shutil.which("ip") is None or os.geteuid() != 0:
        pytest.skip("network namespaces need root and iproute2: apt-get install iproute2")
    cable = Cable(f"station{os.getpid()}", f"plc{os.getpid()}")
    ends = {cable.station_end: STATION, cable.plc_end: PLC}
    try:
        for name in ends:
            ip("netns", "add", name)
        ip("-n", cable.station_end, "link", "add", "cable", "type", "veth", "peer", "cable", "netns", cable.plc_end)
        for name, address in ends.items():
            ip("-n", name, "addr", "add", f"{address}/30", "dev", "cable")
            ip("-n", name, "link", "set", "cable", "up")
        yield cable
    except subprocess.CalledProcessError as exc:
        pytest.skip(f"no network namespaces here: {exc.stderr.decode()}")
    finally:
        for name in ends:
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


def inside(namespace: str, make: Callable[[], socket.socket]) -> socket.socket:
    """A socket belongs to the namespace of the thread that made it."""

    def enter_and_make() -> socket.socket:
        fd = os.open(Path("/run/netns") / namespace, os.O_RDONLY)
        try:
            assert ctypes.CDLL(None, use_errno=True).setns(fd, CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        finally:
            os.close(fd)
        return make()

    with ThreadPoolExecutor(1) as thread:  # it ends here, and the namespace with it
        return thread.submit(enter_and_make).result()


async def test_a_pulled_cable_frees_the_slot_in_seconds(cable: Cable, until: Until) -> None:
    listener = inside(cable.station_end, lambda: socket.create_server((STATION, 0)))
    port = listener.getsockname()[1]
    station = await start_station(ModbusSettings(max_connections=1), sock=listener)
    plc = await asyncio.to_thread(inside, cable.plc_end, lambda: socket.create_connection((STATION, port), timeout=20))
    try:
        await asyncio.to_thread(plc.sendall, adu(read(4, 28, 1)))
        assert (await asyncio.to_thread(plc.recv, 100))[-2:] == b"\x12\x34"
        assert station.server.clients()[0].connections == 1
        cable.pull()
        await until(lambda: station.server.clients()[0].connections == 0)
        assert f"{PLC} gone" in station.commands.log
    finally:
        plc.close()
        await station.server.stop()
