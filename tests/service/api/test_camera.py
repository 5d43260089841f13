"""The camera's set-up over REST: a picture at an exposure that is only tried, and what it says."""

import asyncio
import base64
from typing import Any

import aiohttp
import cv2
import numpy as np
import pytest

from service.previews import Hindrance
from tests.patience import until

from .test_session import PASSWORD, PEOPLE

CAMERA, PREVIEW = "/api/v1/camera", "/api/v1/camera/preview"


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash takes a tenth of a second on purpose; not here."""
    monkeypatch.setattr("service.auth.users._N", 2)


async def tried(site: Any, http: aiohttp.ClientSession, status: int = 200, **body: Any) -> Any:
    async with http.post(site.url + PREVIEW, json=body) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


async def test_a_picture_with_the_exposure_that_is_tried_and_its_figures(
    site: Any, http: aiohttp.ClientSession
) -> None:
    said = await tried(site, http, exposure_us=2000, gain_db=6, width=160)
    assert ("tried", 2000, 6.0) in site.station.calls
    image = cv2.imdecode(np.frombuffer(base64.b64decode(said["jpeg"]), np.uint8), cv2.IMREAD_UNCHANGED)
    assert image.shape[:2] == (120, 160)
    assert (said["width"], said["height"]) == (320, 240)
    assert sum(said["histogram"]) == 320 * 240
    assert len(said["histogram"]) == 256
    assert said["focus"] >= 0
    assert site.station.done == [], "it is no inspection"


async def test_left_out_it_is_as_the_camera_is_set(site: Any, http: aiohttp.ClientSession) -> None:
    await tried(site, http)
    assert site.station.calls == [("tried", None, None)]


@pytest.mark.parametrize("hindrance", [Hindrance.ONLINE, Hindrance.PART])
async def test_a_camera_of_the_line_is_left_alone(site: Any, http: aiohttp.ClientSession, hindrance: Hindrance) -> None:
    site.station.line_hinders = hindrance
    async with http.get(site.url + CAMERA) as answer:
        assert (await answer.json())["hindrance"] == hindrance
    assert (await tried(site, http, 409))["detail"].startswith("no picture: ")
    assert site.station.calls == []
    site.station.camera.simulated = True
    await tried(site, http)


async def test_a_lost_camera_is_told(site: Any, http: aiohttp.ClientSession) -> None:
    site.station.lost = True
    assert "not there" in (await tried(site, http, 409))["detail"]


async def test_too_long_an_exposure_would_look_like_a_lost_camera(site: Any, http: aiohttp.ClientSession) -> None:
    assert "250000 us at most" in (await tried(site, http, 409, exposure_us=250_001))["detail"]
    await tried(site, http, exposure_us=250_000)


async def test_of_one_page_only_the_newest_request_is_done(site: Any, http: aiohttp.ClientSession) -> None:
    site.station.busy = True  # so that they wait
    asked = []
    for exposure_us in (100, 200, 300):
        asked.append(asyncio.ensure_future(tried(site, http, client="a", exposure_us=exposure_us)))
        await until(lambda: site.hub.previews.waiting == len(asked))
    site.station.busy = False
    said = await asyncio.gather(*asked)
    assert [each["superseded"] for each in said] == [True, True, False]
    assert site.station.calls[-1] == ("tried", 300, None)
    assert ("tried", 200, None) not in site.station.calls


async def test_what_the_camera_is_in_the_readers_language(site: Any, http: aiohttp.ClientSession) -> None:
    async with http.get(site.url + CAMERA, params={"language": "de"}) as answer:
        said = await answer.json()
    assert (said["name"], said["simulated"], said["hindrance"]) == ("Camera <1>", False, "")
    assert said["section"]["name"] == "camera"
    assert said["section"]["schema"]["properties"]["exposure_us"]["x-title"] == "Belichtung"


async def test_engineers_set_the_camera_up_operators_do_not(make_site: Any, http: aiohttp.ClientSession) -> None:
    site = await make_site(bind="0.0.0.0")
    for name, role in PEOPLE.items():
        site.hub.doors.users.add(name, role, PASSWORD)
    for name, status in (("otto", 403), ("emma", 200)):
        headers = {"Authorization": aiohttp.encode_basic_auth(name, PASSWORD)}
        async with http.get(site.url + CAMERA, headers=headers) as answer:
            assert answer.status == status
        async with http.post(site.url + PREVIEW, json={}, headers=headers) as answer:
            assert answer.status == status
