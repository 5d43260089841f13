"""``vision-inspection reload``: check first, then HUP, and end when the successor serves.

For ExecReload= of the unit, and for scripts: exit code 0 means that what is on the disk now is what runs.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from .generations import Generations, Mark

LIMIT_S = 60.0
CHECK_LIMIT_S = 45.0
_POLL_S = 0.01


class NotReloaded(Exception):
    """The old generation goes on; the message says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("--pid", type=int, required=True, help="process id of Gunicorn's master")
    parser.add_argument("--limit", type=float, default=LIMIT_S, help="seconds that it may take (default: %(default)g)")


def run(args: argparse.Namespace) -> int:
    """Exit code 1: nothing changed, and standard error says why."""
    began = time.monotonic()
    try:
        shared = _found(args.pid)
        _check(args.pid)
        generation = _reload(args.pid, shared, args.limit)
    except NotReloaded as exc:
        print(f"not reloaded: {exc}", file=sys.stderr)
        return 1
    print(f"generation {generation} serves after {time.monotonic() - began:.1f} s")
    return 0


def _found(master: int) -> Generations:
    try:
        return Generations.of(master)
    except PermissionError:
        raise NotReloaded(f"process {master} belongs to another user: run this as root") from None
    except OSError:
        raise NotReloaded(f"there is no process {master}") from None
    except LookupError as exc:
        raise NotReloaded(str(exc)) from None


def _check(master: int) -> None:
    """With the master's own folder, environment and command line: these are its successor's."""
    process = Path(f"/proc/{master}")
    try:
        words = _words(process / "cmdline")
        environment = dict(word.split("=", 1) for word in _words(process / "environ") if "=" in word)
        folder = (process / "cwd").readlink()
    except OSError as exc:
        raise NotReloaded(f"process {master}: {exc.strerror}") from exc
    environment.pop("NOTIFY_SOCKET", None)
    command = [sys.executable, "-m", "service.preflight", *words]
    try:
        done = subprocess.run(command, cwd=folder, env=environment, timeout=CHECK_LIMIT_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise NotReloaded(f"the check has not ended within {CHECK_LIMIT_S:g} s") from None
    except OSError as exc:
        raise NotReloaded(f"the check does not start in {folder}: {exc.strerror}") from exc
    if done.returncode:
        raise NotReloaded("the check failed, see above; the station goes on as it was")


def _words(path: Path) -> list[str]:
    return [word.decode("utf-8", "surrogateescape") for word in path.read_bytes().split(b"\0") if word]


def _reload(master: int, shared: Generations, limit_s: float) -> int:
    """The generation that serves now."""
    before = shared[Mark.FORKED]
    os.kill(master, signal.SIGHUP)
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        newest = shared[Mark.FORKED]
        if newest > before and shared[Mark.SERVING] == newest:
            return newest
        if newest > before and shared[Mark.FAILED] == newest and shared[Mark.ALIVE]:
            raise NotReloaded(f"generation {newest} cannot start, the old one serves: {shared.trouble}")
        if _ended(master):
            raise NotReloaded("the station has ended, see its log")
        time.sleep(_POLL_S)
    raise NotReloaded(f"no new generation serves after {limit_s:g} s; see the log")


def _ended(process: int) -> bool:
    try:
        return not _words(Path(f"/proc/{process}/cmdline"))  # a zombie has none
    except OSError:
        return True
