"""Tools that raise, hang or measure nonsense, on a whole station with a PLC at its wire."""

import json
import math
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from protocols import tags
from service.demo_plc.handshakes import Rejected
from service.demo_plc.plc import STATUS_WORDS
from service.inspection import Inspection
from service.store import ResultFilter
from tests.patience import until
from tests.service.in_process import InProcess, station_running
from vision.frame import Acquisition
from vision.result import InspectionResult, Judgement, Status
from vision.tool import Findings, View
from vision.tools.brightness import Brightness

NOT_ANSWERING, TIME_LIMIT, TOOL, DEFECT = 301, 302, 304, 306
LIMIT_MS = 200
REGION = {"kind": "rectangle", "x": 20, "y": 20, "width": 120, "height": 100}


def step(name: str, slot: int, **more: Any) -> dict[str, Any]:
    limits = {"mean": {"low": 0, "high": 255}}
    return {
        "name": name,
        "tool": {"type": "brightness"},
        "regions": [REGION],
        "slot": slot,
        "limits": limits,
        "reject_class": 1,
    } | more


def write_recipe(folder: Path, *steps: dict[str, Any]) -> None:
    (folder / "parts").mkdir(parents=True)
    content = {"format": 1, "job": 1, "name": "parts", "version": 3, "released": True, "time_limit_ms": LIMIT_MS}
    (folder / "parts" / "recipe.json").write_text(json.dumps(content | {"steps": steps}))


def hang(go: threading.Event) -> Callable[[], Findings | None]:
    """A tool that ends when the test says so."""

    def measure() -> Findings | None:
        go.wait(60)
        return None

    return measure


class Tool:
    """What the first step's tool does; the second one is as it should be."""

    def __init__(self) -> None:
        self.act: Callable[[], Findings | None] = lambda: None
        self.calls = 0


@pytest.fixture
async def tool(monkeypatch: pytest.MonkeyPatch) -> Tool:
    tool, real = Tool(), Brightness.measure

    def measure(self: Brightness, view: View) -> Findings:
        tool.calls += 1
        found = tool.act() if tool.calls % 2 else None
        return real(self, view) if found is None else found

    monkeypatch.setattr(Brightness, "measure", measure)
    return tool


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: Tool) -> AsyncIterator[InProcess]:
    write_recipe(tmp_path / "recipes", step("first", 0), step("second", 1))
    async with station_running(tmp_path, monkeypatch, station={"recipe_folder": tmp_path / "recipes"}) as running:
        await running.enable()
        tool.calls = 0
        yield running


def last(running: InProcess) -> Inspection:
    assert running.station.last is not None
    return running.station.last


async def test_a_tool_that_raises_is_error_while_the_others_run(
    running: InProcess, tool: Tool, caplog: pytest.LogCaptureFixture
) -> None:
    def raises() -> Findings:
        raise ZeroDivisionError("a defect")

    tool.act = raises
    result = await running.part()
    assert (result.judgement, result.error_code) == ("ERROR", DEFECT)
    first, second = last(running).result.steps
    assert (first.status, second.status) == (Status.ERROR, Status.PASS)
    assert "a defect" in caplog.text
    tool.act = lambda: None
    assert (await running.part()).judgement == "PASS"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
async def test_a_number_that_is_none_is_error_never_pass_or_fail(running: InProcess, tool: Tool, value: float) -> None:
    tool.act = lambda: Findings(mean=(value,))
    result = await running.part()
    assert (result.judgement, result.error_code) == ("ERROR", TOOL)
    assert last(running).result.steps[1].status is Status.PASS
    (row,) = await running.store.page(ResultFilter())
    assert row.judgement is Judgement.ERROR


async def test_a_tool_that_hangs_is_error_at_the_time_limit_and_the_next_part_is_judged(
    running: InProcess, tool: Tool
) -> None:
    go = threading.Event()
    tool.act = hang(go)
    result = await running.part()
    assert (result.judgement, result.error_code) == ("ERROR", TIME_LIMIT)
    assert result.latency_ms < running.read(tags.RESULT_TIME_LIMIT)
    assert last(running).result.timed_out
    tool.act, tool.calls = lambda: None, 0
    assert (await running.part()).judgement == "PASS"
    go.set()


async def test_three_hung_threads_stop_triggers_until_they_end(running: InProcess, tool: Tool) -> None:
    go = threading.Event()
    tool.act = hang(go)
    for _ in range(3):
        tool.calls = 0
        assert (await running.part()).error_code == TIME_LIMIT
    await until(lambda: not running.read(tags.TRIGGER_READY))
    outcome = await running.line.part(0)
    assert isinstance(outcome, Rejected)
    assert outcome.code == 11
    assert running.alarms == [NOT_ANSWERING]
    assert running.read(tags.ERROR_CODE) == NOT_ANSWERING
    assert len(await running.plc.status()) == STATUS_WORDS  # the wire is served meanwhile
    tool.act = lambda: None
    go.set()
    await until(lambda: running.read(tags.TRIGGER_READY))
    assert running.alarms == []
    tool.calls = 0
    assert (await running.part()).judgement == "PASS"


async def test_a_defect_outside_of_the_tools_does_not_stop_the_line(
    running: InProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(acquisition: Acquisition, *args: object, **more: object) -> InspectionResult:
        raise KeyError("no such thing")

    with monkeypatch.context() as patch:
        patch.setattr("service.judge.inspect", broken)
        result = await running.part()
    assert (result.judgement, result.error_code) == ("ERROR", DEFECT)
    assert "no such thing" in caplog.text
    assert (await running.part()).judgement == "PASS"


async def test_a_defect_in_a_sink_does_not_stop_the_line(running: InProcess, caplog: pytest.LogCaptureFixture) -> None:
    def broken(inspection: Inspection) -> None:
        raise KeyError("sink")

    running.station.line.sinks.insert(0, broken)
    first, second = await running.part(), await running.part()
    assert (first.judgement, second.judgement) == ("PASS", "PASS")
    await until(lambda: last(running).accepted.number == second.number)
    assert "did not reach" in caplog.text
