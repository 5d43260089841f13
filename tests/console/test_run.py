"""The page Run, as a person sees it."""

import asyncio
import gzip
import re

import cv2
import numpy as np
import pytest
from playwright.async_api import Locator, Response, expect

from .conftest import AXE, Visit, Visits

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

SIZES = [
    pytest.param(1280, 800, id="desktop"),
    pytest.param(1024, 600, id="7 inch panel"),
    pytest.param(390, 844, id="phone"),
]
BUDGET_BYTES = 60_000  # of the first load, gzip -9

SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, select, summary")]
    .map((e) => [e.ariaLabel ?? e.innerText, e.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.width < 44 || box.height < 44))
    .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""

SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll("main, aside")]
    .filter((e) => e.scrollWidth > e.clientWidth && getComputedStyle(e).display !== "contents")
    .map((e) => `${e.tagName}: ${e.scrollWidth} > ${e.clientWidth}`)"""

OUTSIDE = """() => {
    const well = document.querySelector("[data-testid=well]").getBoundingClientRect();
    const frame = document.querySelector("[data-testid=frame]").getBoundingClientRect();
    return Math.max(well.left - frame.left, well.top - frame.top, frame.right - well.right, frame.bottom - well.bottom);
}"""

FRAME_IDS = """() => new Promise((done) => {
    const pairs = [];
    const look = () => {
        const drawn = document.querySelector("[data-testid=frame]").dataset.frameId;
        const overlay = document.querySelector("[data-testid=overlay]")?.dataset.frameId;
        if (pairs.at(-1)?.[0] !== drawn) pairs.push([drawn, overlay]);
        if (pairs.length < 20) requestAnimationFrame(look); else done(pairs);
    };
    requestAnimationFrame(look);
})"""


async def grey(part: Locator) -> np.ndarray:
    """A screenshot of a part of the page without its colours, ``uint8 (height, width)``."""
    png = np.frombuffer(await part.screenshot(), np.uint8)
    image = cv2.imdecode(png, cv2.IMREAD_GRAYSCALE)
    assert image is not None
    return image


async def test_the_first_frame_is_drawn_and_fitted(visit: Visits) -> None:
    async with visit() as run:
        await expect(run.page.get_by_test_id("frame")).to_be_visible()
        await expect(run.page.get_by_test_id("state")).not_to_have_text("–")
        assert await run.page.evaluate(OUTSIDE) <= 0.5


async def test_the_overlay_belongs_to_the_pixels(visit: Visits) -> None:
    async with visit() as run:
        parts = asyncio.create_task(run.trigger())
        pairs = await run.page.evaluate(FRAME_IDS)
        await parts
        assert [pair for pair in pairs if pair[0] != pair[1]] == []


async def test_a_trigger_brings_judgement_steps_count_and_film(visit: Visits) -> None:
    async with visit() as run:
        judgement = await run.trigger()
        assert judgement in ("PASS", "FAIL", "ERROR")
        number = await run.page.get_by_test_id("verdict").get_attribute("data-number")
        await expect(run.page.get_by_test_id("films").locator("[aria-current=true]")).to_contain_text(str(number))
        await expect(run.page.get_by_test_id("steps").locator("tr").first).to_be_visible()
        await expect(run.page.get_by_test_id("counts")).to_be_visible()


async def in_both_themes(run: Visit) -> list[np.ndarray]:
    """The judgement without colours, dark and light."""
    images = []
    for scheme in ("dark", "light"):
        await run.page.emulate_media(color_scheme=scheme)
        images.append(await grey(run.page.get_by_test_id("verdict")))
    return images


async def test_fail_is_told_from_pass_without_colour(visit: Visits) -> None:
    async with visit() as run:
        await run.trigger_until("FAIL")
        failed = await in_both_themes(run)
        await run.trigger_until("PASS")
        passed = await in_both_themes(run)
        for fail, good in zip(failed, passed, strict=True):
            ground = float(np.median(good))
            assert abs(float(np.median(fail)) - ground) > 40  # FAIL fills its block, PASS lies on the panel's grey
            edge = good[good.shape[0] // 2, :3]
            assert np.abs(edge.astype(float) - ground).max() > 30  # PASS is an outline


async def test_error_is_never_green(visit: Visits) -> None:
    async with visit() as run:
        greens = await run.page.evaluate(
            """() => {
                const style = getComputedStyle(document.documentElement);
                return ["--error-fill", "--overlay-error"].map((name) => style.getPropertyValue(name));
            }"""
        )
        for colour in greens:
            assert "52e6a0" not in colour
            assert "5bd197" not in colour


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_it_fits_and_can_be_pressed(visit: Visits, width: int, height: int) -> None:
    async with visit(width, height, has_touch=True) as run:
        await run.trigger()
        assert await run.page.evaluate(SIDEWAYS) == []
        assert await run.page.evaluate(SMALL_TARGETS) == []
        assert await run.page.evaluate(OUTSIDE) <= 0.5


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_axe_finds_nothing(visit: Visits, width: int, height: int, scheme: str) -> None:
    if not AXE.exists():
        pytest.skip("no axe-core: npm ci in service/console")
    async with visit(width, height, color_scheme=scheme) as run:
        await run.trigger()
        assert await run.axe() == []


async def test_keys_freeze_zoom_and_fit(visit: Visits) -> None:
    async with visit() as run:
        page, frame = run.page, run.page.get_by_test_id("frame")
        await page.keyboard.press("f")
        await expect(page.get_by_test_id("banner")).to_be_visible()
        frozen = await frame.get_attribute("data-frame-id")
        before = await frame.bounding_box()
        await page.keyboard.press("+")
        await expect(page.get_by_role("button", name="Fit")).to_have_attribute("aria-pressed", "false")
        after = await frame.bounding_box()
        assert before is not None
        assert after is not None
        assert after["width"] > before["width"] * 1.3
        await page.keyboard.press("0")
        await expect(page.get_by_role("button", name="Fit")).to_have_attribute("aria-pressed", "true")
        assert await frame.get_attribute("data-frame-id") == frozen
        await page.keyboard.press("f")
        await expect(page.get_by_test_id("banner")).to_have_count(0)
        await expect(frame).not_to_have_attribute("data-frame-id", str(frozen))


async def test_the_wheel_zooms_at_the_pointer_and_the_mouse_pans(visit: Visits) -> None:
    async with visit() as run:
        page, frame = run.page, run.page.get_by_test_id("frame")
        well = await page.get_by_test_id("well").bounding_box()
        assert well is not None
        x, y = well["x"] + well["width"] / 4, well["y"] + well["height"] / 4
        await page.mouse.move(x, y)
        await page.mouse.wheel(0, -800)
        await expect(page.get_by_role("button", name="Fit")).to_have_attribute("aria-pressed", "false")
        before = await frame.bounding_box()
        await page.mouse.down()
        await page.mouse.move(x - 60, y - 40)
        await page.mouse.up()
        after = await frame.bounding_box()
        assert before is not None
        assert after is not None
        assert after["x"] == pytest.approx(before["x"] - 60, abs=1)
        assert after["y"] == pytest.approx(before["y"] - 40, abs=1)


async def test_the_film_of_a_new_part_gets_its_image(visit: Visits) -> None:
    async with visit() as run:
        await run.trigger()
        current = run.page.get_by_test_id("films").locator("[aria-current=true]")
        await expect(current.locator("img")).to_be_visible(timeout=10_000)


async def test_a_film_shows_its_part_again(visit: Visits) -> None:
    async with visit() as run:
        await run.trigger()
        first = await run.page.get_by_test_id("verdict").get_attribute("data-number")
        await run.trigger()
        film = run.page.get_by_test_id("films").get_by_role("button", name=str(first))
        await film.click()
        await expect(run.page.get_by_test_id("verdict")).to_have_attribute("data-number", str(first))
        await expect(run.page.get_by_test_id("banner")).to_contain_text(str(first))
        await run.page.get_by_role("button", name="Live again").click()
        await expect(run.page.get_by_test_id("verdict")).not_to_have_attribute("data-number", str(first))


async def test_a_part_that_the_page_never_saw_has_its_overlay(visit: Visits) -> None:
    async with visit() as run:
        await run.trigger_until("FAIL")
        failed = await run.page.get_by_test_id("verdict").get_attribute("data-number")
        await run.trigger_until("PASS")
        passed = await run.page.get_by_test_id("verdict").get_attribute("data-number")
    async with visit() as run:
        films = run.page.get_by_test_id("films")
        await expect(films.get_by_role("button", name=f"{failed} FAIL").locator(".spot")).to_have_count(1)
        for number, look in ((failed, ".o-fail, .o-edge"), (passed, ".o-pass")):
            await films.get_by_role("button", name=str(number)).click()
            overlay = run.page.locator(f'[data-testid="overlay"][data-frame-id="-{number}"]')
            await expect(overlay.locator(look).first).to_be_attached()


async def test_counters_are_reset_only_after_a_question(visit: Visits) -> None:
    async with visit() as run:
        await run.trigger()
        parts = run.page.get_by_test_id("counts").locator("dd").first
        await expect(parts).not_to_have_text("0")
        await run.page.get_by_role("button", name="Reset…").click()
        await run.page.get_by_role("button", name="Not yet").click()
        await expect(parts).not_to_have_text("0")
        await run.page.get_by_role("button", name="Reset…").click()
        await run.page.get_by_role("button", name="Reset counters").click()
        await expect(parts).to_have_text("0")
        await expect(run.page.get_by_test_id("counts").get_by_role("heading")).to_contain_text("reset by web 127.0.0.1")
        await run.trigger()
        await expect(parts).to_have_text("1")
        await expect(run.page.get_by_test_id("shift")).to_contain_text("part")  # its counters go on


async def test_the_rate_line_tells_how_old_a_picture_is_when_it_is_drawn(visit: Visits) -> None:
    async with visit() as run:
        await expect(run.page.get_by_test_id("rate")).to_contain_text(re.compile(r"1280 × 960 · \d+"))


async def test_marks_of_the_top_line_lead_to_their_page(visit: Visits) -> None:
    async with visit() as run:
        page = run.page
        await page.locator(".top").get_by_role("button", name="PLC").click()
        await page.locator("#plc").get_by_role("link").click()
        await expect(page.get_by_test_id("tags")).to_be_visible()
        await expect(page.locator("#plc")).to_be_hidden()
        await page.locator(".top").get_by_role("link", name="UA").click()
        await expect(page).to_have_url(re.compile(r"#/plc/clients$"))


async def test_it_speaks_german(visit: Visits) -> None:
    async with visit(locale="de-AT") as run:
        await expect(run.page.get_by_test_id("trigger")).to_have_text("Auslösen")
        await expect(run.page.locator("html")).to_have_attribute("lang", "de")


async def test_what_the_station_says_by_code_is_german_too(visit: Visits, station_url: str) -> None:
    async with visit(locale="de-DE") as run:
        await run.page.request.post(f"{station_url}/api/v1/station/online", data={"online": False})
        try:
            await expect(run.page.get_by_test_id("banner")).to_contain_text("in der Konsole offline geschaltet")
            await expect(run.page.locator(".why")).to_contain_text("in der Konsole offline geschaltet")
        finally:
            await run.page.request.post(f"{station_url}/api/v1/station/online", data={"online": True})
        await expect(run.page.get_by_test_id("banner")).to_have_count(0)


async def test_the_plcs_clock_stands_behind_its_link(visit: Visits) -> None:
    async with visit() as run:
        await run.page.locator(".top").get_by_role("button", name="PLC").click()
        await expect(run.page.locator("#plc")).to_contain_text("has not told its time")
        assert await run.axe() == []


async def test_the_first_load_keeps_its_budget(visit: Visits) -> None:
    async with visit() as run:
        loaded: list[Response] = []
        run.page.on("response", lambda response: loaded.append(response))
        await run.page.reload()
        await run.first_frame()
        code = [
            response for response in loaded if response.request.resource_type in ("document", "script", "stylesheet")
        ]
        sizes = {response.url: len(gzip.compress(await response.body(), 9)) for response in code}
        assert len(sizes) >= 3
        assert sum(sizes.values()) <= BUDGET_BYTES, sizes


async def test_a_planted_script_does_not_run(visit: Visits) -> None:
    async with visit() as run:
        outcome = await run.page.evaluate(
            """() => {
                try { document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.planted = 1'>"); }
                catch (error) { return error.name; }
                return "taken";
            }"""
        )
        assert outcome == "TypeError"
        assert await run.page.evaluate("window.planted") is None
        assert any("TrustedHTML" in said for said in run.errors)
        run.errors.clear()  # the refusal is what was asked for
