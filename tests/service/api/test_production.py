"""Order, lot and shift over REST."""

from typing import Any

import aiohttp


async def test_what_is_set_is_told_and_the_rest_stays(site: Any, http: aiohttp.ClientSession) -> None:
    url = f"{site.url}/api/v1/station/production"
    async with http.post(url, json={"order": "A-17", "lot": "L4"}) as answer:
        assert answer.status == 200
    async with http.post(url, json={"lot": "L5"}) as answer:
        assert await answer.json() == {"order": "A-17", "lot": "L5", "shift": "early", "strings": ["", "", "", ""]}


async def test_an_order_of_65_bytes_is_refused_with_its_size(site: Any, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{site.url}/api/v1/station/production", json={"order": "x" * 65}) as answer:
        problem = await answer.json()
    assert answer.status == 422
    assert "at most 64 bytes, this has 65" in problem["errors"][0]["message"]
