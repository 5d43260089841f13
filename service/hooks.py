"""What Gunicorn's master does for a station: its hooks, which config/gunicorn.conf.py names.

They run in the master, whose code only a restart replaces; generations are fresh interpreters.
"""

import os
import signal
import sys
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from gunicorn.config import Chdir

from . import generations
from .crash_report import place_in_vision, signal_of
from .generations import Mark, shared


def stay() -> None:
    """The master goes on with the release that it was started from, wherever `current` leads at the next reload."""
    Chdir.default = str(Path.cwd())  # resolved; Gunicorn would go where $PWD leads by then
    sys.path[:] = [os.path.realpath(path) if path else path for path in sys.path]


def pre_fork(worker: Any) -> None:
    """In the master, before each fork."""
    shared[Mark.NEWEST] = 0
    shared[Mark.FORKED] = worker.age


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


def on_reload() -> None:
    """In the master, when HUP came."""
    generations.vision.reloaded()
    generations.systemd.reloads()


def on_exit() -> None:
    """In the master, when all else has ended: after a restore the station starts again, with everything in its place.

    Where systemd watches it does that itself. Anywhere else the program begins anew in this very process, so that
    whoever started it, a container or a terminal, notices nothing.
    """
    from .backup.placing import RESTART, STAGE

    wanted = Path(shared.folder) / STAGE / RESTART
    if not wanted.exists():
        return
    wanted.unlink()
    if "NOTIFY_SOCKET" not in generations.systemd.variables:
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - as it was started


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
