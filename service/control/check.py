"""Try, in a process of its own, what a station would execute."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from service.succession import PYTHON, successor

from .master import Master

LIMIT_S = 45.0


class CheckFailed(Exception):
    """The message says what became of it; what is wrong, the check has said itself."""


def check() -> None:
    """With the folder and the variables of this process.

    Raises:
        CheckFailed: A station would not start.
    """
    _run(sys.executable, [], None, None)


def check_as(master: Master, release: Path | None = None) -> None:
    """With the master's user, variables and command line, by the release of its successor, or by `release`.

    Raises:
        CheckFailed: A successor would not start.
    """
    process = Path(f"/proc/{master.pid}")
    try:
        words = _words(process / "cmdline")
        environment = dict(word.split("=", 1) for word in _words(process / "environ") if "=" in word)
        folder, python = successor(str((process / "cwd").readlink()), sys.executable)
        user = _user(process)
    except OSError as exc:
        raise CheckFailed(f"the check knows not how process {master.pid} was started: {exc.strerror}") from exc
    if release is not None:
        folder, python = str(release), str(release / PYTHON)
    environment.pop("NOTIFY_SOCKET", None)
    _run(python, words, folder, environment, **user)


def _run(
    python: str, words: Sequence[str], folder: str | None, environment: dict[str, str] | None, **user: Any
) -> None:
    command = [python, "-m", "service.preflight", *words]
    try:
        done = subprocess.run(command, cwd=folder, env=environment, timeout=LIMIT_S, check=False, **user)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise CheckFailed(f"the check has not ended within {LIMIT_S:g} s") from None
    except OSError as exc:
        raise CheckFailed(f"the check does not start in {folder or Path.cwd()}: {exc.strerror}") from exc
    if done.returncode:
        raise CheckFailed("the check failed, see above")


def _user(process: Path) -> dict[str, Any]:
    """The master's, for who is root: what root made in a data folder, the station could not write."""
    if os.geteuid():
        return {}
    lines = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    user, group = (int(lines[name].split()[1]) for name in ("Uid", "Gid"))
    return {"user": user, "group": group, "extra_groups": [int(one) for one in lines["Groups"].split()]} if user else {}


def _words(path: Path) -> list[str]:
    return [word.decode("utf-8", "surrogateescape") for word in path.read_bytes().split(b"\0") if word]
