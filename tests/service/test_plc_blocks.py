"""The exported function blocks as PLC programs of a real station, over real connections."""

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from protocols.active_map import export
from protocols.user_block import UserBlockSettings
from service.user_values import user_layout
from tests.protocols.active_map.interpreter import Cell, Instance, Program
from tests.service.in_process import InProcess, station_running

VALUES = UserBlockSettings.model_validate(
    {
        "values": [
            {"name": "Pin1", "address": 400, "type": "int32", "source": "pin 1 width", "scale": 100_000},
            {"name": "UserSeq", "address": 402, "type": "uint16", "source": "@seq"},
        ]
    }
)
LIMIT_S = 30.0


class MbClient:
    """An MB_CLIENT: one request at a time while REQ is 1; DONE and ERROR stand for one call."""

    def __init__(self, port: int) -> None:
        self._port, self._sock = port, None  # type: ignore[var-annotated]
        self._data, self._number = b"", 0
        self._asked = False
        self.errors = 0

    def __call__(self, outputs: dict[str, Cell], inputs: dict[str, int], buffer: Cell) -> None:
        for name in ("DONE", "ERROR"):
            outputs[name].set(0)
        try:
            if self._asked:
                self._answered(outputs, buffer)
            elif inputs["REQ"]:
                self._ask(inputs, buffer)
        except OSError:
            self.hang_up()
            self.errors += 1
            outputs["ERROR"].set(1)
            outputs["STATUS"].set(0x80C8)

    def hang_up(self) -> None:
        if self._sock:
            self._sock.close()
        self._sock, self._asked, self._data = None, False, b""

    def _ask(self, inputs: dict[str, int], buffer: Cell) -> None:
        if self._sock is None:
            self._sock = socket.create_connection(("127.0.0.1", self._port), timeout=1)
            self._sock.setblocking(False)
        count, address = inputs["MB_DATA_LEN"], inputs["MB_DATA_ADDR"]
        if (inputs["MB_MODE"], address // 10000) == (1, 4):
            words = [element.value for element in buffer.elements[:count]]
            pdu = struct.pack(f">BHHB{count}H", 16, address - 40001, count, 2 * count, *words)
        else:
            assert (inputs["MB_MODE"], address // 10000) == (0, 3)
            pdu = struct.pack(">BHH", 4, address - 30001, count)
        self._number = (self._number + 1) & 0xFFFF
        self._sock.sendall(struct.pack(">HHHB", self._number, 0, len(pdu) + 1, 255) + pdu)
        self._asked = True

    def _answered(self, outputs: dict[str, Cell], buffer: Cell) -> None:
        assert self._sock
        with contextlib.suppress(BlockingIOError):
            got = self._sock.recv(1024)
            if not got:
                raise ConnectionResetError
            self._data += got
        if len(self._data) < 9 or len(self._data) < 6 + struct.unpack(">H", self._data[4:6])[0]:
            return
        pdu, self._data, self._asked = self._data[7:], b"", False
        if pdu[0] & 0x80:
            raise ConnectionAbortedError
        if pdu[0] == 4:
            for element, word in zip(buffer.elements, struct.unpack(f">{pdu[1] // 2}H", pdu[2:]), strict=False):
                element.set(word)
        outputs["DONE"].set(1)


Scan = Callable[[], Awaitable[None]]
Made = tuple[Instance, Scan, Callable[[], None]]  # the block, one scan, and what breaks the connection


def now_ms() -> float:
    return time.monotonic() * 1000


def siemens(running: InProcess) -> Made:
    """VisionClient and VisionStation as the export has them, one scan a turn of the loop."""
    program = Program(export("scl", user_layout(running.settings)))
    mb_client = MbClient(int(running.plc._where.rpartition(":")[2]))
    client = Instance(program, "VisionClient", now_ms, mb_client)
    block = Instance(program, "VisionStation", now_ms)

    async def scan() -> None:
        client["WriteWords"] = block["WriteWords"]
        client.scan()
        block["ReadWords"], block["Fresh"], block["CommOk"] = client["ReadWords"], client["Fresh"], client["CommOk"]
        block.scan()
        await asyncio.sleep(0.001)

    return block, scan, mb_client.hang_up


def codesys(running: InProcess) -> Made:
    """VisionStation between two channels."""
    block = Instance(Program(export("codesys", user_layout(running.settings))), "VisionStation", now_ms)
    lost = False

    async def scan() -> None:
        nonlocal lost
        if lost:
            await running.plc.connect()
            lost = False
        await running.plc.write(0, block["WriteWords"])
        block["ReadWords"] = await running.plc.read(900, 32)
        block["Fresh"] = block["CommOk"] = 1
        block.scan()

    def hang_up() -> None:
        nonlocal lost
        running.plc.close()
        lost = True

    return block, scan, hang_up


async def until(scan: Scan, true: Callable[[], object]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not true():
            await scan()


@pytest.mark.parametrize("made", [siemens, codesys])
async def test_it_triggers_reads_every_part_once_and_goes_on_after_a_broken_connection(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    made: Callable[[InProcess], Made],
) -> None:
    async with station_running(tmp_path, monkeypatch, user_block=VALUES.model_dump()) as running:
        layout = user_layout(running.settings)
        user = Instance(Program(export("codesys", layout)), "VisionUserBlock")
        block, scan, hang_up = made(running)
        block["Enable"], block["TimeLimit"] = 1, 10_000
        await until(scan, lambda: block["State"] == 1 and block["Ready"])
        seen = []
        for number in range(1, 9):
            block["Start"] = 0
            await scan()
            block["Start"] = 1
            await scan()
            if number % 3 == 0:
                await until(scan, lambda: block["State"] > 2)
                hang_up()
            await until(scan, lambda: not block["Busy"])
            assert (block["Done"], block["Pass"], block["Count"]) == (1, 1, number)
            user["UserWords"] = await running.plc.read(400, 3)
            user.scan()
            seen.append(block["Result"]["Seq"])
            assert user["User"]["UserSeq"] == block["Result"]["Seq"]
            assert user["User"]["Pin1"] == pytest.approx(block["Result"]["Values"][2] * 100_000, abs=1)
        assert seen == list(range(1, 9))
        assert running.station.handshake.counters.inspections == 8
        hang_up()
