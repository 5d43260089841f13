"""How long a station takes to start, and to stop with browsers connected."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generators import Generator
from tests.conftest import Running

BROWSERS = 20


@dataclass(frozen=True, slots=True)
class Times:
    """In seconds, one a run."""

    start: list[float]  # from exec to the first 200
    stop: list[float]  # from SIGTERM to the end of the last process

    def report(self) -> str:
        """Markdown."""
        rows = (("start: exec to the first 200, OPC UA up", self.start), (f"stop, {BROWSERS} browsers", self.stop))
        lines = [f"| {name} | {statistics.median(t):.2f} | {min(t):.2f}-{max(t):.2f} |" for name, t in rows]
        return "\n".join([f"| seconds, {len(self.start)} runs | median | range |", "|---|---:|---:|", *lines])


@contextmanager
def station(**environment: str) -> Iterator[Running]:
    """Started by Gunicorn as in production, with the simulated line and the shipped recipe."""
    with tempfile.TemporaryDirectory() as folder:
        running = Running(Path(folder), environment)
        try:
            running.start()
            yield running
        finally:
            running.stop()
            running.forget()


def start_and_stop(runs: int) -> Times:
    """Each time with a new data folder."""
    times = Times([], [])
    for _ in range(runs):
        began = time.perf_counter()
        with station() as running:
            times.start.append(time.perf_counter() - began)
            with Generator("browsers", running.http, BROWSERS, ready=True):
                began = time.perf_counter()
                running.stop()
                times.stop.append(time.perf_counter() - began)
    return times
