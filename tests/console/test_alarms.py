"""Alarms on the page Run: said, listed, acknowledged, and seen so by everybody else."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Locator, Page, expect

from ..conftest import ROOT, Running
from ..service.test_releases import content
from .conftest import AXE, Visits
from .test_run import SIDEWAYS, SIZES, SMALL_TARGETS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

BROKEN = 202  # RECIPE_BROKEN: a warning, the line runs
JOB = 9  # of the broken recipe


@pytest.fixture
def gasket(tmp_path: Path) -> Path:
    """The folder of a recipe beside the others that cannot be read."""
    shutil.copytree(ROOT / "config" / "recipes", tmp_path / "recipes")
    folder = tmp_path / "recipes" / "gasket"
    folder.mkdir()
    (folder / "recipe.json").write_text(f'{{"job": {JOB},')
    return folder


@pytest.fixture
def station_url(tmp_path: Path, gasket: Path) -> Iterator[str]:
    """A station that runs, with that recipe; each test has its own."""
    station = Running(tmp_path, {"VISION_STATION__RECIPE_FOLDER": str(tmp_path / "recipes")})
    try:
        station.start()
        yield station.url
    finally:
        station.stop()


def banner(page: Page) -> Locator:
    return page.get_by_test_id("banner")


def row(page: Page) -> Locator:
    """Of the alarm in the list."""
    return page.get_by_test_id(f"alarm-{BROKEN}")


async def open_list(page: Page) -> None:
    await page.get_by_role("button", name="1 active alarms").click()
    await expect(row(page)).to_be_visible()


async def standing(url: str) -> list[dict[str, Any]]:
    """The alarms as REST has them, also those that are over and wait."""
    async with aiohttp.ClientSession() as http, http.get(f"{url}/api/v1/alarms", params={"over": "true"}) as answer:
        return list(await answer.json())


async def of_station(url: str) -> dict[str, Any]:
    (alarm,) = await standing(url)
    return alarm


async def repair(url: str, gasket: Path) -> None:
    """The recipe is released anew, as an engineer does: its alarm is over."""
    (gasket / "draft.json").write_text(json.dumps(content(JOB, "gasket")))
    async with aiohttp.ClientSession() as http, http.post(f"{url}/api/v1/recipes/{JOB}/release", json={}) as answer:
        assert answer.status == 200, await answer.text()
    assert not (await of_station(url))["active"]


async def test_an_alarm_is_said_and_acknowledged_and_stays_in_the_list(visit: Visits, station_url: str) -> None:
    async with visit() as run, visit() as elsewhere:
        page = run.page
        await expect(banner(page)).to_contain_text(f"Alarm {BROKEN}.")
        await expect(banner(page)).to_contain_text("gasket")
        await open_list(page)
        await expect(row(page)).to_contain_text("gasket")
        await expect(row(page)).to_contain_text("Since ")
        await expect(row(page)).not_to_contain_text("acknowledged")
        assert not (await of_station(station_url))["acknowledged"]

        await row(page).get_by_role("button", name=f"Acknowledge alarm {BROKEN}").click()
        await expect(row(page)).to_contain_text("acknowledged at ")
        await expect(row(page)).to_contain_text("web 127.0.0.1")
        await expect(row(page).get_by_role("button")).to_have_count(0)
        await expect(banner(page)).to_have_count(0)
        alarm = await of_station(station_url)
        assert (alarm["active"], alarm["acknowledged"], alarm["acknowledged_by"]) == (True, True, "web 127.0.0.1")

        await expect(banner(elsewhere.page)).to_have_count(0)  # it was told
        await open_list(elsewhere.page)
        await expect(row(elsewhere.page)).to_contain_text("acknowledged at ")
        assert (await elsewhere.trigger()) in ("PASS", "FAIL"), "the line runs"


async def test_the_button_beside_what_is_said_acknowledges_too(visit: Visits, station_url: str) -> None:
    async with visit() as run:
        await banner(run.page).get_by_role("button", name=f"Acknowledge alarm {BROKEN}").click()
        await expect(banner(run.page)).to_have_count(0)
        assert (await of_station(station_url))["acknowledged"]
        await run.page.reload()
        await run.first_frame()
        await expect(run.page.get_by_role("button", name="1 active alarms")).to_be_visible()
        await expect(banner(run.page)).to_have_count(0)


async def test_one_that_is_over_waits_in_the_list_until_somebody_acknowledges_it(
    visit: Visits, station_url: str, gasket: Path
) -> None:
    async with visit() as run, visit() as elsewhere:
        page = run.page
        await open_list(page)
        await repair(station_url, gasket)
        await expect(row(page)).to_contain_text("Over: ")  # in the list that is open
        await expect(banner(page)).to_have_count(0)
        listed = page.get_by_test_id("alarms")
        await expect(listed).to_contain_text("No alarm is active.")
        await expect(listed.get_by_role("heading")).to_have_text(["Active alarms", "Over, waiting for acknowledgement"])
        await expect(row(page)).to_contain_text("gasket")
        await page.reload()  # a page that comes later sees it, too
        await run.first_frame()
        await page.get_by_role("button", name="1 over, not acknowledged").click()

        await row(page).get_by_role("button", name=f"Acknowledge alarm {BROKEN}").click()
        for each in (page, elsewhere.page):
            await expect(row(each)).to_have_count(0)
            await expect(each.get_by_role("button", name="not acknowledged")).to_have_count(0)
        alarm = await of_station(station_url)
        assert (alarm["active"], alarm["acknowledged"], alarm["confirmed"]) == (False, True, False)


async def test_one_that_is_over_in_german_fits_and_is_accessible(visit: Visits, gasket: Path, station_url: str) -> None:
    await repair(station_url, gasket)
    for width, height in (case.values for case in SIZES):
        async with visit(width, height, locale="de-DE", has_touch=True, color_scheme="light") as run:
            await run.page.get_by_role("button", name="1 vorbei, nicht quittiert").click()
            await expect(row(run.page)).to_contain_text("Vorbei: ")
            await expect(run.page.get_by_test_id("alarms")).to_contain_text("Vorbei, Quittierung steht aus")
            assert await run.page.evaluate(SIDEWAYS) == []
            assert await run.page.evaluate(SMALL_TARGETS) == []
            assert not AXE.exists() or await run.axe() == []
    async with visit(locale="de-DE") as run:
        await run.page.get_by_role("button", name="1 vorbei, nicht quittiert").click()
        await row(run.page).get_by_role("button", name=f"Meldung {BROKEN} quittieren").click()
        await expect(run.page.get_by_role("button", name="nicht quittiert")).to_have_count(0)


async def test_in_german(visit: Visits) -> None:
    async with visit(locale="de-DE") as run:
        await expect(banner(run.page)).to_contain_text(f"Meldung {BROKEN}.")
        await run.page.get_by_role("button", name="1 anstehende Meldungen").click()
        await row(run.page).get_by_role("button", name=f"Meldung {BROKEN} quittieren").click()
        await expect(row(run.page)).to_contain_text("quittiert um ")


async def test_it_fits_can_be_pressed_and_is_accessible(visit: Visits) -> None:
    for width, height in (case.values for case in SIZES):
        async with visit(width, height, has_touch=True, color_scheme="light") as run:
            await expect(banner(run.page)).to_contain_text(f"Alarm {BROKEN}.")
            for _ in range(2):  # with the list closed, then open
                assert await run.page.evaluate(SIDEWAYS) == []
                assert await run.page.evaluate(SMALL_TARGETS) == []
                assert not AXE.exists() or await run.axe() == []
                if not await row(run.page).is_visible():
                    await open_list(run.page)
