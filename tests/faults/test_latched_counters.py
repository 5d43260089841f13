"""Two clients latch the counters of a running line that is killed: no result is lost, none is counted twice."""

import asyncio
import contextlib
import http.client
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from benchmarks.accept.bench import Bench, bench
from benchmarks.accept.plc import Plc
from protocols.opcua.certificate import ensure_certificate

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

PARTS, KILLS = 120, 4
ENABLE, BUFFER = 1, 4  # of ControlWord
GONE = (OSError, TimeoutError, ConnectionError, asyncio.CancelledError, ua.UaError)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path, 1) as made:
        yield made


def run_line(line: Bench) -> None:
    """Triggers as fast as the station takes them, from a lot to the next one, over its deaths."""
    seq = 0
    with Plc(line.port) as plc:
        plc.write(0, 0, 0, 0, 0, 0, 0)
        while seq < PARTS:
            try:
                plc.write(0, ENABLE | BUFFER)
                plc.status_when(lambda status: status[0] & 1)
                seq += 1
                plc.write(4, seq)
                plc.write(5, plc.settled()[14])
                if seq % 40 == 0:
                    plc.write(128, 2, 0x4C00 + 0x30 + seq // 40)  # "L0" and on
                    plc.write(1, 9, 2, seq)
            except (OSError, ConnectionError):
                line.running.wait_healthy()
                plc.connect_patiently()


async def by_rest(line: Bench, over: asyncio.Event, sets: dict[int, Any]) -> None:
    number = 0
    while not over.is_set():
        number += 1
        while True:
            try:
                status, found = await asyncio.to_thread(
                    line.rest, "/counters/lot/latch", {"number": number, "client": "mes"}
                )
            except (OSError, http.client.HTTPException):  # it was killed in the middle of its answer
                await asyncio.sleep(0.05)
                continue
            if status == 200:
                break
        assert found["id"] not in sets
        sets[found["id"]] = found["total"]
        await asyncio.sleep(0.05)


async def by_opcua(line: Bench, over: asyncio.Event, sets: dict[int, Any]) -> None:
    number = 0
    while not over.is_set():
        number += 1
        while (found := await one_opcua_latch(line, number)) is None:
            await asyncio.sleep(0.05)
        assert found[0] not in sets
        sets[found[0]] = found[1]


async def one_opcua_latch(line: Bench, number: int) -> tuple[int, int] | None:
    folder = line.running.folder
    certificate, key, uri = ensure_certificate(folder / "client", "client", [])
    client = Client(f"opc.tcp://127.0.0.1:{line.running.opcua}/", timeout=2)
    client.application_uri = uri
    client.set_user("station")
    client.set_password((folder / "data" / "token").read_text().strip())
    try:
        await client.set_security(SecurityPolicyBasic256Sha256, str(certificate), str(key))
        await client.connect()
        command = client.get_node("ns=2;s=Cmd.LatchLot")
        await command.write_attribute(ua.AttributeIds.Value, ua.DataValue(ua.Variant(number, ua.VariantType.UInt32)))
        names = ("Id", "Total", "Number")
        nodes = [client.get_node(f"ns=2;s=Latched.Lot.{name}") for name in names]
        identity, total, shown = await client.read_values(nodes)
        while shown != number:  # tags follow within 0.1 s
            identity, total, shown = await client.read_values(nodes)
        return identity, total
    except GONE:
        return None
    finally:
        with contextlib.suppress(*GONE):
            await client.disconnect()


async def test_sets_and_what_is_live_are_every_result(line: Bench) -> None:
    over, rest, opcua = asyncio.Event(), dict[int, Any](), dict[int, Any]()
    chance = random.Random(3)
    clients = [asyncio.create_task(by(line, over, sets)) for by, sets in ((by_rest, rest), (by_opcua, opcua))]
    running = asyncio.create_task(asyncio.to_thread(run_line, line))
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.3, 1.5))
        if running.done():
            break
        await asyncio.to_thread(line.running.kill_worker)
        await asyncio.to_thread(line.running.wait_healthy)
    try:
        await running
    finally:
        over.set()
    await asyncio.wait_for(asyncio.gather(*clients), 60)
    live = line.rest("/counters/lot")[1]["all"]
    counted = sum(rest.values()) + sum(opcua.values()) + sum(tally["total"] for tally in live)
    rows = line.rows()
    assert not rest.keys() & opcua.keys()
    assert rest
    assert opcua
    assert counted == len(rows) == rows[-1]["number"]
    by_lot = line.query("SELECT work_order, lot, count(*) AS total FROM results GROUP BY work_order, lot")
    tallied = line.query(
        "SELECT work_order, lot, sum(passed + failed + errors) AS total FROM tallies WHERE scope = 1"
        " GROUP BY work_order, lot"
    )
    assert by_lot == tallied
    assert len(by_lot) > 2
