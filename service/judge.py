"""Inspections in the vision thread, each within its recipe's time limit."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace

from protocols.alarms import OUT_OF_MEMORY, TIME_LIMIT, TOOL_DEFECT
from vision.frame import Acquisition, Inputs
from vision.pipeline import PreparedRecipe, inspect
from vision.result import InspectionResult, Judgement

from . import generations
from .offload import Abandoned, Offload

log = logging.getLogger(__name__)

HUNG_THREADS = 3  # so many given up and still running mean that vision does not answer
CLOSE_LIMIT_S = 0.3
GRACE_S = 0.05  # in which the pipeline ends by itself, with what it has measured


def error(message: str, code: int) -> InspectionResult:
    """What could not be judged: ERROR, never PASS."""
    return InspectionResult(Judgement.ERROR, reject_class=65535, message=message, error_code=code)


class Judge:
    """Owns the vision thread. A tool that hangs costs its thread: a fresh one serves the next part."""

    def __init__(self, on_change: Callable[[bool], None]) -> None:
        """`on_change`: told whether vision answers."""
        self.thread, self._on_change = Offload("vision", urgent=True), on_change
        self._turn = asyncio.Lock()  # the time limit of one must not cost the thread of another
        self.answering = True

    async def __call__(self, acquisition: Acquisition, recipe: PreparedRecipe, inputs: Inputs) -> InspectionResult:
        """At the time limit the result is ERROR, whatever the tool does."""
        async with self._turn:
            with generations.vision.working(recipe.recipe.job):
                return await self._in_time(acquisition, recipe, inputs)

    async def _in_time(self, acquisition: Acquisition, recipe: PreparedRecipe, inputs: Inputs) -> InspectionResult:
        limit_s = recipe.recipe.time_limit_ms / 1000
        deadline_ns = time.monotonic_ns() + int(limit_s * 1e9)
        call = self.thread.submit(inspect, acquisition, recipe, inputs, deadline_ns=deadline_ns)
        give_up = asyncio.get_running_loop().call_later(limit_s + GRACE_S, self.thread.abandon)
        try:
            return await call
        except Abandoned:
            self.check()
            return replace(error(f"time limit of {limit_s:g} s is over", TIME_LIMIT.number), timed_out=True)
        except MemoryError:
            log.exception("an inspection ran out of memory")
            return error("out of memory", OUT_OF_MEMORY.number)
        except Exception:  # a defect below must not stop the line
            log.exception("an inspection failed")
            return error("internal error, see log", TOOL_DEFECT.number)
        finally:
            give_up.cancel()

    def check(self) -> None:
        """Count the hung ones again."""
        answering = self.thread.hung < HUNG_THREADS
        if answering != self.answering:
            self.answering = answering
            self._on_change(answering)

    async def close(self) -> None:
        await self.thread.close(CLOSE_LIMIT_S)
