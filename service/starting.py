"""What Gunicorn's configuration asks once, at the start: are the settings in order, and what follows from them.

In a process of its own, and with as few imports as can be: the first answer of the station waits for it.
"""

import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from .addresses import binds, taken
from .backup import placing
from .control.process import is_station, pid_in
from .logs.choice import choice_of
from .settings import Settings, SettingsError, data_folder, load
from .start_problems import start_problems
from .welcome import welcome

LET_GO_S = 3.0


def main() -> int:
    """Addresses, options, the data folder and how to log on standard output, words for people on standard error."""
    try:
        if said := _restore_unfinished(data_folder()):
            raise SettingsError([said])
        settings = load()
        problems, occupied = start_problems(settings), {}
        if not problems and "http" in (occupied := _still(taken, settings)):
            problems = list(occupied.values())  # nobody could see what is wrong
    except SettingsError as exc:
        problems = exc.problems
    if problems:
        print("The station cannot start:", *problems, sep="\n  ", file=sys.stderr)
        return 1
    for line in occupied.values():
        print(f"{line}. Until then the station runs without.", file=sys.stderr)
    print(json.dumps(_answer(settings, occupied)))
    print(welcome(settings), file=sys.stderr)
    return 0


def _restore_unfinished(data: Path) -> str:
    """Go on where a restore was cut off, by a power cut for example; why that cannot be done, "" = it is done."""
    if not placing.unfinished(data):
        return ""
    from .store import FolderLock, Locked

    lock = FolderLock(data)
    try:
        lock.acquire()
        placing.finish(data)
    except (OSError, Locked) as exc:
        return f"{data}: a restore has not ended: {exc}"
    finally:
        lock.release()
    return ""


def _answer(settings: Settings, occupied: dict[str, str]) -> list[object]:
    """What `generations.remember` takes."""
    _forget_stale(settings.gunicorn.pidfile)
    found = binds(settings)
    free, other = ({n: at for n, at in found.items() if (n in occupied) is kept} for kept in (False, True))
    options = {name: value for name, value in settings.gunicorn.model_dump().items() if value != ""}
    folder, log = str(settings.station.data_folder.resolve()), choice_of(settings).to_json()
    return [free, other, options, folder, log]


def _forget_stale(pid_file: str) -> None:
    """After a power cut it may name any process, and Gunicorn would take that for a station that runs."""
    path = Path(pid_file)
    if pid_file and (pid := pid_in(path)) and not is_station(pid):
        with suppress(OSError):
            path.unlink()


def _still(problems: Callable[[Settings], dict[str, str]], settings: Settings) -> dict[str, str]:
    """What is left of these problems after a while: a station that is being stopped lets its ports go."""
    end = time.monotonic() + LET_GO_S
    while (found := problems(settings)) and time.monotonic() < end:
        time.sleep(0.1)
    return found
