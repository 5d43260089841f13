"""The PLC program against a real Modbus server with the least of a station behind it."""

import argparse
import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from protocols import tags
from protocols.codec import Orders
from protocols.image import ProcessImage
from protocols.modbus import ModbusServer
from protocols.settings import ModbusSettings
from protocols.tag import HR, IR
from service import generations
from service.demo_plc import add_arguments, run
from service.demo_plc.plc import Plc
from service.demo_plc.run import _drive
from tests.plc_side import rows

from .in_process import station_running

ROOT = Path(__file__).parents[2]


class OnePartStation:
    """Answers TriggerSeq and the bits, one part at a time; `spoil` makes results wrong in a chosen way."""

    def __init__(self, image: ProcessImage) -> None:
        self.image, self.seen_seq, self.result_seq, self.spoil, self.reject = image, 0, 0, "", 0
        self.enabled: list[int] = []
        self.triggers = 0

    def write(self, client: str, registers: Mapping[int, int]) -> None:
        before = self.image.get(tags.CONTROL_WORD)
        for register, value in registers.items():
            self.image.put(HR(register), value.to_bytes(2, "big"))
        if 0 in registers:
            self._control(before, registers[0])
        if registers.get(4) and registers[4] != self.seen_seq:
            self.seen_seq = registers[4]
            self._trigger(self.seen_seq)

    def write_bits(self, client: str, bits: Mapping[int, int]) -> None: ...
    def connected(self, client: str) -> None: ...
    def disconnected(self, client: str) -> None: ...
    def request_seen(self, client: str) -> None: ...

    def _control(self, before: int, word: int) -> None:
        if (before ^ word) & 1:
            self.enabled.append(word & 1)
            self.image.set(tags.TRIGGER_READY, bool(word & 1))
        rose = word & ~before
        if rose & 1 << 1:
            self._trigger(0)
        if not word & 1 << 1:
            self.image.set(tags.TRIGGER_ACK, False)
        if rose & 1 << 3:
            self.image.set(tags.RESULTS_VALID, False)
        if rose & 1 << 6:
            self.image.set(tags.MISSED_TRIGGER, False)

    def _trigger(self, seq: int) -> None:
        self.triggers += 1
        if self.reject and self.triggers % 2 == 0:
            self.image.set(tags.TRIGGER_REJECT_CODE, self.reject)
            self.image.set(tags.TRIGGER_SEQ_REJECTED, seq) if seq else self.image.set(tags.MISSED_TRIGGER, True)
            return
        self.image.set(tags.RESULTS_VALID, False)
        if self.spoil == "unanswered":
            return
        self.image.set(tags.TRIGGER_SEQ_ACK, seq) if seq else self.image.set(tags.TRIGGER_ACK, True)
        if self.spoil != "lost":
            asyncio.get_running_loop().call_later(0.001, self._result, seq, self.image.get(tags.USER_TAG))

    def _result(self, seq: int, tag: int) -> None:
        image = self.image
        self.result_seq = self.result_seq % 65520 + 1
        image.set(tags.RESULT_SEQ, self.result_seq)
        image.set(tags.RESULT_TRIGGER_SEQ, seq)
        image.set(tags.RESULT_FLAGS, 0b0011)
        image.set(tags.RESULT_JOB, 7)
        image.set(tags.INSPECTION_ID, 1000 + self.result_seq)
        image.set(tags.RESULT_USER_TAG, tag + (self.spoil == "stale"))
        image.set(tags.TOOL_EXECUTED_BITS, 0b101)
        image.set(tags.RESULT_VALUES, (1.25, 9.0, -3.5) + (float("nan"),) * 29)
        slot = IR(2000 + 64 * (self.result_seq % 16))
        image.put(slot, bytes(image.input[200:320]) + b"\0" * 6 + bytes(image.input[200:202]))
        image.set(tags.NEWEST_RESULT_SEQ, self.result_seq)
        image.set(tags.RESULTS_VALID, True)


