"""Bad input gets a problem document that names the place, never a 500."""

import asyncio
import gzip
import json
import socket
from typing import Any

import pytest
from aiohttp import ClientSession
from yarl import URL

from service.api import reading

TRIGGER = "/api/v1/station/trigger"
JSON = {"Content-Type": "application/json"}


async def refused(http: ClientSession, method: str, url: str, **more: Any) -> dict[str, Any]:
    async with http.request(method, url, **more) as answer:
        assert answer.headers["Content-Type"] == "application/problem+json", await answer.text()
        problem: dict[str, Any] = json.loads(await answer.read())
        assert problem["status"] == answer.status
        assert set(problem) >= {"type", "title", "status", "detail"}
        return problem


@pytest.mark.parametrize(
    ("body", "status", "where", "message"),
    [
        pytest.param(b"{", 400, "body", "line 1 column", id="cut off"),
        pytest.param(b'{"part_id": "a",}', 400, "body", "line 1 column 16", id="trailing comma, with its place"),
        pytest.param(b"hello", 400, "body", "line 1 column 1", id="no JSON"),
        pytest.param(b"NaN", 400, "body", "line 1 column 1", id="NaN"),
        pytest.param(b'{"part_id": 1e999}', 400, "body", "infinity", id="infinite number"),
        pytest.param(b"[" * 100_000, 400, "body", "line 1", id="deep and open"),
        pytest.param(b"[" * 1500 + b"]" * 1500, 400, "body", "depth limit", id="deep"),
        pytest.param(b"[" * 900 + b"]" * 900, 422, "body", "", id="deep enough to be read"),
        pytest.param(b'{"part_id": "\\ud800"}', 400, "body", "surrogate", id="half a surrogate"),
        pytest.param(b'{"part_id": "\xff"}', 400, "body", "UTF-8", id="no UTF-8"),
        pytest.param(b"\x00", 400, "body", "line 1 column 1", id="NUL"),
        pytest.param(b"[]", 422, "body", "", id="a list"),
        pytest.param(b"null", 422, "body", "", id="null"),
        pytest.param(b"17", 422, "body", "", id="a number"),
        pytest.param(b'{"part_id": 17}', 422, "body.part_id", "string", id="number for text"),
        pytest.param(b'{"part_id": ' + b"9" * 400 + b"}", 400, "body", "infinity", id="huge integer"),
        pytest.param(b'{"part_id": ' + b"9" * 40 + b"}", 422, "body.part_id", "string", id="large integer"),
        pytest.param(b'{"part_id": null}', 422, "body.part_id", "string", id="null for text"),
        pytest.param(b'{"part_id": {"a": []}}', 422, "body.part_id", "string", id="object for text"),
        pytest.param(b'{"partid": "a"}', 422, "body.partid", "not permitted", id="unknown field"),
        pytest.param(
            b'{"part_id": "' + b"x" * 65 + b'"}', 422, "body.part_id", "at most 64 bytes, this has 65", id="65 bytes"
        ),
        pytest.param(
            json.dumps({"part_id": "ä" * 33}).encode(), 422, "body.part_id", "at most 64 bytes, this has 66", id="33 ä"
        ),
    ],
)
async def test_bad_body(http: ClientSession, site: Any, body: bytes, status: int, where: str, message: str) -> None:
    problem = await refused(http, "POST", site.url + TRIGGER, data=body, headers=JSON)
    assert problem["status"] == status
    assert problem["errors"][0]["where"] == where
    assert message in problem["errors"][0]["message"]
    assert site.station.calls == []


@pytest.mark.parametrize(
    ("query", "where"),
    [
        pytest.param("limit=0", "query.limit", id="limit under its bound"),
        pytest.param("limit=201", "query.limit", id="limit over its bound"),
        pytest.param("limit=1.5", "query.limit", id="half an item"),
        pytest.param("limit=" + "9" * 5000, "query.limit", id="huge integer"),
        pytest.param("before=0", "query.before", id="before the first"),
        pytest.param("before=nan", "query.before", id="NaN"),
        pytest.param("judgement=pass", "query.judgement", id="unknown judgement"),
        pytest.param("job=65536", "query.job", id="job over 16 bits"),
        pytest.param("since=-1", "query.since", id="before 1970"),
        pytest.param("part_id=" + "x" * 65, "query.part_id", id="65 bytes"),
        pytest.param("recipe=", "query.recipe", id="empty name"),
        pytest.param("limits=5", "query.limits", id="unknown parameter"),
        pytest.param("limit=5&limit=6", "query.limit", id="given twice"),
        pytest.param("%FF=%ED%A0%80", "query.", id="no UTF-8"),
    ],
)
async def test_bad_query(http: ClientSession, site: Any, query: str, where: str) -> None:
    url = URL(f"{site.url}/api/v1/inspections?{query}", encoded=True)
    async with http.get(url) as answer:
        problem = json.loads(await answer.read())
    assert (problem["status"], problem["errors"][0]["where"].startswith(where)) == (422, True), problem


