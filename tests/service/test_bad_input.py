"""Bad input gives the exact error a user needs, and the line keeps running."""

import asyncio
import json
import shutil
import socket
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import cv2
import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from protocols import tags
from protocols.opcua.certificate import ensure_certificate
from service.demo_plc.plc import PlcError
from tests.conftest import ROOT
from tests.service.in_process import InProcess, station_running

RECIPE_BROKEN = 202


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    async with station_running(tmp_path, monkeypatch, opcua=True) as running:
        await running.enable()
        yield running
        assert (await running.part()).judgement == "PASS", "the line keeps running"


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_an_unknown_tool_breaks_its_recipe_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipes = tmp_path / "recipes"
    shutil.copytree(ROOT / "config" / "recipes", recipes)
    broken = json.loads((recipes / "bracket" / "recipe.json").read_text()) | {"job": 3, "name": "broken"}
    del broken["release"]
    broken["steps"] = [{"name": "light", "tool": {"type": "crystal_ball"}}]
    (recipes / "broken").mkdir()
    (recipes / "broken" / "recipe.json").write_text(json.dumps(broken))
    async with station_running(tmp_path, monkeypatch, station={"recipe_folder": recipes}) as running:
        await running.enable()
        assert running.alarms == [RECIPE_BROKEN]
        assert running.read(tags.WARNING_CODE) == RECIPE_BROKEN
        (alarm,) = running.station._alarms.active
        assert "broken" in alarm.text
        assert "crystal_ball" in alarm.text
        assert (await running.part()).judgement == "PASS"


async def test_an_unreadable_image_is_error_for_its_part_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station_running(tmp_path / "first", monkeypatch) as first:
        await first.enable()
        await first.part()
        assert first.station.last is not None
        assert first.station.last.acquisition is not None
        image = first.station.last.acquisition.first.image
    folder = tmp_path / "images"
    folder.mkdir()
    for name in ("1.png", "3.png"):
        cv2.imwrite(str(folder / name), image)
    (folder / "2.png").write_bytes((folder / "1.png").read_bytes()[:2000])
    camera = {"type": "folder", "path": folder}
    async with station_running(tmp_path / "second", monkeypatch, camera=camera) as running:
        await running.enable()
        parts = [await running.part() for _ in range(3)]
        assert [part.judgement for part in parts] == ["PASS", "ERROR", "PASS"]
        assert running.read(tags.TRIGGER_READY)
        detail = await running.store.get(parts[1].number)
        assert detail is not None
        assert "2.png" in detail.row.reason


async def test_a_wrong_register_is_exception_02(running: InProcess) -> None:
    with pytest.raises(PlcError, match="exception 02: the address does not exist"):
        await running.plc.read(60000, 1)
    with pytest.raises(PlcError, match="exception 02"):
        await running.plc.write(60000, (1,))


async def test_a_part_id_of_65_bytes_on_modbus_is_exception_03(running: InProcess) -> None:
    before = running.read(tags.PART_ID_LENGTH)
    with pytest.raises(PlcError, match="exception 03: the value is not allowed"):
        await running.plc.write(16, (65,))
    assert running.read(tags.PART_ID_LENGTH) == before


async def test_a_part_id_of_65_bytes_by_rest_is_422(running: InProcess, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{running.url}/api/v1/station/trigger", json={"part_id": "x" * 65}) as answer:
        problem = await answer.json()
        assert answer.status == 422
        assert answer.content_type == "application/problem+json"
    (error,) = problem["errors"]
    assert error["where"] == "body.part_id"
    assert "64" in error["message"]


@pytest.mark.parametrize("body", [b"{", b"part_id=5", b"", b"\xff\xfe", b"nul"])
async def test_a_body_that_is_no_json_is_400(running: InProcess, http: aiohttp.ClientSession, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    async with http.post(f"{running.url}/api/v1/station/online", data=body, headers=headers) as answer:
        problem = await answer.json()
        assert answer.status in ((400, 422) if not body else (400,)), problem
        assert answer.content_type == "application/problem+json"
    assert "JSON" in problem["detail"] or problem.get("errors")


async def test_a_part_id_of_65_bytes_on_opcua_is_bad_out_of_range(running: InProcess, tmp_path: Path) -> None:
    async with scada(running, tmp_path) as client:
        node = client.get_node("ns=2;s=Cmd.PartId")
        with pytest.raises(ua.UaStatusCodeError) as refused:
            await node.write_value(ua.DataValue(ua.Variant("x" * 65, ua.VariantType.String)))
        assert refused.value.code == ua.StatusCodes.BadOutOfRange
        await node.write_value(ua.DataValue(ua.Variant("x" * 64, ua.VariantType.String)))


def scada(running: InProcess, folder: Path) -> Client:
    """A SCADA system that may write: the user `station` over an encrypted channel."""
    client = _Encrypted(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60)
    client.folder = folder
    client.set_user("station")
    client.set_password((running.settings.station.data_folder / "token").read_text().strip())
    return client


class _Encrypted(Client):  # type: ignore[misc]
    folder: Path

    async def __aenter__(self) -> Client:
        cert, key, uri = ensure_certificate(self.folder / "client", "client", [])
        self.application_uri = uri
        await self.set_security(SecurityPolicyBasic256Sha256, str(cert), str(key))
        await self.connect()
        return self


async def test_a_frame_of_another_protocol_ends_its_connection_alone(running: InProcess) -> None:
    port = running.plc._client.comm_params.port

    def talk() -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as wrong:
            wrong.sendall(struct.pack(">HHHBBHH", 1, 7, 6, 1, 3, 0, 1))
            return wrong.recv(64)

    assert await asyncio.get_running_loop().run_in_executor(None, talk) == b""
