"""The page Teach: recipes, images, tools; what is not saved, and what two engineers save."""

import pytest
from playwright.async_api import expect

from .conftest import Visit, Visits
from .teaching import editing, rectangle, step
from .test_run import SIDEWAYS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, select, summary, .input")]
    .filter((e) => e.checkVisibility() && !e.closest(".top, .rail"))
    .map((e) => [e.ariaLabel ?? e.innerText, e.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.width < 43.9 || box.height < 43.9))
    .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""

OUTSIDE = """() => {
    const well = document.querySelector("[data-testid=well]").getBoundingClientRect();
    const picture = document.querySelector("[data-testid=picture]").getBoundingClientRect();
    const seen = Math.min(well.bottom, innerHeight) - Math.max(well.top, 0);
    return [well.left - picture.left, well.top - picture.top, picture.right - well.right, picture.bottom - well.bottom,
            100 - seen].filter((px) => px > 0.5);
}"""

STEPS = [
    step("light", rectangle(40, 40, 100, 80), rectangle(400, 40, 100, 80)),
    step("block width", rectangle(270, 215, 140, 30), tool="caliper"),
]


@pytest.mark.parametrize(
    ("width", "height", "theme", "touch"),
    [
        pytest.param(1280, 800, "dark", False, id="desktop, dark"),
        pytest.param(1920, 1080, "light", False, id="wide, light"),
        pytest.param(1024, 600, "light", True, id="7 inch panel, light"),
        pytest.param(390, 844, "dark", True, id="phone, dark"),
    ],
)
async def test_each_size_and_theme(
    visit: Visits, station_url: str, width: int, height: int, theme: str, touch: bool
) -> None:
    size = {"width": width, "height": height, "color_scheme": theme, "has_touch": touch}
    async with editing(visit, station_url, 7201, STEPS, **size) as editor:
        page = editor.page
        await expect(page.get_by_test_id("inspector")).to_contain_text("light")
        await sound(editor.visit)
        assert await page.evaluate(OUTSIDE) == []
        await page.get_by_role("link", name="1 Image").click()
        await expect(page.get_by_test_id("bin").locator(".film").first).to_be_visible()
        await sound(editor.visit)
        await page.goto(f"{station_url}/#/teach")
        await expect(page.get_by_test_id("recipe-7201")).to_be_visible()
        await sound(editor.visit)


async def sound(visit: Visit) -> None:
    """Nothing scrolls sideways, all can be touched, axe finds nothing."""
    assert await visit.page.evaluate(SIDEWAYS) == []
    assert await visit.page.evaluate(SMALL_TARGETS) == []
    assert await visit.axe() == []


async def test_the_second_engineer_sees_what_the_first_one_saved(visit: Visits, station_url: str) -> None:
    async with editing(visit, station_url, 7203, STEPS) as editor:
        page = editor.page
        await editor.field("x", "44")
        await editor.put([step("light", rectangle(99, 99, 50, 50))])  # somebody else, meanwhile
        await page.get_by_test_id("save").click()
        question = page.get_by_role("dialog")
        await expect(question).to_contain_text("Nothing was written over")
        await expect(question.get_by_role("row", name="light › regions › 1 › x 99 44")).to_be_visible()
        [refused] = editor.visit.errors  # the browser tells of every answer that is an error
        assert "412" in refused
        editor.visit.errors.clear()
        assert await editor.visit.axe() == []
        assert (await editor.draft())["steps"][0]["regions"][0]["x"] == 99
        await question.get_by_role("button", name="Take theirs").click()
        await expect(page.get_by_test_id("region-fields").get_by_label("x", exact=True)).to_have_value("99")
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_test_id("region-fields").get_by_label("x", exact=True)).to_have_value("44")


async def test_tools_are_added_ordered_renamed_doubled_and_deleted(visit: Visits, station_url: str) -> None:
    async with editing(visit, station_url, 7204, STEPS) as editor:
        page = editor.page
        names = page.get_by_test_id("tool-list").locator(".clip")
        await page.get_by_role("button", name="Add a tool").first.click()
        await page.get_by_role("searchbox").fill("blob")
        await page.get_by_test_id("add-blob_count").click()
        await expect(names).to_have_count(3)
        added = await names.nth(1).inner_text()
        await page.get_by_role("button", name="Move up").click()
        await expect(names).to_have_text([added, "light", "block width"])
        await page.get_by_label("Name", exact=True).fill("light")
        await expect(page.get_by_test_id("inspector")).to_contain_text("Another tool is called so")
        await page.get_by_label("Name", exact=True).fill("holes")
        await page.get_by_label("Name", exact=True).press("Enter")
        await page.get_by_role("button", name="Duplicate the tool").click()
        await expect(names).to_have_text(["holes", "holes 2", "light", "block width"])
        await page.get_by_role("button", name="Delete the tool").click()
        await expect(names).to_have_text(["holes", "light", "block width"])
        await page.get_by_role("button", name="Undo").click()
        await expect(names).to_have_count(4)
