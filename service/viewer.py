"""One browser that watches: a frame in flight, the next one after it was drawn."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Annotated

from aiohttp import WSMsgType, web
from pydantic import BaseModel, ConfigDict, Field

from service.api.reading import query_of
from service.auth.gate import GATE
from service.hub import Hub
from service.live import FrameSource, Shown, message
from service.sockets import SOCKETS

log = logging.getLogger(__name__)
PATH = "/api/v1/live"
SILENT = 4008  # close code: no acknowledgement in time
REVOKED = 4003  # close code: what let the viewer in does so no longer


class LiveQuery(BaseModel):
    """What a viewer may ask for."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    width: Annotated[int, Field(ge=16, le=8192)] | None = None  # px; None = as `[live] width` says
    token: Annotated[str, Field(max_length=200)] | None = None  # a view token, of a page that has no session


def add_live(app: web.Application, hub: Hub) -> None:
    """Serve ``/api/v1/live``."""

    async def watch(request: web.Request) -> web.StreamResponse:
        sockets = app[SOCKETS]
        query = query_of(request, LiveQuery)
        sockets.admit(request)
        socket = web.WebSocketResponse(compress=False, heartbeat=10, max_msg_size=1024, timeout=1.0)
        with sockets.ending(request), sockets.holding(request):
            await socket.prepare(request)
            with hub.live.watching():
                gate = app[GATE]
                await Viewer(
                    socket, hub.live, query.width or hub.settings.live.width, lambda: gate.still(request)
                ).run()
        if request.transport is not None:
            request.transport.abort()  # closing would wait for a peer who reads nothing
        return socket

    app.router.add_get(PATH, watch)


class Viewer:
    """The two sides of one connection."""

    def __init__(
        self, socket: web.WebSocketResponse, source: FrameSource, width: int, allowed: Callable[[], bool] = lambda: True
    ) -> None:
        self._socket, self._source, self._width, self._allowed = socket, source, width, allowed
        self._drawn = asyncio.Event()
        self._awaited = -1
        self._last: Shown | None = None

    async def run(self) -> None:
        """Until the browser leaves, or acknowledges nothing."""
        async with asyncio.TaskGroup() as group:
            sender = group.create_task(self._send())
            async for word in self._socket:
                if word.type is WSMsgType.TEXT and word.data == str(self._awaited):
                    self._drawn.set()
            sender.cancel()

    async def _send(self) -> None:
        pace = self._source.pace
        try:
            while self._allowed():  # a view token may be revoked meanwhile
                try:
                    async with asyncio.timeout(pace.heartbeat_s):
                        shown = await self._source.newer(self._last.serial if self._last else 0)
                except TimeoutError:
                    await self._beat()
                    continue
                async with asyncio.timeout(pace.acknowledge_s):
                    await self._show(shown)
            await self._socket.close(code=REVOKED, message=b"no longer allowed")
        except TimeoutError:
            await self._socket.close(code=SILENT, message=b"no acknowledgement")
        except ConnectionError:  # the browser left; the reading side ends by itself
            pass

    async def _show(self, shown: Shown) -> None:
        """Send a frame and wait until it is drawn."""
        self._last = shown
        try:
            data = await self._source.message(shown, self._width)
        except Exception as exc:  # one frame that cannot be encoded must not end the stream
            log.warning("frame %d cannot be shown: %s", shown.frame.frame_id, exc)
            return
        self._awaited = shown.frame.frame_id
        self._drawn.clear()
        await self._socket.send_bytes(data)
        while True:
            try:
                async with asyncio.timeout(self._source.pace.heartbeat_s):
                    await self._drawn.wait()
                return
            except TimeoutError:
                await self._beat()

    async def _beat(self) -> None:
        """Nothing new: say that the station lives."""
        header = self._last.header(self._last.size(self._width)) if self._last else dict.fromkeys(EMPTY, 0)
        nothing = {
            "kind": "heartbeat",
            "acquired_ms": int(time.time() * 1000),
            "inspection_id": None,
            "judgement": None,
            "overlays": [],
        }
        await self._socket.send_bytes(message(header | nothing))


EMPTY = ("frame_id", "width", "height", "image_width", "image_height")
