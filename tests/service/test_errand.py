"""Processes that do an engineer's work beside the line: what they say, how they fail, and how they are ended."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from service import errand
from tests.patience import until


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Any:
    """In place of ``vision-inspection``: a few lines of Python, with all that comes before it."""

    def use(lines: str) -> None:
        before = errand.COMMAND[2].partition(" from service.cli")[0]
        monkeypatch.setattr(errand, "COMMAND", (sys.executable, "-c", f"{before}\n{lines}"))

    return use


async def test_each_line_is_told_and_the_last_one_is_the_answer(program: Any, tmp_path: Path) -> None:
    program(
        "import json\n"
        "for i in range(3): print(json.dumps({'done': i}))\n"
        "print(json.dumps([sys.argv[1:], os.nice(0), os.environ['VISION_STATION__DATA_FOLDER']]))"
    )
    told: list[Any] = []
    answer = await errand.run(["a b", "--c"], tmp_path, told=told.append)
    assert answer == [["a b", "--c"], 19, str(tmp_path)], "behind everything else, whatever the station's own is"
    assert told == [{"done": 0}, {"done": 1}, {"done": 2}, answer]


@pytest.mark.parametrize(
    ("said", "problems"),
    [
        ("/recipes/plate:\n  steps[0]: wrong\n  steps[1]: too\n", ("steps[0]: wrong", "steps[1]: too")),
        ("inspection 7: there is none\n", ("inspection 7: there is none",)),
        ("", ("it ended with 1",)),
    ],
)
async def test_why_it_failed(program: Any, tmp_path: Path, said: str, problems: tuple[str, ...]) -> None:
    program(f"sys.stderr.write({said!r}); sys.exit(1)")
    with pytest.raises(errand.NotDone) as raised:
        await errand.run([], tmp_path)
    assert raised.value.problems == problems


@pytest.mark.parametrize("by", ["time", "hand"])
async def test_it_is_ended_with_all_that_it_started(program: Any, tmp_path: Path, by: str) -> None:
    program(
        "import json, subprocess, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(json.dumps({'pid': child.pid}), flush=True)\n"
        "time.sleep(600)"
    )
    told: list[dict[str, Any]] = []
    running = asyncio.ensure_future(errand.run([], tmp_path, 3.0 if by == "time" else None, told.append))
    await until(lambda: told)
    if by == "hand":
        running.cancel()
    with pytest.raises(errand.NotDone if by == "time" else asyncio.CancelledError):
        await running
    await until(lambda: not _lives(told[0]["pid"]))


def _lives(pid: int) -> bool:
    """And is no zombie that nobody has fetched yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
