"""Signing in and out, what each role may, and what rests while nobody acts."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, WSMsgType, encode_basic_auth

from protocols.opcua.trust import TrustList
from service.api import routes
from service.auth.doors import Doors
from service.auth.permissions import ALLOWED, Action, Role, action_for, may, named
from service.auth.sessions import IDLE_S, LIFETIME_S
from service.auth.users import Users
from service.settings import HttpSettings

PASSWORD = "correct horse battery"
SESSION, STATION, TRIGGER, USERS = "/api/v1/session", "/api/v1/station", "/api/v1/station/trigger", "/api/v1/users"
PEOPLE = {"olga": Role.OBSERVER, "otto": Role.OPERATOR, "emma": Role.ENGINEER, "adam": Role.ADMINISTRATOR}


class Browser:
    """Keeps a cookie and names its origin, as a page of the station does."""

    def __init__(self, http: ClientSession, site: Any) -> None:
        self._http, self._site, self.cookie = http, site, ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Origin": self._site.url} | ({"Cookie": self.cookie} if self.cookie else {})

    async def ask(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        given = {"json": body} if method in ("POST", "PUT") else {}
        async with self._http.request(method, self._site.url + path, headers=self.headers, **given) as answer:
            assert answer.status == status, await answer.text()
            if "Set-Cookie" in answer.headers:
                self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
            return await answer.json()

    async def sign_in(self, name: str, password: str = PASSWORD, status: int = 200) -> Any:
        return await self.ask("POST", SESSION, status, name=name, password=password)


class Clock:
    now = 1_760_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash takes a tenth of a second on purpose; not here."""
    monkeypatch.setattr("service.auth.users._N", 2)


@pytest.fixture
async def plant(make_site: Any) -> Any:
    """A station with one user of each role, bound to a network."""
    return await a_plant(make_site)


async def a_plant(make_site: Any, **http: Any) -> Any:
    site = await make_site(bind="0.0.0.0", http=HttpSettings(**http))
    for name, role in PEOPLE.items():
        site.hub.doors.users.add(name, role, PASSWORD)
    site.noted = []
    site.hub.doors.journal = lambda *said: site.noted.append(said)
    return site


async def test_who_signs_in_is_that_user_until_signing_out(plant: Any, http: ClientSession) -> None:
    browser = Browser(http, plant)
    before = await browser.ask("GET", SESSION)
    assert (before["by"], before["role"], before["actions"]) == ("watching", "observer", ["read"])
    said = await browser.sign_in("emma")
    assert (said["by"], said["name"], said["role"], said["full_role"]) == ("session", "emma", "engineer", "engineer")
    assert set(said["actions"]) == ALLOWED[Role.ENGINEER]
    assert await browser.ask("GET", SESSION) == said
    await browser.ask("POST", TRIGGER)
    assert plant.station.calls[-1] == ("trigger", b"", "web emma 127.0.0.1")
    left = await browser.ask("DELETE", SESSION)
    assert (left["by"], left["name"]) == ("watching", "")
    await browser.ask("POST", TRIGGER, 401)
    assert plant.noted == [
        ("session", "signed in as engineer", "web emma 127.0.0.1"),
        ("session", "signed out", "web emma 127.0.0.1"),
    ]


async def test_a_wrong_password_is_told_and_after_five_each_try_waits(plant: Any, http: ClientSession) -> None:
    browser = Browser(http, plant)
    for _ in range(4):
        refused = await browser.sign_in("emma", "wrong", 401)
        assert refused["detail"] == "user or password is wrong"
    assert (await browser.sign_in("emma", "wrong", 429))["detail"].endswith("wait 1 s")
    assert (await browser.sign_in("emma", PASSWORD, 429))["detail"].endswith("wait 1 s"), "the right one waits, too"
    assert (await browser.sign_in("nobody", "wrong", 401))["detail"] == "user or password is wrong"
    await browser.sign_in("otto")
    assert [said[0] for said in plant.noted] == ["refused"] * 6 + ["session"]


async def test_each_role_is_refused_what_is_not_its_own(plant: Any, http: ClientSession) -> None:
    """Whatever a role may not, over every route: the server says so, in a session and by password alike."""
    for name, role in PEOPLE.items():
        browser, password = Browser(http, plant), {"Authorization": encode_basic_auth(name, PASSWORD)}
        await browser.sign_in(name)
        for route in routes():
            if not route.path.startswith("/api") or may(role, action_for(route.method, route.path)):
                continue
            url = plant.url + re.sub(r"{\w+}", "1", route.path)
            body = {"json": {}} if route.method != "GET" else {}
            for headers in (browser.headers, password):
                async with http.request(route.method, url, headers=headers, **body) as answer:
                    assert answer.status == 403, (name, route.method, route.path)
    assert plant.station.calls == []


