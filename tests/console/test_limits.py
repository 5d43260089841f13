"""Teach, step 3 and the calibration wizard: limits by mouse, touch, keys and numbers; a distance tried and kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from .conftest import AXE, Visit, Visits
from .test_run import SIDEWAYS, SIZES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@asynccontextmanager
async def recipe(visit: Visits, station_url: str, job: int, part: str, **options: Any) -> AsyncIterator[Visit]:
    """A page on a part of Teach with a draft of its own, which is thrown away."""
    async with visit(**options) as run:
        ask, api = run.page.request, f"{station_url}/api/v1"
        made = await ask.post(f"{api}/recipes", data={"job": job, "name": f"limits {job}", "like": {"job": 2}})
        assert made.ok, await made.text()
        try:
            await run.page.goto(f"{station_url}/#/teach/{job}?part={part}")
            yield run
        finally:
            await ask.delete(f"{api}/recipes/{job}/draft", headers={"If-Match": "*"}, data={})


async def middle(grip: Locator) -> tuple[float, float]:
    box = await grip.locator(".d-grip").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def reach(grip: Locator) -> float:
    box = await grip.locator(".reach").bounding_box()
    assert box
    return min(box["width"], box["height"])


async def low_is_not(page: Page, value: str) -> float:
    field = page.get_by_test_id("limit-low")
    await expect(field).not_to_have_value(value)
    return float(await field.input_value())


async def test_a_limit_is_moved_by_mouse_keys_and_numbers_and_undone(visit: Visits, station_url: str) -> None:
    async with recipe(visit, station_url, 41, "limits") as run:
        page = run.page
        low, grip = page.get_by_test_id("limit-low"), page.get_by_test_id("grip-low")
        await expect(low).to_have_value("150")
        assert await reach(grip) == pytest.approx(44, abs=0.1)

        x, y = await middle(grip)
        await page.mouse.move(x, y)
        await page.mouse.down()
        await page.mouse.move(x + 60, y, steps=6)
        await page.mouse.up()
        dragged = await low_is_not(page, "150")
        assert 155 < dragged < 250
        await expect(grip).to_have_attribute("aria-valuenow", f"{dragged:g}")

        await grip.focus()
        await page.keyboard.press("ArrowRight")
        stepped = await low_is_not(page, f"{dragged:g}")
        assert 0 < stepped - dragged < 2
        await page.keyboard.press("Delete")
        await expect(low).to_have_value("")
        await expect(grip).to_have_attribute("aria-valuetext", "no limit")
        await low.fill("160,5")
        await expect(grip).to_have_attribute("aria-valuenow", "160.5")
        await low.fill("16o")
        await expect(page.get_by_role("alert").filter(has_text="no number")).to_be_visible()
        await low.fill("160")

        undo = page.get_by_role("button", name="Undo")
        while await undo.is_enabled():
            await undo.click()
        await expect(low).to_have_value("150")


async def test_a_limit_is_moved_by_touch_and_given_as_a_tolerance(visit: Visits, station_url: str) -> None:
    async with recipe(visit, station_url, 42, "limits", has_touch=True) as run:
        page = run.page
        await expect(page.get_by_test_id("limit-high")).to_have_value("250")
        x, y = await middle(page.get_by_test_id("grip-high"))
        touch = await page.context.new_cdp_session(page)
        for kind, at in (("touchStart", x + 15), ("touchMove", x - 40), ("touchMove", x - 80), ("touchEnd", None)):
            points = [] if at is None else [{"x": at, "y": y}]
            await touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        high = page.get_by_test_id("limit-high")
        await expect(high).not_to_have_value("250")
        moved = float(await high.input_value())
        assert 150 < moved < 245
        await page.get_by_role("button", name="Nominal ± tolerance").click()
        await expect(page.get_by_label("Nominal", exact=True)).to_have_value(f"{(150 + moved) / 2:g}")
        await expect(page.get_by_label("Tolerance ±")).to_have_value(f"{(moved - 150) / 2:g}")
        await page.get_by_label("Tolerance ±").fill("20")
        await page.get_by_test_id("save").click()
        await expect(page.get_by_test_id("draft-state")).to_have_attribute("data-dirty", "false")
        draft = await (await page.request.get(f"{station_url}/api/v1/recipes/42/draft")).json()
        assert draft["content"]["steps"][0]["limits"]["mean"]["tolerance"] == 20


async def test_a_distance_is_tried_and_then_kept(visit: Visits, station_url: str) -> None:
    async with recipe(visit, station_url, 43, "image&calibrate=1") as run:
        page = run.page
        wizard = page.get_by_test_id("calibration")
        await wizard.get_by_role("button", name="Take an image").click()
        await expect(wizard.locator("img")).to_be_visible()
        await expect(wizard.get_by_role("button", name="Try", exact=True)).to_be_disabled()
        well = await page.get_by_test_id("calibration-image").bounding_box()
        assert well
        for share in (0.25, 0.75):
            await page.mouse.click(well["x"] + share * well["width"], well["y"] + well["height"] / 2)
        await page.get_by_test_id("point-1").focus()
        await page.keyboard.press("ArrowRight")
        await wizard.get_by_label("So far apart they are").fill("10")
        await wizard.get_by_role("button", name="Try", exact=True).click()
        await expect(page.get_by_test_id("calibration-result")).to_contain_text("1 px is 0.01")
        before = await (await page.request.get(f"{station_url}/api/v1/recipes/43/calibration")).json()
        assert before["mm_per_px"] == 0.02
        await wizard.get_by_role("button", name="Keep in the draft").click()
        await expect(page.get_by_test_id("calibration-result")).to_contain_text("The draft has it.")
        after = await (await page.request.get(f"{station_url}/api/v1/recipes/43/calibration")).json()
        assert 0.01 < after["mm_per_px"] < 0.02


async def test_the_second_of_two_engineers_sees_the_conflict(visit: Visits, station_url: str) -> None:
    async with recipe(visit, station_url, 44, "limits") as run:
        page, api = run.page, f"{station_url}/api/v1/recipes/44/draft"
        await expect(page.get_by_test_id("limit-low")).to_have_value("150")
        other = await (await page.request.get(api)).json()
        other["content"]["steps"][0]["limits"]["mean"]["high"] = 249.0
        answer = await page.request.put(api, data=other["content"], headers={"If-Match": f'"{other["sha256"]}"'})
        assert answer.ok, await answer.text()
        await page.get_by_test_id("limit-low").fill("151")
        await page.get_by_test_id("save").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        kept = await (await page.request.get(api)).json()
        assert kept["content"]["steps"][0]["limits"]["mean"]["low"] == 150
        run.errors[:] = [error for error in run.errors if "412" not in error]  # the browser's word for the refusal


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("part", ["limits", "release", "image&calibrate=1"])
async def test_it_fits_and_axe_finds_nothing(
    visit: Visits, station_url: str, width: int, height: int, part: str
) -> None:
    shown = {"limits": "dock", "release": "release-step"}.get(part, "calibration")
    theme = "light" if part == "limits" else "dark"
    async with visit(width, height, color_scheme=theme) as run:
        await run.page.goto(f"{station_url}/#/teach/2?part={part}")
        await run.page.get_by_test_id(shown).wait_for()
        assert await run.page.evaluate(SIDEWAYS) == []
        if AXE.exists() and width == 1280:
            assert await run.axe() == []
