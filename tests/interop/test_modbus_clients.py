"""Other people's Modbus clients: mbpoll, and a C program on libmodbus."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from protocols import tags
from protocols.settings import ModbusSettings
from protocols.tag import HR
from tests.protocols.modbus.station import Station, start_station

pytestmark = pytest.mark.interop
LIBMODBUS_PROGRAM = Path(__file__).with_name("libmodbus_client.c")


@pytest.fixture
async def station() -> AsyncIterator[Station]:
    station = await start_station(ModbusSettings())
    yield station
    await station.server.stop()


async def output(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    async with asyncio.timeout(60):
        out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
    return out.decode()


@pytest.fixture
def mbpoll(station: Station) -> list[str]:
    program = shutil.which("mbpoll")
    if program is None:
        pytest.skip("mbpoll is not installed: apt-get install mbpoll")
    return [program, "-m", "tcp", "-p", str(station.port), "-0", "-a", "1", "-1"]


async def polled(mbpoll: list[str], *options: str, values: tuple[str, ...] = ()) -> list[str]:
    out = await output(*mbpoll, *options, "127.0.0.1", *values)
    return re.findall(r"^\[\d+\]:\s+(\S+)", out, re.MULTILINE)


async def test_mbpoll_reads(station: Station, mbpoll: list[str]) -> None:
    station.image.set(tags.STATUS_WORD, 0x0881)
    station.image.set(tags.CONTROL_WORD, 5)
    assert await polled(mbpoll, "-t", "0", "-r", "0", "-c", "4") == ["1", "0", "1", "0"]
    assert await polled(mbpoll, "-t", "1", "-r", "7", "-c", "5") == ["1", "0", "0", "0", "1"]
    assert await polled(mbpoll, "-t", "3:hex", "-r", "28", "-c", "4") == ["0x1234", "0x5678", "0x4049", "0x0FDB"]
    assert await polled(mbpoll, "-t", "4:hex", "-r", "1028", "-c", "2") == ["0x1234", "0x5678"]
    assert await polled(mbpoll, "-t", "3:float", "-B", "-r", "30", "-c", "1") == ["3.14159"]
    assert await polled(mbpoll, "-t", "3:int", "-B", "-r", "32", "-c", "1") == ["-123456789"]


async def test_mbpoll_writes(station: Station, mbpoll: list[str]) -> None:
    await polled(mbpoll, "-t", "0", "-r", "0", values=("1",))
    assert station.image.get(tags.CONTROL_WORD) == 1
    await polled(mbpoll, "-t", "0", "-r", "1", values=("1", "1", "0"))
    assert station.image.get(tags.CONTROL_WORD) == 0b0111
    await polled(mbpoll, "-t", "4", "-r", "4", values=("41",))
    assert station.image.get(tags.TRIGGER_SEQ) == 41
    await polled(mbpoll, "-t", "4", "-r", "64", values=("1", "2", "3"))
    assert station.image.words(HR(64), 3) == (1, 2, 3)


async def test_mbpoll_says_which_exception(station: Station, mbpoll: list[str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *mbpoll,
        "-t",
        "3",
        "-r",
        "64",
        "-c",
        "1",
        "127.0.0.1",
        stderr=asyncio.subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    _, err = await process.communicate()
    assert b"Illegal data address" in err


@pytest.fixture
def libmodbus_client(tmp_path: Path) -> str:
    if shutil.which("gcc") is None or shutil.which("pkg-config") is None:
        pytest.skip("no C compiler: apt-get install gcc pkg-config libmodbus-dev")
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libmodbus"], capture_output=True, text=True)
    if flags.returncode:
        pytest.skip("libmodbus is not installed: apt-get install libmodbus-dev")
    program = str(tmp_path / "libmodbus_client")
    subprocess.run(["gcc", "-Wall", "-Werror", "-o", program, LIBMODBUS_PROGRAM, *flags.stdout.split()], check=True)
    return program


async def test_libmodbus_reads_and_writes_by_every_function_it_has(station: Station, libmodbus_client: str) -> None:
    station.image.set(tags.STATUS_WORD, 0x0881)
    assert await output(libmodbus_client, str(station.port)) == (
        "discrete inputs 7-11: 1 0 0 0 1\n"
        "coils 0-3: 1 1 0 1\n"
        "input 28-31: 1234 5678 4049 0fdb\n"
        "mirror 1028-1029: 1234 5678\n"
        "float: 3.1415927\n"
        "holding 12-14: 0001 0042 0003\n"
        "written and read: 0029\n"
        "server id: vision-inspection\n"
        "input 64: Illegal data address\n"
        "holding 7: Illegal data value\n"
    )
    assert station.image.get(tags.CONTROL_WORD) == 0b1011
    assert station.image.get(tags.TRIGGER_SEQ) == 41
