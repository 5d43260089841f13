"""Another release under the running line: checked, `current` switched, stations reloaded, or everything as before."""

import os
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

from service.control.check import CheckFailed, check_as
from service.control.master import Master, NoStation, named
from service.control.process import stations
from service.control.reloading import take_over
from service.generations import Generations
from service.succession import PYTHON

from .errors import ReleaseError
from .installing import say
from .shelf import Shelf

BACK_S = 60.0


def run_release(shelf: Shelf, release: Path, *, reload: bool = True) -> None:
    """`release` is `current`, and every station of this installation that runs has a generation of it.

    Raises:
        ReleaseError: It does not come up; then what ran before runs, and `current` and `previous` are as they were.
    """
    with ExitStack() as stack:
        masters = [stack.enter_context(master) for master in _masters(shelf)]
        _check(shelf, release, masters)
        current, previous = shelf.current, shelf.previous
        say(f"  switching to {release.name} ...")
        shelf.switch(release)
        if not reload:
            return
        moved: list[Master] = []
        try:
            for master in masters:
                moved.append(master)
                _move(master)
            if masters:
                _say_what_stays(release, masters)
        except BaseException as exc:
            _go_back(shelf, current, previous, moved)
            if isinstance(exc, NoStation):
                raise ReleaseError(str(exc)) from exc
            raise


def _masters(shelf: Shelf) -> list[Master]:
    """Of the stations that run from these releases."""
    found, place = [], shelf.folder.resolve()
    for pid in stations():
        with suppress(OSError, LookupError, NoStation):
            if Path(f"/proc/{pid}/cwd").readlink().parent == place and Generations.of(pid):
                found.append(named(pid))
    return found


def _check(shelf: Shelf, release: Path, masters: list[Master]) -> None:
    """Settings, recipes and database by the code of the other release, in processes of its own."""
    say("  checking settings and recipes with it ...")
    try:
        for master in masters:
            check_as(master, release)
    except CheckFailed as exc:
        raise ReleaseError(f"a station would not start with {release.name}: {exc}") from exc
    if masters:
        return
    for settings in sorted(shelf.settings.glob("*.toml")):
        command = [str(release / PYTHON), "-m", "service.cli", "check", "--settings"]
        done = subprocess.run(command, cwd=release, env=os.environ | {"CONFIG_PATH": str(settings)}, check=False)  # noqa: S603
        if done.returncode:
            raise ReleaseError(f"a station would not start with {release.name} and {settings}, see above")


def _move(master: Master) -> None:
    """A generation of `current` takes over.

    Raises:
        ReleaseError: With the reason.
    """
    state = take_over(master, patient=False)
    if state.generation <= state.before:
        reason = state.trouble or "it does not serve in time"
        raise ReleaseError(f"generation {state.failed or state.forked} could not start: {reason}")
    say(f"  generation {state.generation} of process {master.pid} serves, after {state.seconds:.1f} s")


def _go_back(shelf: Shelf, current: Path | None, previous: Path | None, moved: list[Master]) -> None:
    if current is None:
        return
    say(f"  going back to {current.name} ...")
    if previous is not None:
        shelf.switch(previous)
    shelf.switch(current)
    for master in moved:
        _settle(master, last=master is moved[-1])


def _settle(master: Master, *, last: bool) -> None:
    """Of the last one the predecessor may go on; else another generation takes over, which is of `current` again."""
    if not (last and master.state().alive):
        came = take_over(master, limit_s=BACK_S)
        if came.generation <= came.before:
            say(f"  nobody serves for process {master.pid}: Gunicorn tries again, see the log")
            return
    say(f"  generation {master.state().alive} of process {master.pid} serves")


def _say_what_stays(release: Path, masters: list[Master]) -> None:
    """A master is what a restart alone replaces."""
    started = {Path(f"/proc/{master.pid}/cwd").readlink().name for master in masters if not master.ended_within(0)}
    if started - {release.name}:
        say(
            f"  Gunicorn's master, its Python and the unit stay those of {', '.join(sorted(started))} until a restart;"
            " everything that inspects and serves is of the new release"
        )


def root_needed(shelf: Shelf) -> None:
    """
    Raises:
        ReleaseError: This user may not change what is installed.
    """
    if not shelf.opt.is_dir():
        raise ReleaseError(f"nothing is installed in {shelf.opt}: deploy/install.sh --bundle FILE does that")
    if not os.access(shelf.opt, os.W_OK):
        raise ReleaseError(f"{shelf.opt} is root's: sudo {Path(sys.argv[0]).name} ...")