class Served:
    def __init__(self, station: OnePartStation, port: int) -> None:
        self.station, self.port = station, port

    async def demo(self, *options: str) -> int:
        """Run the program in a thread, where it has a loop of its own as on the command line."""
        return await asyncio.to_thread(run, arguments("--port", str(self.port), *options))


def modbus_port() -> int:
    """Of the station in this process."""
    port = generations.sockets["modbus"].getsockname()[1]
    assert isinstance(port, int)
    return port


def arguments(*options: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(options)


Serve = Callable[..., Awaitable[Served]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    servers: list[ModbusServer] = []

    async def start(orders: Orders | None = None, **settings: Any) -> Served:
        image = ProcessImage(orders)
        station = OnePartStation(image)
        server = ModbusServer(
            image,
            station,
            ModbusSettings(**settings),
            station_name="demo",
            version="1",
            utc_us=lambda: 0,
            uptime_s=lambda: 0,
        )
        sock = socket.create_server(("127.0.0.1", 0))
        await server.start(sock)
        servers.append(server)
        return Served(station, sock.getsockname()[1])

    yield start
    for server in servers:
        await server.stop()


@pytest.mark.parametrize("way", ["--sequence", "--bits"])
@pytest.mark.parametrize("orders", [Orders(), Orders(word="DCBA")], ids=["ABCD", "DCBA"])
async def test_every_part_is_printed_and_summed_up(
    serve: Serve, capsys: pytest.CaptureFixture[str], way: str, orders: Orders
) -> None:
    served = await serve(orders)
    assert await served.demo(way, "--count", "20") == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines() if "PASS " in line and "job" in line] == [
        str(1000 + i) for i in range(1, 21)
    ]
    assert "0: 1.25  2: -3.5" in out, "values of the tools that ran"
    assert "answered  20 (PASS 20)" in out
    assert "p50" in out
    assert "p99" in out
    assert served.station.triggers == 20
    assert served.station.enabled == [1, 0], "TriggerEnable is cleared at the end"
    assert served.station.image.get(tags.USER_TAG) == 0, "a program after it is not said to trigger its last part again"


@pytest.mark.parametrize("way", ["--sequence", "--bits"])
async def test_rejections_are_told_with_their_reason_and_are_no_loss(
    serve: Serve, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    served = await serve()
    served.station.reject = 3
    assert await served.demo(way, "--count", "6", "--hz", "200") == 0
    out = capsys.readouterr().out
    assert "trigger 2 rejected: busy" in out
    assert "rejected  3 (busy 3)" in out
    assert "answered  3 (PASS 3)" in out


@pytest.mark.parametrize("way", ["--sequence", "--bits"])
@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        pytest.param("lost", "has no result in time", id="no result"),
        pytest.param("unanswered", "was not answered in time", id="no acknowledge"),
        pytest.param("stale", "is that of part 2, not of 1", id="another part's result"),
    ],
)
async def test_lost_and_wrong_parts_end_with_1(
    serve: Serve, capsys: pytest.CaptureFixture[str], way: str, spoil: str, told: str
) -> None:
    served = await serve()
    served.station.spoil = spoil
    assert await served.demo(way, "--count", "1", "--deadline", "0.3") == 1
    assert told in capsys.readouterr().out
    assert served.station.enabled == [1, 0]


@pytest.mark.parametrize("start", [(65534, 0), (65535, 1), (7, 8)], ids=["wrap", "wrap on a rejected", "rejected next"])
async def test_the_first_numbers_are_none_that_the_station_knows(serve: Serve, start: tuple[int, int]) -> None:
    served = await serve()
    served.station.image.set(tags.TRIGGER_SEQ_ACK, start[0])
    served.station.image.set(tags.TRIGGER_SEQ_REJECTED, start[1])
    served.station.seen_seq = start[0]
    served.station.result_seq = 65515  # wraps too
    served.station.image.set(tags.NEWEST_RESULT_SEQ, 65515)
    assert await served.demo("--count", "20") == 0
    assert served.station.triggers == 20


