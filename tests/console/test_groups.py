"""Run with steps that repeat: many instances and long names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.connector import picture, taught, the_manuals_recipe

from ..conftest import Running
from .conftest import Visits
from .test_run import SIDEWAYS, SIZES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

LONG = "the width of a contact pin of the sixteen-way board connector"


def renamed() -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = the_manuals_recipe()["steps"]
    return [step | {"name": LONG} if step["name"] == "pin" else step for step in steps]


@pytest.fixture(scope="module")
def station_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A station whose parts are good, have twelve thin pins, are good again, and so on."""
    folder = tmp_path_factory.mktemp("groups")
    taught(folder / "recipes" / "connector", folder / "images" / "1.png", steps=renamed())
    picture(folder / "images" / "2.png", thin=tuple(range(3, 15)))
    environment = {
        "VISION_STATION__RECIPE_FOLDER": str(folder / "recipes"),
        "VISION_CAMERA__TYPE": "folder",
        "VISION_CAMERA__PATH": str(folder / "images"),
    }
    station = Running(Path(folder), environment)
    try:
        station.start()
        yield station.url
    finally:
        station.stop()


async def rows(page: Page) -> list[str]:
    names: list[str] = await page.get_by_test_id("steps").locator("tr td:nth-child(2)").all_inner_texts()
    return names


async def test_what_passes_shares_a_line_and_what_fails_has_its_own(visit: Visits) -> None:
    async with visit() as run:
        await run.trigger_until("PASS", 4)
        assert await rows(run.page) == ["housing", f"{LONG}×16", "caps", "liner×4", "rim×4"]
        await run.trigger_until("FAIL", 4)
        listed = await rows(run.page)
        assert all(name.startswith(f"{LONG}[") for name in listed[:7])
        assert listed[7:9] == [f"{LONG}×5", "housing"]
        assert f"{LONG}×4" in listed
        worst = listed[0]
        await expect(run.page.get_by_test_id("verdict").locator(".reason")).to_contain_text(worst)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("judgement", ["PASS", "FAIL"])
async def test_it_fits(visit: Visits, width: int, height: int, judgement: str) -> None:
    async with visit(width, height, has_touch=True) as run:
        await run.trigger_until(judgement, 4)
        assert await run.page.evaluate(SIDEWAYS) == []
