"""The station's side of the process that tries drafts: one request at a time, and of one client's the newest."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from . import wire

log = logging.getLogger(__name__)

IDLE_S = 300.0
LIMIT_S = 20.0
BEHIND = 10  # niceness: behind the line, before evaluations and backups, which nobody watches
ROOT = str(Path(__file__).resolve().parents[2])
COMMAND = (
    sys.executable,
    "-c",
    f"import os, sys; os.setpriority(os.PRIO_PROCESS, 0, {BEHIND}); sys.path.insert(0, {ROOT!r});"
    " from service.bench.process import main; main()",
)


class NotTried(Exception):
    """The process could not do it; says why."""


class Superseded(Exception):
    """The same client has asked something newer meanwhile."""


@dataclass(frozen=True, slots=True)
class Answer:
    """JSON as it is to be sent, and what belongs to it."""

    body: bytes
    data: bytes = b""


class Door:
    """The process is started when something is asked, and ended when nothing was for some minutes."""

    def __init__(self, limit_s: float = LIMIT_S, idle_s: float = IDLE_S) -> None:
        self._limit_s, self._idle_s = limit_s, idle_s
        self._busy = asyncio.Lock()
        self._newest: dict[str, object] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._tools: dict[str, bytes] = {}
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the process; None = there is none."""
        return self._process.pid if self._process else None

    async def ask(self, client: str, request: Mapping[str, Any]) -> Answer:
        """Wait for those before it, and for the answer.

        Args:
            client: Of its requests that wait only the newest is done; "" = every one.

        Raises:
            Superseded: A newer one came.
            NotTried: It took too long, or the process ended.
        """
        ticket = object()
        if client:
            self._newest[client] = ticket
        try:
            async with self._busy:
                if client and self._newest.get(client) is not ticket:
                    raise Superseded
                return await self._asked(wire.packed(request))
        finally:
            if self._newest.get(client) is ticket:
                del self._newest[client]

    async def tools(self, language: str) -> bytes:
        """Every tool as JSON (`tool_list`), worked out there: the line's process need not import them all."""
        if language not in self._tools:
            self._tools[language] = (await self.ask("", {"tools": language})).body
        return self._tools[language]

    async def close(self) -> None:
        """End the process; what it was asked fails."""
        self._closed = True
        await self._end()

    async def _asked(self, message: bytes) -> Answer:
        if self._closed:
            raise NotTried("the station ends")
        self._awake()
        try:
            async with asyncio.timeout(self._limit_s):
                process = self._process or await self._start()
                return await _told(process, message)
        except NotTried:  # as it told us: it is as good as new
            raise
        except TimeoutError:
            await self._end()
            raise NotTried(f"it was not done within {self._limit_s:g} s, and was ended") from None
        except (OSError, asyncio.IncompleteReadError) as exc:
            code = await self._end()
            log.warning("the process that tries drafts ended with %s: %r", code, exc)
            raise NotTried("the process that tries drafts ended; try again") from None
        except BaseException:  # what it would still answer must not be taken for the next answer
            await self._end()
            raise
        finally:
            self._rest()

    async def _start(self) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=pipe, stdout=pipe, start_new_session=True, limit=wire.LONGEST
        )
        return self._process

    async def _end(self) -> int | None:
        """Its exit code."""
        process, self._process = self._process, None
        if self._idle:
            self._idle.cancel()
        if process is None:
            return None
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        return await process.wait()

    def _awake(self) -> None:
        if self._idle:
            self._idle.cancel()

    def _rest(self) -> None:
        """End it unless it is asked again."""
        loop = asyncio.get_running_loop()
        if self._process and not self._closed:
            self._idle = loop.call_later(self._idle_s, self._tired)

    def _tired(self) -> None:
        """It ends by itself when nobody speaks to it any more."""
        process, self._process = self._process, None
        if process and process.stdin:
            process.stdin.close()


async def _told(process: asyncio.subprocess.Process, message: bytes) -> Answer:
    assert process.stdin
    assert process.stdout
    process.stdin.write(message)
    await process.stdin.drain()
    size, more = wire.HEAD.unpack(await process.stdout.readexactly(wire.HEAD.size))
    body = await process.stdout.readexactly(size)
    data = await process.stdout.readexactly(more) if more else b""
    if body.startswith(b'{"refused":'):
        raise NotTried(orjson.loads(body)["refused"])
    return Answer(body, data)
