"""Users and certificates over REST, and what a role may there."""

from typing import Any

import aiohttp

PASSWORD = "correct horse battery"


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth(name, password)}


async def test_an_operator_does_not_make_users(site: Any, http: aiohttp.ClientSession) -> None:
    url = f"{site.url}/api/v1"
    async with http.post(f"{url}/users", json={"name": "ann", "role": "operator", "password": PASSWORD}) as answer:
        assert await answer.json() == {"name": "ann", "role": "operator", "password": True, "certificate": ""}
    ann = basic("ann", PASSWORD)
    async with http.get(f"{url}/station", headers=ann) as answer:
        assert answer.status == 200
    async with http.post(f"{url}/counters/reset", json={}, headers=ann) as answer:
        assert answer.status == 200
    for path in ("users", "opcua/certificates"):
        async with http.get(f"{url}/{path}", headers=ann) as answer:
            assert answer.status == 403
    for path in ("opcua/clients", "opcua/server"):
        async with http.get(f"{url}/{path}", headers=ann) as answer:
            assert answer.status == 200, "who is connected, and what anybody is shown, is no secret of administrators"
    async with http.get(f"{url}/station", headers=basic("ann", "wrong password")) as answer:
        assert answer.status == 401
    async with http.delete(f"{url}/users/ann") as answer:
        assert await answer.json() == []
    async with http.get(f"{url}/station", headers=ann) as answer:
        assert answer.status == 401


async def test_a_certificate_that_nobody_has_seen_is_not_found(site: Any, http: aiohttp.ClientSession) -> None:
    site.hub.doors.trust.load()
    async with http.get(f"{site.url}/api/v1/opcua/certificates") as answer:
        assert await answer.json() == []
    async with http.post(f"{site.url}/api/v1/opcua/certificates/{'0' * 40}/trust", json={}) as answer:
        assert answer.status == 404
