"""Three browsers that watch at 25 frames/s: how much later they see it, also beside one whose processor is slow."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from benchmarks.chromium import Drawn, chromium, first_frame, share, slower, tab, watched
from tests.conftest import Running

TABS, FPS, THROTTLED = 3, 25, 20
WATCHED_S, SHORTEST_S = 40.0, 4.0
VISITS, FEWEST_VISITS = 10, 2
LEAST_FPS, LATEST_MS, GROWTH, FIRST_MS = 24.0, 100.0, 1.3, 1000.0


def console_live(folder: Path, scale: float, seed: int) -> Mapping[str, object]:
    """Frames/s and acquisition to drawn of three tabs, alike and with one throttled; time to the first frame.

    Compared at full size alone; the order of frames always.

    Args:
        seed: Of nothing: every run is the same.
    """
    own = {"VISION_LIVE__FPS": str(FPS), "VISION_LIVE__QUALITY": "80"}
    running = Running(folder, own)
    try:
        running.start()
        running.wait_ready()
        figures = asyncio.run(_measured(running.url, scale))
    finally:
        running.stop()
        running.forget()
    if scale >= 1:
        _compare(figures)
    return figures


async def _measured(url: str, scale: float) -> dict[str, Any]:
    async with chromium() as browser:
        first = [await _first_frame_ms(browser, url) for _ in range(max(FEWEST_VISITS, round(VISITS * scale)))]
        async with AsyncExitStack() as stack:
            tabs = [await stack.enter_async_context(tab(browser, url)) for _ in range(TABS)]
            for page in tabs:
                await first_frame(page)
            await asyncio.sleep(1)  # each has asked for the width that it shows
            watched_s = max(SHORTEST_S, WATCHED_S * scale)
            alike = await _watch(tabs, watched_s)
            await slower(tabs[0], THROTTLED)
            await asyncio.sleep(2)
            beside = await _watch(tabs, watched_s)
            width_px = await tabs[1].locator('[data-testid="frame"]').evaluate("(frame) => frame.width")
    slow = beside[0]
    return {
        "first_frame_ms": {"p50": share(first, 0.5), "max": share(first, 1)},
        "width_px": width_px,
        "alike": [_told(drawn) for drawn in alike],
        "beside_a_slow_one": [_told(drawn) for drawn in beside[1:]],
        "slow": _told(slow) | {"halves_ms": _halves(slow)},
    }


async def _first_frame_ms(browser: Browser, url: str) -> float:
    """From the navigation, with nothing in the cache."""
    async with tab(browser, url) as page:
        await first_frame(page)
        [(*_, ms), *_] = await watched(page)
        return ms


async def _watch(tabs: Sequence[Page], seconds: float) -> list[Drawn]:
    for page in tabs:
        await watched(page)
    await asyncio.sleep(seconds)
    drawn = [await watched(page) for page in tabs]
    for each in drawn:
        ids = [frame for frame, *_ in each]
        assert ids == sorted(set(ids)), "an older frame was drawn after a newer one"
        assert ids, "nothing was drawn"
    return drawn


def _told(drawn: Drawn) -> dict[str, float]:
    late = [ms for _, _, ms, _ in drawn]
    seconds = (drawn[-1][1] - drawn[0][1]) / 1000
    return {
        "fps": round((len(drawn) - 1) / seconds, 1) if seconds else 0.0,
        "p50_ms": share(late, 0.5),
        "p95_ms": share(late, 0.95),
        "max_ms": share(late, 1),
    }


def _halves(drawn: Drawn) -> list[float]:
    """Median of the first and of the second half, ms."""
    late = [ms for _, _, ms, _ in drawn]
    middle = len(late) // 2
    return [share(late[: middle or 1], 0.5), share(late[middle:], 0.5)]


def _compare(figures: Mapping[str, Any]) -> None:
    assert figures["first_frame_ms"]["max"] <= FIRST_MS, figures
    for one in (*figures["alike"], *figures["beside_a_slow_one"]):
        assert one["fps"] >= LEAST_FPS, figures
        assert one["p95_ms"] <= LATEST_MS, figures
    first, second = figures["slow"]["halves_ms"]
    assert second <= GROWTH * first, figures
