"""kill -9 in the moment in which a station says "done": what was done is still done after the restart."""

import asyncio
import contextlib
import itertools
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from benchmarks.accept.bench import Bench, bench
from benchmarks.accept.plc import EXECUTING, Plc, u32
from protocols.opcua.certificate import ensure_certificate

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

KILLS = 20
ENABLE, BUFFER = 1, 4  # of ControlWord
DONE, COMPLETED = 2, 1 << 13
ENGINEER = 1  # OfflineReason
COMMANDS = (1, 2, 3, 6, 7, 9, 10)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path, 1) as made:
        yield made


def kill(line: Bench) -> None:
    line.running.kill_worker()


def again(line: Bench, plc: Plc) -> None:
    line.running.wait_healthy()
    plc.connect_patiently()


def part(plc: Plc, seq: int) -> None:
    plc.write(4, seq)
    assert plc.settled()[4] == seq


def done_then_killed(line: Bench, plc: Plc, code: int, argument: int, number: int) -> tuple[int, ...]:
    """The status in which the command was first seen as done."""
    plc.write(8, *struct.unpack(">4H", struct.pack(">Q", 1_800_000_000_000_000)))
    plc.write(128, 2, 0x4C00 + 0x30 + number % 10)  # "L0" and on
    status = plc.write_then_read(1, [code, argument, number], 0, 64)
    while status[7] != number or status[0] & EXECUTING:
        status = plc.read(0, 64)
    kill(line)
    return status


def test_a_command_that_a_plc_saw_done_stays_done(line: Bench) -> None:
    numbers = itertools.count(1)
    with Plc(line.port) as plc:
        plc.write(0, 0, 0, 0, 0, 0, 0)
        for round_, code in zip(range(KILLS), itertools.cycle(COMMANDS), strict=False):
            plc.write(0, ENABLE | BUFFER)
            plc.status_when(lambda status: status[0] & 1)
            part(plc, next(numbers))
            job = 1 + round_ % 2 if code == 1 else plc.read(10, 1)[0]
            argument = {1: job, 9: 2, 10: 1}.get(code, 0)
            seen = done_then_killed(line, plc, code, argument, number := next(numbers))
            assert seen[7:11] == (number, DONE, 0, job)
            again(line, plc)
            status = plc.read(0, 64)
            assert status[7:11] == (number, DONE, 0, job), f"command {code}"
            assert status[0] & COMPLETED
            assert code != 2 or not any(u32(status, address) for address in (16, 18, 20, 22, 24))
            assert code != 9 or line.rest("/station/production")[1]["lot"] == f"L{number % 10}"
            assert code != 3 or status[13] == 0


def test_what_rest_has_answered_is_kept(line: Bench) -> None:
    with Plc(line.port) as plc:
        plc.write(0, 0, 0, 0, 0, 0, 0)
        for round_ in range(KILLS // 4):
            job, online, lot = 1 + round_ % 2, bool(round_ % 2), f"lot {round_}"
            plc.write(0, ENABLE)
            plc.status_when(lambda status: status[0] & 1)
            part(plc, round_ + 1)
            plc.write(0, 0)
            steps = {
                f"/recipes/{job}/activate": {},
                "/station/production": {"lot": lot},
                "/counters/reset": {},
                "/station/online": {"online": online},
            }
            for path, body in steps.items():
                assert line.rest(path, body)[0] == 200
                kill(line)
                again(line, plc)
            reason = 0 if online else ENGINEER  # once the camera is there
            assert plc.status_when(lambda status: status[0] >> 4 & 7 == reason)[10] == job  # noqa: B023
            assert line.rest("/station/production")[1]["lot"] == lot
            assert line.rest("/counters")[1]["total"] == 0
            assert line.rest("/station/online", {"online": True})[0] == 200


async def written_by_opcua(line: Bench, name: str, value: ua.Variant) -> None:
    folder = line.running.folder
    certificate, key, uri = ensure_certificate(folder / "client", "client", [])
    client = Client(
        f"opc.tcp://127.0.0.1:{line.running.opcua}/", timeout=4, watchdog_intervall=60
    )  # its goodbye to a dead server lasts as long
    client.application_uri = uri
    await client.set_security(SecurityPolicyBasic256Sha256, str(certificate), str(key))
    client.set_user("station")
    client.set_password((folder / "data" / "token").read_text().strip())
    await client.connect()
    try:
        await client.get_node(f"ns=2;s={name}").write_attribute(ua.AttributeIds.Value, ua.DataValue(value))
        kill(line)
    finally:
        with contextlib.suppress(OSError, TimeoutError, ua.UaError, asyncio.CancelledError):
            await client.disconnect()


async def test_what_opcua_has_answered_is_kept(line: Bench) -> None:
    with Plc(line.port) as plc:
        plc.write(0, 0, 0, 0, 0, 0, 0)
        for round_ in range(KILLS // 2):
            plc.write(0, ENABLE)
            plc.status_when(lambda status: status[0] & 1)
            part(plc, round_ + 1)
            plc.write(0, 0)
            job = 1 + round_ % 2
            await written_by_opcua(line, "Cmd.JobSelect", ua.Variant(job, ua.VariantType.UInt16))
            again(line, plc)
            assert plc.read(10, 1)[0] == job
            await written_by_opcua(line, "Cmd.ResetCounters", ua.Variant(True, ua.VariantType.Boolean))
            again(line, plc)
            assert u32(plc.read(0, 64), 20) == 0