async def test_nothing_listens(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    assert await asyncio.to_thread(run, arguments("--port", str(port))) == 2
    assert f"nothing listens on 127.0.0.1:{port}" in capsys.readouterr().err


async def test_another_map(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    served = await serve()
    served.station.image.set(tags.MAP_VERSION_TAG, 0x0200)
    assert await served.demo() == 2
    assert "serves another map: MapVersion is 0x0200 where 0x0101 is known" in capsys.readouterr().err
    assert served.station.enabled == [], "nothing was written"


async def test_somebody_else_has_write_control(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    served = await serve(write_control="listed", writers=("127.0.0.2",))
    assert await served.demo() == 2
    assert "exception 01: another client has write control" in capsys.readouterr().err


async def test_a_station_that_does_not_become_ready(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    served = await serve()
    served.station._control = lambda before, word: served.station.enabled.append(word)  # type: ignore[method-assign]
    served.station.image.set(tags.ERROR_CODE, 101)
    assert await served.demo("--deadline", "0.1") == 2
    assert "TriggerReady did not come within 0.1 s" in (err := capsys.readouterr().err)
    assert "ErrorCode 101" in err
    assert served.station.enabled[-1] == 0


async def test_ctrl_c_clears_trigger_enable_and_sums_up(serve: Serve) -> None:
    served = await serve()
    code = (
        "import argparse; from service.demo_plc import *; p = argparse.ArgumentParser(); add_arguments(p); "
        "raise SystemExit(run(p.parse_args()))"
    )
    options = ("--port", str(served.port), "--count", "100000")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, *options, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(60):
        assert process.stdout is not None
        await process.stdout.readuntil(b"PASS")
        process.send_signal(signal.SIGINT)
        out, err = await process.communicate()
    assert process.returncode == 130, err.decode()
    assert err == b""
    assert b"answered" in out
    assert served.station.enabled == [1, 0]


async def test_a_ctrl_c_that_the_library_swallows_ends_it_too(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    served, asked = await serve(), Plc.status

    async def status(plc: Plc) -> tuple[int, ...]:
        """As `asyncio.wait_for` of Python 3.11: the answer was there already, so it is given all the same."""
        answer = await asked(plc)
        if (task := asyncio.current_task()) and served.station.enabled[-1:] == [1]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(0)
        return answer

    monkeypatch.setattr(Plc, "status", status)
    with pytest.raises(asyncio.CancelledError):
        await _drive(arguments("--port", str(served.port), "--count", "100000"), Console(quiet=True))
    assert served.station.enabled == [1, 0]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--count", "0"), "0 is not within 1-1000000"),
        (("--hz", "-1"), "not a number of 0 or more"),
        (("--hz", "nan"), "not a number of 0 or more"),
        (("--bits", "--sequence"), "not allowed with"),
        (("--lot", "\u00e4" * 33), "has 66 bytes; it may have up to 64"),
    ],
)
def test_options_that_make_no_sense(capsys: pytest.CaptureFixture[str], options: tuple[str, ...], told: str) -> None:
    with pytest.raises(SystemExit):
        arguments(*options)
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("way", ["--sequence", "--bits"])
async def test_parts_belong_to_the_order_and_lot_that_it_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    async with station_running(tmp_path, monkeypatch, modbus={"string_order": "low-first"}, connect=False):
        served = arguments("--port", str(modbus_port()), way, "--count", "2", "--order", "A-1", "--lot", "Gr\u00fcn 7")
        assert await asyncio.to_thread(run, served) == 0
        both = rows(tmp_path / "data", "work_order, lot")
    assert both == [("A-1", "Gr\u00fcn 7")] * 2


async def test_a_lot_that_is_refused_ends_it_before_the_first_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with station_running(tmp_path, monkeypatch, connect=False):
        assert await asyncio.to_thread(run, arguments("--port", str(modbus_port()), "--lot", "a\nb")) == 2
        assert rows(tmp_path / "data") == []
    assert "the lot 'a\\nb' was refused: CommandErrorCode 2" in capsys.readouterr().err
