"""Who may do what, from where and under which name."""

import asyncio
import re
import socket
from typing import Any

import pytest
from aiohttp import ClientSession, encode_basic_auth, web

from service.api import Problem
from service.auth.permissions import Role
from service.settings import HttpSettings
from service.sockets import Sockets

STATION, TRIGGER = "/api/v1/station", "/api/v1/station/trigger"
JSON = {"Content-Type": "application/json"}
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
SOCKETS = ("/api/v1/live", "/socket.io/?EIO=4&transport=websocket")


async def status_of(http: ClientSession, site: Any, method: str, path: str, headers: dict[str, str]) -> int:
    body = b"{}" if method == "POST" else None
    async with http.request(method, site.url + path, headers=headers, data=body, allow_redirects=False) as answer:
        return answer.status


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST:5000", "127.0.0.1:80", "[::1]:5000"])
async def test_loopback_under_its_own_names_is_open(http: ClientSession, site: Any, host: str) -> None:
    assert await status_of(http, site, "GET", STATION, {"Host": host}) == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "127.0.0.2", "[::2]", ""]
)
async def test_another_name_is_421_so_that_rebinding_gets_nothing(http: ClientSession, site: Any, host: str) -> None:
    for path in (STATION, "/", "/token", "/api", *SOCKETS):
        assert await status_of(http, site, "GET", path, {"Host": host}) == 421, path
    for path in ("/healthz", "/readyz"):
        assert await status_of(http, site, "GET", path, {"Host": host}) == 200


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "x-forwarded-anything"])
async def test_what_came_through_a_proxy_is_not_loopback(http: ClientSession, site: Any, header: str) -> None:
    assert await status_of(http, site, "GET", STATION, {header: "for=127.0.0.1"}) == 401


async def test_an_allowed_name_is_known_but_not_loopback(make_site: Any, http: ClientSession, token: str) -> None:
    site = await make_site(http=HttpSettings(allowed_hosts=("Station1.plant",)))
    headers = {"Host": "station1.plant:5000"}
    assert await status_of(http, site, "GET", STATION, headers) == 401
    assert await status_of(http, site, "GET", STATION, headers | {"Authorization": f"Bearer {token}"}) == 200


async def test_bound_elsewhere_the_token_opens(make_site: Any, http: ClientSession, token: str) -> None:
    site = await make_site(bind="0.0.0.0")
    for wrong in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {token}"}, {"Cookie": f"a={token}"}):
        for method, path in (("GET", STATION), ("GET", "/api"), ("POST", TRIGGER), ("GET", SOCKETS[0])):
            headers = JSON | wrong | (HANDSHAKE | {"Origin": site.url} if path == SOCKETS[0] else {"Origin": site.url})
            assert await status_of(http, site, method, path, headers) == 401, (path, wrong)
    assert site.station.calls == []
    bearer = {"Authorization": f"Bearer {token}"}
    assert await status_of(http, site, "GET", STATION, bearer) == 200
    assert await status_of(http, site, "POST", TRIGGER, JSON | bearer) == 200  # a tool: no Origin


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/token", "/api/style.css"])
async def test_probes_form_and_style_ask_nobody(make_site: Any, http: ClientSession, path: str) -> None:
    site = await make_site(bind="0.0.0.0")
    assert await status_of(http, site, "GET", path, {}) == 200


async def test_prometheus_reads_with_the_token_or_as_an_observer(
    make_site: Any, http: ClientSession, site: Any, token: str
) -> None:
    assert await status_of(http, site, "GET", "/metrics", {}) == 200, "on loopback nobody is asked"
    outside = await make_site(bind="0.0.0.0")
    assert await status_of(http, outside, "GET", "/metrics", {}) == 401
    assert await status_of(http, outside, "GET", "/metrics", {"Authorization": f"Bearer {token}"}) == 200
    outside.hub.doors.users.add("prometheus", Role.OBSERVER, "correct horse battery")
    for password, status in (("correct horse battery", 200), ("wrong", 401)):
        observer = {"Authorization": encode_basic_auth("prometheus", password)}
        assert await status_of(http, outside, "GET", "/metrics", observer) == status, password


async def test_where_the_plant_says_so_everybody_reads_the_metrics_and_nothing_else(
    make_site: Any, http: ClientSession
) -> None:
    site = await make_site(bind="0.0.0.0", http=HttpSettings(metrics_open=True))
    async with http.get(f"{site.url}/metrics", headers={"Host": "another.name"}) as answer:
        assert (answer.status, await answer.text()) == (200, "# no metrics\n")
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
    for path in (STATION, "/metrics/more", "/api"):
        assert await status_of(http, site, "GET", path, {}) == 401, path


@pytest.mark.parametrize(("path", "to"), [("/api", "token"), ("/api/v1/station", "../../token")])
async def test_a_browser_is_led_to_the_form(make_site: Any, http: ClientSession, path: str, to: str) -> None:
    site = await make_site(bind="0.0.0.0")
    async with http.get(site.url + path, headers={"Accept": "text/html"}, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, to)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "file://", "http://[", ""])
