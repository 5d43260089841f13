"""The Gunicorn worker: one generation of the station, and its orderly change on HUP.

Gunicorn ends the old worker as soon as the new one is forked. Here the old one goes on serving until its successor owns
what it had (`service.handover`), and stays when the successor fails.
"""

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp.worker import GunicornWebWorker

from . import generations
from .birth_failure import birth_failed
from .generations import Mark, shared

SUCCESSOR_LIMIT_S = 50.0  # less than who reloads waits; the old one serves meanwhile, and nothing is lost
DRAIN_LIMIT_S = 3.0  # for a successor that owns everything, to answer HTTP
LINGER_S = 0.25  # for requests on their way over connections that are open


class StationWorker(GunicornWebWorker):
    """aiohttp's worker on uvloop where that is installed."""

    _leaving: "asyncio.Task[None] | None" = None
    _outlived = 0  # the newest generation that was to follow, and did not

    def init_process(self) -> None:
        try:
            import uvloop

            asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
        except ImportError:
            pass
        try:
            super().init_process()
        except SystemExit as exc:
            self._end(exc)
            raise
        except BaseException as exc:
            birth_failed(self.log, self.age, exc, first=not shared[Mark.SERVING])

    def load_wsgi(self) -> None:
        """The application comes with the runner that serves it: aiohttp's worker would ignore most limits."""
        super().load_wsgi()
        factory: Callable[[], Awaitable[Any]] = self.wsgi

        async def runner() -> Any:
            from .http_runner import Runner  # while the interpreter is fresh: it brings most of the station along

            return Runner(await factory(), self.cfg, self.log)

        self.wsgi: Callable[[], Awaitable[Any]] = runner

    @staticmethod
    def _create_ssl_context(cfg: Any) -> Any:
        from .tls import context

        return context(cfg.certfile, cfg.keyfile, cfg.ca_certs, cfg.cert_reqs, cfg.ciphers)

    def init_signals(self) -> None:
        super().init_signals()
        generations.crash_report.enable()

    def notify(self) -> None:
        """Gunicorn's heartbeat, once a second; the first one comes when every server is up.

        Said once: one that lingers beside its successor has heartbeats too, and would take the place back.
        """
        super().notify()
        if shared[Mark.SERVING] < self.age:
            shared.serves(self.age, _url("https" if self.cfg.is_ssl else "http"))
            generations.systemd.serves()

    def _end(self, exc: SystemExit) -> None:
        """Everything is closed: leave at once, for a thread that hangs in a driver would crash Python's own end."""
        if self.booted:
            logging.shutdown()
            sys.stdout.flush()
            os._exit(exc.code if isinstance(exc.code, int) else 1)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM: from Gunicorn at a reload, or at the end of the service."""
        if not self.booted:
            os._exit(0)  # half a start has nothing to bring down, and would only say how it was torn
        if self._leaving is None:
            self._leaving = self.loop.create_task(self._leave())

    async def _leave(self) -> None:
        end = time.monotonic() + SUCCESSOR_LIMIT_S
        while (
            shared.successor_of(self.age)
            and not shared.successor_ready(self.age)
            and not shared[Mark.STOPPING]
            and time.monotonic() < end
        ):
            await asyncio.sleep(0.02)
        if shared[Mark.FORKED] > self.age and not shared.successor_ready(self.age) and not shared[Mark.STOPPING]:
            self._stay(shared[Mark.FORKED])
            return
        await self._drain()
        self.alive = False
        self._notify_waiter_done()

    async def _drain(self) -> None:
        """HTTP connections are answered until the next generation takes new ones, and a moment longer."""
        end = time.monotonic() + DRAIN_LIMIT_S
        while (
            shared.successor_of(self.age)
            and shared[Mark.SERVING] <= self.age
            and not shared[Mark.STOPPING]
            and time.monotonic() < end
        ):
            await asyncio.sleep(0.01)
        if shared[Mark.SERVING] > self.age and not shared[Mark.STOPPING]:
            await asyncio.sleep(LINGER_S)

    def _stay(self, successor: int) -> None:
        """It has failed, or takes too long. Gunicorn tells this one to end once a second while it is not gone."""
        self._leaving = None
        if self._outlived == successor:
            return
        self._outlived = successor
        if shared[Mark.FAILED] < successor:
            why = f"it was not ready within {SUCCESSOR_LIMIT_S:g} s, and was ended"
            shared.failed(successor, why)
            self.log.error("generation %d: %s", successor, why)
            self._end_successor()
        self.log.error("generation %d failed to start; generation %d goes on", successor, self.age)
        generations.systemd.serves()

    def _end_successor(self) -> None:
        """It hangs; as long as it is there, Gunicorn wants this one gone."""
        with suppress(OSError):  # it has just ended by itself
            pid = shared[Mark.NEWEST]
            status = Path(f"/proc/{pid}/stat").read_text()
            if int(status.rpartition(")")[2].split()[1]) == self.ppid:  # not a process that has got its number since
                os.kill(pid, signal.SIGKILL)


def _url(scheme: str) -> str:
    """Of HTTP, from this machine."""
    host, _, port = generations.binds[0].rpartition(":")
    everywhere = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 - compared, not bound
    return f"{scheme}://{everywhere.get(host, host)}:{port}"
