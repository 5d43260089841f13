"""The station's journal through the API: who did what, and what happened to it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from protocols import tags
from protocols.opcua.certificate import ensure_certificate
from service.addresses import binds
from service.settings import Settings
from tests.patience import until
from tests.service.in_process import InProcess, station_running


@pytest.fixture
def recipes(tmp_path: Path) -> Path:
    """Jobs 1 and 2."""
    folder = tmp_path / "recipes"
    step = {
        "name": "light",
        "tool": {"type": "brightness"},
        "regions": [{"kind": "rectangle", "x": 20, "y": 20, "width": 120, "height": 100}],
        "limits": {"mean": {"low": 0, "high": 255}},
    }
    for job, name, version in ((1, "bracket", 1), (2, "other", 7)):
        content = {"format": 1, "job": job, "name": name, "version": version, "released": True, "steps": [step]}
        (folder / name).mkdir(parents=True)
        (folder / name / "recipe.json").write_text(json.dumps(content))
    return folder


@pytest.fixture
async def running(tmp_path: Path, recipes: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    async with station_running(tmp_path, monkeypatch, station={"recipe_folder": recipes}, opcua=True) as running:
        await running.enable()
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def events(running: InProcess, http: aiohttp.ClientSession) -> list[tuple[str, str, str]]:
    """Kind, text and who, oldest first."""
    await running.store._put(lambda _: None)  # what was noted so far is committed
    async with http.get(f"{running.url}/api/v1/events?limit=200") as answer:
        assert answer.status == 200
        page = await answer.json()
    return [(item["kind"], item["text"], item["who"]) for item in reversed(page["items"])]


async def asked(running: InProcess, http: aiohttp.ClientSession, path: str) -> dict[str, Any]:
    async with http.get(f"{running.url}/api/v1/{path}") as answer:
        assert answer.status == 200
        found: dict[str, Any] = await answer.json()
    return found


async def post(running: InProcess, http: aiohttp.ClientSession, path: str, **body: object) -> None:
    async with http.post(f"{running.url}/api/v1/{path}", json=body) as answer:
        assert answer.status < 300, await answer.text()


async def test_what_people_do_is_written_with_who_they_are(running: InProcess, http: aiohttp.ClientSession) -> None:
    await post(running, http, "recipes/2/activate")
    await post(running, http, "station/online", online=False)
    await post(running, http, "station/online", online=False)
    await post(running, http, "station/online", online=True)
    await post(running, http, "counters/reset")
    assert (await events(running, http))[-4:] == [
        ("recipe", "job 2 is active: other, version 7 (was 1)", "web 127.0.0.1"),
        ("online", "taken offline", "web 127.0.0.1"),
        ("online", "taken online", "web 127.0.0.1"),
        ("counters", "counters reset (0 inspections)", "web 127.0.0.1"),
    ]


async def test_what_plc_and_scada_do_is_written(running: InProcess, http: aiohttp.ClientSession) -> None:
    await running.plc.write(1, (1, 2, 77))  # load job 2
    await until(lambda: running.read(tags.CURRENT_JOB) == 2)
    await until(lambda: running.read(tags.COMMAND_STATUS) == 2)
    await running.plc.write(1, (2, 0, 78))  # reset counters
    await until(lambda: running.read(tags.COMMAND_SEQ_ACK) == 78)
    assert running.station.handshake.conditions.job == 2
    assert (await events(running, http))[-2:] == [
        ("recipe", "job 2 is active: other, version 7 (was 1)", "PLC"),
        ("counters", "counters reset", "PLC"),
    ]
    assert (await asked(running, http, "counters"))["reset_by"] == "PLC"


async def test_the_job_that_the_plc_asked_for_is_told_beside_the_one_that_runs(
    running: InProcess, http: aiohttp.ClientSession
) -> None:
    async def jobs() -> tuple[int | None, int]:
        state = await asked(running, http, "station")
        return state["job_asked"], state["job"]

    assert await jobs() == (None, 1)
    await running.plc.write(1, (1, 99, 76))  # load a job that is not there
    await until(lambda: running.read(tags.COMMAND_SEQ_ACK) == 76)
    assert await jobs() == (99, 1)
    await running.plc.write(1, (1, 2, 77))
    await until(lambda: running.read(tags.CURRENT_JOB) == 2)
    assert await jobs() == (2, 2)
    await post(running, http, "recipes/1/activate")  # an operator, against the PLC
    assert await jobs() == (2, 1)


async def test_what_is_written_over_opcua_is_told_with_user_address_and_what_it_was(
    running: InProcess, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    client = Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60)
    cert, key, client.application_uri = ensure_certificate(tmp_path / "client", "client", [])
    await client.set_security(SecurityPolicyBasic256Sha256, str(cert), str(key))
    client.set_user("station")
    client.set_password((tmp_path / "data" / "token").read_text().strip())
    written = [
        ("Lot", ua.Variant("A")),
        ("Lot", ua.Variant("B")),
        ("JobSelect", ua.Variant(2, ua.VariantType.UInt16)),
        ("ResetCounters", ua.Variant(True)),
        ("LatchLot", ua.Variant(7, ua.VariantType.UInt32)),
        ("LatchShift", ua.Variant(3, ua.VariantType.UInt32)),
    ]
    async with client:
        for name, value in written:
            await client.get_node(f"ns=2;s=Cmd.{name}").write_value(value)
    found = await events(running, http)
    who = "OPC UA station 127.0.0.1"
    assert [(text, by) for _, text, by in found if by.startswith("OPC UA")] == [
        ("lot 'A' (was '')", who),
        ("lot 'B' (was 'A')", who),
        ("job 2 is active: other, version 7 (was 1)", who),
        ("counters reset (0 inspections)", who),
        ("lot counters latched: set 7 (was 0)", who),
        ("shift counters latched: set 3 (was 0)", who),
    ]


async def test_the_camera_and_the_life_of_the_station_are_written(
    tmp_path: Path, recipes: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> None:
    settings = {"recipe_folder": recipes}
    async with station_running(tmp_path, monkeypatch, station=settings) as running:
        await running.enable()
        running.camera.unplug()
        await until(lambda: not running.read(tags.TRIGGER_READY))
        running.camera.plug()
        await until(lambda: running.read(tags.TRIGGER_READY))
    async with station_running(tmp_path, monkeypatch, station=settings) as running:
        await running.enable()
        written = [(kind, text) for kind, text, _ in await events(running, http)]
        versions = [version for job in (1, 2) for version in await running.store.recipe_versions(job)]
    assert [kind for kind, _ in written] == ["station", "camera", "camera", "camera", "station", "station", "camera"]
    assert written[0][1].startswith("started after a power-up: vision-inspection ")
    assert written[1] == ("camera", "camera ready: Simulated camera")
    assert written[2] == ("camera", "camera lost: Simulated camera: it is unplugged")
    assert written[4] == ("station", "stopped")
    assert written[5][1].startswith("started after a restart: vision-inspection ")
    assert [(v.job, v.version, v.name) for v in versions] == [(1, 1, "bracket"), (2, 7, "other")]


async def test_power_up_needs_nobody(tmp_path: Path, recipes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TriggerEnable must come from the PLC again; the last job is active and the station is ready but for it."""
    settings = {"recipe_folder": recipes}
    async with station_running(tmp_path, monkeypatch, station=settings, boot_id="monday") as running:
        await running.enable()
        await running.plc.write(1, (1, 2, 77))
        await until(lambda: running.read(tags.COMMAND_STATUS) == 2)
        boots = running.read(tags.BOOT_COUNTER)
        before = await running.part()
    async with station_running(tmp_path, monkeypatch, station=settings, boot_id="monday") as running:
        await until(lambda: running.read(tags.TRIGGER_READY))  # a restart keeps TriggerEnable
        assert running.read(tags.BOOT_COUNTER) == boots
    async with station_running(tmp_path, monkeypatch, station=settings, boot_id="tuesday") as running:
        await until(lambda: running.read(tags.ONLINE))
        assert running.read(tags.BOOT_COUNTER) == boots + 1
        assert running.read(tags.CURRENT_JOB) == 2
        assert not running.read(tags.TRIGGER_ENABLE)
        assert not running.read(tags.TRIGGER_READY)
        await running.enable()
        after = await running.part()
        assert (after.judgement, after.job, after.number) == ("PASS", 2, before.number + 1)


