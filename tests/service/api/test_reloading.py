"""While the state is on its way to another generation, reading is answered and a change is told to come again."""

from typing import Any

import aiohttp


async def test_a_change_is_told_to_come_again(site: Any, http: aiohttp.ClientSession) -> None:
    url, standstill = f"{site.url}/api/v1/station/production", site.hub.standstill
    await standstill.begin(0)
    async with http.post(url, json={"lot": "L5"}) as answer:
        problem = await answer.json()
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert problem["detail"] == "the station is being reloaded: ask again"
    async with http.get(url) as answer:
        assert (await answer.json())["lot"] != "L5"
    standstill.end()
    async with http.post(url, json={"lot": "L5"}) as answer:
        assert (await answer.json())["lot"] == "L5"
