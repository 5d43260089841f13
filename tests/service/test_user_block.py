"""The user-defined block of a real station: its values over the wire, and what `check` says of its sources."""

import shutil
import struct
from pathlib import Path
from typing import Any

import pytest

from protocols.user_block import Layout, UserBlockSettings
from service.cli import main
from service.user_sources import source_problems
from service.user_values import UserValues
from tests.conftest import ROOT
from tests.service.in_process import station_running
from vision.result import InspectionResult, Judgement, Measurement, Reading, Status, StepResult

RECIPES = ROOT / "config" / "recipes"
LIGHT = {"name": "Light", "address": 400, "type": "float32", "source": "light.mean"}


def block(*values: dict[str, Any], outputs: tuple[dict[str, Any], ...] = ()) -> UserBlockSettings:
    return UserBlockSettings.model_validate({"values": values, "outputs": outputs})


def step(name: str, value: float, judgement: Judgement = Judgement.PASS, **more: Any) -> StepResult:
    width = Measurement("width", value, "mm", 0.0, 1.0)
    spread = (Measurement("spread[1]", 0.5, "", 0, 1), Measurement("spread[2]", 2.0, "", 0, 1))
    status = Status.PASS if judgement is Judgement.PASS else Status.FAIL
    more = {"measurements": (width, *spread), "main": width, "readings": (Reading("text", "A1"),)} | more
    return StepResult(name, "caliper", judgement, status, **more)


STEPS = (
    step("hole", 0.5),
    step("pin[1]", 0.2, instance=1),
    step("pin[2]", 7.0, Judgement.FAIL, instance=2),
    StepResult("late", "caliper", Judgement.ERROR, Status.NOT_RUN),
)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("hole", 0.5),
        ("hole.width", 0.5),
        ("hole.status", 1.0),
        pytest.param("pin.width", 7.0, id="of a step that repeats the worst"),
        ("pin[1].width", 0.2),
        pytest.param("hole.spread", 2.0, id="of several regions the worst"),
        ("hole.spread[1]", 0.5),
        pytest.param("pin[3].width", None, id="no such instance"),
        pytest.param("late.width", None, id="not run"),
        pytest.param("slot", None, id="no such step in this recipe"),
    ],
)
def test_a_number(source: str, value: float | None) -> None:
    made = Layout(block({"name": "X", "address": 400, "type": "float32", "source": source, "not_measured": -9}))
    kept = UserValues(made).of(InspectionResult(Judgement.PASS, STEPS), 1)
    found = struct.unpack(">f", made.show(kept, {"job": 1}).words[:4])[0]
    assert found == pytest.approx(-9 if value is None else value)


@pytest.mark.parametrize(
    ("source", "on"),
    [
        ("hole", True),
        ("hole.passed", True),
        ("hole.failed", False),
        pytest.param("pin.passed", False, id="of a step that repeats the worst"),
        ("pin.failed", True),
        ("pin[1].passed", True),
        ("late.executed", False),
        ("late.error", True),
        ("hole.width", True),
        pytest.param("hole.spread", False, id="all regions"),
        pytest.param("hole.spread[1]", True, id="one region"),
        pytest.param("nowhere.passed", False, id="no such step in this recipe"),
    ],
)
def test_a_bit(source: str, on: bool) -> None:
    made = Layout(
        block(
            {"name": "X", "address": 400, "type": "bits", "bits": [source]},
            outputs=({"name": "Y", "input": 127, "source": source},),
        )
    )
    shown = made.show(UserValues(made).of(InspectionResult(Judgement.PASS, STEPS), 1), {"job": 1})
    assert (shown.words[:2], shown.outputs >> 31) == (bytes((0, on)), on)


def test_a_string_and_one_job_that_takes_it_from_elsewhere() -> None:
    entry = {"name": "X", "address": 400, "type": "string", "length": 4, "source": "hole", "by_job": {"2": "late"}}
    made = Layout(block(entry))
    values = UserValues(made)
    result = InspectionResult(Judgement.PASS, STEPS)
    shown = [made.show(values.of(result, job), {"job": job}).words[:4] for job in (1, 2)]
    assert shown == [b"\0\2A1", bytes(4)]


