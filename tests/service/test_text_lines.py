"""The text interface of a real station, over real sockets, beside a Modbus PLC."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

import aiohttp
import apsw
import pytest

from protocols import tags
from service import generations

from .in_process import InProcess, station_running

SHIPPED = {"enabled": True}


class Robot:
    """One connection that sends lines and reads lines."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, line: str | bytes, end: bytes = b"\r\n") -> str:
        self.send(line, end)
        return await self.line()

    def send(self, line: str | bytes, end: bytes = b"\r\n") -> None:
        self._writer.write((line.encode() if isinstance(line, str) else line) + end)

    async def line(self, end: bytes = b"\r\n") -> str:
        async with asyncio.timeout(60):
            return (await self._reader.readuntil(end)).removesuffix(end).decode()

    async def gone(self) -> bool:
        async with asyncio.timeout(60):
            try:
                return await self._reader.read() == b""
            except ConnectionResetError:
                return True


@asynccontextmanager
async def robot() -> AsyncIterator[Robot]:
    port = generations.sockets["ascii"].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Robot(reader, writer)
    finally:
        writer.close()
        with suppress(ConnectionResetError):
            await writer.wait_closed()


@asynccontextmanager
async def station(folder: Path, patch: pytest.MonkeyPatch, **more: Any) -> AsyncIterator[InProcess]:
    async with station_running(folder, patch, ascii=SHIPPED | more, connect=False) as running:
        async with asyncio.timeout(60):
            while not running.station.handshake.online:
                await asyncio.sleep(0.01)
        yield running


async def test_a_robot_triggers_and_reads_its_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(tmp_path, monkeypatch) as running, robot() as line:
        assert await line.ask("T;A-17") == "1;PASS;0;A-17"
        assert await line.ask("#r1 t") == "#r1 2;PASS;0;"
        assert await line.ask("R?") == "2;PASS;0;"
        assert await line.ask("C?") == "C;2;2;0;0;0"
        assert running.read(tags.RESULT_FLAGS) >> 8 & 15 == 5
        async with aiohttp.ClientSession() as http, http.get(running.url + "/api/v1/inspections?limit=1") as answer:
            stored = next(iter((await answer.json())["items"]))
        assert (stored["source"], stored["part_id"]) == ("text", "")


async def test_jobs_and_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(tmp_path, monkeypatch), robot() as line:
        assert await line.ask("S?") == "S;1;1;1;Ready;0"
        assert await line.ask("J2") == "J2"
        assert await line.ask("J?") == "J2"
        assert await line.ask("J77") == "E;103;no recipe has job number 77; there are 1, 2"
        assert await line.ask("S?") == "S;1;1;2;Ready;0"


async def test_counters_are_latched_once_for_each_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(tmp_path, monkeypatch) as running:
        async with robot() as line:
            for seq in (1, 2):
                assert await line.ask("T") == f"{seq};PASS;0;"
            assert await line.ask("#q l;lot;7") == "#q L;lot;7;2;2;0;0"
            assert await line.ask("T") == "3;PASS;0;"
        async with robot() as again:  # after a lost answer
            assert await again.ask("L;LOT;7") == "L;lot;7;2;2;0;0"
            assert await again.ask("L;lot;8") == "L;lot;8;1;1;0;0"
            assert await again.ask("L;lot;9") == "L;lot;9;0;0;0;0"
            assert await again.ask("L;shift;7") == "L;shift;7;3;3;0;0"
            assert await again.ask("C?") == "C;3;3;0;0;0"
        async with aiohttp.ClientSession() as http, http.get(running.url + "/api/v1/counters/lot/latched") as answer:
            sets = (await answer.json())["items"]
        assert [(one["client"], one["number"], one["total"]) for one in sets] == [
            ("text 127.0.0.1", 9, 0),
            ("text 127.0.0.1", 8, 1),
            ("text 127.0.0.1", 7, 2),
        ]


async def test_a_latch_that_the_disk_does_not_take_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(tmp_path, monkeypatch), robot() as line:
        assert await line.ask("T") == "1;PASS;0;"
        database = tmp_path / "data" / "results.sqlite"
        with closing(apsw.Connection(str(database))) as db:
            db.set_busy_timeout(60_000)
            db.execute("CREATE TRIGGER full BEFORE INSERT ON latches BEGIN SELECT RAISE(FAIL, 'no room'); END")
            answer = await line.ask("L;lot;7")
            assert answer.startswith("E;107;the disk does not take it: ")
            assert answer.endswith("no room; ask again with number 7")
            db.execute("DROP TRIGGER full")
        assert await line.ask("L;lot;7") == "L;lot;7;1;1;0;0"


