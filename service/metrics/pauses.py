"""How long the collector of garbage stops everything."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import table
from .metric import Distribution, Spread


class Pauses:
    """By generation, while `watching`."""

    def __init__(self) -> None:
        self._seconds = tuple(Distribution(table.GC_PAUSE) for _ in gc.get_count())
        self._began = 0.0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Inside, every collection is timed."""
        gc.callbacks.append(self._heard)
        try:
            yield
        finally:
            gc.callbacks.remove(self._heard)

    def _heard(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            self._began = time.perf_counter()
        elif self._began:
            self._seconds[info["generation"]].add(time.perf_counter() - self._began)

    def values(self) -> Iterator[Spread]:
        """As they stand."""
        yield from (seconds.spread(str(number)) for number, seconds in enumerate(self._seconds))
