"""What a master's generations tell whoever asks from outside: which one serves, which one could not and why.

A small file in memory, beside the retentive memory. It is there to be read by the start script's `status` and `reload`:
the station itself never reads its own decisions from it, and a write that fails fails silently.
"""

import json
import os
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunState:
    """Of one master; generation 0 = none."""

    master: int  # process id
    url: str = ""  # of HTTP, as this machine reaches it
    generation: int = 0  # that serves, or served last
    worker: int = 0  # its process id
    since: float = 0.0  # seconds since 1970
    failed: int = 0  # a newer generation that did not come to serve
    why: str = ""


def read(path: Path) -> RunState | None:
    """None where nobody has told anything."""
    try:
        return RunState(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def serves(path: Path, master: int, generation: int, url: str) -> None:
    """In the worker, when its sockets are open."""
    _write(path, RunState(master, url, generation, os.getpid(), time.time()))


def failed(path: Path, master: int, generation: int, why: str) -> None:
    """In the worker that cannot start, and in the master for one that ended without a word: the first word counts."""
    state = read(path)
    if state is None or state.master != master:
        state = RunState(master)
    if state.failed < generation:
        _write(path, replace(state, failed=generation, why=why))


def gone(path: Path, master: int) -> None:
    """In the master, at its end."""
    state = read(path)
    if state is not None and state.master == master:
        with suppress(OSError):
            path.unlink()


def _write(path: Path, state: RunState) -> None:
    if not path.name:
        return
    with suppress(OSError):
        handle, new = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(state), file)
        Path(new).chmod(0o644)
        Path(new).replace(path)