UNKNOWN = "there are T T;<part id> J<job> J? S? R? C? L;lot;<number> L;shift;<number>"
LATCH = "a latch is L;lot;<number> or L;shift;<number>, 0 to 4294967295"
WRONG: list[tuple[str | bytes, str]] = [
    ("X", f"E;100;X is no command; {UNKNOWN}"),
    ("#7 TRIGGER", "#7 E;100;TRIGGER is no command; a part id follows T and a semicolon"),
    ("J0", "E;101;a job is J1 to J65535, not J0"),
    ("J65536", "E;101;a job is J1 to J65535, not J65536"),
    ("J\xb2", "E;101;a job is J1 to J65535, not J\xb2"),
    ("T;" + "x" * 65, "E;101;the part id has 65 bytes; it may have up to 64"),
    ("L", f"E;101;{LATCH}, not L"),
    ("#3 L;order;1", f"#3 E;101;{LATCH}, not L;order;1"),
    ("L;lot;-1", f"E;101;{LATCH}, not L;lot;-1"),
    ("L;lot;4294967296", f"E;101;{LATCH}, not L;lot;4294967296"),
    ("R?", "E;105;no part was inspected yet"),
    ("x" * 257, "E;102;a line has up to 256 bytes"),
    ("x" * 5000, "E;102;a line has up to 256 bytes"),
    (b"\xff\x00\x1b", f"E;100;\ufffd?? is no command; {UNKNOWN}"),
]


async def test_what_cannot_be_done_is_said_and_the_connection_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station(tmp_path, monkeypatch), robot() as client:
        for line, answer in WRONG:
            assert await client.ask(line) == answer
            assert await client.ask("J?") == "J1"


async def test_lines_come_in_pieces_and_in_bunches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(tmp_path, monkeypatch), robot() as line:
        for byte in b"#a J":
            line.send(bytes((byte,)), b"")
            await asyncio.sleep(0)
        line.send("?\n#b T\r#c J?\r\n\r\n#d S", b"")
        line.send("?")
        assert [await line.line() for _ in range(4)] == ["#a J1", "#b 1;PASS;0;", "#c J1", "#d S;1;1;1;Ready;0"]


async def test_a_second_connection_is_answered_while_the_first_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station(tmp_path, monkeypatch), robot() as one, robot() as two:
        one.send("T")
        async with asyncio.timeout(60):
            while (await two.ask("S?")).startswith("S;1"):
                pass
        assert (await two.ask("T")).startswith("E;3;the station is busy")
        assert await one.line() == "1;PASS;0;"


async def test_the_plc_goes_before_while_it_has_the_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station_running(tmp_path, monkeypatch, ascii=SHIPPED) as running, robot() as line:
        await running.enable()
        assert (await line.ask("T")).startswith("E;3;")
        assert (await line.ask("S?")).startswith("S;0;1;")


async def test_results_are_pushed_to_whoever_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = {"push": True, "template": "{ok} {part_id}", "line_end": "lf"}
    async with station(tmp_path, monkeypatch, **more) as running, robot() as printer:
        async with aiohttp.ClientSession() as http:
            await http.post(running.url + "/api/v1/station/trigger", json={"part_id": "P1"})
        assert await printer.line(b"\n") == "1 P1"


async def test_one_connection_too_many_is_reset_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(tmp_path, monkeypatch, max_connections=1), robot() as first:
        assert await first.ask("J?") == "J1"
        async with robot() as second:
            assert await second.gone()
        assert await first.ask("J?") == "J1"


async def test_a_robot_that_leaves_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(tmp_path, monkeypatch):
        async with robot() as line:
            line.send("T;left")
            async with robot() as other, asyncio.timeout(60):
                while (await other.ask("S?")).startswith("S;1"):
                    pass
        async with robot() as line:
            async with asyncio.timeout(60):
                while (answer := await line.ask("R?")).startswith("E"):
                    await asyncio.sleep(0.01)
            assert answer == "1;PASS;0;left"


async def ask_for_ever(deaf: socket.socket) -> None:
    async with asyncio.timeout(60):
        while True:
            await asyncio.get_running_loop().sock_sendall(deaf, b"R?\n" * 1000)


async def test_who_does_not_read_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(tmp_path, monkeypatch, template="{part_id:200}"), robot() as good:
        assert len(await good.ask("T")) == 200
        deaf = socket.create_connection(("127.0.0.1", generations.sockets["ascii"].getsockname()[1]))
        with deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.setblocking(False)
            with pytest.raises(ConnectionError):
                await ask_for_ever(deaf)
        assert await good.ask("J?") == "J1"
