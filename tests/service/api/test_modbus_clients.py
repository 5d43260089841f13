"""Who may write over Modbus, and who is sent away."""

from typing import Any

import pytest
from aiohttp import ClientSession

from tests.service.conftest import AT_US

HERE = "web 127.0.0.1"


async def ask(http: ClientSession, site: Any, method: str, path: str, **body: Any) -> tuple[int, Any]:
    given = {"json": body} if method == "POST" else {"headers": {"Content-Type": "application/json"}}
    async with http.request(method, f"{site.url}/api/v1{path}", **given) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_an_address_is_let_write_and_let_go(http: ClientSession, site: Any) -> None:
    status, listed = await ask(http, site, "POST", "/modbus/allowed", address="::ffff:10.0.0.77", note=" laptop ")
    assert status == 200
    assert listed == [{"address": "10.0.0.77", "who": HERE, "since_us": AT_US, "note": "laptop"}]
    assert (await ask(http, site, "GET", "/modbus/allowed"))[1] == listed
    assert "10.0.0.77" in site.hub.writers.addresses()
    assert await ask(http, site, "DELETE", "/modbus/allowed/10.0.0.77") == (200, [])
    status, problem = await ask(http, site, "DELETE", "/modbus/allowed/10.0.0.77")
    assert (status, problem["detail"]) == (404, "10.0.0.77 is not in the list")
    said = [call for call in site.station.calls if call[0] == "modbus"]
    assert said == [
        ("modbus", "10.0.0.77 may write: laptop", HERE),
        ("modbus", "10.0.0.77 may not write any more", HERE),
    ]


async def test_what_is_no_address_is_named_with_what_would_be_right(http: ClientSession, site: Any) -> None:
    status, problem = await ask(http, site, "POST", "/modbus/allowed", address="plc-3", note="x" * 201)
    assert (status, [one["where"] for one in problem["errors"]]) == (422, ["body.address", "body.note"])
    assert "192.168.0.10" in problem["errors"][0]["message"]


async def test_the_list_has_an_end(http: ClientSession, site: Any) -> None:
    for last in range(64):
        site.hub.writers.allow(f"10.0.1.{last}", "", "test")
    status, problem = await ask(http, site, "POST", "/modbus/allowed", address="10.0.2.1")
    assert (status, problem["detail"]) == (409, "10.0.2.1 would be address 65: at most 64 are kept")


async def test_connections_of_a_client_are_ended(http: ClientSession, site: Any) -> None:
    status, clients = await ask(http, site, "DELETE", "/modbus/clients/10.0.0.5")
    assert (status, clients[0]["connections"]) == (200, 0)
    assert ("end", "10.0.0.5", "ended by a person") in site.station.calls
    status, problem = await ask(http, site, "DELETE", "/modbus/clients/10.0.0.5")
    assert (status, problem["detail"]) == (404, "no connection of 10.0.0.5 is open")
    assert (await ask(http, site, "DELETE", "/opcua/clients/10.0.0.5/4321"))[0] == 404


async def test_the_server_says_how_it_serves(http: ClientSession, site: Any) -> None:
    status, told = await ask(http, site, "GET", "/modbus/server")
    assert (status, told["port"], told["word_order"], told["write_control"]) == (200, 5020, "ABCD", "first")
    assert (told["serving"], told["unit_ids"]) == (True, [])


@pytest.mark.parametrize("known", [0, 10**9])
async def test_tags_are_told_with_registers_quality_and_words(http: ClientSession, site: Any, known: int) -> None:
    _, told = await ask(http, site, "GET", f"/tags/states?since={known}")
    states = {one["name"]: one for one in told["items"]}
    _, rows = await ask(http, site, "GET", "/tags")
    assert [one["name"] for one in rows] == list(states)
    assert states["TestUInt32"]["raw"] == [0x1234, 0x5678]
    assert states["TriggerReady"] | {"raw": 0, "changed_at_us": 0} == {
        "name": "TriggerReady",
        "value": False,
        "raw": 0,
        "quality": "good",
        "changed_at_us": 0,
    }
    assert states["PlcHeartbeat"]["quality"] == "unknown"
    table = {one["name"]: one for one in rows}
    assert table["State"]["words"][6] == "Ready"
    assert (table["TriggerReady"]["one_based"], table["TriggerReady"]["words"]) == ("30001.0", ["no", "yes"])
    _, later = await ask(http, site, "GET", f"/tags/states?since={told['revision']}")
    assert later == {"revision": told["revision"], "items": []}