async def test_a_foreign_origin_changes_nothing(http: ClientSession, site: Any, origin: str, token: str) -> None:
    headers = JSON | {"Origin": origin, "Authorization": f"Bearer {token}"}
    assert await status_of(http, site, "POST", TRIGGER, headers) == 403
    for path in SOCKETS:
        assert await status_of(http, site, "GET", path, HANDSHAKE | {"Origin": origin}) == 403, path
    polling = "/socket.io/?EIO=4&transport=polling"
    assert await status_of(http, site, "GET", polling, {"Origin": origin}) == 403
    assert site.station.calls == []


async def test_the_own_origin_and_tools_on_loopback_may(http: ClientSession, site: Any) -> None:
    for headers in ({"Origin": site.url}, {"Origin": site.url.replace("http:", "https:")}, {}):
        assert await status_of(http, site, "POST", TRIGGER, JSON | headers) == 200
        async with http.ws_connect(f"{site.url}/api/v1/live", headers=headers):
            pass


async def test_a_session_without_origin_opens_no_socket_and_changes_nothing(
    make_site: Any, http: ClientSession, token: str
) -> None:
    site = await make_site(bind="0.0.0.0")
    cookie = await sign_in(http, site, token)
    assert await status_of(http, site, "GET", STATION, {"Cookie": cookie}) == 200
    assert await status_of(http, site, "POST", TRIGGER, JSON | {"Cookie": cookie}) == 403
    assert await status_of(http, site, "POST", TRIGGER, JSON | {"Cookie": cookie, "Origin": site.url}) == 200
    for path in SOCKETS:
        assert await status_of(http, site, "GET", path, HANDSHAKE | {"Cookie": cookie}) == 403
    async with http.ws_connect(f"{site.url}/api/v1/live", headers={"Cookie": cookie, "Origin": site.url}):
        pass


async def sign_in(http: ClientSession, site: Any, token: str, **headers: str) -> str:
    """Enter the token; the cookie to send from then on."""
    async with http.post(
        f"{site.url}/token", data={"token": token}, headers={"Origin": site.url} | headers, allow_redirects=False
    ) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "./")
        return answer.headers["Set-Cookie"].partition(";")[0]


async def test_the_cookie_holds_a_session_and_not_the_token(make_site: Any, http: ClientSession, token: str) -> None:
    site = await make_site(bind="0.0.0.0")
    async with http.post(f"{site.url}/token", data={"token": f" {token}\n"}, allow_redirects=False) as answer:
        cookie = answer.headers["Set-Cookie"]
    assert re.fullmatch(r"session-[0-9a-f]{8}=[\w-]{43}; HttpOnly; Max-Age=\d+; Path=/; SameSite=Strict", cookie)
    assert token not in cookie
    saved = site.station.folder / "sessions.json"
    assert saved.stat().st_mode & 0o777 == 0o600
    assert cookie.partition("=")[2].partition(";")[0] not in saved.read_text()


async def test_over_tls_the_cookie_is_of_this_host_alone(make_site: Any, http: ClientSession, token: str) -> None:
    site = await make_site(bind="0.0.0.0")
    secure = {"X-Forwarded-Proto": "https"}
    async with http.post(f"{site.url}/token", data={"token": token}, headers=secure, allow_redirects=False) as answer:
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-session-")
        assert "; Secure" in cookie
    headers = secure | {"Cookie": cookie.partition(";")[0]}
    assert await status_of(http, site, "GET", STATION, headers) == 200


async def test_a_session_outlives_the_process(make_site: Any, http: ClientSession, token: str) -> None:
    before = await make_site(bind="0.0.0.0")
    cookie = await sign_in(http, before, token)
    after = await make_site(bind="0.0.0.0")  # same folder, same token
    assert await status_of(http, after, "GET", STATION, {"Cookie": cookie}) == 200
    assert await status_of(http, after, "GET", STATION, {"Cookie": cookie[:-1]}) == 401


async def test_a_wrong_token_is_told_and_the_eleventh_try_waits(
    make_site: Any, http: ClientSession, token: str
) -> None:
    site = await make_site(bind="0.0.0.0")
    for _ in range(10):
        async with http.post(f"{site.url}/token", data={"token": "<wrong>"}) as answer:
            assert answer.status == 403
            assert "This is not the token of this station." in await answer.text()
    async with http.post(f"{site.url}/token", data={"token": token}) as answer:
        assert answer.status == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b'{"token": "x"}', 415),
        ("application/x-www-form-urlencoded", b"", 403),
        ("application/x-www-form-urlencoded", b"token=%FF&token=%00", 403),
        ("application/x-www-form-urlencoded", b"token=" + b"x" * 5000, 413),
    ],
)
async def test_a_form_that_is_none(make_site: Any, http: ClientSession, kind: str, body: bytes, status: int) -> None:
    site = await make_site(bind="0.0.0.0")
    async with http.post(f"{site.url}/token", data=body, headers={"Content-Type": kind}) as answer:
        assert answer.status == status


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
async def test_a_foreign_form_signs_nobody_in(make_site: Any, http: ClientSession, token: str, origin: str) -> None:
    site = await make_site(bind="0.0.0.0")
    async with http.post(f"{site.url}/token", data={"token": token}, headers={"Origin": origin}) as answer:
        assert (answer.status, "Set-Cookie" in answer.headers) == (403, False)


