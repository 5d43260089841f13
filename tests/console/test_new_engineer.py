"""Somebody who has never seen the station: from its first page to a recipe that judges what a PLC triggers.

Clicks and characters are counted as they are made, Tab and Enter among the characters.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from service.auth.permissions import Role
from service.auth.users import Users
from vision.cameras.bracket import BRACKET

from ..conftest import ROOT, Running
from ..patience import PATIENCE_S
from ..plc_side import wired
from .test_access import Opens, open_page, sign_in

__all__ = ["open_page"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MOST_CLICKS, MOST_TYPED = 40, 60
GOOD_PARTS = 10
PASSWORD = "ten parts!"
LEFT_END, PIN = (165, 155, 360, 480), (BRACKET.pins.centres[0] - 60, 730, 120, 30)  # x, y, width, height
Makes = Callable[..., Running]


@dataclass
class Hands:
    """A mouse and a keyboard, and how often they were used."""

    page: Page
    clicks: int = 0
    typed: int = 0

    async def click(self, at: Locator) -> None:
        self.clicks += 1
        await at.click()

    async def type(self, words: str) -> None:
        self.typed += len(words)
        await self.page.keyboard.type(words)

    async def press(self, key: str) -> None:
        self.typed += 1
        await self.page.keyboard.press(key)

    async def pull(self, box: tuple[float, float, float, float]) -> None:
        """Over the picture, px of the image."""
        self.clicks += 1
        x, y, width, height = box
        picture = await self.page.get_by_test_id("picture").bounding_box()
        assert picture
        scale = picture["width"] / 1280
        start = (picture["x"] + x * scale, picture["y"] + y * scale)
        end = (start[0] + width * scale, start[1] + height * scale)
        await self.page.mouse.move(*start)
        await self.page.mouse.down()
        await self.page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        await self.page.mouse.move(*end)
        await self.page.mouse.up()


@pytest.fixture
def workshop(make_station: Makes, tmp_path: Path) -> Callable[..., Running]:
    """A station on the network with the shipped recipes; new unless somebody is named who administers it."""

    def started(*people: tuple[str, Role]) -> Running:
        recipes = tmp_path / "recipes"
        shutil.copytree(ROOT / "config/recipes", recipes)
        station = make_station(start=False, VISION_STATION__BIND="0.0.0.0", VISION_STATION__RECIPE_FOLDER=str(recipes))
        folder = station.folder / "data"
        folder.mkdir(mode=0o700)
        for name, role in people:
            Users(folder).add(name, role, PASSWORD)
        station.start()
        station.wait_ready()
        return station

    return started


async def inspected(page: Page, press: Callable[[Locator], Any]) -> str:
    """Trigger by hand; returns the judgement once the part's image is kept."""
    async with page.expect_response(lambda answer: answer.url.endswith("station/trigger")) as answer:
        await press(page.get_by_test_id("trigger"))
    number = (await (await answer.value).json())["number"]
    await expect(page.get_by_test_id("films").locator("[aria-current=true] img")).to_be_visible()
    return await page.locator(f'[data-testid="verdict"][data-number="{number}"] .word').inner_text()


async def set_up(hands: Hands, station: Running) -> None:
    page, code = hands.page, (station.folder / "data/setup.code").read_text().strip()
    await expect(page.get_by_label("Set-up code")).to_be_focused()
    await hands.type(code.replace("-", ""))
    await hands.press("Tab")
    await hands.type("eva")
    for field in ("Password", "Password again"):
        await hands.click(page.get_by_label(field, exact=True))
        await hands.type(PASSWORD)
    await hands.press("Enter")
    await expect(page.get_by_test_id("user")).to_have_text("eva")


async def add_tool(hands: Hands, tool: str, box: tuple[float, float, float, float]) -> None:
    page = hands.page
    await hands.click(page.get_by_role("button", name="Add a tool").first)
    await hands.click(page.get_by_test_id(f"add-{tool}"))
    await hands.click(page.get_by_test_id("draw-rectangle"))
    await hands.pull(box)
    await expect(page.get_by_test_id("region-fields")).to_be_visible()


async def teach_two_tools(hands: Hands) -> None:
    """The part is found by its left end; a pin is measured on it."""
    page = hands.page
    await hands.click(page.get_by_role("link", name="Teach", exact=True))
    await hands.click(page.get_by_role("button", name="New recipe"))
    await hands.type("pins")
    await hands.press("Enter")
    await expect(page.get_by_test_id("picture").locator("> img")).to_be_visible()  # the line's newest part
    await hands.click(page.get_by_role("link", name="Tools", exact=True))
    await add_tool(hands, "locate", LEFT_END)
    await hands.click(page.get_by_test_id("learn"))
    await expect(page.get_by_test_id("now").locator("b")).to_be_visible()
    await add_tool(hands, "caliper", PIN)
    await expect(page.get_by_test_id("now").locator("b")).to_be_visible()


