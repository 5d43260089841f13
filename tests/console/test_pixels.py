"""What the pixels say: the overlay is of the frame that is drawn, and a judgement is told without colours."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import aiohttp
import cv2
import numpy as np
import pytest
from playwright.async_api import Browser, Locator, expect

from ..conftest import Running
from .conftest import Visit
from .telling_parts import JUDGEMENTS, LOOKS, telling_station

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

GREEN = (70, 170)  # hue in degrees, of what anybody would call green


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = telling_station(tmp_path_factory.mktemp("telling"), random.Random(8))
    try:
        running.start()
        running.wait_ready()
        yield running
    finally:
        running.stop()


@pytest.fixture
async def run(browser: Browser, station: Running) -> AsyncIterator[Visit]:
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="en-GB", color_scheme="dark", reduced_motion="reduce"
    )
    visit = Visit(await context.new_page())
    visit.watch()
    await visit.page.goto(station.url + "/")
    await visit.first_frame()
    yield visit
    await context.close()
    assert visit.errors == []


@asynccontextmanager
async def parts(station: Running) -> AsyncIterator[None]:
    """One after the other."""

    async def trigger() -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                async with http.post(f"{station.url}/api/v1/station/trigger", json={}) as answer:
                    await answer.read()
                await asyncio.sleep(0.05)

    coming = asyncio.create_task(trigger())
    try:
        yield
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)


async def test_the_overlay_is_of_the_frame_and_of_the_judgement_that_are_drawn(run: Visit, station: Running) -> None:
    async with parts(station):
        said = await run.page.evaluate(LOOKS, 200)
    assert said["wrong"] == []
    assert said["frames"] >= 2, said  # they did change meanwhile


async def test_the_overlay_is_of_the_frame_with_a_twentieth_of_the_processor(run: Visit) -> None:
    session = await run.page.context.new_cdp_session(run.page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": 20})
    said = await run.page.evaluate(LOOKS, 40)
    assert said["wrong"] == []
    assert said["frames"] >= 2, said


async def shown(run: Visit, judgement: str) -> Locator:
    """The judgement of a part that is judged so; live frames do not take its place, and its picture is there."""
    await run.trigger_until(judgement, at_most=60)
    return run.page.get_by_test_id("verdict")


async def colours(part: Locator) -> np.ndarray:
    """BGR, ``uint8 (height, width, 3)``."""
    image = cv2.imdecode(np.frombuffer(await part.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return image


def green_px(image: np.ndarray) -> int:
    """How many px are green, and not merely a grey that leans to it."""
    hue, saturation, value = cv2.split(cv2.cvtColor(image, cv2.COLOR_BGR2HSV))
    low, high = (degrees // 2 for degrees in GREEN)
    return int(((hue >= low) & (hue <= high) & (saturation > 90) & (value > 60)).sum())


def silhouette(mark: np.ndarray) -> np.ndarray:
    """What stands out from its ground in grey, ``bool (32, 32)``."""
    grey = cv2.resize(cv2.cvtColor(mark, cv2.COLOR_BGR2GRAY), (32, 32), interpolation=cv2.INTER_AREA)
    ground = np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    return np.abs(grey.astype(float) - float(ground)) > 40


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_each_judgement_has_a_shape_of_its_own_and_error_no_green(run: Visit, scheme: str) -> None:
    await run.page.emulate_media(color_scheme=scheme)
    shapes: dict[str, np.ndarray] = {}
    for judgement in JUDGEMENTS:
        verdict = await shown(run, judgement)
        shapes[judgement] = silhouette(await colours(verdict.locator("svg").first))
        film = run.page.get_by_test_id("films").locator("[aria-current=true]")
        await expect(film.locator("img")).to_be_visible()
        overlay = run.page.get_by_test_id("overlay")
        await expect(overlay.locator(f".o-{judgement.lower()}").first).to_be_attached()
        green = {name: green_px(await colours(part)) for name, part in (("verdict", verdict), ("film", film))}
        if judgement == "PASS":
            assert min(green.values()) > 0, "green is not seen as such"
        if judgement == "ERROR":
            assert green == dict.fromkeys(green, 0)
    for one, other in (("PASS", "FAIL"), ("PASS", "ERROR"), ("FAIL", "ERROR")):
        apart = float((shapes[one] ^ shapes[other]).mean())
        assert apart > 0.05, f"{one} and {other} look alike without colour: {apart:.3f}"
