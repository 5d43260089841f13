"""Sign-in, set-up, and what a session has to say, in a browser on the web side of a small station."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from service.auth.permissions import Role
from service.auth.sessions import IDLE_S, LIFETIME_S
from service.live import Pace
from service.settings import HttpSettings, LiveSettings
from service.web_console import add_console

from ..service.api.test_session import PASSWORD, PEOPLE, quick_passwords
from ..service.conftest import MemoryStorage, Site
from .conftest import AXE, Visit

__all__ = ["quick_passwords"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
REFUSED = ("status of 4", "no valid credentials")  # what the browser itself says of an answer that refuses
Makes = Callable[..., Awaitable[Site]]
Opens = Callable[..., AbstractAsyncContextManager[Visit]]


class Clock:
    """The station's, as far ahead of ours as a test says."""

    ahead_s = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead_s


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[Makes]:
    """Stations that are bound to a network, with a user of each role unless they are new."""
    sites: list[Site] = []

    async def make(*, new: bool = False, **http: Any) -> Site:
        site = Site(tmp_path, "0.0.0.0", HttpSettings(**http), LiveSettings(fps=5), Pace(), MemoryStorage(), None)
        sites.append(site)
        add_console(site.app)
        site.gate.sessions.now = Clock()
        for name, role in {} if new else PEOPLE.items():
            site.hub.doors.users.add(name, role, PASSWORD)
        await site.start()
        return site

    yield make
    for site in sites:
        await site.runner.cleanup()
        await site.hub.backups.close()


@pytest.fixture
def open_page(browser: Browser) -> Opens:
    """A browser of its own; what it was refused is no error here, all else is."""

    @asynccontextmanager
    async def opened(site: Site, at: str = "", **options: Any) -> AsyncIterator[Visit]:
        options = {"locale": "en-GB", "color_scheme": "dark", "viewport": {"width": 1280, "height": 800}} | options
        context = await browser.new_context(**options)
        visit = Visit(await context.new_page())
        visit.watch()
        await visit.page.goto(f"{site.url}/{at}")
        yield visit
        await context.close()
        assert [error for error in visit.errors if not any(word in error for word in REFUSED)] == []
        assert visit.foreign(site.url) == []

    return opened


async def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    await page.get_by_label("User", exact=True).fill(name)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def sound(visit: Visit) -> None:
    if AXE.exists():
        assert await visit.axe() == []
    assert await visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_sign_in_out_and_a_wrong_password(plant: Makes, open_page: Opens) -> None:
    site = await plant()
    async with open_page(site) as visit:
        page, user = visit.page, visit.page.get_by_test_id("user")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Station <1>")
        await expect(page.get_by_test_id("live")).to_have_text("live")
        await expect(page.get_by_alt_text("Address of this station")).to_have_js_property("complete", True)
        await sound(visit)
        for _ in range(4):
            await sign_in(page, "emma", "wrong")
            await expect(page.get_by_role("alert")).to_have_text("User or password is wrong.")
            await expect(page.get_by_label("Password", exact=True)).to_have_value("")
        await sign_in(page, "emma", "wrong")
        await expect(page.get_by_role("alert")).to_contain_text("The next try is possible in 1 s.")
        await sign_in(page, "adam")
        await visit.first_frame()
        await expect(user).to_have_text("adam")
        await user.click()
        menu = page.locator("#user-menu")
        await expect(menu).to_contain_text("Administrator")
        await sound(visit)
        await menu.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("button", name="Watch only")).to_be_visible()
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_who_only_watches_changes_nothing_and_says_so_once(plant: Makes, open_page: Opens) -> None:
    site = await plant()
    async with open_page(site) as visit:
        page = visit.page
        await page.get_by_role("button", name="Watch only").click()
        await visit.first_frame()
        await expect(page.get_by_test_id("trigger")).to_be_disabled()
        await page.reload()
        await visit.first_frame()
        await page.get_by_test_id("user").click()
        await page.get_by_role("button", name="Sign in…").click()
        await sign_in(page, "otto")
        await expect(page.get_by_test_id("trigger")).to_be_enabled()
    async with open_page(site, "#/run?kiosk=1") as wall:
        await wall.first_frame()


