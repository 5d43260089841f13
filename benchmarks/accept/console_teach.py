"""A region that is dragged in Teach: how soon its result is on the screen."""

import asyncio
import json
import math
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Response

from benchmarks.chromium import chromium, share, tab
from tests.conftest import ROOT, Running

MOVES, FEWEST_MOVES = 60, 10
RADIUS_PX = 12  # of the way that the pointer goes round
LIMIT_MS = 50.0  # p95, and the tool's own time on top
JOB, LIKE = 61, 1  # a copy of the shipped recipe
STEPS = ("light", "pin 1 width")

MOVED = """(() => {
    let began = 0;
    let tell = () => {};
    window.moved = [];
    window.reached = (count) => new Promise((done) => {
        tell = () => window.moved.length >= count && done();
        tell();
    });
    addEventListener("pointermove", () => { began = performance.now(); }, true);
    new MutationObserver(() => {
        const now = document.querySelector('[data-testid="now"]');
        if (!began || now?.dataset.fresh !== "true") return;
        const from = began;
        began = 0;
        requestAnimationFrame(() => { window.moved.push(performance.now() - from); tell(); });
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-fresh"] });
})()"""
"""For a page that is still to load: `moved` gets of each move how long it was until the frame with its result (ms)."""


def console_teach(folder: Path, scale: float, seed: int) -> Mapping[str, object]:
    """Of 60 moves of a region, the time to the animation frame with the result: p95 within 50 ms and the tool's own.

    Compared at full size alone.

    Args:
        seed: Of nothing: every run is the same.
    """
    recipes = folder / "recipes"
    shutil.copytree(ROOT / "config/recipes", recipes)
    running = Running(folder, {"VISION_STATION__RECIPE_FOLDER": str(recipes)})
    try:
        running.start()
        running.wait_ready()
        while not _post(running, "station/trigger", {}):  # an image to teach on
            time.sleep(0.1)
        assert _post(running, "recipes", {"job": JOB, "name": "dragged", "like": {"job": LIKE}})
        figures = asyncio.run(_measured(running.url, max(FEWEST_MOVES, round(MOVES * scale))))
    finally:
        running.stop()
        running.forget()
    if scale >= 1:
        assert all(figures[name]["without_tool_p95_ms"] <= LIMIT_MS for name in STEPS), figures
    return figures


def _post(running: Running, path: str, body: object) -> bool:
    """Whether it was taken: a station that has just started refuses triggers for a moment."""
    address, kind = f"{running.url}/api/v1/{path}", {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, json.dumps(body).encode(), kind)):
            return True
    except urllib.error.HTTPError as exc:
        with exc:
            return False


async def _measured(url: str, moves: int) -> dict[str, Any]:
    async with chromium() as browser, tab(browser, f"{url}/#/teach/{JOB}?part=tools", MOVED) as page:
        return {name: await _dragged(page, name, moves) for name in STEPS}


async def _dragged(page: Page, name: str, moves: int) -> dict[str, float]:
    """Each move waits for the result of the one before."""
    await page.get_by_test_id(f"tool-{name}").click()
    await page.locator('[data-testid="now"][data-fresh="true"]').wait_for()
    box = await page.locator(f'[data-step="{name}"][data-part="regions"]').first.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tools: list[float] = []

    async def answered(response: Response) -> None:
        if response.url.endswith("/trials"):
            tools.append(sum(step["ms"] for step in (await response.json())["steps"] if not step["reused"]))

    await page.mouse.move(x, y)
    await page.mouse.down()
    page.on("response", answered)
    await page.evaluate("window.moved.length = 0")
    for number in range(moves):
        angle = 2 * math.pi * (number + 1) / 12
        await page.mouse.move(x + RADIUS_PX * math.sin(angle), y + RADIUS_PX * (1 - math.cos(angle)))
        await page.evaluate("(count) => window.reached(count)", number + 1)
    page.remove_listener("response", answered)
    await page.mouse.up()
    moved: list[float] = await page.evaluate("window.moved")
    assert len(tools) == moves, "a move was not tried by itself"
    without = [took - tool for took, tool in zip(moved, tools, strict=True)]
    return {
        "moves": moves,
        "p50_ms": share(moved, 0.5),
        "p95_ms": share(moved, 0.95),
        "tool_p50_ms": share(tools, 0.5),
        "without_tool_p95_ms": share(without, 0.95),
    }
