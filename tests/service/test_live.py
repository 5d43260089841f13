"""Live frames over a WebSocket: newest only, one in flight, and a sign of life each second."""

import asyncio
import json
from typing import Any

import aiohttp
import cv2
import numpy as np
import pytest

from service.api.pushed import FrameHeader
from service.live import Pace
from service.settings import LiveSettings
from service.viewer import SILENT
from vision.result import Judgement

SLOW = Pace(heartbeat_s=0.05, acknowledge_s=30, hold_s=0)


async def watch(http: aiohttp.ClientSession, site: Any, query: str = "") -> aiohttp.ClientWebSocketResponse:
    return await http.ws_connect(f"{site.url}/api/v1/live{query}")


def split(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Header and JPEG; the header is as the OpenAPI document says."""
    size = int.from_bytes(data[:4], "big")
    FrameHeader.model_validate_json(data[4 : 4 + size])
    return json.loads(data[4 : 4 + size]), data[4 + size :]


async def receive(viewer: aiohttp.ClientWebSocketResponse, *kinds: str) -> tuple[dict[str, Any], bytes]:
    """The next message of one of `kinds`; heartbeats are passed over unless asked for."""
    while True:
        header, jpeg = split(await asyncio.wait_for(viewer.receive_bytes(), 10))
        if header["kind"] in (kinds or ("live", "inspection")):
            return header, jpeg


async def test_a_live_frame_has_its_header_and_its_picture(site: Any, http: aiohttp.ClientSession) -> None:
    async with await watch(http, site, "?width=160") as viewer:
        header, jpeg = await receive(viewer)
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture.shape == (120, 160)
    assert header == {
        "kind": "live",
        "frame_id": header["frame_id"],
        "acquired_ms": (1_760_000_000_000_000 + header["frame_id"]) // 1000,
        "width": 320,
        "height": 240,
        "image_width": 160,
        "image_height": 120,
        "inspection_id": None,
        "judgement": None,
        "overlays": [],
    }


async def test_an_inspection_carries_the_overlay_of_its_own_frame(
    make_site: Any, http: aiohttp.ClientSession, inspected: Any
) -> None:
    site = await make_site()
    site.station.lost = True  # no live frames between
    async with await watch(http, site) as viewer:
        site.hub.live.inspected(inspected(48213, Judgement.FAIL))
        header, jpeg = await receive(viewer, "inspection")
    assert (header["inspection_id"], header["judgement"], header["frame_id"]) == (48213, "FAIL", 48213)
    assert header["overlays"] == [
        {
            "step": "pin 3",
            "tool": "caliper",
            "judgement": "FAIL",
            "points": [[1.0, 2.0], [30.12, 2.0], [30.0, 40.0]],
            "closed": True,
            "label": "pin 3",
            "role": "region",
        }
    ]
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert abs(int(picture[0, 0]) - 48213 % 256) <= 2


async def test_the_next_frame_waits_for_the_acknowledgement_and_is_then_the_newest(
    make_site: Any, http: aiohttp.ClientSession, inspected: Any
) -> None:
    site = await make_site(pace=SLOW)
    site.station.lost = True
    async with await watch(http, site) as viewer:
        site.hub.live.inspected(inspected(1))
        assert (await receive(viewer))[0]["frame_id"] == 1
        for number in (2, 3, 4):
            site.hub.live.inspected(inspected(number))
        await viewer.send_str("not a number")
        await viewer.send_str("4")  # not the one in flight
        assert (await receive(viewer, "live", "inspection", "heartbeat"))[0]["kind"] == "heartbeat"
        await viewer.send_str("1")
        assert (await receive(viewer))[0]["frame_id"] == 4


async def test_frames_are_taken_only_while_somebody_watches(
    site: Any, http: aiohttp.ClientSession, eventually: Any
) -> None:
    assert site.station.previews == 0
    async with await watch(http, site) as viewer:
        await receive(viewer)
        assert site.hub.live.viewers == 1
    await eventually(lambda: site.hub.live.viewers == 0)
    taken = site.station.previews
    await asyncio.sleep(0.1)  # five frames' time
    assert site.station.previews <= taken + 1


async def test_one_encoding_serves_all_of_one_size(make_site: Any, http: aiohttp.ClientSession, inspected: Any) -> None:
    site = await make_site(pace=SLOW)
    site.station.lost = True
    viewers = [await watch(http, site, query) for query in ("?width=150", "?width=160", "?width=16")]
    wide = await watch(http, site, "?width=4000")
    site.hub.live.inspected(inspected(5))
    for viewer in (*viewers, wide):
        await receive(viewer)
    assert sorted(site.encoded) == [(5, (160, 120)), (5, (320, 240))]
    assert site.hub.live.encoded == 2
    for viewer in (*viewers, wide):
        await viewer.close()


@pytest.mark.parametrize("query", ["?width=0", "?width=8193", "?width=x", "?height=5"])
async def test_a_width_that_makes_no_sense_is_422(site: Any, http: aiohttp.ClientSession, query: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await watch(http, site, query)
    assert refused.value.status == 422


async def test_a_heartbeat_comes_when_nothing_is_new(make_site: Any, http: aiohttp.ClientSession) -> None:
    site = await make_site(pace=SLOW)
    site.station.lost = True
    async with await watch(http, site) as viewer:
        header, jpeg = await receive(viewer, "heartbeat")
    assert jpeg == b""
    assert set(header) == {
        *("kind", "frame_id", "acquired_ms", "width", "height", "image_width", "image_height"),
        *("inspection_id", "judgement", "overlays"),
    }
    assert site.encoded == []


async def test_who_acknowledges_nothing_is_closed_and_others_go_on(
    make_site: Any, http: aiohttp.ClientSession, eventually: Any
) -> None:
    site = await make_site(pace=Pace(heartbeat_s=0.02, acknowledge_s=0.2, hold_s=0))
    async with await watch(http, site) as silent, await watch(http, site) as awake:
        await receive(silent)
        last = 0
        while not silent.closed:
            header, _ = await receive(awake)
            assert header["frame_id"] > last
            last = header["frame_id"]
            await awake.send_str(str(last))
            while (word := await silent.receive()).type is aiohttp.WSMsgType.BINARY:
                if split(word.data)[0]["kind"] == "heartbeat":
                    break
        assert silent.close_code == SILENT
        await eventually(lambda: site.hub.live.viewers == 1)
        await receive(awake)


async def test_one_who_does_not_even_read_is_freed(make_site: Any, eventually: Any) -> None:
    site = await make_site(pace=Pace(heartbeat_s=0.02, acknowledge_s=0.2, hold_s=0))
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=1024)
    writer.write(
        b"GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    writer.transport.pause_reading()
    assert site.hub.live.viewers == 1
    await eventually(lambda: site.hub.live.viewers == 0)
    writer.transport.abort()


async def test_a_viewer_that_goes_away_in_mid_frame_leaves_no_trace_in_the_log(
    make_site: Any, http: aiohttp.ClientSession, eventually: Any, caplog: pytest.LogCaptureFixture
) -> None:
    site = await make_site(live=LiveSettings(fps=60), pace=Pace(heartbeat_s=0.01, acknowledge_s=1, hold_s=0))
    for _ in range(10):
        viewer = await watch(http, site)
        await receive(viewer)
        viewer._response.connection.transport.abort()
    await eventually(lambda: site.hub.live.viewers == 0)
    assert [record for record in caplog.records if record.levelname in ("ERROR", "WARNING")] == []


async def test_an_inspection_stands_before_live_frames_go_on(
    make_site: Any, http: aiohttp.ClientSession, inspected: Any
) -> None:
    site = await make_site(pace=Pace(heartbeat_s=0.05, acknowledge_s=30, hold_s=30))
    async with await watch(http, site) as viewer:
        header, _ = await receive(viewer, "live")
        site.hub.live.inspected(inspected(7))
        await viewer.send_str(str(header["frame_id"]))
        header, _ = await receive(viewer)
        assert header["inspection_id"] == 7
        await viewer.send_str("7")
        for _ in range(3):
            assert (await receive(viewer, "live", "inspection", "heartbeat"))[0]["kind"] == "heartbeat"
        site.hub.live.inspected(inspected(8))  # the next part is shown at once
        assert (await receive(viewer))[0]["inspection_id"] == 8


async def test_a_frame_that_cannot_be_encoded_is_passed_over(
    make_site: Any, http: aiohttp.ClientSession, inspected: Any, caplog: pytest.LogCaptureFixture
) -> None:
    site = await make_site(pace=SLOW)
    site.station.lost = True
    encode = site.hub.live._encode

    async def fails_on_one(frame: Any, size: Any, quality: int) -> bytes:
        if frame.frame_id == 1:
            raise ValueError("16 bits, 5 channels")
        jpeg: bytes = await encode(frame, size, quality)
        return jpeg

    site.hub.live._encode = fails_on_one
    async with await watch(http, site) as viewer:
        site.hub.live.inspected(inspected(1))
        while "frame 1 cannot be shown: 16 bits, 5 channels" not in caplog.text:
            await asyncio.sleep(0.01)
        site.hub.live.inspected(inspected(2))
        assert (await receive(viewer))[0]["frame_id"] == 2


async def test_a_camera_defect_does_not_end_the_picture(
    make_site: Any, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    site = await make_site()
    good = site.station.preview

    async def bad() -> None:
        site.station.preview = good
        raise RuntimeError("driver broke")

    site.station.preview = bad
    async with await watch(http, site) as viewer:
        await receive(viewer, "live")
    assert "driver broke" in caplog.text
