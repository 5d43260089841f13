"""What the view-only pages show, who may see it, and whose pages may embed it."""

from typing import Any

import pytest
from aiohttp import ClientSession, encode_basic_auth

from service.auth.permissions import Role
from service.auth.view_tokens import FILE, ViewTokenError, ViewTokens
from service.settings import HttpSettings
from service.viewer import REVOKED
from vision.result import Judgement

SCADA = "https://scada.example"
BEARER = {"Authorization": "Bearer the-token-of-this-test-station-1234"}


async def shown(http: ClientSession, site: Any, view: str) -> dict[str, Any]:
    async with http.get(f"{site.url}/api/v1/views/{view}") as answer:
        assert answer.status == 200
        part: dict[str, Any] = await answer.json()
        return part


async def test_without_a_part_there_is_none_to_show(http: ClientSession, site: Any) -> None:
    part = await shown(http, site, "last")
    assert (part["station"], part["online"], part["result"], part["drawing"]) == ("Station <1>", True, None, None)
    async with http.get(f"{site.url}/api/v1/views/last/image") as answer:
        assert answer.status == 404


async def test_the_last_part_and_the_last_that_did_not_pass(http: ClientSession, site: Any, inspected: Any) -> None:
    site.station.done = [inspected(1, Judgement.FAIL), inspected(2, Judgement.ERROR), inspected(3)]
    assert (await shown(http, site, "last"))["result"]["number"] == 3
    failed = await shown(http, site, "last-failed")
    assert failed["result"]["number"] == 2
    assert failed["drawing"]["overlays"][0]["step"] == "pin 3"
    assert failed["result"]["steps"][0]["name"] == "pin 3"


async def test_who_has_it_already_is_told_so(http: ClientSession, site: Any, inspected: Any) -> None:
    site.station.done = [inspected(1)]
    url = f"{site.url}/api/v1/views/last"
    async with http.get(url) as answer:
        tag = answer.headers["ETag"]
    async with http.get(url, headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304
    site.station.done.append(inspected(2))
    async with http.get(url, headers={"If-None-Match": tag}) as answer:
        assert answer.status == 200


async def test_a_live_picture_is_encoded_for_who_asks_and_for_nobody_else(http: ClientSession, site: Any) -> None:
    async with http.get(f"{site.url}/api/v1/views/live/image") as answer:
        assert answer.content_type == "image/jpeg"
        assert (await answer.read())[:2] == b"\xff\xd8"
    assert site.hub.live.viewers == 0


async def test_a_token_is_told_once_opens_the_views_alone_and_can_be_revoked(
    make_site: Any, http: ClientSession, inspected: Any
) -> None:
    site = await make_site(bind="0.0.0.0")
    site.station.done = [inspected(1)]
    url = f"{site.url}/api/v1"
    async with http.post(f"{url}/view-tokens", json={"name": "hall-3"}, headers=BEARER) as answer:
        secret = (await answer.json())["token"]
    async with http.post(f"{url}/view-tokens", json={"name": "hall-3"}, headers=BEARER) as answer:
        assert answer.status == 409
    async with http.get(f"{url}/view-tokens", headers=BEARER) as answer:
        assert [token["name"] for token in await answer.json()] == ["hall-3"]
        assert secret not in await answer.text()
    assert secret not in (site.station.folder / FILE).read_text()
    assert (site.station.folder / FILE).stat().st_mode & 0o077 == 0
    async with http.get(f"{url}/views/last?token={secret}") as answer:
        assert answer.status == 200
    for path in ("station", "inspections", "inspections/1", "view-tokens", "users"):
        async with http.get(f"{url}/{path}?token={secret}") as answer:
            assert answer.status == 401, path
    async with http.post(f"{url}/station/trigger?token={secret}", json={}, headers={"Origin": site.url}) as answer:
        assert answer.status == 401
    async with http.ws_connect(f"{url}/live?token={secret}", origin=site.url) as viewer:
        await viewer.receive_bytes()
        async with http.delete(f"{url}/view-tokens/hall-3", headers=BEARER) as answer:
            assert await answer.json() == []
        while (word := await viewer.receive()).type.name == "BINARY":
            header = word.data[4 : 4 + int.from_bytes(word.data[:4], "big")]
            await viewer.send_str(str(header.split(b'"frame_id":')[1].split(b",")[0].decode()))
        assert viewer.close_code == REVOKED
    async with http.get(f"{url}/views/last?token={secret}") as answer:
        assert answer.status == 401
    async with http.delete(f"{url}/view-tokens/hall-3", headers=BEARER) as answer:
        assert answer.status == 404


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.OPERATOR, Role.ENGINEER, Role.SCADA])
async def test_only_an_administrator_sees_or_makes_tokens(http: ClientSession, site: Any, role: Role) -> None:
    site.hub.doors.users.add("ann", role, "correct horse battery")
    ann = {"Authorization": encode_basic_auth("ann", "correct horse battery")}
    for method in ("GET", "POST"):
        async with http.request(method, f"{site.url}/api/v1/view-tokens", json={"name": "a"}, headers=ann) as answer:
            assert answer.status == 403


@pytest.mark.parametrize("path", ["/view/last", "/api/v1/views/last"])
async def test_only_listed_origins_may_embed_and_only_there(make_site: Any, http: ClientSession, path: str) -> None:
    site = await make_site()
    async with http.get(site.url + path) as answer:
        assert "frame-ancestors 'self';" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    listing = await make_site(http=HttpSettings(embed_allowed=(SCADA,)))
    async with http.get(listing.url + path) as answer:
        assert f"frame-ancestors 'self' {SCADA};" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    for other in ("/", "/api/v1/station", "/api/v1/inspections"):
        async with http.get(listing.url + other) as answer:
            assert SCADA not in answer.headers["Content-Security-Policy"], other
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", other


def test_tokens_outlive_the_process_and_a_broken_file_lets_nobody_in(tmp_path: Any) -> None:
    tokens = ViewTokens(tmp_path)
    _, secret = tokens.make("hall", "ann")
    again = ViewTokens(tmp_path)
    again.load()
    assert again.known(secret)
    assert not again.known("")
    with pytest.raises(ViewTokenError, match="no view token"):
        again.revoke("other")
    (tmp_path / FILE).write_text("[{]")
    again.load()
    assert not again.known(secret)
