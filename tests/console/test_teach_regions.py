"""Regions on the image: drawn, moved, resized and turned by mouse, touch, keys and figures."""

import pytest
from playwright.async_api import expect

from .conftest import Visits
from .teaching import HEIGHT, WIDTH, Editor, Fingers, editing, rectangle, step

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

WANTED = rectangle(100, 80, 200, 120)


async def by_mouse(editor: Editor) -> None:
    await editor.page.get_by_test_id("draw-rectangle").click()
    await editor.drag(await editor.at(100, 80), await editor.at(300, 200))


async def by_touch(editor: Editor) -> None:
    fingers = Fingers(await editor.page.context.new_cdp_session(editor.page))
    await editor.page.get_by_test_id("draw-rectangle").tap()
    await fingers.drag((await editor.at(100, 80), await editor.at(300, 200)))


async def by_keys(editor: Editor) -> None:
    await editor.page.get_by_test_id("draw-rectangle").focus()
    await editor.page.keyboard.press("Enter")
    await editor.page.get_by_test_id("well").locator("button").first.focus()
    await editor.page.keyboard.press("Enter")
    await editor.region("block").focus()
    fields = editor.page.get_by_test_id("region-fields")
    for label, wanted, more, less, far in (
        ("x", 100, "ArrowRight", "ArrowLeft", "Control"),
        ("y", 80, "ArrowDown", "ArrowUp", "Control"),
        ("w", 200, "Shift+ArrowRight", "Shift+ArrowLeft", "Control"),
        ("h", 120, "Shift+ArrowDown", "Shift+ArrowUp", "Control"),
    ):
        off = wanted - int(await fields.get_by_label(label, exact=True).input_value())
        key = more if off > 0 else less
        for _ in range(abs(off) // 10):
            await editor.page.keyboard.press(f"{far}+{key}")
        for _ in range(abs(off) % 10):
            await editor.page.keyboard.press(key)


async def by_figures(editor: Editor) -> None:
    await editor.page.get_by_test_id("draw-rectangle").click()
    await editor.page.keyboard.press("Escape")
    await editor.page.get_by_test_id("draw-rectangle").click()
    await editor.page.get_by_text("Put it in the middle").click()
    for label, value in (("x", "100"), ("y", "80"), ("w", "200"), ("h", "120")):
        await editor.field(label, value)


@pytest.mark.parametrize(
    ("draw", "options"),
    [
        pytest.param(by_mouse, {}, id="mouse"),
        pytest.param(by_touch, {"has_touch": True, "width": 1024, "height": 600}, id="touch"),
        pytest.param(by_keys, {}, id="keys"),
        pytest.param(by_figures, {"width": 390, "height": 844}, id="figures"),
    ],
)
async def test_all_ways_give_one_and_the_same_region(
    visit: Visits, station_url: str, draw: object, options: dict[str, object]
) -> None:
    assert callable(draw)
    async with editing(visit, station_url, 7101, [step("block")], **options) as editor:
        await draw(editor)
        assert await editor.saved() == [[WANTED]]


async def test_a_knob_is_taken_though_another_region_lies_over_it(visit: Visits, station_url: str) -> None:
    under = step("under", rectangle(100, 100, 100, 100))
    over = step("over", rectangle(150, 150, 150, 150))
    async with editing(visit, station_url, 7102, [under, over], has_touch=True) as editor:
        fingers = Fingers(await editor.page.context.new_cdp_session(editor.page))
        await fingers.drag((await editor.knob("se"), await editor.at(219.5, 229.5)))
        assert await editor.saved() == [[rectangle(100, 100, 120, 130)], [rectangle(150, 150, 150, 150)]]


async def test_a_region_stays_inside_the_image(visit: Visits, station_url: str) -> None:
    async with editing(visit, station_url, 7103, [step("block", rectangle(500, 300, 80, 60))]) as editor:
        await editor.drag(await editor.at(540, 330), await editor.at(900, 900))
        await editor.region("block").focus()
        await editor.page.keyboard.press("Control+ArrowRight")
        assert await editor.saved() == [[rectangle(WIDTH - 80, HEIGHT - 60, 80, 60)]]
        await editor.drag(await editor.knob("nw"), await editor.at(-200, -200))
        assert await editor.saved() == [[rectangle(0, 0, WIDTH, HEIGHT)]]


async def test_zoomed_in_eight_times_a_px_of_the_image_is_a_px(visit: Visits, station_url: str) -> None:
    async with editing(visit, station_url, 7104, [step("block", rectangle(300, 200, 40, 30))]) as editor:
        page = editor.page
        await page.mouse.move(*await editor.at(320, 215))
        for _ in range(20):
            await page.mouse.wheel(0, -100)
        box = await page.get_by_test_id("picture").bounding_box()
        assert box is not None
        assert box["width"] / WIDTH > 8
        await expect(page.get_by_test_id("navigator")).to_be_visible()
        await editor.drag(await editor.at(320, 215), await editor.at(323, 213))
        assert await editor.saved() == [[rectangle(303, 198, 40, 30)]]


async def test_everything_is_undone_to_the_beginning(visit: Visits, station_url: str) -> None:
    before = [step("block", rectangle(100, 100, 80, 60))]
    async with editing(visit, station_url, 7105, before) as editor:
        page = editor.page
        await editor.drag(await editor.at(140, 130), await editor.at(240, 230))  # one step, however many moves
        await editor.drag(await editor.knob("turn"), await editor.at(330, 229.5))
        await editor.region("block").focus()
        for _ in range(5):
            await page.keyboard.press("ArrowLeft")  # a run of nudges is one step, too
        await page.keyboard.press("Control+d")
        await expect(editor.region("block", 1)).to_be_focused()
        await page.keyboard.press("Delete")
        await expect(editor.region("block", 1)).to_have_count(0)
        await page.keyboard.press("Delete")
        await expect(editor.region("block")).to_have_count(0)
        undo = page.get_by_role("button", name="Undo")
        for _ in range(6):
            await undo.click()
        await expect(undo).to_be_disabled()
        await expect(page.get_by_test_id("draft-state")).to_have_attribute("data-dirty", "false")
        for _ in range(2):
            await page.get_by_role("button", name="Redo").click()
        [[region]] = await editor.saved()
        assert (region["x"], region["y"], region["angle_deg"]) == (200, 200, -90)


async def test_two_fingers_zoom_and_one_pans_the_background(visit: Visits, station_url: str) -> None:
    before = [step("block", rectangle(100, 100, 80, 60))]
    async with editing(visit, station_url, 7106, before, has_touch=True) as editor:
        page = editor.page
        fingers = Fingers(await page.context.new_cdp_session(page))
        before_px = (await editor.at(500, 300))[0] - (await editor.at(400, 300))[0]
        pinch = [(await editor.at(x, 300), await editor.at(to, 300)) for x, to in ((390, 290), (430, 530))]
        await fingers.drag(*pinch)
        after_px = (await editor.at(500, 300))[0] - (await editor.at(400, 300))[0]
        assert after_px > 2 * before_px
        x, y = await editor.at(420, 300)
        await fingers.drag(((x, y), (x - 60, y - 30)))
        moved_x, moved_y = await editor.at(420, 300)
        assert (round(moved_x - x), round(moved_y - y)) == (-60, -30)
        await expect(page.get_by_test_id("draft-state")).to_have_attribute("data-dirty", "false")


async def test_tab_goes_through_the_regions_and_leaves(visit: Visits, station_url: str) -> None:
    steps = [
        step("one", rectangle(50, 50, 80, 60), rectangle(200, 50, 80, 60)),
        step("two", rectangle(50, 200, 80, 60)),
    ]
    async with editing(visit, station_url, 7107, steps) as editor:
        page = editor.page
        await editor.region("one").focus()
        await page.keyboard.press("Tab")
        await expect(editor.region("one", 1)).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(editor.region("two")).to_be_focused()
        await expect(page.get_by_test_id("tool-two")).to_have_attribute("aria-current", "true")
        await page.keyboard.press("Tab")
        await expect(page.get_by_test_id("regions").locator(":focus")).to_have_count(0)


async def test_corners_are_set_one_by_one(visit: Visits, station_url: str) -> None:
    async with editing(visit, station_url, 7108, [step("block")]) as editor:
        page = editor.page
        await page.get_by_test_id("draw-polygon").click()
        for x, y in ((100, 100), (300, 120), (500, 500), (200, 300)):
            await page.mouse.click(*await editor.at(x, min(y, HEIGHT - 1)))
        await page.keyboard.press("Control+z")  # of the drawing, not of the recipe
        await page.mouse.click(*await editor.at(220, 320))
        await page.mouse.click(*await editor.at(100, 100))
        points = [[100, 100], [300, 120], [500, HEIGHT - 1], [220, 320]]
        assert await editor.saved() == [[{"kind": "polygon", "points": points}]]
