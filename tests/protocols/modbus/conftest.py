import asyncio
import importlib.util
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest

from protocols.image import ProcessImage
from protocols.settings import ModbusSettings
from tests import patience
from tests.protocols.modbus.station import Connect, Serve, Station, Until, start_station
from tests.protocols.modbus.wire import Wire


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start a server with these settings."""
    stations: list[Station] = []

    async def start(image: ProcessImage | None = None, **settings: Any) -> Station:
        stations.append(await start_station(ModbusSettings(**settings), image))
        return stations[-1]

    yield start
    for station in stations:
        await station.server.stop()


@pytest.fixture
async def station(serve: Serve) -> Station:
    return await serve()


@pytest.fixture
async def connect(station: Station) -> AsyncIterator[Connect]:
    wires: list[Wire] = []

    async def open_one(source: str = "127.0.0.1", port: int | None = None) -> Wire:
        wires.append(await Wire.connect(port or station.port, source))
        return wires[-1]

    yield open_one
    for wire in wires:
        await wire.close()


@pytest.fixture
async def wire(connect: Connect) -> Wire:
    return await connect()


@pytest.fixture
def until() -> Until:
    """Wait for something that must become true."""
    return patience.until


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Every test on both loops: the station runs on uvloop where there is one."""
    factories: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
    if importlib.util.find_spec("uvloop"):
        import uvloop

        factories["uvloop"] = uvloop.new_event_loop
    return factories
