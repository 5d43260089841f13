"""Connections that end at the worst moment, floods of triggers, jobs that change under them: none twice, none lost."""

import asyncio
import itertools
import json
import struct
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from asyncua import ua

from protocols import tags
from service.demo_plc.handshakes import Part, Rejected
from service.demo_plc.plc import Plc
from service.store import ResultFilter
from tests.patience import until
from tests.protocols.modbus.wire import Wire, adu, write_registers
from tests.service.in_process import InProcess, station_running
from tests.service.test_bad_input import scada

RECIPE_LIMIT_MS = 10_000  # nothing here is about time
TRIGGER_SEQ, RESULT_ACK_SEQ = 4, 5
RESULTS_VALID = 1 << 11


def recipe(folder: Path, job: int, version: int) -> None:
    step = {
        "name": "light",
        "tool": {"type": "brightness"},
        "regions": [{"kind": "rectangle", "x": 20, "y": 20, "width": 120, "height": 100}],
        "slot": 0,
        "limits": {"mean": {"low": 0, "high": 255}},
    }
    content = {"format": 1, "job": job, "name": f"recipe {job}", "version": version, "released": True, "steps": [step]}
    (folder / f"job{job}").mkdir(parents=True)
    (folder / f"job{job}" / "recipe.json").write_text(json.dumps(content | {"time_limit_ms": RECIPE_LIMIT_MS}))


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    for job, version in ((1, 11), (2, 22)):
        recipe(tmp_path / "recipes", job, version)
    settings = {"recipe_folder": tmp_path / "recipes"}
    modbus = {"write_control": "everyone"}
    async with station_running(tmp_path, monkeypatch, station=settings, modbus=modbus, opcua=True) as running:
        await running.enable()
        yield running


def port(running: InProcess) -> int:
    return int(running.plc._client.comm_params.port)


async def triggered(running: InProcess, seq: int) -> None:
    """Write the number, also again, until it is answered and its result is there."""
    await running.plc.write(TRIGGER_SEQ, (seq,))
    await until(lambda: running.read(tags.TRIGGER_SEQ_ACK) == seq)
    await until(lambda: running.read(tags.TRIGGER_READY))


async def stored(running: InProcess) -> int:
    return len(await running.store.page(ResultFilter(), limit=10_000))


async def test_a_connection_cut_at_any_byte_of_a_trigger_makes_one_part(running: InProcess) -> None:
    whole = len(adu(write_registers(TRIGGER_SEQ, 1)))
    for cut in range(whole + 1):
        seq = 100 + cut
        _, writer = await asyncio.open_connection("127.0.0.1", port(running))
        writer.write(adu(write_registers(TRIGGER_SEQ, seq))[:cut])
        await writer.drain()
        writer.transport.abort()
        await triggered(running, seq)
    assert running.read(tags.TRIGGER_COUNT) == await stored(running) == whole + 1


async def test_a_connection_cut_at_any_byte_of_the_answer_makes_one_part(running: InProcess) -> None:
    answer = 12
    for cut in range(answer):
        seq = 200 + cut
        reader, writer = await asyncio.open_connection("127.0.0.1", port(running))
        writer.write(adu(write_registers(TRIGGER_SEQ, seq)))
        await reader.readexactly(cut)
        writer.transport.abort()
        await triggered(running, seq)
    assert running.read(tags.TRIGGER_COUNT) == await stored(running) == answer


async def test_a_result_outlives_the_connection_until_it_is_acknowledged(running: InProcess) -> None:
    part = await running.part()
    running.plc.close()
    await until(lambda: not running.station._image.get(tags.SYSTEM_BUSY))
    again = Plc("127.0.0.1", port(running), 1)
    await again.connect()
    assert (await again.status())[0] & RESULTS_VALID
    assert (await again.read(tags.RESULT_BASE, 1))[0] == part.result_seq
    await again.write(RESULT_ACK_SEQ, (part.result_seq,))
    assert not (await again.status())[0] & RESULTS_VALID
    again.close()
    assert await stored(running) == 1


@pytest.mark.timeout(240)
async def test_of_a_flood_of_triggers_each_is_accepted_or_missed(running: InProcess) -> None:
    before, missed, count = running.read(tags.TRIGGER_COUNT), running.read(tags.MISSED_TRIGGER_COUNT), 2000
    async with await Wire.connect(port(running), "127.0.0.2") as wire:
        await wire.send(adu(write_registers(TRIGGER_SEQ, 0)))
        await wire.reader.readexactly(12)
        flood = b"".join(adu(write_registers(TRIGGER_SEQ, seq), seq) for seq in range(1, count + 1))
        sending = asyncio.ensure_future(wire.send(flood))
        for seq in range(1, count + 1):
            head = await wire.reader.readexactly(12)
            assert struct.unpack(">H", head[:2])[0] == seq, "each answered once, in order"
        await sending
    await until(lambda: running.read(tags.TRIGGER_READY))
    accepted = running.read(tags.TRIGGER_COUNT) - before
    assert accepted + running.read(tags.MISSED_TRIGGER_COUNT) - missed == count
    assert await stored(running) == accepted >= 1


JOB_LOADING = 5
PAUSE_S = 0.02  # between changes of a job, so that triggers find their turn


async def change_by_scada(running: InProcess, folder: Path) -> None:
    async with scada(running, folder) as client:
        node = client.get_node("ns=2;s=Cmd.JobSelect")
        for job in itertools.cycle((2, 1)):
            await node.write_value(ua.DataValue(ua.Variant(job, ua.VariantType.UInt16)))
            await asyncio.sleep(PAUSE_S)


async def change_by_plc(running: InProcess) -> None:
    panel = Plc("127.0.0.1", port(running), 1)
    await panel.connect()
    with closing(panel):
        for seq in itertools.count(1):
            await panel.write(1, (1, 1 + seq % 2, seq))
            await until(lambda seq=seq: running.read(tags.COMMAND_SEQ_ACK) == seq)  # type: ignore[misc]
            await until(lambda: running.read(tags.COMMAND_STATUS) != 1)
            assert running.read(tags.COMMAND_STATUS) == 2
            await asyncio.sleep(PAUSE_S)


async def test_jobs_that_two_masters_change_under_triggers_never_mix(running: InProcess, tmp_path: Path) -> None:
    masters = [
        asyncio.create_task(change_by_scada(running, tmp_path)),
        asyncio.create_task(change_by_plc(running)),
    ]
    parts = 0
    while parts < 40:
        outcome = await running.line.part(0)
        assert isinstance(outcome, Part) or (isinstance(outcome, Rejected) and outcome.code == JOB_LOADING), outcome
        parts += isinstance(outcome, Part)
        assert not any(master.done() for master in masters)
    for master in masters:
        master.cancel()
    ended = await asyncio.gather(*masters, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ended), ended
    rows = await running.store.page(ResultFilter(), limit=1000)
    assert len(rows) == 40
    assert {(row.job, row.recipe, row.recipe_version) for row in rows} == {(1, "recipe 1", 11), (2, "recipe 2", 22)}
