"""Requests: their ids, and their lines."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from tests.patience import until
from tests.service.logs.conftest import Logged

PASSWORD = "correct horse battery"


@pytest.fixture
def access(make_log: Callable[..., Logged]) -> Logged:
    return make_log(access=True)


async def test_a_line_says_who_asked_for_what_and_what_came_of_it(
    access: Logged, site: Any, http: aiohttp.ClientSession
) -> None:
    user = {"name": "ann", "role": "operator", "password": PASSWORD}
    async with http.post(f"{site.url}/api/v1/users", json=user) as answer:
        assert answer.status == 200
    own = {"Authorization": aiohttp.encode_basic_auth("ann", PASSWORD), "X-Request-ID": "from-nginx.1"}
    async with http.get(f"{site.url}/api/v1/users?secret=1", headers=own) as answer:
        assert answer.headers["X-Request-ID"] == "from-nginx.1"
    async with http.get(f"{site.url}/api/v1/nothing") as answer:
        assert answer.status == 404
        request_id = answer.headers["X-Request-ID"]
    first, second, third = access.lines("service.access")
    assert (first["method"], first["path"], first["status"], first["user"]) == ("POST", "/api/v1/users", 200, "")
    assert second == second | {
        "message": "GET /api/v1/users 403",
        "path": "/api/v1/users",
        "status": 403,
        "user": "ann",
        "remote": "127.0.0.1",
        "request_id": "from-nginx.1",
    }
    assert second["duration_ms"] > 0
    assert "secret" not in access.text()
    assert (third["status"], third["request_id"]) == (404, request_id)
    assert PASSWORD not in access.text()


@pytest.mark.parametrize("given", ["", "a" * 65, "a b", 'x"y', "\u00e4"])
async def test_an_id_that_is_none_is_replaced(
    access: Logged, site: Any, http: aiohttp.ClientSession, given: str
) -> None:
    async with http.get(f"{site.url}/api/v1/station", headers={"X-Request-ID": given}) as answer:
        assert answer.headers["X-Request-ID"] != given
    (line,) = access.lines("service.access")
    assert line["request_id"] == answer.headers["X-Request-ID"]


async def test_every_request_has_another_id(logged: Logged, site: Any, http: aiohttp.ClientSession) -> None:
    ids = set()
    for _ in range(3):
        async with http.get(f"{site.url}/api/v1/station") as answer:
            ids.add(answer.headers["X-Request-ID"])
    assert len(ids) == 3
    assert logged.lines("service.access") == [], "it is off"


async def test_what_a_request_causes_carries_its_id(logged: Logged, site: Any, http: aiohttp.ClientSession) -> None:
    site.station.raised = None  # the station breaks its promise
    async with http.get(f"{site.url}/api/v1/alarms", headers={"X-Request-ID": "r7"}) as answer:
        assert (answer.status, answer.headers["X-Request-ID"]) == (500, "r7")
    (line,) = logged.lines("service.api")
    assert (line["request_id"], line["level"]) == ("r7", "error")


async def test_probes_have_no_line(access: Logged, site: Any, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{site.url}/healthz") as answer:
        assert answer.status == 200
    assert access.lines("service.access") == []


async def test_who_goes_before_the_answer_has_a_line_all_the_same(
    access: Logged, site: Any, http: aiohttp.ClientSession
) -> None:
    """The image is on its way, and comes too late."""
    coming = site.station.on_their_way[7] = asyncio.get_running_loop().create_future()
    with pytest.raises(TimeoutError):
        await http.get(f"{site.url}/api/v1/inspections/7/image", timeout=aiohttp.ClientTimeout(total=0.2))
    coming.set_result("")
    await until(lambda: access.lines("service.access"))
    (line,) = access.lines("service.access")
    assert line["path"] == "/api/v1/inspections/7/image"
