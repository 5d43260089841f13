"""The process that tries drafts, as the station speaks to it: the newest wins, and a hang ends nothing but itself."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import orjson
import pytest

from service.bench import Door, NotTried, Superseded
from service.bench import door as door_module

pytestmark = pytest.mark.processes
STEP = {"name": "light", "tool": {"type": "brightness"}}
CONTENT = {"job": 1, "name": "plate", "steps": [STEP]}
SLOW = (door_module.sys.executable, "-c", "import time; time.sleep(600)")
ENDS = (door_module.sys.executable, "-c", "")


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    yield door
    await door.close()


@pytest.fixture
def request_(tmp_path: Path) -> dict[str, Any]:
    cv2.imwrite(str(tmp_path / "part.png"), np.full((60, 80), 90, np.uint8))
    return {"folder": str(tmp_path), "recipe": CONTENT, "image": {"path": str(tmp_path / "part.png")}}


async def test_the_newest_of_one_client_is_tried_and_every_other_clients(door: Door, request_: dict[str, Any]) -> None:
    names = ["ann", "ann", "ann", "bob", "", ""]
    asked = await asyncio.gather(*(door.ask(name, request_) for name in names), return_exceptions=True)
    done = [not isinstance(one, Superseded) for one in asked]
    assert done == [True, False, True, True, True, True], "the first is done before the next comes"
    assert {orjson.loads(one.body)["judgement"] for one in asked if not isinstance(one, BaseException)} == {"PASS"}
    first = door.pid
    with pytest.raises(NotTried, match=r"gone\.png"):
        await door.ask("ann", request_ | {"image": {"path": "/nowhere/gone.png"}})
    assert door.pid == first, "a refusal ends nothing"


async def test_what_hangs_or_ends_is_started_anew(monkeypatch: pytest.MonkeyPatch, request_: dict[str, Any]) -> None:
    door = Door(limit_s=0.5)
    for command, words in ((SLOW, "not done within"), (ENDS, "ended; try again")):
        monkeypatch.setattr(door_module, "COMMAND", command)
        with pytest.raises(NotTried, match=words):
            await door.ask("ann", request_)
        assert door.pid is None
    monkeypatch.undo()
    door._limit_s = 60
    assert orjson.loads((await door.ask("ann", request_)).body)["judgement"] == "PASS"
    await door.close()
    with pytest.raises(NotTried, match="the station ends"):
        await door.ask("ann", request_)


async def test_idle_it_ends_by_itself(request_: dict[str, Any]) -> None:
    door = Door(idle_s=0.01)
    await door.ask("", request_)
    process = door._process
    assert process is not None
    assert await asyncio.wait_for(process.wait(), 30) == 0
    assert door.pid is None
    await door.close()
