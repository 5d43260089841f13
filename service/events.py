"""What happens, told to every browser by Socket.IO: hello, state, result, counters, alarms."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import socketio
from aiohttp import web
from engineio.packet import NOOP, Packet

from service.api.models import ResultEvent
from service.api.problem import Problem
from service.api.pushed import Hello
from service.api.results import of_inspection
from service.api.route import dumps
from service.auth import GATE, Gate
from service.auth.origin import client_of
from service.background import running
from service.hub import Hub
from service.inspection import Inspection
from service.pacing import EventQueue, Json, Message, PacedManager, PlainWebSocket
from service.sockets import SOCKETS, Sockets

log = logging.getLogger(__name__)
PATH = "/socket.io/"
PERIOD_S = 0.2  # between two tellings; all results of it, and once what else changed meanwhile
PING_S = 10
PARTING, PARTING_S = 25, 0.02  # clients that are told to connect anew, and the pause before the next ones
LARGEST_WORD = 10_000  # bytes from a browser, which has nothing to say but pong

# The libraries log every malformed packet with a traceback: a stranger could fill the disk.
_silent = logging.getLogger(f"{__name__}.packets")
_silent.setLevel(logging.CRITICAL)


class Events:
    """A sink that tells browsers. Calls return at once; `run` does the work, in slices."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._gate: Gate | None = None
        self._sockets: Sockets | None = None
        self._results: deque[ResultEvent] = deque(maxlen=100)
        self._changed: set[str] = set()
        self._wake = asyncio.Event()
        self._latest: dict[str, Message] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._manager = PacedManager()
        self._server = self._make_server()

    def attach(self, app: web.Application) -> None:
        """Serve ``/socket.io/``; `add_routes` comes before."""
        self._gate, self._sockets = app[GATE], app[SOCKETS]
        self._sockets.peers = self
        for method in ("GET", "POST", "OPTIONS"):
            app.router.add_route(method, PATH, self._handle)
        app.cleanup_ctx.append(running(self.run))

    def result(self, inspection: Inspection) -> None:
        """A part was judged. The archive had it before: it knows whether an image will be there."""
        self._results.append(of_inspection(inspection, self._hub.archive.keeping(inspection.accepted.number)))
        self._wake.set()

    def state_changed(self) -> None:
        self._mark("state")

    def counters_changed(self) -> None:
        self._mark("counters")

    def alarms_changed(self) -> None:
        self._mark("alarms")

    async def run(self) -> None:
        """Tell what changed, at most five times a second; never ends."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._manager.broadcast(self._news())
            except Exception:  # a defect in one telling must not silence the station
                log.exception("an event was not told")
            await asyncio.sleep(PERIOD_S)

    def __len__(self) -> int:
        return len(self._server.eio.sockets)

    def addresses(self) -> Iterable[str]:
        """Of all clients, once for each."""
        return [client_of(environ["aiohttp.request"]) for environ in self._server.environ.values()]

    async def farewell(self, *, spread: bool) -> None:
        """End all connections, and what the library started; `spread`: they come back, and not all at once.

        Without Engine.IO's goodbye: after one, python-socketio stays away for good, where every client comes back from
        a connection that ends.
        """
        for number, client in enumerate(list(self._server.eio.sockets.values()), 1):
            await client.close(wait=False, abort=True)
            client.queue.put_nowait(None if client.upgraded else Packet(NOOP))  # closes the socket, or ends the poll
            if spread and number % PARTING == 0:
                await asyncio.sleep(PARTING_S)
        await self._server.shutdown()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _make_server(self) -> Any:
        server = socketio.AsyncServer(
            async_mode="aiohttp",
            client_manager=self._manager,
            json=Json,
            logger=_silent,
            engineio_logger=_silent,
            cors_allowed_origins=[],  # the gate compares origins, and no CORS header is sent
            always_connect=True,  # so that the answer to connecting comes before the first event
            async_handlers=False,
            ping_interval=PING_S,
            ping_timeout=PING_S,
            max_http_buffer_size=LARGEST_WORD,
            http_compression=False,
        )
        server.eio.create_queue = EventQueue
        server.eio.start_background_task = self._start
        server.eio._async = server.eio._async | {"websocket": PlainWebSocket}  # noqa: SLF001 - it has no option
        server.on("connect", self._connected)
        server.on("disconnect", self._parted)
        return server

    def _start(self, target: Callable[..., Coroutine[Any, Any, Any]], *args: Any, **kwargs: Any) -> Any:
        """The library starts tasks and forgets them; these are ended with the server."""
        task = asyncio.ensure_future(target(*args, **kwargs))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        assert self._sockets is not None
        if "sid" not in request.query:
            self._sockets.admit(request)
        with self._sockets.ending(request):
            response: web.StreamResponse = await self._server.handle_request(request)
        if response.status >= 400 and isinstance(response, web.Response):
            raise Problem(response.status, (response.text or "").strip('"'))
        return response

    async def _connected(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        assert self._gate is not None
        if not self._gate.allows(environ["aiohttp.request"]):
            raise socketio.exceptions.ConnectionRefusedError("this needs the station's token")
        client = self._server.eio.sockets[self._manager.eio_sid_from_sid(sid, "/")]
        for message in self._greeting():
            client.queue.put_nowait(message.packet)

    async def _parted(self, sid: str, reason: str) -> None:
        """A polling client that says goodbye has a poll open, which the library would let wait for the ping."""
        client = self._server.eio.sockets.get(self._manager.eio_sid_from_sid(sid, "/"))
        if client is not None and not client.upgraded and reason == self._server.reason.CLIENT_DISCONNECT:
            client.queue.put_nowait(None)

    def _mark(self, event: str) -> None:
        self._changed.add(event)
        self._wake.set()

    def _news(self) -> list[Message]:
        results = [_told(result) for result in self._results]
        self._results.clear()
        if results:
            self._latest["result"] = results[-1]
        changed, self._changed = self._changed, set()
        return results + [self._encode(event) for event in sorted(changed)]

    def _greeting(self) -> list[Message]:
        """What a new client gets at once: all that stands."""
        hub = self._hub
        if "hello" not in self._latest:
            zone = hub.settings.time.zone
            hello = Hello(build=hub.build, station=hub.station.name, version=hub.version, zone=zone)
            self._latest["hello"] = Message.of("hello", dumps(hello))
            last = hub.station.last()
            if last is not None and "result" not in self._latest:
                self._latest["result"] = _told(last)
        for event in ("state", "counters", "alarms"):
            if event not in self._latest:
                self._encode(event)
        order = ("hello", "state", "counters", "alarms", "result")
        return [self._latest[event] for event in order if event in self._latest]

    def _encode(self, event: str) -> Message:
        station = self._hub.station
        match event:
            case "state":
                data = dumps(station.state())
            case "counters":
                data = dumps(station.counters())
            case _:
                data = dumps(list(station.alarms(over=True)))
        self._latest[event] = Message.of(event, data)
        return self._latest[event]


def _told(result: ResultEvent) -> Message:
    """Without what is as it is by default: a thousand browsers get it, and limits that nobody set are half of it."""
    return Message.of("result", result.model_dump_json(exclude_defaults=True).encode())
