"""The Gunicorn worker: one generation of the station, and its orderly change on HUP.

Gunicorn ends the old worker as soon as the new one is forked. Here the old one goes on serving until its successor has
imported and validated everything, and stays when the successor fails; there are never two owners of the camera,
because the successor opens nothing before the old one has released the data folder.
"""

import asyncio
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from types import FrameType
from typing import Any

from aiohttp.worker import GunicornWebWorker

from . import generations
from .crash_report import place_in_vision, signal_of
from .generations import Mark, shared

SUCCESSOR_LIMIT_S = 50.0  # less than who reloads waits; the old one serves meanwhile, and nothing is lost
BOOT_FAILED = 3  # Gunicorn ends the whole service at this exit code
TRY_AGAIN = 75  # and starts another worker at any other


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
        gc.disable()  # what a start builds all stays, see `runtime.tune`
        try:
            super().init_process()
        except SystemExit as exc:
            self._end(exc)
            raise
        except BaseException as exc:
            self._boot_failed(exc)

    def load_wsgi(self) -> None:
        """The application comes with the runner that serves it: aiohttp's worker would ignore most limits."""
        super().load_wsgi()
        factory: Callable[[], Awaitable[Any]] = self.wsgi

        async def runner() -> Any:
            from .http_runner import Runner  # what the master imports a reload cannot replace

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
        """Gunicorn's heartbeat, once a second; the first one comes when every server is up."""
        super().notify()
        if shared[Mark.ALIVE] != self.age:
            shared.serves(self.age, _url("https" if self.cfg.is_ssl else "http"))
            generations.systemd.serves()

    def _end(self, exc: SystemExit) -> None:
        """Everything is closed: leave at once, for a thread that hangs in a driver would crash Python's own end."""
        if self.booted:
            logging.shutdown()
            sys.stdout.flush()
            os._exit(exc.code if isinstance(exc.code, int) else 1)

    def _boot_failed(self, exc: BaseException) -> None:
        """Where a generation has served before, its fault must not end the service."""
        self.log.error("generation %d cannot start: %s", self.age, exc, exc_info=not hasattr(exc, "problems"))
        shared.failed(self.age, str(exc) or type(exc).__name__)
        if shared[Mark.SERVING]:
            if not shared[Mark.ALIVE]:
                time.sleep(1.0)  # nobody serves meanwhile: no faster than this
            sys.exit(TRY_AGAIN)
        sys.exit(BOOT_FAILED)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM: from Gunicorn at a reload, or at the end of the service."""
        if not self.booted:
            shared[Mark.STOPPING] = 1
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
        self.alive = False
        self._notify_waiter_done()

    def _stay(self, successor: int) -> None:
        """It has failed, or takes too long. Gunicorn tells this one to end once a second while it is not gone."""
        self._leaving = None
        if self._outlived == successor:
            return
        self._outlived = successor
        shared.failed(successor, f"it was not ready within {SUCCESSOR_LIMIT_S:g} s")
        self.log.error("generation %d failed to start; generation %d goes on", successor, self.age)
        generations.systemd.serves()


def pre_fork(worker: Any) -> None:
    """In the master, before each fork."""
    shared[Mark.FORKED] = worker.age


def post_fork(worker: Any) -> None:
    """In the new worker: the first listener is HTTP's, the others go to the PLC servers."""
    http, *plc = worker.sockets
    worker.sockets = [http]
    names = generations.names
    generations.sockets.update({name: listener.sock for name, listener in zip(names, plc, strict=True)})
    generations.age, generations.master = worker.age, worker.ppid


def child_exit(worker: Any) -> None:
    """In the master: a generation has gone; one that went before it served has failed."""
    if shared[Mark.ALIVE] == worker.age:
        shared[Mark.ALIVE] = 0
    if shared[Mark.SERVING] < worker.age and not shared[Mark.STOPPING]:
        shared.failed(worker.age, "its process ended before it served, see the log")
    if report := generations.crash_report.take():
        _crashed(worker, report)


def _crashed(worker: Any, report: str) -> None:
    """By a signal of its own making, not by one that somebody sent."""
    worker.log.error("generation %d crashed: %s", worker.age, report.strip())
    place = place_in_vision(report)
    if place or (place == "" and generations.vision.job):
        generations.vision.crashed(f"{signal_of(report)} in {place}" if place else signal_of(report))


def _url(scheme: str) -> str:
    """Of HTTP, from this machine."""
    host, _, port = generations.binds[0].rpartition(":")
    everywhere = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 - compared, not bound
    return f"{scheme}://{everywhere.get(host, host)}:{port}"


def on_reload() -> None:
    """In the master, when HUP came."""
    generations.vision.reloaded()
    generations.systemd.reloads()


def when_ready(master: Any) -> None:
    """In the master, once its own signal handlers are there: that the service is told to end is told to systemd.

    Gunicorn has no hook for it, and a worker cannot tell the end of the service from its own alone.
    """
    shared[Mark.MASTER] = master.pid
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, partial(_told_to_end, master))


def _told_to_end(master: Any, number: int, frame: FrameType | None) -> None:
    if os.getpid() == master.pid:  # not in a worker that has just been forked
        shared[Mark.STOPPING] = 1  # so that a worker whose successor failed knows that this is no reload
        generations.systemd.stops()
    master.signal(number, frame)
