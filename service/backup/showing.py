"""Progress for people (bars, on a terminal) and for programs (a line of JSON for each step)."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from .progress import Progress as Tell
from .progress import silent

_EVERY_S = 0.2


@contextmanager
def shown(as_json: bool) -> Iterator[Tell]:
    """Who works calls what this gives."""
    if as_json:
        yield Lines(sys.stdout)
    elif sys.stderr.isatty():
        columns = (TextColumn("{task.description:10}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as bars:
            yield Bars(bars)
    else:
        yield silent


class Bars:
    """One for each part of the work."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what)
        self._bars.update(self._tasks[what], completed=done, total=total)


class Lines:
    """For the station, which shows it to a browser; five a second."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._what, self._next = "", 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if what == self._what and now < self._next and done < total:
            return
        self._what, self._next = what, now + _EVERY_S
        self._out.write(json.dumps({"what": what, "done": done, "total": total}) + "\n")
        self._out.flush()