async def test_the_address_it_was_reached_by_is_known(make_site: Any, http: ClientSession, token: str) -> None:
    """A client on the plant network names the station by the address it connects to."""
    site = await make_site(bind="0.0.0.0")
    listening = socket.create_server(("127.0.0.3", 0))
    await web.SockSite(site.runner, listening).start()
    url = f"http://127.0.0.3:{listening.getsockname()[1]}/api/v1/station"
    async with http.get(url, headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.status == 200
    async with http.get(url) as answer:
        assert answer.status == 401


async def test_limits_of_sockets_in_all_and_of_an_address(make_site: Any, http: ClientSession, token: str) -> None:
    site = await make_site(http=HttpSettings(max_sockets=2, max_sockets_per_address=1))
    first = await http.ws_connect(f"{site.url}/api/v1/live")
    second = await http.ws_connect(
        f"{site.url}/socket.io/?EIO=4&transport=websocket"
    )  # loopback: only the total counts
    for path in (*SOCKETS, "/socket.io/?EIO=4&transport=polling"):
        headers = {} if "polling" in path else HANDSHAKE
        assert await status_of(http, site, "GET", path, headers) == 503, path
    await second.close()
    for _ in range(500):
        if await status_of(http, site, "GET", "/socket.io/?EIO=4&transport=polling", {}) == 200:
            break
        await asyncio.sleep(0.01)
    else:
        raise AssertionError("a closed socket still counts")
    await first.close()


async def test_an_address_outside_loopback_has_a_limit_of_its_own() -> None:
    class Request(dict[str, Any]):
        remote = "10.0.0.7"

    sockets = Sockets(HttpSettings(max_sockets=10, max_sockets_per_address=2))
    request: Any = Request()
    refused = pytest.raises(Problem, match="this address has 2 sockets open")
    with sockets.holding(request), sockets.holding(request), refused:
        sockets.admit(request)
    sockets.admit(request)
    assert len(sockets) == 0


async def test_every_answer_has_the_security_headers(make_site: Any, http: ClientSession) -> None:
    site = await make_site()
    outside = await make_site(bind="0.0.0.0")
    paths = ("/healthz", "/api", "/token", "/api/style.css", STATION, "/nothing", "/socket.io/?EIO=4&transport=polling")
    for where in (site, outside):
        for path in paths:
            async with http.get(where.url + path) as answer:
                headers = answer.headers
                assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
                assert "unsafe" not in headers["Content-Security-Policy"]
                assert headers["X-Content-Type-Options"] == "nosniff"
                assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
                assert headers["Cross-Origin-Opener-Policy"] == "same-origin"  # the name is loopback's
                assert headers["Referrer-Policy"] == ("same-origin" if path == "/token" else "no-referrer")
                assert not any(name.startswith("Access-Control") for name in headers)
                assert "Server" not in headers
    async with http.get(site.url + STATION) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
    async with http.ws_connect(f"{site.url}/api/v1/live") as live:
        assert "Content-Security-Policy" in live._response.headers


async def test_no_opener_policy_where_chromium_would_complain(make_site: Any, http: ClientSession) -> None:
    site = await make_site(http=HttpSettings(allowed_hosts=("station1",)))
    async with http.get(site.url + "/token", headers={"Host": "station1"}) as answer:
        assert "Cross-Origin-Opener-Policy" not in answer.headers
    headers = {"Host": "station1", "X-Forwarded-Proto": "https"}
    async with http.get(site.url + "/token", headers=headers) as answer:
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.browser
async def test_a_real_browser_signs_in_without_a_script(make_site: Any, token: str) -> None:
    playwright = pytest.importorskip("playwright.async_api")
    site = await make_site(bind="0.0.0.0")
    async with playwright.async_playwright() as p:
        browser = await p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = await browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        await page.goto(f"{site.url}/api")
        assert page.url == f"{site.url}/token"
        await page.get_by_label("Token of this station").fill("wrong")
        await page.get_by_role("button", name="Open").click()
        await page.get_by_role("alert").wait_for()
        await page.get_by_label("Token of this station").fill(token)
        await page.get_by_role("button", name="Open").click()
        await page.wait_for_url(f"{site.url}/")
        answer = await page.goto(f"{site.url}/api")
        assert answer.status == 200
        assert await page.locator("h3").count() > 20
        colour = await page.locator("body").evaluate("element => getComputedStyle(element).backgroundColor")
        assert colour == "rgb(230, 234, 237)"
        assert [c for c in complaints if "403" not in c and "404" not in c] == []
        await browser.close()
