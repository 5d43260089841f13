"""A part that was judged can be looked at again: its image and what was found on it."""

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from .in_process import station_running


async def get(http: ClientSession, url: str) -> Any:
    async with http.get(url) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_its_result_says_that_an_image_comes_and_its_thumbnail_is_there_when_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: ClientSession
) -> None:
    async with station_running(tmp_path, monkeypatch) as running:
        heard: list[dict[str, Any]] = []
        async with http.ws_connect(f"{running.url}/socket.io/?EIO=4&transport=websocket") as browser:
            await browser.receive_str()
            await browser.send_str("40")
            await running.enable()
            await running.part()
            while not heard:
                if (said := await browser.receive_str()).startswith('42["result"'):
                    heard.append(json.loads(said[2:])[1])
        assert heard[0]["image"]
        url = f"{running.url}/api/v1/inspections/{heard[0]['number']}"
        async with http.get(f"{url}/thumbnail") as answer:
            assert (answer.status, answer.content_type) == (200, "image/jpeg")


async def test_what_was_found_on_a_part_that_passed_is_stored_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: ClientSession
) -> None:
    async with station_running(tmp_path, monkeypatch) as running:
        await running.enable()
        await running.part()
        last = running.station.last
        assert last is not None
        assert last.acquisition is not None
        drawing = await get(http, f"{running.url}/api/v1/inspections/{last.accepted.number}/overlays")
    frame = last.acquisition.first
    assert (drawing["width"], drawing["height"]) == (frame.width, frame.height)
    shown = {shape["step"] for shape in drawing["overlays"]}
    assert shown == {step.name for step in last.result.steps if step.overlay}
    assert len(shown) > 3
