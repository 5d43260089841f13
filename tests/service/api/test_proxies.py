"""Behind a proxy, and beside pages of other origins: who is believed, and who may read."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import make_mocked_request

from service.auth.origin import client_of, encrypted
from service.auth.proxies import Proxies
from service.settings import HttpSettings

STATION, TRIGGER = "/api/v1/station", "/api/v1/station/trigger"
MES = "https://mes.example:8443"
LISTED = HttpSettings(cors_origins=(MES,))
JSON = {"Content-Type": "application/json"}


async def seen(headers: dict[str, str], remote: str = "10.0.0.1", trusted: tuple[str, ...] = ("10.0.0.0/24",)) -> Any:
    """The client and whether it speaks HTTPS, as a handler behind the middleware sees them."""

    class Transport(asyncio.Transport):
        def get_extra_info(self, name: str, default: Any = None) -> Any:
            return (remote, 1) if name == "peername" else default

    async def handler(request: web.Request) -> web.Response:
        found.append((client_of(request), encrypted(request)))
        return web.Response()

    found: list[tuple[str, bool]] = []
    await Proxies(trusted).middleware(make_mocked_request("GET", "/", headers, transport=Transport()), handler)
    return found[0]


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ({"X-Forwarded-For": "192.0.2.7"}, ("192.0.2.7", False)),
        ({"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "HTTPS"}, ("192.0.2.7", True)),
        ({"X-Forwarded-For": "127.0.0.1, 192.0.2.7, 10.0.0.2"}, ("192.0.2.7", False)),  # who wrote the first one?
        ({"X-Forwarded-For": "2001:db8::7"}, ("2001:db8::7", False)),
        ({"X-Forwarded-For": "nonsense"}, ("10.0.0.1", False)),
        ({"X-Forwarded-For": "192.0.2.7, nonsense"}, ("10.0.0.1", False)),
        ({"X-Forwarded-Proto": "https"}, ("10.0.0.1", True)),
        ({}, ("10.0.0.1", False)),
    ],
)
async def test_a_trusted_proxy_says_for_whom_it_asks(headers: dict[str, str], client: tuple[str, bool]) -> None:
    assert await seen(headers) == client


@pytest.mark.parametrize("remote", ["10.0.1.1", "2001:db8::1", "::ffff:10.0.1.1"])
async def test_nobody_else_is_believed(remote: str) -> None:
    headers = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
    client, secure = await seen(headers, remote)
    assert (client, secure) == (remote, False)


async def test_ipv4_in_ipv6s_clothes_is_the_same_proxy() -> None:
    assert (await seen({"X-Forwarded-For": "192.0.2.7"}, "::ffff:10.0.0.1"))[0] == "192.0.2.7"


async def test_a_proxy_that_says_loopback_does_not_open_the_station(http: ClientSession, site: Any) -> None:
    async with http.get(site.url + STATION, headers={"X-Forwarded-For": "127.0.0.1"}) as answer:
        assert answer.status == 401


async def test_a_listed_origin_is_answered_its_preflight_without_a_token(make_site: Any, http: ClientSession) -> None:
    site = await make_site(bind="0.0.0.0", http=LISTED)
    ask = {"Origin": MES, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    async with http.options(site.url + TRIGGER, headers=ask) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == MES
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_a_listed_origin_reads_and_acts_with_the_token(make_site: Any, http: ClientSession, token: str) -> None:
    site = await make_site(bind="0.0.0.0", http=LISTED)
    bearer = {"Origin": MES, "Authorization": f"Bearer {token}"}
    async with http.get(site.url + STATION, headers=bearer) as answer:
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, MES)
        assert "Origin" in answer.headers["Vary"]
    async with http.post(site.url + TRIGGER, headers=bearer | JSON, data=b"{}") as answer:
        assert answer.status == 200
    async with http.get(site.url + STATION, headers={"Origin": MES}) as answer:
        assert answer.status == 401
        assert answer.headers["Access-Control-Allow-Origin"] == MES, "its page may read why"


@pytest.mark.parametrize("origin", ["https://mes.example", "https://evil.example", "null", MES + ".evil.example"])
async def test_another_origin_gets_neither_answer_nor_header(
    make_site: Any, http: ClientSession, token: str, origin: str
) -> None:
    site = await make_site(bind="0.0.0.0", http=LISTED)
    ask = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    async with http.options(site.url + TRIGGER, headers=ask) as answer:
        assert answer.status >= 400
        assert "Access-Control-Allow-Origin" not in answer.headers
    bearer = {"Origin": origin, "Authorization": f"Bearer {token}"}
    async with http.get(site.url + STATION, headers=bearer) as answer:
        assert "Access-Control-Allow-Origin" not in answer.headers
    async with http.post(site.url + TRIGGER, headers=bearer | JSON, data=b"{}") as answer:
        assert answer.status == 403


async def test_without_origins_no_answer_says_anything_of_them(http: ClientSession, site: Any) -> None:
    async with http.get(site.url + STATION, headers={"Origin": MES}) as answer:
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
        assert "Vary" not in answer.headers