async def test_a_plc_reads_its_values_with_the_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = block(
        LIGHT,
        {"name": "Pin1", "address": 402, "type": "int16", "source": "pin 1 width", "scale": 1000},
        {"name": "Seq", "address": 403, "type": "uint16", "source": "@seq"},
        {"name": "Gone", "address": 404, "type": "int16", "source": "no such step"},
        outputs=(
            {"name": "LightGood", "input": 96, "source": "light.passed"},
            *({"name": "Passed", "input": 127, "source": "@pass"},),
        ),
    )
    async with station_running(tmp_path, monkeypatch, user_block=values.model_dump()) as running:
        await running.enable()
        for _ in range(2):
            part = await running.part()
            by_slot = dict(part.values)
            words = await running.plc.read(400, 5)
            assert struct.unpack(">f", struct.pack(">2H", *words[:2]))[0] == pytest.approx(by_slot[0])
            assert words[2] == pytest.approx(by_slot[2] * 1000, abs=0.51)
            assert words[3:] == (part.result_seq, 0x8000)
            answer = await running.plc._client.read_discrete_inputs(96, count=32, device_id=1)
            assert answer.bits[:32] == [True, *[False] * 30, True]


def test_sources_that_the_shipped_recipes_have() -> None:
    outputs = ({"name": "A", "input": 96, "source": "light"}, {"name": "B", "input": 97, "source": "light.mean"})
    assert source_problems(block(LIGHT, outputs=outputs), RECIPES) == []


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            {"source": "ligth.mean"},
            'source: no recipe in production has a step "ligth"; did you mean "light"?;'
            " looked at: bracket (job 1), bracket-light (job 2)",
        ),
        (
            {"source": "light.maen"},
            'source: step "light" (brightness) of bracket has no measure "maen"; did you mean "mean"?;'
            " there are mean, min, max, std, saturated, status",
        ),
        ({"source": "light[2].mean"}, 'source: there is no "light[2].mean": step "light" of bracket does not repeat'),
        (
            {"type": "string", "length": 4},
            'source: step "light" (brightness) of bracket has no text "mean"',
        ),
        (
            {"by_job": {"7": "light.mean"}},
            "by_job.7: no recipe in production has job 7; there are 1, 2",
        ),
        (
            {"by_job": {"2": "pin 1 width"}},
            'by_job.2: no recipe in production has a step "pin 1 width"; looked at: bracket-light (job 2)',
        ),
    ],
)
def test_a_source_that_no_recipe_has(change: dict[str, Any], line: str) -> None:
    assert source_problems(block(LIGHT | change), RECIPES) == [f"user_block.values[0].{line}"]


def test_a_source_that_every_job_takes_from_elsewhere_is_asked_of_none() -> None:
    entry = LIGHT | {"source": "@seq", "type": "uint16", "by_job": {"1": "light.mean", "2": "light.min"}}
    assert (
        source_problems(
            block(
                entry,
                LIGHT | {"name": "B", "address": 410, "source": "gone"} | {"by_job": {"1": "light", "2": "light"}},
            ),
            RECIPES,
        )
        == []
    )


def test_check_names_file_place_and_what_would_be_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(RECIPES, tmp_path / "recipes")
    entry = 'name = "{}"\naddress = {}\ntype = "int32"\nsource = "light.{}"\n'
    (tmp_path / "station.toml").write_text(
        f'[station]\nrecipe_folder = "{tmp_path}/recipes"\n[http]\nport = 5999\n'
        + f"[[user_block.values]]\n{entry.format('A', 400, 'mean')}[[user_block.values]]\n{entry.format('B', 401, 'x')}"
    )
    monkeypatch.setenv("CONFIG_PATH", str(tmp_path / "station.toml"))
    assert main(["check"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0] == (
        f"{tmp_path}/station.toml: user_block.values[1].address: 401:"
        " B has two registers and begins at an even one: take 400 or 402"
    )
    assert "B overlaps: register 401 belongs to A already: the next place with room is 402" in said[1]
