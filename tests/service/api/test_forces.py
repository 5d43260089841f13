"""Forcing over REST: what is asked, who may, and that the right may end."""

from typing import Any

import pytest
from aiohttp import ClientSession, encode_basic_auth

from service.auth.permissions import Role
from service.forces import Standing

PASSWORD = "correct horse battery"
BODY = {"point": "JobPass", "value": True}


async def test_everything_wrong_is_named(http: ClientSession, site: Any) -> None:
    async def refused(**body: Any) -> tuple[int, list[str]]:
        async with http.post(f"{site.url}/api/v1/forces", json=body) as answer:
            return answer.status, [one["where"] for one in (await answer.json()).get("errors", ())]

    assert await refused(point="StatusWord2", value=1) == (422, ["body.point"])
    assert await refused(point="JobPass", value=7) == (422, ["body.value"])
    assert await refused(point="JobPass", value=True, seconds=601) == (422, ["body.seconds"])
    assert await refused(point="JobPass", seconds=0) == (422, ["body.value", "body.seconds"])
    site.standing = Standing(online=True)
    assert await refused(**BODY) == (409, [])


async def test_what_can_be_forced_is_told_with_its_bounds(http: ClientSession, site: Any) -> None:
    async with http.get(f"{site.url}/api/v1/forces/points") as answer:
        told = await answer.json()
    points = {one.pop("name"): one for one in told["points"]}
    assert told["refusal"] == ""
    assert points["ToolInt16[31]"] == {
        "tag": "ToolInt16",
        "type": "int16",
        "low": -32768.0,
        "high": 32767.0,
        "most_bytes": None,
    }
    assert points["Decoded"]["most_bytes"] == 128
    assert points["ResultValues[0]"]["low"] is None


@pytest.mark.parametrize(
    ("role", "may"), [(Role.OPERATOR, False), (Role.SCADA, False), (Role.ENGINEER, True), (Role.ADMINISTRATOR, True)]
)
async def test_engineers_force_and_end(http: ClientSession, site: Any, role: Role, may: bool) -> None:
    site.hub.doors.users.add("boss", Role.ADMINISTRATOR, PASSWORD)
    site.hub.doors.users.add("ann", role, PASSWORD)
    status = 200 if may else 403
    headers = {"Authorization": encode_basic_auth("ann", PASSWORD), "Content-Type": "application/json"}
    async with http.post(f"{site.url}/api/v1/forces", json=BODY, headers=headers) as answer:
        assert answer.status == status
    async with http.delete(f"{site.url}/api/v1/forces", headers=headers) as answer:
        assert answer.status == status
    async with http.get(f"{site.url}/api/v1/forces", headers=headers) as answer:
        assert await answer.json() == []


async def test_a_session_that_ends_ends_what_it_forced(http: ClientSession, site: Any) -> None:
    site.hub.doors.users.add("ann", Role.ENGINEER, PASSWORD)
    async with http.post(f"{site.url}/api/v1/session", json={"name": "ann", "password": PASSWORD}) as answer:
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
    headers = {"Cookie": cookie, "Origin": site.url}
    async with http.post(f"{site.url}/api/v1/forces", json=BODY, headers=headers) as answer:
        assert [(one["point"], one["by"]) for one in await answer.json()] == [("JobPass", "ann")]
    site.hub.forces.look()
    assert site.hub.forces.forced
    headers |= {"Content-Type": "application/json"}
    async with http.delete(f"{site.url}/api/v1/session", headers=headers) as answer:
        assert answer.status == 200
    site.hub.forces.look()
    assert not site.hub.forces.forced
