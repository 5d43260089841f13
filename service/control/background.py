"""Start a station in the background, and say what became of it."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from service.settings import SettingsError, load

from . import commands
from .check import CheckFailed, check
from .master import Master
from .readiness import not_ready

START_S = 60.0
READY_S = 5.0
LOOK_S = 0.05


def start(running: Master | None) -> int:
    """0 once it serves; 1 where it does not, with what it said."""
    if running is not None:
        print(f"The station runs already: process {running.pid}.", file=sys.stderr)
        return 1
    try:
        check()
        errors, log = _files()
        errors.parent.mkdir(parents=True, exist_ok=True)
        errors.touch()
    except CheckFailed as exc:
        print(f"Not started: {exc}.", file=sys.stderr)
        return 1
    except (OSError, SettingsError) as exc:
        print(f"Not started: {exc}", file=sys.stderr)
        return 1
    begin = {path: _size(path) for path in (errors, log)}
    process = _spawn(errors)
    with Master(process.pid) as master:
        if _comes(process, master):
            _let_it_get_ready(master)
            code = commands.status(master)
            print(f"  log        {log.resolve()}")
            return code
        print("The station has not started; it said:", _tail(begin), sep="\n", file=sys.stderr)
        return 1


def _files() -> tuple[Path, Path]:
    """What standard error becomes, and where the log goes: the same unless `[log] file` is set."""
    settings = load()
    given = settings.gunicorn.errorlog
    errors = Path(given) if given != "-" else settings.station.data_folder / "station.log"
    return errors, settings.log.file or errors


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _spawn(log: Path) -> "subprocess.Popen[bytes]":
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    variables = os.environ | {"GUNICORN_ERRORLOG": str(log), "GUNICORN_DAEMON": "false"}
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own words
            [gunicorn, "-c", "config/gunicorn.conf.py", "service.app:factory"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=variables,
            start_new_session=True,
        )


def _comes(process: "subprocess.Popen[bytes]", master: Master) -> bool:
    """Whether it serves in time; a start that takes longer goes on, and is said to."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if master.state().generation:
            return True
        if master.ended_within(LOOK_S):
            process.wait()
            return False
    print(f"It does not serve after {START_S:g} s, and is still trying:", file=sys.stderr)
    return True


def _let_it_get_ready(master: Master) -> None:
    """The camera comes a moment after the first answer; what takes longer is shown with its reason."""
    end, url = time.monotonic() + READY_S, master.state().url
    with suppress(OSError):
        while url and not_ready(url) and time.monotonic() < end:
            time.sleep(LOOK_S)


def _tail(begin: dict[Path, int]) -> str:
    """What has come to these files since they were so long."""
    lines: list[str] = []
    for path, size in begin.items():
        with suppress(OSError), path.open("rb") as file:
            file.seek(size)
            lines += file.read().decode("utf-8", "replace").splitlines()[-20:]
    return "\n".join(f"  {line}" for line in lines)