@pytest.mark.parametrize("part_id", ["%ED%A0%80", "%FF", "%00", "%F0%9F%98%80"])
async def test_any_bytes_in_a_query_are_no_defect(http: ClientSession, site: Any, part_id: str) -> None:
    async with http.get(URL(f"{site.url}/api/v1/inspections?part_id={part_id}", encoded=True)) as answer:
        assert answer.status in (200, 422)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/recipes/0", 422),
        ("GET", "/api/v1/recipes/65536", 422),
        ("GET", "/api/v1/recipes/twelve", 422),
        ("GET", "/api/v1/recipes/" + "9" * 5000, 422),
        ("GET", "/api/v1/recipes/..%2F..%2Fetc%2Fpasswd", 422),
        ("GET", "/api/v1/inspections/0", 422),
        ("GET", "/api/v1/inspections/99999999999999999999", 422),
        ("GET", "/api/v1/inspections/..%2f..%2fsecret/image", 422),
        ("GET", "/api/v1/statistics/hourly?since=5&until=5", 422),
        ("GET", "/api/v1/statistics/hourly?since=0&until=9000000000000000", 422),
        ("DELETE", "/api/v1/station", 405),
        ("GET", "/api/v1/station/trigger", 405),
        ("GET", "/api/v1/live", 400),
        ("GET", "/socket.io/?EIO=3&transport=polling", 400),
        ("GET", "/socket.io/?EIO=4&transport=polling&sid=none", 400),
    ],
)
async def test_bad_address(http: ClientSession, site: Any, method: str, path: str, status: int) -> None:
    problem = await refused(http, method, URL(site.url + path, encoded=True), headers=JSON)
    assert problem["status"] == status
    if status == 405:
        assert problem["detail"].startswith(f"{method} is not allowed here; allowed: ")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_a_change_must_be_json(http: ClientSession, site: Any, kind: str) -> None:
    problem = await refused(http, "POST", site.url + TRIGGER, data=b"{}", headers={"Content-Type": kind})
    assert problem["status"] == 415
    assert site.station.calls == []


async def test_a_change_without_a_body_needs_no_type(http: ClientSession, site: Any) -> None:
    async with http.post(site.url + TRIGGER) as answer:
        assert answer.status == 200
    assert len(site.station.calls) == 1


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_what_only_claims_to_be_compressed_is_400(http: ClientSession, site: Any, encoding: str) -> None:
    headers = JSON | {"Content-Encoding": encoding}
    problem = await refused(http, "POST", site.url + TRIGGER, data=b"garbage, no deflate", headers=headers)
    assert problem["status"] == 400


async def test_a_small_body_may_not_unpack_to_a_large_one(http: ClientSession, site: Any) -> None:
    bomb = gzip.compress(b'{"part_id":"' + b"a" * 5_000_000 + b'"}')
    headers = JSON | {"Content-Encoding": "gzip"}
    problem = await refused(http, "POST", site.url + TRIGGER, data=bomb, headers=headers)
    assert problem["status"] == 413


async def test_a_body_over_one_megabyte_is_413_also_without_a_length(http: ClientSession, site: Any) -> None:
    async def endless() -> Any:
        for _ in range(20):
            yield b" " * 100_000

    exactly = b'{"part_id": "a"}'.ljust(1_000_000)
    async with http.post(site.url + TRIGGER, data=exactly, headers=JSON) as answer:
        assert answer.status == 200
    for body in (exactly + b" ", endless()):
        problem = await refused(http, "POST", site.url + TRIGGER, data=body, headers=JSON)
        assert (problem["status"], problem["detail"]) == (413, "the body is too large: at most 1000000 bytes")


async def test_a_body_that_does_not_come_is_408(site: Any, eventually: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BODY_TIME_S", 0.05)
    before = asyncio.all_tasks()
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(
        b"POST /api/v1/station/trigger HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 100\r\n\r\n{"
    )
    answer = await asyncio.wait_for(reader.readuntil(b"}"), 20)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"the body did not arrive within 0.05 s" in answer
    writer.close()
    await writer.wait_closed()
    await eventually(lambda: asyncio.all_tasks() == before)  # the server has seen it close


async def test_a_request_that_is_no_http_is_400_and_the_next_one_is_served(http: ClientSession, site: Any) -> None:
    for junk in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", site.port)) as connection:
            connection.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(connection, junk)
            connection.shutdown(socket.SHUT_WR)
            answer = await asyncio.wait_for(loop.sock_recv(connection, 1000), 10)
            assert answer.startswith((b"HTTP/1.0 400", b"HTTP/1.1 400")) or answer == b""
    async with http.get(f"{site.url}/healthz") as answer:
        assert answer.status == 200


async def test_a_defect_is_a_500_without_its_details_and_with_a_traceback_in_the_log(
    http: ClientSession, site: Any, caplog: pytest.LogCaptureFixture
) -> None:
    site.station.raised = None  # the station breaks its promise
    problem = await refused(http, "GET", f"{site.url}/api/v1/alarms")
    assert (problem["status"], problem["detail"]) == (500, "internal error, see the station's log")
    assert "TypeError" in caplog.text