async def teach_ten_good_parts(hands: Hands) -> None:
    page = hands.page
    await hands.click(page.get_by_role("link", name="To the limits"))
    labels = page.get_by_test_id("labels")
    await hands.click(labels.get_by_role("button", name=f"These {GOOD_PARTS - 1} images are good"))
    await expect(labels).to_contain_text(f"{GOOD_PARTS} good")
    await hands.click(page.get_by_test_id("suggest"))
    take = page.get_by_test_id("take")
    await expect(take).to_be_enabled()
    await hands.click(take)
    await expect(take).to_have_count(0)


async def release(hands: Hands) -> None:
    page = hands.page
    await hands.click(page.get_by_role("link", name="To try and release"))
    await hands.click(page.get_by_test_id("release"))
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("Why")).to_be_focused()
    await hands.type("first")
    await expect(dialog.get_by_role("button", name="Release v1")).to_be_enabled()
    await hands.press("Enter")
    await expect(page.get_by_test_id("released")).to_be_visible()
    await hands.click(page.get_by_test_id("load"))
    await expect(page.locator(".top .recipe")).to_contain_text("3 pins v1")


async def test_a_new_engineer_comes_from_the_first_page_to_the_first_judgement(
    workshop: Callable[..., Running], open_page: Opens, capsys: pytest.CaptureFixture[str]
) -> None:
    station = workshop()
    async with open_page(station) as visit:  # type: ignore[arg-type]
        page, hands = visit.page, Hands(visit.page)
        page.set_default_timeout(PATIENCE_S * 1000)
        await set_up(hands, station)
        await visit.first_frame()
        good = 0
        while good < GOOD_PARTS:
            good += await inspected(page, hands.click) == "PASS"
        await teach_two_tools(hands)
        await teach_ten_good_parts(hands)
        await release(hands)
        await hands.click(page.get_by_role("link", name="Run", exact=True))
        async with wired(station.modbus, limit_s=PATIENCE_S) as plc:
            part = await plc.part()
        assert (part.job, part.judgement) == (3, "PASS")
        verdict = page.locator(f'[data-testid="verdict"][data-number="{part.number}"]')
        await expect(verdict.locator(".word")).to_have_text("PASS")
    with capsys.disabled():
        print(f"\nnew engineer: {hands.clicks} clicks, {hands.typed} typed characters")
    assert hands.clicks <= MOST_CLICKS
    assert hands.typed <= MOST_TYPED


async def test_a_draft_is_compared_released_with_a_reason_and_gone_back_from(
    workshop: Callable[..., Running], open_page: Opens
) -> None:
    station = workshop(("adam", Role.ADMINISTRATOR), ("emma", Role.ENGINEER))
    async with open_page(station) as visit:  # type: ignore[arg-type]
        page = visit.page
        page.set_default_timeout(PATIENCE_S * 1000)
        await sign_in(page, "emma", PASSWORD)
        await visit.first_frame()
        await page.locator(".top .recipe").click()
        await page.get_by_test_id("recipes").get_by_role("button", name="2 bracket-light").click()
        await expect(page.locator(".top .recipe")).to_contain_text("2 bracket-light v1")
        assert [await inspected(page, Locator.click) for _ in range(2)] == ["PASS", "PASS"]

        await page.goto(f"{station.url}/#/teach/2?part=limits")
        await page.get_by_test_id("limit-low").fill("245")  # brighter than the table is
        await page.get_by_role("link", name="To try and release").click()
        await expect(
            page.get_by_test_id("differences").get_by_role("row", name="limits · mean · low 150 245")
        ).to_be_visible()
        await page.get_by_test_id("try").get_by_role("button", name="Try on 200 images").click()
        await expect(page.get_by_test_id("outcome")).to_contain_text("2 of 2 images would be judged otherwise")

        await page.get_by_test_id("release").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_role("button", name="Release v2")).to_be_disabled()  # without a reason
        await dialog.get_by_label("Why").fill("darker parts came through")
        await dialog.get_by_role("button", name="Release v2").click()
        await expect(page.get_by_test_id("released")).to_have_text("v2 runs on the line")
        released = page.get_by_test_id("version-2")
        await expect(released).to_contain_text("emma")
        await expect(released).to_contain_text("darker parts came through")
        await expect(page.locator(".top .recipe")).to_contain_text("2 bracket-light v2")

        await page.get_by_test_id("version-1").get_by_role("button", name="Back to v1").click()
        await dialog.get_by_label("Why").fill("all parts failed")
        await dialog.get_by_role("button", name="Back to v1").click()
        await expect(dialog).to_have_count(0)
        await expect(page.locator(".top .recipe")).to_contain_text("2 bracket-light v1")
        await expect(released.get_by_role("button", name="Back to v2")).to_be_enabled()

        await page.goto(f"{station.url}/#/system/log/journal")
        journal = page.get_by_test_id("journal").get_by_role("listitem")
        for said in ("version 2 of job 2 (bracket-light) released", "version 1 of job 2 (bracket-light) gone back to"):
            await expect(journal.filter(has_text=said)).to_contain_text("emma")