async def test_where_nobody_may_watch_the_door_is_shut(plant: Makes, open_page: Opens) -> None:
    site = await plant(watch_only=False)
    async with open_page(site, color_scheme="light", viewport={"width": 390, "height": 844}) as visit:
        await expect(visit.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        await expect(visit.page.get_by_role("button", name="Watch only")).to_have_count(0)
        await sound(visit)
        await sign_in(visit.page, "olga")
        await visit.first_frame()


async def test_rights_rest_and_come_back_with_the_password(plant: Makes, open_page: Opens) -> None:
    site = await plant()
    async with open_page(site) as visit:
        page, banner = visit.page, visit.page.get_by_test_id("banner")
        await sign_in(page, "emma")
        await visit.first_frame()
        site.gate.sessions.now.ahead_s += IDLE_S  # type: ignore[attr-defined]
        await page.evaluate("dispatchEvent(new Event('focus'))")  # as on coming back to the window
        await expect(banner).to_contain_text("Your rights rest.")
        await sound(visit)
        await banner.get_by_role("button", name="Type password").click()
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await sound(visit)
        await page.get_by_role("button", name="Go on").click()
        await expect(banner).to_have_count(0)
        await expect(page.get_by_test_id("user")).to_have_text("emma")


async def test_a_session_that_ends_leaves_the_page_as_it_is(plant: Makes, open_page: Opens) -> None:
    site = await plant(watch_only=False)
    async with open_page(site) as visit:
        page = visit.page
        await sign_in(page, "emma")
        await visit.first_frame()
        await page.evaluate("document.body.dataset.draft = 'kept'")
        site.gate.sessions.now.ahead_s += LIFETIME_S  # type: ignore[attr-defined]
        dialog = page.get_by_role("dialog", name="Your session has ended")
        await expect(dialog.get_by_label("User", exact=True)).to_have_value("emma")
        await sound(visit)
        await dialog.get_by_label("Password", exact=True).fill(PASSWORD)
        await dialog.get_by_role("button", name="Sign in", exact=True).click()
        await expect(dialog).to_have_count(0)
        await expect(page.get_by_test_id("state")).not_to_have_class("state is-stale")
        assert await page.evaluate("document.body.dataset.draft") == "kept"
        site.hub.doors.users.set_role("emma", Role.OBSERVER)
        await expect(dialog).to_be_visible()


async def test_from_the_code_of_the_log_to_the_first_administrator(plant: Makes, open_page: Opens) -> None:
    site = await plant(new=True)
    async with open_page(site) as visit:
        page, code = visit.page, site.gate.first_run.path.read_text().strip()
        await expect(page.get_by_role("button", name="Watch only")).to_have_count(0)
        await sound(visit)
        await page.get_by_label("Set-up code").fill("AAAA-AAAA-AAAAA")
        await page.get_by_label("Name of the administrator").fill("adam")
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_label("Password again").fill(PASSWORD + "!")
        await page.get_by_role("button", name="Set up the station").click()
        await expect(page.get_by_role("alert")).to_have_text("The two passwords differ.")
        await page.get_by_label("Password again").fill(PASSWORD)
        await page.get_by_role("button", name="Set up the station").click()
        await expect(page.get_by_role("alert")).to_contain_text("9 tries are left")
        await page.get_by_label("Set-up code").fill(code)
        await page.get_by_role("button", name="Set up the station").click()
        await visit.first_frame()
        await expect(page.get_by_test_id("user")).to_have_text("adam")
        await page.get_by_test_id("user").click()
        await page.get_by_role("button", name="Change password").click()
        await page.get_by_label("Password until now").fill(PASSWORD)
        await page.get_by_label("New password", exact=True).fill(PASSWORD[::-1])
        await page.get_by_label("Password again").fill(PASSWORD[::-1])
        await page.get_by_role("button", name="Change password", exact=True).click()
        await expect(page.get_by_role("dialog")).to_have_count(0)
    assert site.hub.doors.users.by_password("adam", PASSWORD[::-1])


async def test_a_panel_works_at_once_and_keeps_its_language_and_colours(plant: Makes, open_page: Opens) -> None:
    site = await plant(panels={"west": "127.0.0.1"})
    async with open_page(site, viewport={"width": 1024, "height": 600}, has_touch=True) as visit:
        page = visit.page
        await visit.first_frame()
        await expect(page.get_by_test_id("user")).to_have_text("west")
        await expect(page.get_by_test_id("trigger")).to_be_enabled()
        await page.get_by_test_id("user").click()
        menu = page.locator("#user-menu")
        await menu.get_by_role("button", name="Light").click()
        await menu.get_by_role("button", name="Deutsch").click()
        await expect(page.locator("html")).to_have_attribute("lang", "de")
        await page.reload()
        await visit.first_frame()
        await expect(page.locator("html")).to_have_attribute("lang", "de")
        await expect(page.locator("html")).to_have_attribute("data-theme", "light")
        await page.get_by_test_id("user").click()
        await expect(menu).to_contain_text("Bediener")
        await sound(visit)


async def test_keys_on_the_screen_write_the_name_and_stay_clear_of_the_field(plant: Makes, open_page: Opens) -> None:
    site = await plant(on_screen_keyboard=True, watch_only=False)
    async with open_page(site, viewport={"width": 1024, "height": 600}, has_touch=True) as visit:
        page = visit.page
        keys, user = page.get_by_role("region", name="Keys on the screen"), page.get_by_label("User", exact=True)
        await user.tap()
        await expect(keys).to_be_visible()
        await sound(visit)
        for key in ("Capitals", "E", "m", "m", "a", "x", "Delete the character before"):
            await keys.get_by_role("button", name=key, exact=True).tap()
        await expect(user).to_have_value("Emma")
        await page.get_by_label("Password", exact=True).tap()
        field, board = await page.get_by_label("Password", exact=True).bounding_box(), await keys.bounding_box()
        assert field
        assert board
        assert field["y"] + field["height"] <= board["y"] or field["y"] >= board["y"] + board["height"]
        await keys.get_by_role("button", name="Hide the keys").tap()
        await expect(keys).to_have_count(0)
