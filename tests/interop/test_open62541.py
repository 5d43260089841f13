"""A client on open62541 (o6): tags, the companion model's structures, history."""

import asyncio
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from protocols.opcua.certificate import ensure_certificate
from tests.conftest import Running
from tests.plc_side import rows

from .conftest import rest

pytestmark = [pytest.mark.interop, pytest.mark.timeout(180)]
PROGRAM = Path(__file__).with_name("o6_client.py")
PARTS = 3


@pytest.fixture
async def said(station: Running, tmp_path: Path) -> dict[str, Any]:
    """What the client says after it has triggered parts by tags, then as many by methods."""
    if importlib.util.find_spec("o6") is None:
        pytest.skip("o6 is not installed: it is in deploy/requirements-dev.lock")
    certificate, key, uri = ensure_certificate(tmp_path / "client", "client", [])
    given = {
        "url": f"opc.tcp://127.0.0.1:{station.opcua}/",
        "certificate": str(certificate),
        "key": str(key),
        "uri": uri,
        "server_certificate": str(station.folder / "data" / "opcua" / "certificate.der"),
        "user": "station",
        "password": (station.folder / "data" / "token").read_text().strip(),
        "parts": PARTS,
    }
    client = await asyncio.create_subprocess_exec(
        sys.executable, PROGRAM, json.dumps(given), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(90):
            out, _ = await client.communicate()
    finally:
        if client.returncode is None:
            client.kill()
            await client.communicate()
    answers = [line for line in out.splitlines() if line.startswith(b"{")]
    assert client.returncode == 0, out.decode()
    return dict(json.loads(answers[0]))


async def test_parts_by_tags_and_by_methods(said: dict[str, Any], station: Running) -> None:
    assert {"Server", "Station", "VisionSystem"} <= set(said["objects"])
    numbers = [number for (number,) in rows(station.folder / "data")]
    assert len(numbers) == 2 * PARTS
    for tags, number in zip(said["tags"], numbers, strict=False):
        stored = rest(station, f"inspections/{number}")
        assert tags["InspectionId"] == number
        assert tags["SeqBegin"] == tags["Seq"] == stored["result_seq"]
        assert tags["PartId"] == stored["part_id"] == f"Türe-{tags['CmdTrigger']}"
        assert tags["Judgement"] == stored["judgement"]
    for i, (job, number) in enumerate(zip(said["methods"], numbers[PARTS:], strict=True)):
        stored = rest(station, f"inspections/{number}")
        assert job["job"] == str(number)
        assert job["ids"] == [str(number), f"meas-{i}", f"Türe-{i}"]
        assert job["content"][:3] == [stored["judgement"], stored["reject_class"], stored["reason"]]
        steps = [[step[name] for step in stored["steps"]] for name in ("name", "value", "unit")]
        assert job["content"][3:6] == steps


async def test_history(said: dict[str, Any], station: Running) -> None:
    if said["history"] is None:
        pytest.skip("this version has no history: no tag may be read so")
    assert said["history"] == [number for (number,) in rows(station.folder / "data")]
