"""The console in Firefox ESR: it loads under its content security policy, draws frames, and a region is dragged."""

import json
import shutil
import urllib.request
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest

from ..conftest import Running
from .conftest import rest
from .node import PACKAGES, answer

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]

FIREFOX = "/usr/bin/firefox-esr"
JOB, WIDTH, HEIGHT = 7401, 640, 480
REGION = {"kind": "rectangle", "x": 100, "y": 100, "width": 80, "height": 60, "angle_deg": 0}


def sent(station: Running, method: str, path: str, body: bytes, kind: str = "application/json") -> Any:
    headers = {"Content-Type": kind, "If-Match": "*"}
    request = urllib.request.Request(f"{station.url}/api/v1/{path}", body, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as told:
        return json.loads(told.read() or b"null")


@pytest.fixture
def taught(line: Running) -> Iterator[Running]:
    """With a recipe that has one region, and an image to teach it on."""
    png = cv2.imencode(".png", np.full((HEIGHT, WIDTH), 180, np.uint8))[1].tobytes()
    sent(line, "POST", "uploads?name=plain.png", png, "image/png")
    sent(line, "POST", "recipes", json.dumps({"job": JOB, "name": "in Firefox"}).encode())
    draft = rest(line, f"recipes/{JOB}/draft")["content"]
    light = {"name": "light", "tool": {"type": "brightness"}, "regions": [REGION]}
    sent(line, "PUT", f"recipes/{JOB}/draft", json.dumps(draft | {"steps": [light]}).encode())
    yield line
    sent(line, "DELETE", f"recipes/{JOB}/draft", b"{}")


async def test_it_loads_draws_and_edits(taught: Running) -> None:
    if not shutil.which(FIREFOX):
        pytest.skip("no Firefox: apt-get install firefox-esr")
    centre = (140 / WIDTH, 130 / HEIGHT)
    aim = (240 / WIDTH, 180 / HEIGHT)
    given = {"firefox": FIREFOX, "url": f"{taught.url}/", "job": JOB, "from": centre, "to": aim}
    said = await answer(PACKAGES / "firefox" / "console.cjs", "firefox", json.dumps(given), limit_s=240)
    assert "firefox" in said["version"].lower()
    assert said["complaints"] == []
    assert said["refused"] == []
    assert said["frames"] == sorted(set(said["frames"]))
    assert said["greys"] > 20, "the picture is empty"
    [step] = rest(taught, f"recipes/{JOB}/draft")["content"]["steps"]
    [moved] = step["regions"]
    assert (moved["x"], moved["y"]) == (pytest.approx(200, abs=1), pytest.approx(150, abs=1))
    assert (moved["width"], moved["height"]) == (80, 60)
