"""The URLs of the newest images, as a SCADA system reads and fetches them."""

import asyncio
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from protocols import tags
from protocols.image import ProcessImage
from service.image_tags import ImageTags, base_url
from service.settings import Settings
from tests.service.in_process import InProcess, station_running
from tests.service.store.parts import inspection
from vision.result import Judgement


def test_a_bad_part_is_both_and_a_good_one_leaves_the_bad_one() -> None:
    image = ProcessImage()
    shown = ImageTags(image, "http://10.0.0.7:5000")
    shown.kept(inspection(5, Judgement.FAIL))
    shown.kept(inspection(6))
    shown.kept(inspection(4, Judgement.ERROR))  # was written late
    assert image.get(tags.IMAGE_LAST_URL) == "http://10.0.0.7:5000/api/v1/inspections/6/image"
    assert image.get(tags.IMAGE_FAILED_URL) == "http://10.0.0.7:5000/api/v1/inspections/5/image"
    assert (image.get(tags.IMAGE_LAST_ID), image.get(tags.IMAGE_FAILED_ID)) == (6, 5)


@pytest.mark.parametrize(
    ("sections", "url"),
    [
        ({}, "http://127.0.0.1:5000"),
        ({"station": {"bind": "10.0.0.7"}}, "http://10.0.0.7:5000"),
        ({"station": {"bind": "fd00::7"}, "http": {"port": 81}}, "http://[fd00::7]:81"),
        ({"http": {"public_url": "https://cell-3.plant/vision/"}}, "https://cell-3.plant/vision"),
    ],
)
def test_the_address_is_the_configured_one(sections: dict[str, Any], url: str) -> None:
    assert base_url(Settings(**sections)) == url


def test_where_all_addresses_are_bound_it_is_none_that_only_this_machine_reaches() -> None:
    url = base_url(Settings(station={"bind": "0.0.0.0"}))
    assert "0.0.0.0" not in url


async def part(running: InProcess) -> None:
    before = running.read(tags.IMAGE_LAST_ID)
    await running.part()
    async with asyncio.timeout(60):
        while running.read(tags.IMAGE_LAST_ID) == before:
            await asyncio.sleep(0.01)


async def test_the_image_is_there_when_its_url_is_shown_and_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = {"archive": {"keep": "all"}}
    async with station_running(tmp_path, monkeypatch, **keep) as running:
        await running.enable()
        await part(running)
        path = running.read(tags.IMAGE_LAST_URL).partition("/api/")[2]
        data = await asyncio.to_thread(_fetch, f"{running.url}/api/{path}")
        assert data[:2] == b"\xff\xd8" or data[:4] == b"\x89PNG"
        assert running.read(tags.IMAGE_FAILED_URL) == "", "the part was good"
        number = running.read(tags.IMAGE_LAST_ID)
    async with station_running(tmp_path, monkeypatch, **keep) as running:
        assert running.read(tags.IMAGE_LAST_ID) == number


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return bytes(answer.read())
