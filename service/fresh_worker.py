"""The worker class that Gunicorn's master knows: its forked child becomes a fresh interpreter of the current release.

To Gunicorn that is an ordinary worker: process id, listeners and heartbeat stay the same over exec. The real one is
`service.worker`, which `service.birth` runs over there; the master imports nothing that a release may replace.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from gunicorn.workers.base import Worker

from . import generations
from .birth_failure import birth_failed
from .generations import Mark, shared
from .inheritance import Inheritance
from .succession import successor

FOLDER = str(Path.cwd())  # resolved: the release that the master was started from
PYTHON = sys.executable
# What comes before the worker has handlers of its own must not end it.
UNTIL_BORN = (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH)


class FreshWorker(Worker):
    """Ends as another program, or with the exit code of a generation that cannot start."""

    def init_process(self) -> None:
        shared[Mark.NEWEST] = os.getpid()
        try:
            folder, python = successor(FOLDER, PYTHON)
            os.chdir(folder)
            for number in UNTIL_BORN:
                signal.signal(number, signal.SIG_IGN)
            words = [python, "-m", "service.birth", str(self._inheritance().leave()), *sys.argv]
            os.execve(python, words, os.environ | generations.systemd.variables)  # noqa: S606 - no shell
        except OSError as exc:
            birth_failed(self.log, self.age, exc, first=not shared[Mark.SERVING])

    def _inheritance(self) -> Inheritance:
        listeners: list[Any] = self.sockets
        return Inheritance(
            self.age,
            self.ppid,
            self.timeout,
            not shared[Mark.SERVING],
            [listener.fileno() for listener in listeners],
            self.tmp.fileno(),
            shared.descriptor,
            generations.vision.descriptor,
            generations.crash_report.descriptor,
            generations.binds,
            list(generations.names),
            generations.taken,
            generations.options,
            generations.systemd.owed,
        )
