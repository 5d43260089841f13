"""Two PLC programs for Node.js: modbus-serial, which sends before it has its answers, and jsmodbus."""

import struct
from typing import Any

import pytest

from tests.conftest import ROOT, Running
from vision.recipe import load_recipe

from .conftest import rest
from .node import PACKAGES, answer

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]
SERIAL, JSMODBUS = PACKAGES / "modbus" / "serial.cjs", PACKAGES / "modbus" / "jsmodbus.cjs"
PARTS = 10
FLAGS = {"PASS": 3, "FAIL": 5, "ERROR": 9}  # bit 0: a result stands here


@pytest.fixture(scope="module")
def slots() -> dict[str, int]:
    """The PLC slot of each step of the recipe that a new station runs."""
    recipe = load_recipe(ROOT / "config" / "recipes" / "bracket")
    return {step.name: step.slot for step in recipe.steps if step.slot is not None}


def stored(station: Running, number: int, slots: dict[str, int]) -> dict[str, Any]:
    """What the registers have to say of an inspection: what the database says, as 32-bit floats."""
    inspection = rest(station, f"inspections/{number}")
    values: list[float | None] = [None] * 16
    for step in inspection["steps"]:
        if (slot := slots.get(step["name"], 16)) < 16:
            values[slot] = float32(step["value"])
    return {
        "number": number,
        "seq": inspection["result_seq"],
        "flags": FLAGS[inspection["judgement"]],
        "values": values,
    }


def float32(value: float | None) -> float | None:
    return None if value is None else struct.unpack("f", struct.pack("f", value))[0]


async def test_modbus_serial_reads_writes_and_gets_its_pipelined_answers_in_order(line: Running) -> None:
    said = await answer(SERIAL, "modbus", line.modbus, 0)
    assert said["constants"] == {
        "mapVersion": 0x0101,
        "uint32": 0x12345678,
        "float": float32(3.1415927),
        "int32": -123456789,
        "text": "ABCD",
    }
    abcd = [0x4142, 0x4344]
    assert said["pipelined"][:8] == [
        ["text", abcd],
        ["version", [0x0101]],
        ["write 7", None],
        ["heartbeat", [7]],
        ["write 8", None],
        ["heartbeat", [8]],
        ["refused", 2],
        ["mirror", abcd],
    ]
    assert [[name, len(words)] for name, words in said["pipelined"][8:]] == [[str(i), i + 1] for i in range(24)]
    assert said["device"]["0"] == "vision-inspection"
    assert said["server"] == "sion-inspection\xff", "less the two bytes that modbus-serial takes off; online"
    assert said["masked"] == 5
    assert said["coils"] == [True] + 7 * [False]


async def test_modbus_serial_triggers_by_sequence_and_reads_each_result_once(
    line: Running, slots: dict[str, int]
) -> None:
    parts = (await answer(SERIAL, "modbus", line.modbus, PARTS))["parts"]
    sequence = [part["sequence"] for part in parts]
    assert sequence == list(range(1, PARTS + 1))
    assert len({part["number"] for part in parts}) == PARTS
    assert all(part["whole"] for part in parts)
    assert [part["userTag"] for part in parts] == [0x10000 + i for i in sequence]
    assert [part["encoder"] for part in parts] == [-1000 * i for i in sequence]
    assert [part["partId"] for part in parts] == [f"Türe-{i}" for i in sequence]
    assert all(part["job"] == 1 for part in parts)
    shown = [{name: part[name] for name in ("number", "seq", "flags", "values")} for part in parts]
    assert shown == [stored(line, part["number"], slots) for part in parts]


async def test_jsmodbus_works_through_the_handshake_of_bits(line: Running, slots: dict[str, int]) -> None:
    before = rest(line, "inspections?limit=1")["items"]
    said = await answer(JSMODBUS, "modbus", line.modbus, PARTS)
    assert said["text"] == said["mirror"] == "ABCD"
    assert said["written"] == [1, 65535, 3]
    assert said["refused"] == 2
    assert said["coils"] == [1] + 7 * [0]
    first = before[0]["number"] + 1 if before else 1
    assert [part["number"] for part in said["parts"]] == list(range(first, first + PARTS))
    assert said["parts"] == [stored(line, part["number"], slots) for part in said["parts"]]
