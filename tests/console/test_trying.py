"""A region that is dragged: its newest place is tried, and the last result is that of the last place."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.async_api import Request, Response, Route, expect

from .conftest import Visits
from .teaching import Editor, editing, image, rectangle, step

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

MOVES = 60
STEPS = [step("light", rectangle(100, 190, 80, 60))]
RESTED = '[data-testid="now"][data-fresh="true"]'


def mean(region: dict[str, Any]) -> float:
    """Of the image's grey levels in a region."""
    drawn = cv2.imdecode(np.frombuffer(image(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert drawn is not None
    x, y, width, height = (round(region[name]) for name in ("x", "y", "width", "height"))
    return float(drawn[y : y + height, x : x + width].mean())


async def value(editor: Editor) -> float:
    """That is shown of the content as it is now."""
    shown = await editor.page.locator(RESTED).locator("b").inner_text()
    found = re.match(r"[\d.]+", shown)
    assert found, shown
    return float(found[0])


@dataclass
class Trials:
    """What the page asked to be tried."""

    asked: list[Any] = field(default_factory=list)  # x of the region, in order
    under_way: int = 0
    most: int = 0  # at once

    def watch(self, editor: Editor) -> None:
        editor.page.on("request", self._began)
        editor.page.on("response", self._ended)

    def _began(self, request: Request) -> None:
        if request.url.endswith("/trials"):
            self.asked.append(request.post_data_json["recipe"]["steps"][0]["regions"][0]["x"])
            self.under_way += 1
            self.most = max(self.most, self.under_way)

    def _ended(self, response: Response) -> None:
        self.under_way -= response.url.endswith("/trials")


async def test_the_last_result_is_of_the_last_of_sixty_places(visit: Visits, station_url: str) -> None:
    async with editing(visit, station_url, 7301, STEPS) as editor:
        page, trials = editor.page, Trials()
        await page.locator(RESTED).wait_for()
        assert await value(editor) == pytest.approx(200, abs=0.1)
        trials.watch(editor)
        start, end = await editor.at(140, 220), await editor.at(336, 230)
        await page.mouse.move(*start)
        await page.mouse.down()
        await page.mouse.move(*end, steps=MOVES)
        await page.mouse.up()
        [[region]] = await editor.saved()
        await page.locator(RESTED).wait_for()
        assert region["x"] == pytest.approx(296, abs=1)
        assert await value(editor) == pytest.approx(mean(region), abs=0.1)
        assert trials.most == 1
        assert trials.asked == sorted(trials.asked), "an older place after a newer one"
        assert trials.asked[-1] == region["x"]
        assert len(trials.asked) <= MOVES + 1


async def test_an_answer_that_comes_late_changes_nothing(visit: Visits, station_url: str) -> None:
    """The answer for the first place is held back until the region lies elsewhere, and another recipe was looked at."""
    async with editing(visit, station_url, 7302, STEPS) as editor:
        page = editor.page
        await page.locator(RESTED).wait_for()
        held, asked, go_on = [], asyncio.Event(), asyncio.Event()

        async def answer(route: Route) -> None:
            told = await route.fetch()
            if not asked.is_set():
                held.append(await told.json())
                asked.set()
                await go_on.wait()
            await route.fulfill(response=told)

        await page.route("**/api/v1/trials", answer)
        await editor.field("x", "310")
        await asked.wait()
        await editor.field("x", "420")
        await expect(page.get_by_test_id("now")).to_have_attribute("data-fresh", "false")
        go_on.set()
        await page.locator(RESTED).wait_for()
        assert await value(editor) == pytest.approx(200, abs=0.1)
        assert held[0]["steps"][0]["value"] == pytest.approx(mean(rectangle(310, 190, 80, 60)), abs=0.1)

        asked.clear()
        go_on.clear()
        await editor.field("x", "300")
        await asked.wait()
        await page.goto(f"{station_url}/#/teach/1?part=tools")
        await expect(page.get_by_test_id("tool-list").locator(".clip").nth(1)).to_be_visible()
        async with page.expect_response(
            lambda told: told.url.endswith("/trials") and told.request.post_data_json["job"] == 1, timeout=60_000
        ):
            go_on.set()
        await expect(page.get_by_test_id("now")).to_be_visible()
        late = f"{held[1]['steps'][0]['value']:.1f}"
        await expect(page.get_by_test_id("now")).not_to_contain_text(late)
        await page.unroute_all(behavior="wait")
