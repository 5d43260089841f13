"""A generation in its fresh interpreter: Gunicorn's worker made anew round what the master left it, and run.

``python -m service.birth DESCRIPTOR GUNICORN'S COMMAND LINE...``, which `service.fresh_worker` executes. The master's
command line and configuration file are read as the master has read them, but by this release.
"""

import gc
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import deferred_classes, generated_code, inheritance
from .inheritance import Inheritance

BOOT_FAILED, TRY_AGAIN = 3, 75  # as in `birth_failure`, where not even that can be imported
AUTHORITIES = "SSL_CERT_FILE"  # OpenSSL's name for the file of those that are trusted
REQUESTS = "requests"


class Heartbeat:
    """Gunicorn's WorkerTmp over the descriptor that came along."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def notify(self) -> None:
        now = time.monotonic()
        os.utime(self._descriptor, (now, now))

    def fileno(self) -> int:
        return self._descriptor

    def close(self) -> None:
        os.close(self._descriptor)


def main() -> None:
    """Ends with the process."""
    gc.disable()  # what a start builds all stays, see `runtime.tune`
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C before it is born leaves no trace on the terminal
    own = inheritance.take(int(sys.argv[1]))
    sys.argv = sys.argv[2:]
    try:
        generated_code.use()
        deferred_classes.use()
        worker = _worker(own)
    except BaseException as exc:  # whatever a release is broken by
        _failed(own, exc)
    worker.init_process()


def _worker(own: Inheritance) -> Any:
    from gunicorn.app.wsgiapp import WSGIApplication

    from . import generations

    worker_class = _worker_class()
    listeners = [socket.socket(fileno=descriptor) for descriptor in own.listeners]
    generations.sockets.update(zip(own.names, listeners[1:], strict=True))
    try:
        application = WSGIApplication()
    except SystemExit:
        raise RuntimeError("Gunicorn's configuration cannot be read, see the log") from None
    config = application.cfg
    log = config.logger_class(config)
    worker = worker_class(own.age, own.master, listeners[:1], application, own.limit_s, config, log)
    worker.tmp.close()
    worker.tmp, worker.pid = Heartbeat(own.heartbeat), os.getpid()
    return worker


def _worker_class() -> Any:
    with _as_servers():
        import socketio  # noqa: F401

        from .worker import StationWorker

    return StationWorker


@contextmanager
def _as_servers() -> Iterator[None]:
    """For imports of aiohttp and python-socketio: what only their clients need, which no station is, takes a while.

    aiohttp's reads all that this machine trusts, twice; the other's has a use for `requests`, if that is installed.
    """
    trusted = os.environ.get(AUTHORITIES)
    found: dict[str, Any] = sys.modules
    found[REQUESTS], os.environ[AUTHORITIES] = None, os.devnull  # as if it were not installed
    try:
        yield
    finally:
        del found[REQUESTS], os.environ[AUTHORITIES]
        if trusted is not None:
            os.environ[AUTHORITIES] = trusted


def _failed(own: Inheritance, exc: BaseException) -> None:
    try:
        import logging

        from .birth_failure import birth_failed
    except Exception:  # the master says that it has ended before it served
        traceback.print_exception(exc)
        time.sleep(1.0)
        sys.exit(BOOT_FAILED if own.first else TRY_AGAIN)
    birth_failed(logging.getLogger("gunicorn.error"), own.age, exc, first=own.first)


if __name__ == "__main__":
    main()