def test_every_route_that_changes_something_asks_for_a_right_of_the_table() -> None:
    """A new one is named there, or it is everybody's to read or the administrator's by accident."""
    unnamed = [f"{route.method} {route.path}" for route in routes() if route.method != "GET" and not named(route.path)]
    assert unnamed == []


@pytest.mark.parametrize(("name", "falls"), [("otto", False), ("emma", True), ("adam", True)])
async def test_rights_rest_until_the_password_is_typed_again(
    plant: Any, http: ClientSession, name: str, falls: bool
) -> None:
    clock, browser = Clock(), Browser(http, plant)
    plant.gate.sessions.now = clock
    role = PEOPLE[name].value
    began = await browser.sign_in(name)
    assert (began["rests_at_us"] is not None) is falls
    clock.now += IDLE_S - 1
    await browser.ask("GET", STATION)  # polling is no act
    assert (await browser.ask("POST", f"{SESSION}/acted"))["role"] == role
    clock.now += IDLE_S - 1
    assert (await browser.ask("GET", SESSION))["role"] == role
    clock.now += 1
    rested = await browser.ask("GET", SESSION)
    assert (rested["role"], rested["full_role"]) == ("operator", role)
    assert (await browser.ask("POST", f"{SESSION}/acted"))["role"] == "operator"
    await browser.ask("POST", TRIGGER)
    if falls:
        refused = await browser.ask("POST", "/api/v1/station/online", 403, online=False)
        assert refused["detail"].startswith("rights rest after 15 min without an act: type the password again")
        await browser.ask("POST", f"{SESSION}/unlock", 401, password="wrong")
    assert (await browser.ask("POST", f"{SESSION}/unlock", password=PASSWORD))["role"] == role
    clock.now += LIFETIME_S
    assert (await browser.ask("GET", SESSION))["by"] == "watching"


async def test_another_role_or_password_ends_sessions_and_their_sockets(make_site: Any, http: ClientSession) -> None:
    site = await a_plant(make_site, watch_only=False)
    browsers = [Browser(http, site) for _ in range(3)]
    for browser in browsers:
        await browser.sign_in("emma")
    gone, kept, other = browsers
    await other.sign_in("otto")
    async with http.ws_connect(f"{site.url}/api/v1/live", headers=gone.headers) as live:
        await kept.ask("PUT", f"{SESSION}/password", password=PASSWORD, new=PASSWORD[::-1])
        async with asyncio.timeout(5):
            while (await live.receive()).type is WSMsgType.BINARY:
                await live.send_str("0")
    assert (await gone.ask("GET", SESSION))["by"] is None
    await gone.ask("GET", STATION, 401)
    await kept.ask("GET", STATION)
    site.hub.doors.users.set_role("emma", Role.OBSERVER)
    await kept.ask("GET", STATION, 401)
    await other.ask("GET", STATION)


async def test_sessions_outlive_a_reload(make_site: Any, http: ClientSession) -> None:
    site = await a_plant(make_site)
    browser = Browser(http, site)
    await browser.sign_in("emma")
    after = await make_site(bind="0.0.0.0")  # same folder
    there = Browser(http, after)
    there.cookie = browser.cookie
    assert (await there.ask("GET", SESSION))["name"] == "emma"


async def test_the_token_ends_with_the_first_administrator(make_site: Any, http: ClientSession, token: str) -> None:
    site = await make_site(bind="0.0.0.0")
    bearer = {"Authorization": f"Bearer {token}"}
    browser = Browser(http, site)
    await browser.sign_in("station", token)
    async with http.get(site.url + STATION, headers=bearer) as answer:
        assert answer.status == 200
    site.hub.doors.users.add("adam", Role.ADMINISTRATOR, PASSWORD)
    async with http.post(site.url + TRIGGER, headers=bearer, json={}) as answer:
        assert answer.status in (401, 403)
    async with http.post(f"{site.url}/token", data={"token": token}, allow_redirects=False) as answer:
        assert answer.status == 403
    assert (await browser.ask("GET", SESSION))["by"] == "watching"
    assert not site.hub.doors.may("station", Action.READ, "127.0.0.1")


