"""Steps that repeat, from the manual's file to a PLC's registers: a connector's pins on a grid, and caps that are found."""

import json
import math
import re
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import numpy as np
import pytest
from asyncua import Client

from protocols import tags
from service.cli import main
from tests.plc_side import rows
from tests.service.in_process import InProcess, station_running

MANUAL = Path(__file__).parents[2] / "docs" / "groups.md"
CAPS = [(100, 340), (230, 352), (360, 335), (500, 346)]


def picture(
    path: Path,
    *,
    thin: tuple[int, ...] = (),
    caps: list[tuple[int, int]] = CAPS,
    bare: tuple[int, ...] = (),
    shift: tuple[int, int] = (0, 0),
) -> None:
    """A connector with 2 x 8 pins, 10 px wide at 36 and 60 px, and caps below; `thin` pins and `bare` caps from 1."""
    image = np.full((480, 640), 60, np.uint8)
    x, y = shift
    cv2.rectangle(image, (100 + x, 50 + y), (420 + x, 185 + y), 110, cv2.FILLED)
    cv2.rectangle(image, (240 + x, 40 + y), (280 + x, 60 + y), 110, cv2.FILLED)  # a key
    for i in range(16):
        left, top = 120 + 36 * (i % 8) + x, 75 + 60 * (i // 8) + y
        lost = 2 if i + 1 in thin else 0
        image[top : top + 30, left + lost : left + 10 - lost] = 200
    for i, (cx, cy) in enumerate(caps, 1):
        cv2.circle(image, (cx, cy), 24, 180, cv2.FILLED)
        cv2.rectangle(image, (cx + 14, cy - 4), (cx + 26, cy + 4), 60, cv2.FILLED)  # a notch
        cv2.circle(image, (cx, cy), 9, 90 if i in bare else 150, cv2.FILLED)
    noise = np.random.default_rng(1).normal(0, 1.5, image.shape)
    cv2.imwrite(str(path), np.clip(cv2.GaussianBlur(image, (0, 0), 0.8) + noise, 0, 255).astype(np.uint8))


def the_manuals_recipe() -> dict[str, Any]:
    (text,) = re.findall(r"^```json\n(.*?)^```$", MANUAL.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    data: dict[str, Any] = json.loads(text)
    return data


@pytest.fixture
def sections(tmp_path: Path) -> dict[str, Any]:
    """Settings of a station that is taught the manual's recipe and sees a good part, then bad ones."""
    recipes, images = tmp_path / "recipes" / "connector", tmp_path / "images"
    recipes.mkdir(parents=True)
    images.mkdir()
    (recipes / "draft.json").write_text(json.dumps(the_manuals_recipe()))
    picture(images / "1.png")
    picture(images / "2.png", thin=(5, 9), shift=(7, -4))
    picture(images / "3.png", bare=(3,))
    picture(images / "4.png", caps=CAPS[:3])
    picture(images / "5.png", caps=[])
    assert main(["teach", str(recipes), str(images / "1.png"), "--release"]) == 0
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
        assert [step["name"] for step in good["steps"]] == [
            "housing",
            *(f"pin[{i}]" for i in range(1, 17)),
            "caps",
            *(f"liner[{i}]" for i in range(1, 5)),
            *(f"rim[{i}]" for i in range(1, 5)),
        ]
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
        async with Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/") as client:
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
