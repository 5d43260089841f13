"""Steps that repeat, from the manual's file to the registers: a connector's pins on a grid, and caps that are found."""

import math
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from asyncua import Client

from protocols import tags
from tests.connector import CAPS, picture, taught
from tests.plc_side import rows
from tests.service.in_process import InProcess, station_running

STEPS = [
    "housing",
    *(f"pin[{i}]" for i in range(1, 17)),
    "caps",
    *(f"liner[{i}]" for i in range(1, 5)),
    *(f"rim[{i}]" for i in range(1, 5)),
]


@pytest.fixture
def sections(tmp_path: Path) -> dict[str, Any]:
    """Settings of a station that is taught the manual's recipe and sees a good part, then bad ones."""
    recipes, images = tmp_path / "recipes" / "connector", tmp_path / "images"
    taught(recipes, images / "1.png")
    picture(images / "2.png", thin=(5, 9), shift=(7, -4))
    picture(images / "3.png", bare=(3,))
    picture(images / "4.png", caps=CAPS[:3])
    picture(images / "5.png", caps=[])
    return {
        "station": {"recipe_folder": recipes.parent},
        "camera": {"type": "folder", "path": images},
    }


async def shown(running: InProcess) -> dict[str, Any]:
    """The newest result over REST, and the registers of its slots as a Modbus client reads them."""
    part = await running.part()
    current = await running.plc.read(tags.RESULT_BASE, 92)
    async with aiohttp.ClientSession() as http, http.get(f"{running.url}/api/v1/inspections/{part.number}") as answer:
        event = await answer.json()
    return event | {
        "part": part,
        "values": running.plc.numbers(current[28:92]),
        "tool_count": current[24],
        "judged": {step["name"]: step["judgement"] for step in event["steps"]},
    }


async def test_pins_and_caps_through_the_whole_station(
    tmp_path: Path, sections: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station_running(tmp_path, monkeypatch, opcua=True, **sections) as running:
        await running.enable()
        good = await shown(running)
        assert good["judgement"] == "PASS", good
        assert [step["name"] for step in good["steps"]] == STEPS
        assert [step["instance"] for step in good["steps"] if step["name"].startswith("pin")] == list(range(1, 17))
        widths = [step["value"] for step in good["steps"] if step["name"].startswith("pin")]
        assert widths == pytest.approx([0.5] * 16, abs=0.02)
        # The slot shows the pin that is closest to a limit.
        closest = min(widths, key=lambda width: min(width - 0.45, 0.55 - width))
        assert good["values"][1] == pytest.approx(closest)

        thin = await shown(running)
        assert thin["judgement"] == "FAIL"
        assert {name for name, judged in thin["judged"].items() if judged != "PASS"} == {"pin[5]", "pin[9]"}
        worst = min(step["value"] for step in thin["steps"] if step["name"].startswith("pin"))
        assert thin["values"][1] == pytest.approx(worst)
        assert worst == pytest.approx(0.3, abs=0.03)
        assert re.match(r"pin\[[59]\]: width 0\.\d+ mm \(0\.45 … 0\.55\)", thin["reason"])
        assert thin["part"].judgement == "FAIL"
        name = thin["reason"].split(":")[0]
        async with Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as client:
            assert await client.get_node("ns=2;s=Slot.01.Name").read_value() == name

        bare = await shown(running)
        assert {step for step, judged in bare["judged"].items() if judged != "PASS"} == {"liner[3]"}
        assert bare["reason"].startswith("liner[3]: mean 9")
        assert bare["values"][3] == pytest.approx(90, abs=3)

        few = await shown(running)
        assert {step for step, judged in few["judged"].items() if judged != "PASS"} == {"caps"}
        assert "liner[3]" in few["judged"]
        assert "liner[4]" not in few["judged"]
        assert few["reason"] == "caps: count 3 (4 wanted)"

        none = await shown(running)
        assert none["reason"].startswith("caps: not found")
        assert (none["judged"]["liner"], none["judged"]["rim"]) == ("FAIL", "FAIL")
        assert math.isnan(none["values"][3])
        await check_rest_and_registers(running, thin["number"])
    assert {part["tool_count"] for part in (good, thin, bare, few, none)} == {5}
    check_rows(tmp_path / "data", thin["number"])


async def check_rest_and_registers(running: InProcess, thin: int) -> None:
    async def found(tool: str) -> list[int]:
        url = f"{running.url}/api/v1/inspections"
        async with aiohttp.ClientSession() as http, http.get(url, params={"tool": tool}) as answer:
            return [item["number"] for item in (await answer.json())["items"]]

    assert await found("pin") == await found("pin[9]") == [thin]
    assert await found("pin[4]") == []


def check_rows(data: Path, thin: int) -> None:
    """Every pin of every part is a row of its own in the database."""
    measured = rows(data, "number, step, value", "measurements JOIN measures ON measures.id = measure")
    pins = [(step, value) for number, step, value in measured if number == thin and str(step).startswith("pin[")]
    assert {step for step, _ in pins} == {f"pin[{i}]" for i in range(1, 17)}
