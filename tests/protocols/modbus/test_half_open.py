"""A cable that is pulled: the peer is gone and never says so. Both ends stand in network namespaces of their own."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from protocols.settings import ModbusSettings
from tests.cable import PLC, STATION, Cable, NotPermitted, inside, laid
from tests.protocols.modbus.station import Until, start_station
from tests.protocols.modbus.wire import adu, read

pytestmark = pytest.mark.faults


@pytest.fixture
def cable() -> Iterator[Cable]:
    try:
        with laid() as made:
            yield made
    except NotPermitted as exc:
        pytest.skip(str(exc))


async def test_a_pulled_cable_frees_the_slot_in_seconds(cable: Cable, until: Until) -> None:
    listener = inside(cable.station_end, lambda: socket.create_server((STATION, 0)))
    port = listener.getsockname()[1]
    station = await start_station(ModbusSettings(max_connections=1), sock=listener)
    plc = await asyncio.to_thread(inside, cable.plc_end, lambda: socket.create_connection((STATION, port), timeout=60))
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
