"""What browsers are told by Socket.IO."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import socketio
from openapi_schema_validator import OAS31Validator

from service.api import openapi
from service.api.models import Alarm, ResultEvent
from service.pacing import MOST_QUEUED, text_frame
from tests.conftest import free_port
from vision.result import Judgement

EVENTS = ("hello", "state", "result", "counters", "alarms")


class Browser:
    """A Socket.IO client that keeps what it hears."""

    def __init__(self) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.heard: list[tuple[str, Any]] = []
        for event in EVENTS:
            self.client.on(event, self._keep(event))

    def _keep(self, event: str) -> Callable[[Any], Awaitable[None]]:
        async def keep(data: Any) -> None:
            self.heard.append((event, data))

        return keep

    def of(self, event: str) -> list[Any]:
        return [data for name, data in self.heard if name == event]

    async def connect(self, url: str, transports: tuple[str, ...] = ("websocket",), **headers: str) -> "Browser":
        await self.client.connect(url, transports=list(transports), headers=headers)
        return self


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    one = Browser()
    yield one
    await one.client.disconnect()
    await one.client.eio.wait()


async def raw(http: aiohttp.ClientSession, site: Any) -> aiohttp.ClientWebSocketResponse:
    """A connected WebSocket that has said hello, and reads only when asked to."""
    socket = await http.ws_connect(
        f"{site.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket", autoping=False
    )
    assert (await socket.receive_str()).startswith("0{")
    await socket.send_str("40")
    assert (await socket.receive_str()).startswith("40")
    return socket


async def heard(socket: aiohttp.ClientWebSocketResponse, event: str) -> Any:
    """The next `event`; what comes before is passed over."""
    while True:
        text = await asyncio.wait_for(socket.receive_str(), 60)
        if text.startswith(f'42["{event}",'):
            return json.loads(text[2:])[1]


@pytest.mark.parametrize("transports", [("websocket",), ("polling",), ("polling", "websocket")])
async def test_a_new_browser_gets_all_that_stands_in_this_order(
    site: Any, browser: Browser, inspected: Any, eventually: Any, transports: tuple[str, ...]
) -> None:
    site.station.done = [inspected(41, Judgement.FAIL)]
    site.station.raised = [Alarm(number=101, severity="error", text="camera lost", detail="", since_us=5)]
    await browser.connect(site.url, transports)
    await eventually(lambda: len(browser.heard) == 5)
    assert [name for name, _ in browser.heard] == ["hello", "state", "counters", "alarms", "result"]
    told = dict(browser.heard)
    assert told["hello"] == {"build": "b1", "station": "Station <1>", "version": "1.2.3", "zone": "UTC"}
    assert told["alarms"] == [site.station.raised[0].model_dump()]
    assert (told["result"]["number"], told["result"]["judgement"], told["result"]["job"]) == (41, "FAIL", 12)


async def test_the_objects_are_those_of_rest(
    site: Any, http: aiohttp.ClientSession, browser: Browser, inspected: Any, eventually: Any
) -> None:
    site.station.done = [inspected(1)]
    over = Alarm(number=101, severity="error", text="camera lost", detail="", since_us=5, active=False, over_at_us=6)
    site.station.raised = [over, Alarm(number=704, severity="warning", text="simulation", detail="", since_us=7)]
    await browser.connect(site.url)
    await eventually(lambda: len(browser.heard) == 5)
    assert [alarm["active"] for alarm in browser.of("alarms")[0]] == [False, True]
    for event, path in (
        ("state", "station"),
        ("counters", "counters"),
        ("alarms", "alarms?over=true"),
        ("result", "inspections/1"),
    ):
        async with http.get(f"{site.url}/api/v1/{path}") as answer:
            wanted = await answer.json()
        (told,) = browser.of(event)
        if event == "result":
            wanted = {name: value for name, value in wanted.items() if name in ResultEvent.model_fields}
        assert (whole(told) if event == "result" else told) == wanted, event


def whole(told: dict[str, Any]) -> dict[str, Any]:
    """A pushed result leaves out what is as it is by default, and nothing else."""
    assert not {name for name, field in ResultEvent.model_fields.items() if field.is_required()} - told.keys()
    return ResultEvent.model_validate(told).model_dump(mode="json")


async def test_every_result_arrives_in_order_also_in_a_burst(
    site: Any, browser: Browser, inspected: Any, eventually: Any
) -> None:
    await browser.connect(site.url)
    await eventually(lambda: browser.of("state"))
    for number in range(1, 41):
        site.events.result(inspected(number))
    await eventually(lambda: len(browser.of("result")) == 40)
    assert [r["number"] for r in browser.of("result")] == list(range(1, 41))


async def test_many_changes_are_told_as_few_and_the_last_one_counts(
    site: Any, browser: Browser, eventually: Any
) -> None:
    await browser.connect(site.url)
    await eventually(lambda: browser.of("counters"))
    began = time.monotonic()
    for count in range(1, 301):
        site.station.counts["passed"] = count
        site.events.counters_changed()
        site.events.state_changed()
        if count % 10 == 0:
            await asyncio.sleep(0.005)
    await eventually(lambda: browser.of("counters")[-1]["pass"] == 300)
    ticks = (time.monotonic() - began) / 0.1 + 2
    assert len(browser.of("counters")) - 1 <= ticks
    assert len(browser.of("state")) - 1 <= ticks


async def test_what_stands_is_not_older_than_what_was_told(
    site: Any, browser: Browser, http: aiohttp.ClientSession, eventually: Any
) -> None:
    first = await raw(http, site)
    await heard(first, "state")
    site.station.online = False
    site.events.state_changed()
    assert not (await heard(first, "state"))["online"]
    await browser.connect(site.url)
    await eventually(lambda: browser.of("state"))
    assert browser.of("state") == [await site_state(http, site)]
    await first.close()


async def site_state(http: aiohttp.ClientSession, site: Any) -> Any:
    async with http.get(f"{site.url}/api/v1/station") as answer:
        return await answer.json()


async def test_no_compression_is_negotiated(site: Any, http: aiohttp.ClientSession) -> None:
    url = f"{site.url}/socket.io/?EIO=4&transport=websocket"
    async with http.ws_connect(url, compress=15) as socket:
        assert "Sec-WebSocket-Extensions" not in socket._response.headers


async def test_one_who_does_not_read_is_dropped_and_the_others_hear_all(
    site: Any, http: aiohttp.ClientSession, inspected: Any, eventually: Any
) -> None:
    reads = await raw(http, site)
    await heard(reads, "alarms")  # of the greeting
    sleeper, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=1024)
    writer.write(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    await sleeper.readuntil(b"\r\n\r\n")
    writer.write(b"\x81\x82\0\0\0\x0040")
    await eventually(lambda: sum(1 for _ in site.events._manager.get_participants("/", None)) == 2)
    # from here on nobody reads on the sleeper's side
    writer.transport.pause_reading()
    told, reason = 0, "x" * 200_000
    while len(site.events) == 2:
        assert told < 400, "never dropped"
        told += 1
        site.station.raised = [Alarm(number=told, severity="error", text=reason, detail="", since_us=0)]
        await site.events._manager.broadcast([site.events._encode("alarms")])
        assert (await heard(reads, "alarms"))[0]["number"] == told
    assert told > 1
    site.events.result(inspected(7))
    assert (await heard(reads, "result"))["number"] == 7
    writer.transport.abort()
    await reads.close()


async def test_a_polling_client_that_never_polls_is_dropped(
    site: Any, http: aiohttp.ClientSession, eventually: Any
) -> None:
    url = f"{site.url}/socket.io/?EIO=4&transport=polling"
    async with http.get(url) as answer:
        sid = json.loads((await answer.text())[1:])["sid"]
    async with http.post(f"{url}&sid={sid}", data="40") as answer:
        assert answer.status == 200
    for _ in range(MOST_QUEUED + 10):
        await site.events._manager.broadcast([site.events._encode("state")])
    async with http.get(f"{url}&sid={sid}") as answer:
        assert answer.status == 400
    assert len(site.events) == 0


async def test_words_of_a_browser_end_nothing(site: Any, http: aiohttp.ClientSession, inspected: Any) -> None:
    socket = await raw(http, site)
    for junk in ('42["result",{"number":1}]', "4", "9", "42[", "43[]", "451-[]", "4{", "3", "2probe"):
        await socket.send_str(junk)
    site.events.result(inspected(3))
    assert (await heard(socket, "result"))["number"] == 3
    await socket.close()


async def test_a_browser_that_leaves_is_forgotten(site: Any, http: aiohttp.ClientSession, eventually: Any) -> None:
    sockets = [await raw(http, site) for _ in range(20)]
    assert len(site.events) == 20
    for socket in sockets:
        await socket.close()
    await eventually(lambda: len(site.events) == 0)
    assert list(site.events.addresses()) == []


async def test_outside_loopback_only_the_token_connects(
    make_site: Any, browser: Browser, token: str, eventually: Any
) -> None:
    site = await make_site(bind="0.0.0.0")
    with pytest.raises(socketio.exceptions.ConnectionError):
        await browser.connect(site.url)
    await browser.connect(site.url, Authorization=f"Bearer {token}")
    await eventually(lambda: browser.of("hello"))


async def test_stop_takes_no_second_with_browsers_connected(
    make_site: Any, http: aiohttp.ClientSession, eventually: Any
) -> None:
    site = await make_site()
    sockets = [await raw(http, site) for _ in range(5)]
    live = await http.ws_connect(f"{site.url}/api/v1/live")
    await live.receive()
    url = f"{site.url}/socket.io/?EIO=4&transport=polling"
    async with http.get(url) as answer:
        sid = json.loads((await answer.text())[1:])["sid"]
    async with http.post(f"{url}&sid={sid}", data="40"):
        pass
    for _ in range(2):  # the greeting, then a poll that waits
        poll = asyncio.create_task(http.get(f"{url}&sid={sid}"))
        await asyncio.wait([poll], timeout=0.3)
    began = time.monotonic()
    await site.runner.cleanup()
    assert time.monotonic() - began < 5  # without the closing of transports: a minute
    await asyncio.gather(poll, return_exceptions=True)
    for socket in (*sockets, live):
        while not socket.closed:
            await socket.receive()


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_clients_come_back_by_themselves_when_the_station_does(
    make_site: Any, transport: str, eventually: Callable[..., Awaitable[None]]
) -> None:
    """Those of python-socketio, too, which would stay away if the station said goodbye."""
    client, ends = socketio.AsyncClient(reconnection_delay=0.05, reconnection_delay_max=0.1), []
    client.on("disconnect", ends.append)
    port = free_port()
    first = await make_site(port=port)
    await client.connect(first.url, transports=[transport])
    await first.runner.cleanup()
    await eventually(lambda: ends)
    await make_site(port=port)
    await eventually(lambda: client.connected)
    assert len(ends) == 1
    await client.shutdown()
    await client.eio.wait()


async def test_a_defect_in_one_telling_does_not_silence_the_station(
    site: Any, http: aiohttp.ClientSession, inspected: Any, caplog: pytest.LogCaptureFixture
) -> None:
    socket = await raw(http, site)
    await heard(socket, "state")
    site.station.raised = None  # the station breaks its promise
    site.events.alarms_changed()
    while "an event was not told" not in caplog.text:
        await asyncio.sleep(0.01)
    site.station.raised = []
    site.events.result(inspected(5))
    assert (await heard(socket, "result"))["number"] == 5
    await socket.close()


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536])
def test_frames_are_as_the_rfc_has_them(size: int) -> None:
    frame = text_frame(b"a" * size)
    assert frame[0] == 0x81
    length, head = frame[1], 2
    if length == 126:
        length, head = int.from_bytes(frame[2:4], "big"), 4
    elif length == 127:
        length, head = int.from_bytes(frame[2:10], "big"), 10
    assert (length, frame[head:]) == (size, b"a" * size)


async def test_the_document_says_what_each_event_carries(
    site: Any, browser: Browser, inspected: Any, eventually: Callable[..., Awaitable[None]]
) -> None:
    site.station.done = [inspected(1, Judgement.FAIL)]
    site.station.raised = [Alarm(number=101, severity="error", text="The camera was lost.", detail="", since_us=5)]
    document = openapi()
    await browser.connect(site.url)
    await eventually(lambda: {name for name, _ in browser.heard} == set(document["x-socket-io"]))
    for event, data in browser.heard:
        schema = document["x-socket-io"][event] | {"components": document["components"]}
        OAS31Validator(schema).validate(data)