async def test_opcua_that_cannot_serve_is_an_alarm_and_the_line_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "opcua").write_text("a file where the folder of the certificate should be")
    async with station_running(tmp_path, monkeypatch, opcua=True) as running:
        await running.enable()
        assert running.alarms == [601]
        assert (await running.part()).judgement == "PASS"
        async with http.get(f"{running.url}/readyz") as answer:
            assert answer.status == 503
            parts = (await answer.json())["parts"]
    assert parts["modbus"] == {"ok": True, "reason": ""}
    assert not parts["opcua"]["ok"]
    assert "opcua" in parts["opcua"]["reason"]


async def test_what_is_switched_off_does_not_keep_the_station_from_being_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> None:
    async with station_running(tmp_path, monkeypatch) as running:
        await running.enable()
        async with http.get(f"{running.url}/readyz") as answer:
            parts = (await answer.json())["parts"]
            assert answer.status == 503, "OPC UA is enabled and has no socket"
    assert not parts["opcua"]["ok"]
    async with station_running(tmp_path, monkeypatch, opcua_settings={"enabled": False}) as running:
        await running.enable()
        async with http.get(f"{running.url}/readyz") as answer:
            assert answer.status == 200
            assert (await answer.json())["parts"]["opcua"] == {
                "ok": True,
                "reason": "disabled ([opcua] enabled = false)",
            }


@pytest.mark.parametrize(
    ("given", "bind"),
    [
        pytest.param("0.0.0.0:5000", "0.0.0.0:5000", id="outside"),
        pytest.param("", "127.0.0.1:5000", id="the settings"),
        pytest.param("[::1]:80", "[::1]:80", id="IPv6"),
    ],
)
def test_gunicorn_bind_goes_before_the_settings(monkeypatch: pytest.MonkeyPatch, given: str, bind: str) -> None:
    monkeypatch.setenv("GUNICORN_BIND", given)
    assert binds(Settings())["http"] == bind


async def test_a_station_bound_outside_by_gunicorn_bind_asks_for_its_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> None:
    monkeypatch.setenv("GUNICORN_BIND", "0.0.0.0:5000")
    async with station_running(tmp_path, monkeypatch) as running, http.get(f"{running.url}/api/v1/station") as answer:
        assert answer.status == 401
