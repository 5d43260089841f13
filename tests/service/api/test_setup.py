"""The first run: from the code of the log to the first administrator, once."""

import logging
import stat
from typing import Any

import pytest
from aiohttp import ClientSession

from service.auth.first_run import TRIES, VALID_S, FirstRun
from service.auth.permissions import Role

from .test_session import PASSWORD, SESSION, STATION, Browser, Clock, quick_passwords

__all__ = ["quick_passwords"]
SETUP = "/api/v1/setup"


def code_of(site: Any) -> str:
    return (site.hub.settings.station.data_folder / "setup.code").read_text().strip()


async def test_from_the_code_to_the_first_administrator(
    make_site: Any, http: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "service.auth.first_run"):
        site = await make_site(bind="0.0.0.0")
    browser = Browser(http, site)
    code = code_of(site)
    assert f"the set-up code is {code}, for 30 minutes" in caplog.text
    assert stat.S_IMODE(site.gate.first_run.path.stat().st_mode) == 0o600
    due = await browser.ask("GET", SESSION)
    assert (due["by"], due["role"], due["setup_due"]) == (None, None, True)
    await browser.ask("GET", STATION, 401)
    assert (await browser.ask("GET", SETUP))["open"]
    wrong = await browser.ask("POST", SETUP, 422, code="AAAA", name="adam", password=PASSWORD)
    assert wrong["errors"][0]["where"] == "body.code"
    assert wrong["detail"] == "this is not the code of the station's log; 9 tries are left"
    short = await browser.ask("POST", SETUP, 409, code=code, name="adam", password="short")
    assert short["detail"] == "a password has 10 to 256 characters, this one has 5"
    said = await browser.ask("POST", SETUP, code=code.lower().replace("-", " "), name="adam", password=PASSWORD)
    assert (said["by"], said["name"], said["role"], said["setup_due"]) == ("session", "adam", "administrator", False)
    for method in ("GET", "POST"):
        await browser.ask(method, SETUP, 404, code=code, name="eve", password=PASSWORD)
    assert not site.gate.first_run.path.exists()


async def test_whoever_has_no_password_yet_gets_one(make_site: Any, http: ClientSession) -> None:
    site = await make_site(bind="0.0.0.0")
    site.hub.doors.users.add("adam", Role.OBSERVER)
    browser = Browser(http, site)
    said = await browser.ask("POST", SETUP, code=code_of(site), name="adam", password=PASSWORD)
    assert said["role"] == "administrator"


async def test_no_code_where_there_is_an_administrator(make_site: Any, http: ClientSession) -> None:
    first = await make_site(bind="0.0.0.0")
    first.hub.doors.users.add("adam", Role.ADMINISTRATOR, PASSWORD)
    again = await make_site(bind="0.0.0.0")
    assert not again.gate.first_run.open


def test_a_code_has_ten_tries_and_half_an_hour(tmp_path: Any) -> None:
    clock = Clock()
    first = FirstRun(tmp_path, clock)
    assert not first.fits("")
    first.begin()
    code = first.path.read_text()
    assert len(code.strip().replace("-", "")) == 13  # 64 bit in base32
    for _ in range(TRIES - 1):
        assert not first.fits("AAAA-AAAA-AAAAA")
    assert first.fits(code)
    assert not first.fits(code), "that was the tenth"
    first.begin()
    assert not first.fits(code), "each start has a code of its own"
    clock.now += VALID_S
    assert not first.fits(first.path.read_text())