async def test_on_loopback_everything_works_until_there_is_an_administrator(site: Any, http: ClientSession) -> None:
    browser = Browser(http, site)
    said = await browser.ask("GET", SESSION)
    assert (said["by"], said["role"], said["setup_due"]) == ("loopback", "administrator", True)
    await browser.ask("POST", TRIGGER)
    await browser.ask("POST", USERS, name="adam", role="administrator", password=PASSWORD)
    said = await browser.ask("GET", SESSION)
    assert (said["by"], said["role"], said["setup_due"]) == ("watching", "observer", False)
    await browser.ask("POST", TRIGGER, 401)


async def test_where_nobody_watches_only_who_signed_in_sees(make_site: Any, http: ClientSession) -> None:
    site = await a_plant(make_site, watch_only=False)
    browser = Browser(http, site)
    said = await browser.ask("GET", SESSION)
    assert (said["by"], said["role"], said["actions"], said["watch_only"]) == (None, None, [], False)
    await browser.ask("GET", STATION, 401)
    await browser.sign_in("olga")
    await browser.ask("GET", STATION)


async def test_a_panel_is_an_operator_under_its_own_name(make_site: Any, http: ClientSession) -> None:
    site = await a_plant(make_site, panels={"west": "127.0.0.1"})
    panel = Browser(http, site)
    said = await panel.ask("GET", SESSION)
    assert (said["by"], said["name"], said["role"]) == ("panel", "panel west", "operator")
    await panel.ask("POST", TRIGGER)
    assert site.station.calls[-1] == ("trigger", b"", "web panel west 127.0.0.1")
    await panel.ask("POST", "/api/v1/station/online", 403, online=False)
    elsewhere = {"X-Forwarded-For": "10.0.0.9"}  # behind the trusted proxy of the defaults
    async with http.get(site.url + SESSION, headers=elsewhere) as answer:
        assert (await answer.json())["by"] == "watching"


async def test_a_session_over_tls_is_of_this_host_alone(plant: Any, http: ClientSession) -> None:
    browser, headers = Browser(http, plant), {"X-Forwarded-Proto": "https", "Origin": plant.url}
    body = {"name": "emma", "password": PASSWORD}
    async with http.post(plant.url + SESSION, json=body, headers=headers) as answer:
        cookie = answer.headers["Set-Cookie"]
        assert re.fullmatch(
            r"__Host-session-[0-9a-f]{8}=[\w-]{43}; HttpOnly; Max-Age=43200; Path=/; SameSite=Strict; Secure", cookie
        )
        assert (await answer.json())["encrypted"]
    async with http.post(plant.url + SESSION, json=body, headers={"Origin": "http://evil.example"}) as answer:
        assert answer.status == 403
    browser.cookie = cookie.partition(";")[0]
    assert (await browser.ask("GET", SESSION))["name"] == "emma"


async def test_the_address_as_a_qr_code(plant: Any, http: ClientSession) -> None:
    import cv2
    import numpy as np
    import zxingcpp

    async with http.get(f"{plant.url}{SESSION}/address.svg") as answer:
        assert answer.content_type == "image/svg+xml"
        svg = await answer.text()
    side = int(svg.partition('viewBox="0 0 ')[2].split()[0])
    image = np.full((side, side), 255, np.uint8)
    for x, y, width, height in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", svg):
        image[int(y) : int(y) + int(height), int(x) : int(x) + int(width)] = 0
    found = zxingcpp.read_barcodes(cv2.resize(image, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST))
    assert [code.text for code in found] == [f"{plant.url}/"]


async def test_the_only_administrator_stays_one(plant: Any, http: ClientSession) -> None:
    browser = Browser(http, plant)
    await browser.sign_in("adam")
    for refused in (
        await browser.ask("DELETE", f"{USERS}/adam", 409),
        await browser.ask("POST", USERS, 409, name="adam", role="engineer"),
    ):
        assert refused["detail"] == "'adam' is the only administrator: make another one first"
    await browser.ask("POST", USERS, name="emma", role="administrator")
    await browser.ask("DELETE", f"{USERS}/adam")


def test_until_there_is_an_administrator_only_this_machine_writes_over_opcua(tmp_path: Path) -> None:
    doors = Doors("token", Users(tmp_path), TrustList(tmp_path), asyncio.to_thread)
    doors.users.add("line", Role.SCADA, PASSWORD)
    asked = [(name, address) for name in ("station", "line") for address in ("127.0.0.1", "10.0.0.5")]
    assert [doors.may(name, Action.TRIGGER, address) for name, address in asked] == [True, False] * 2
    assert all(doors.may(name, Action.READ, address) for name, address in asked)
    doors.users.add("adam", Role.ADMINISTRATOR, PASSWORD)
    assert [doors.may(name, Action.TRIGGER, address) for name, address in asked] == [False, False, True, True]
