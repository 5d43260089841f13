"""System: the shop around the line, on a station with a settings file of its own."""

import shutil
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from ..conftest import ROOT, Running
from .conftest import AXE, Visit, Visits
from .test_run import SIDEWAYS, SMALL_TARGETS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

TABS = ("alarms", "network", "users", "settings", "log", "backup", "storage", "about")
BROKEN = 202  # the alarm of a recipe that cannot be read
SETTINGS = """# Of the hall, kept by the shift leader
[live]
fps = 8  # the panel is slow
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shop")


@pytest.fixture(scope="module")
def station_url(folder: Path) -> Iterator[str]:
    """A station with a settings file, and a recipe that cannot be read."""
    shutil.copytree(ROOT / "config" / "recipes", folder / "recipes")
    (folder / "recipes" / "gasket").mkdir()
    (folder / "recipes" / "gasket" / "recipe.json").write_text('{"job": 9,')
    (folder / "station.toml").write_text(SETTINGS)
    own = {"CONFIG_PATH": str(folder / "station.toml"), "VISION_STATION__RECIPE_FOLDER": str(folder / "recipes")}
    station = Running(folder, own)
    try:
        station.start()
        yield station.url
    finally:
        station.stop()


@asynccontextmanager
async def tab(visit: Visits, name: str, *size: int, **options: object) -> AsyncIterator[Visit]:
    """Open the console at a tab of System."""
    async with visit(*size, **options) as opened:
        await opened.page.evaluate(f"location.hash = '#/system/{name}'")
        await expect(opened.page.get_by_role("navigation", name="System").locator("[aria-current]")).to_be_visible()
        yield opened


async def at(page: Page, name: str) -> None:
    """Go to another tab."""
    await page.evaluate(f"location.hash = '#/system/{name}'")


async def test_a_user_is_added_and_removed_with_a_way_back(visit: Visits) -> None:
    async with tab(visit, "users") as opened:
        page = opened.page
        await page.get_by_role("button", name="Add a user…").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Name").fill("m weber")
        await dialog.get_by_label("Password").fill("short")
        await dialog.get_by_role("button", name="Add", exact=True).click()
        await expect(dialog).to_contain_text("A letter or digit, then up to 63 letters")
        await expect(dialog).to_contain_text("At least 10 characters.")
        await dialog.get_by_label("Name").fill("m.weber")
        await dialog.get_by_label("Password").fill("correct horse battery")
        await dialog.get_by_label("Role").select_option("engineer")
        await dialog.get_by_role("button", name="Add", exact=True).click()
        user = page.get_by_test_id("user-m.weber")
        await expect(user).to_contain_text("Engineer")
        await user.get_by_role("button", name="Remove m.weber").click()
        await user.get_by_role("button", name="Undo").click()
        await expect(user).to_contain_text("by password")
        await user.get_by_role("button", name="Remove m.weber").click()
        await at(page, "log/journal")  # whoever leaves the page has decided
        await expect(page.get_by_test_id("journal")).to_contain_text("user m.weber removed")
        await at(page, "users")
        await expect(page.get_by_text("Nobody yet.")).to_be_visible()


async def test_a_scada_screen_gets_an_address_and_loses_it(visit: Visits) -> None:
    async with tab(visit, "network") as opened:
        page, views = opened.page, opened.page.get_by_test_id("views")
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await views.get_by_label("Which screen").fill("hall-3")
        await views.get_by_role("button", name="Make a token").click()
        address = views.get_by_test_id("view-last-failed")
        await expect(address).to_contain_text("/view/last-failed?token=")
        await views.get_by_role("button", name="Copy: Newest that failed").click()
        await expect(views.get_by_role("button", name="Copied: Newest that failed")).to_be_visible()
        assert await page.evaluate("navigator.clipboard.readText()") == await address.inner_text()
        token = views.get_by_test_id("view-token-hall-3")
        await token.get_by_role("button", name="Revoke the token of hall-3").click()
        await token.get_by_role("button", name="Undo").click()
        await token.get_by_role("button", name="Revoke the token of hall-3").click()
        await at(page, "log/journal")
        await expect(page.get_by_test_id("journal")).to_contain_text("view token hall-3 revoked")
        await at(page, "network")
        await expect(address).not_to_contain_text("token")  # it was told once
        await expect(token).to_have_count(0)


async def test_an_alarm_is_acknowledged_commented_and_seen_to(visit: Visits) -> None:
    async with tab(visit, "alarms") as opened:
        row = opened.page.get_by_test_id(f"alarm-row-{BROKEN}")
        await expect(row).to_contain_text("gasket")
        await row.get_by_test_id(f"acknowledge-{BROKEN}").click()
        await expect(row).to_contain_text("acknowledged at")
        await row.get_by_role("button", name="Comment…").click()
        await opened.page.get_by_label("What the next shift should know").fill("Anna repairs it")
        await opened.page.get_by_role("button", name="Keep the comment").click()
        await expect(row).to_contain_text("Anna repairs it")
        await row.get_by_role("button", name="Cause seen to").click()
        await expect(row).to_contain_text("cause seen to at")
        await expect(opened.page.get_by_test_id("alarms-past")).to_contain_text("Anna repairs it")


async def test_the_log_is_searched_and_followed(visit: Visits) -> None:
    async with tab(visit, "log") as opened:
        page = opened.page
        lines = page.get_by_test_id("log-lines")
        await expect(lines).to_contain_text("camera ready")
        await page.get_by_label("Text or logger").fill("camera_keeper")
        await expect(lines.locator("li")).to_have_count(1)
        await page.get_by_label("Text or logger").fill("from 127.0.0.1 was refused")
        await expect(page.get_by_text("No line fits.")).to_be_visible()
        base = page.url.partition("#")[0]
        refused = await page.request.get(base + "api/v1/station", headers={"Authorization": "Basic YW5uYTp3cm9uZw=="})
        assert refused.status == 401
        await expect(lines).to_contain_text("user 'anna' from 127.0.0.1 was refused")
        await expect(page.get_by_test_id("journal")).to_contain_text("user 'anna' was refused")


async def test_a_logger_is_made_to_speak_and_quiet_again(visit: Visits) -> None:
    async with tab(visit, "log") as opened:
        page = opened.page
        await page.get_by_role("button", name="Levels…").click()
        await page.get_by_label("Let one logger say everything").fill("service.camera_keeper")
        await page.get_by_role("button", name="Debug").click()
        await page.get_by_label("Level of service.camera_keeper").select_option("warning")
        await page.get_by_role("button", name="As set").click()
        await expect(page.get_by_label("Level of service.camera_keeper")).to_have_count(0)


async def test_addresses_and_licences_are_shown(visit: Visits, station_url: str) -> None:
    async with tab(visit, "network") as opened:
        page = opened.page
        await expect(page.get_by_test_id("network-console")).to_contain_text(station_url)
        code = page.get_by_alt_text(f"QR code of {station_url}/")
        await expect(code).to_have_js_property("complete", True)
        assert await code.evaluate("image => image.naturalWidth") > 0
        await at(page, "about")
        await page.get_by_text("Parts of this page").click()
        await expect(page.get_by_test_id("licences")).to_contain_text("preact")


async def test_a_setting_is_explained_applied_by_a_reload_and_taken_back(visit: Visits, folder: Path) -> None:
    async with tab(visit, "settings") as opened:
        page = opened.page
        await page.get_by_label("Search the settings").fill("live.fps")
        live, finish = page.get_by_test_id("settings-live"), page.get_by_test_id("settings-finish")
        fps = live.get_by_role("textbox")
        await expect(fps).to_have_value("8")
        await fps.fill("100")
        await expect(live).to_contain_text("At most 60.")
        await fps.fill("5")
        await finish.get_by_role("button", name="Apply").click()
        await expect(finish).to_contain_text("0 changes", timeout=90_000)
        assert "fps = 5  # the panel is slow" in text(folder)
        await live.get_by_role("button", name="Back to the default").click()
        await finish.get_by_role("button", name="Apply").click()
        await expect(fps).to_have_value("10")
        await expect(finish.get_by_role("button", name="Apply")).to_be_disabled(timeout=90_000)
        assert "fps" not in text(folder)


def text(folder: Path) -> str:
    return (folder / "station.toml").read_text()


async def test_a_backup_is_made_and_downloaded_and_a_bundle_has_no_secret(visit: Visits, folder: Path) -> None:
    async with tab(visit, "backup") as opened:
        page = opened.page
        await page.get_by_role("button", name="Back up now").click()
        archive = page.get_by_test_id("backups").get_by_role("link").first
        await expect(archive).to_be_visible(timeout=120_000)  # it is made behind everything else
        async with page.expect_download() as download:
            await archive.click()
        assert zipfile.is_zipfile(await (await download.value).path())
        await at(page, "about")
        await page.get_by_role("button", name="Download the bundle").click()
        link = page.get_by_test_id("diagnosis").get_by_role("link")
        await expect(link).to_be_visible(timeout=120_000)
        async with page.expect_download() as download:  # a browser may refuse the one that comes by itself
            await link.click()
        with zipfile.ZipFile(await (await download.value).path()) as bundle:
            whole = "".join(bundle.read(name).decode() for name in bundle.namelist())
        assert "camera ready" in whole
        assert token(folder) not in whole


def token(folder: Path) -> str:
    return (folder / "data" / "token").read_text().strip()


@pytest.mark.parametrize(
    ("width", "height", "scheme", "locale"),
    [
        pytest.param(1280, 800, "dark", "en-GB", id="desktop"),
        pytest.param(1280, 800, "light", "de-DE", id="desktop in German"),
        pytest.param(1024, 600, "light", "en-GB", id="7 inch panel"),
        pytest.param(390, 844, "dark", "de-DE", id="phone in German"),
    ],
)
async def test_every_tab_fits_and_axe_finds_nothing(
    visit: Visits, width: int, height: int, scheme: str, locale: str
) -> None:
    async with visit(width, height, color_scheme=scheme, locale=locale, has_touch=True) as opened:
        for name in TABS:
            await at(opened.page, name)
            await expect(opened.page.locator(f"[href='#/system/{name}'][aria-current]")).to_be_in_viewport()
            assert await opened.page.evaluate(SIDEWAYS) == [], name
            assert await opened.page.evaluate(SMALL_TARGETS) == [], name
            if AXE.exists():
                assert await opened.axe() == [], name
