"""Evaluations that the station is asked for: one at a time, followed, cancelled, and kept for a while."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from service import errand
from service.evaluation import runs
from service.evaluation.runs import AlreadyRunning, Asked, Evaluations, Run
from tests.patience import until

JUDGES = "print(json.dumps({'done': 1, 'total': 2})); out.joinpath('report.json').write_text(json.dumps(sys.argv[1:]))"
WAITS = "print(json.dumps({'done': 1, 'total': 2}), flush=True); time.sleep(600)"


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Any:
    """In place of ``vision-inspection evaluate``."""

    def use(lines: str) -> None:
        before = "import json, sys, time; from pathlib import Path"
        before += "; (out,) = (Path(word[6:]) for word in sys.argv if word.startswith('--out='))"
        monkeypatch.setattr(errand, "COMMAND", (sys.executable, "-c", f"{before}; {lines}"))

    use(JUDGES)
    return use


@pytest.fixture
async def evaluations(tmp_path: Path) -> AsyncIterator[Evaluations]:
    made = Evaluations(tmp_path, cast("Any", asyncio.to_thread))
    yield made
    await made.close()


def asked(folder: Path, **more: Any) -> Asked:
    return Asked(7, folder / "plate", "draft", "3", "stored", ("--last=5",), **more)


async def ended(evaluations: Evaluations, number: int) -> Run:
    async with asyncio.timeout(60):
        while (found := await evaluations.find(number)) and found.state == "running":
            await asyncio.sleep(0.01)
    assert found
    return found


async def test_it_is_followed_to_its_end(evaluations: Evaluations, program: Any, tmp_path: Path) -> None:
    begun = await evaluations.begin(asked(tmp_path), "ann")
    assert (begun.number, begun.state, begun.by) == (1, "running", "ann")
    done = await ended(evaluations, 1)
    assert (done.state, done.done, done.total) == ("done", 1, 2)
    words = json.loads(evaluations.file(1, "json").read_bytes())
    assert words[:2] == ["evaluate", str(tmp_path / "plate")]
    assert {"stored", "--version=draft", "--against=3", "--last=5", "--json"} < set(words)


async def test_images_lie_under_their_names_as_long_as_it_runs(
    evaluations: Evaluations, program: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(b"image")
    program("time.sleep(600)")
    await evaluations.begin(asked(tmp_path, pictures=(("good/1.png", tmp_path / "a.png"),)), "ann")
    lent = tmp_path / "evaluations" / "1" / "images" / "good" / "1.png"
    assert lent.read_bytes() == b"image"
    assert await evaluations.remove(1)
    assert not lent.exists()
    assert (tmp_path / "a.png").exists()


async def test_one_at_a_time_and_it_can_be_cancelled(evaluations: Evaluations, program: Any, tmp_path: Path) -> None:
    program(WAITS)
    await evaluations.begin(asked(tmp_path), "ann")
    with pytest.raises(AlreadyRunning):
        await evaluations.begin(asked(tmp_path), "bob")
    await until(lambda: evaluations._now and evaluations._now.done == 1)
    assert await evaluations.remove(1)
    assert [one.state for one in await evaluations.listing()] == ["cancelled"]
    program(JUDGES)
    await evaluations.begin(asked(tmp_path), "bob")
    assert (await ended(evaluations, 2)).state == "done"
    assert (await evaluations.remove(2), await evaluations.remove(2)) == (True, False)


async def test_why_it_failed_and_what_a_station_that_ended_left(
    evaluations: Evaluations, program: Any, tmp_path: Path
) -> None:
    program("sys.exit('plate: there is no draft')")
    await evaluations.begin(asked(tmp_path), "ann")
    failed = await ended(evaluations, 1)
    assert (failed.state, failed.problems) == ("failed", ("plate: there is no draft",))
    state = tmp_path / "evaluations" / "1" / "state.json"
    state.write_text(json.dumps(json.loads(state.read_text()) | {"state": "running"}))
    (left,) = await evaluations.listing()
    assert (left.state, left.problems) == ("cancelled", ("the station ended meanwhile",))
    state.write_text("{")
    assert await evaluations.listing() == []


async def test_the_oldest_ones_go(
    evaluations: Evaluations, program: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MOST", 2)
    for number in (1, 2, 3):
        await evaluations.begin(asked(tmp_path), "ann")
        await ended(evaluations, number)
    assert [one.number for one in await evaluations.listing()] == [3, 2]
