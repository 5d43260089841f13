"""What a PLC would write, without one: the handshake's own way, and nothing stands afterwards."""

from pathlib import Path

import aiohttp
import pytest

from protocols import tags
from service.hub import Rejected
from service.simulated_plc import Input, SimulatedPlc
from tests.patience import until
from tests.service.in_process import InProcess, station_running


async def test_a_part_is_triggered_taken_and_the_job_changed_as_by_a_plc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station_running(tmp_path, monkeypatch) as running:
        await running.ready()
        await until(lambda: running.station.handshake.conditions.jobs)
        plc = SimulatedPlc(running.station._image, running.station.handshake, running.station.note)

        def status(bit: int) -> bool:
            return bool(running.read(tags.STATUS_WORD) >> bit & 1)

        await plc.pulse(Input.TRIGGER, "web ann")
        assert running.read(tags.CONTROL_WORD) == 0
        await until(lambda: running.read(tags.RESULTS_VALID))
        await until(lambda: running.station.last is not None)
        part = running.station.last
        assert part
        assert (part.accepted.client, part.accepted.source.name) == ("simulated PLC", "MODBUS")
        assert running.read(tags.RESULT_SEQ) == part.result_seq
        await plc.pulse(Input.RESULTS_ACK, "web ann")
        assert not status(11)

        job = running.read(tags.CURRENT_JOB)
        other = next(one for one in running.station.handshake.conditions.jobs if one != job)
        await plc.pulse(Input.LOAD_JOB, "web ann", other)
        assert [running.read(tag) for tag in (tags.CONTROL_WORD, tags.COMMAND_CODE, tags.COMMAND_ARG)] == [0, 0, 0]
        await until(lambda: running.read(tags.CURRENT_JOB) == other)
        with pytest.raises(Rejected, match="no recipe"):
            await plc.pulse(Input.LOAD_JOB, "web ann", 999)

        await running.station.set_online(False, "ann")
        with pytest.raises(Rejected) as rejected:
            await plc.pulse(Input.TRIGGER, "web ann")
        assert rejected.value.code == 1
        assert status(3), "MissedTrigger stands, as after a PLC's"
        await plc.pulse(Input.CLEAR_ERROR, "web ann")
        assert not status(3)
        await running.station.set_online(True, "ann")

        await running.enable()
        with pytest.raises(Rejected, match="TriggerEnable is 1"):
            await plc.pulse(Input.TRIGGER, "web ann")
        await refused(running)
        assert (await running.part()).result_seq == part.result_seq + 1


async def refused(running: InProcess) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{running.url}/api/v1/simulation", json={"input": "ResultsAck"}) as answer,
    ):
        assert answer.status == 409
