"""The way of a part: acquired, judged, committed, offered, told; in trigger order.

Two stages in owned threads, so that the next acquisition overlaps the last inspection. What bounds the hand-over
between them is the handshake: TriggerReady is 0 while it is full. The PLC comes first: whoever else follows the line is
told a moment after it could read.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from protocols.alarms import NO_RECIPE
from protocols.handshake import Accepted, Finished, Handshake
from vision.frame import Acquisition, Inputs, Shot
from vision.pipeline import PreparedRecipe
from vision.result import InspectionResult

from .camera_keeper import CameraKeeper, NoImage
from .commit import Committer
from .inspection import Inspection
from .judge import Judge, error
from .plc import forced, outcome_of
from .timing import Timing, now_us, since_us

log = logging.getLogger(__name__)

DEFAULT_SHOTS = (Shot(),)
NO_STRINGS = ("",) * 4
BEHIND_S = 0.001  # of those who follow, behind the PLC: a poll that is there already is answered first

T = TypeVar("T")


@dataclass(slots=True)
class _Part:
    """One trigger on its way."""

    accepted: Accepted
    recipe: PreparedRecipe | None
    started_ns: int  # its acceptance stands on the disk
    begun: "asyncio.Future[Acquisition] | None" = None  # the camera is at it
    acquired_ns: int = 0
    acquisition: Acquisition | None = None
    missing: NoImage | None = None


class ProductionLine:
    """`start` puts a part on it; finished inspections go to `sinks`, in order."""

    def __init__(
        self, handshake: Handshake, camera: CameraKeeper, judge: Judge, committer: Committer, zone: str
    ) -> None:
        """`zone` is that of the station's clock, by its name."""
        self._handshake, self._camera, self._judge_part = handshake, camera, judge
        self.user_values: Callable[[InspectionResult, int], bytes] = lambda result, job: b""
        self._committer, self._zone = committer, zone
        self._to_acquire: asyncio.Queue[_Part] = asyncio.Queue()
        self._acquiring = False
        self._to_inspect: asyncio.Queue[_Part] = asyncio.Queue()
        self._finished: deque[Inspection] = deque()  # offered, not yet told
        self._news = asyncio.Event()
        self.sinks: list[Callable[[Inspection], None]] = []  # each returns at once
        self.on_offered: list[Callable[[Inspection], None]] = []  # in the turn of the offer: for microseconds only
        self.on_start: list[Callable[[Accepted], None]] = []  # likewise
        self.on_acquired: list[Callable[[Accepted], None]] = []  # likewise
        self.timings: deque[Timing] = deque(maxlen=1000)

    def start(self, accepted: Accepted, recipe: PreparedRecipe | None) -> None:
        """The trigger is accepted and committed. A camera that has nothing to do begins in this very turn."""
        part = _Part(accepted, recipe, time.monotonic_ns())
        if not self._acquiring:
            with suppress(NoImage):  # the first stage says so
                part.begun = self._begin(part)
        self._acquiring = True
        self._to_acquire.put_nowait(part)
        for follower in self.on_start:
            self._tell(follower, accepted, accepted)

    async def acquire(self) -> None:
        """The first stage, for ever."""
        while True:
            self._acquiring = not self._to_acquire.empty()
            part = await self._to_acquire.get()
            try:
                part.acquisition = await self._camera.acquired(part.begun or self._begin(part))
            except NoImage as exc:
                part.missing = exc
            part.acquired_ns = time.monotonic_ns()
            self._handshake.acquired(part.accepted)
            self._to_inspect.put_nowait(part)
            for follower in self.on_acquired if part.acquisition else ():
                self._tell(follower, part.accepted, part.accepted)

    def _begin(self, part: _Part) -> "asyncio.Future[Acquisition]":
        return self._camera.begin(tuple(part.recipe.recipe.exposures) if part.recipe else DEFAULT_SHOTS)

    async def inspect(self) -> None:
        """The second stage, for ever."""
        while True:
            part = await self._to_inspect.get()
            waiting_us = since_us(part.acquired_ns)
            result = await self._judge(part)
            await self._finish(part, forced(part.accepted, result), waiting_us)

    async def _judge(self, part: _Part) -> InspectionResult:
        if part.missing is not None:
            return error(str(part.missing), part.missing.code)
        if part.recipe is None or part.acquisition is None:
            return error(f"job {part.accepted.job} is no longer there", NO_RECIPE.number)
        accepted = part.accepted
        inputs = Inputs(
            accepted.part_id.decode("utf-8", "replace"),
            accepted.strings or NO_STRINGS,
            accepted.parameters,
            accepted.accepted_at_us,
            self._zone,
        )
        return await self._judge_part(part.acquisition, part.recipe, inputs)

    async def _finish(self, part: _Part, result: InspectionResult, waiting_us: int) -> None:
        """A row stands in the store before ResultsValid rises, or the result says that none does."""
        began_ns = time.monotonic_ns()
        inspection = await self._committer(self._inspection(part, result, waiting_us))
        commit_us = since_us(began_ns)
        total_us = since_us(part.accepted.accepted_ns)
        inspection = replace(inspection, outcome=replace(inspection.outcome, trigger_to_result_us=total_us))
        self._handshake.offer(Finished(inspection.result_seq, inspection.accepted, inspection.outcome))
        self._note(part, inspection, commit_us)
        for follower in self.on_offered:
            self._tell(follower, inspection, inspection.accepted)
        self._finished.append(inspection)
        self._news.set()

    async def tell(self) -> None:
        """The third stage, for ever; on leaving, what was offered is told."""
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                await asyncio.sleep(BEHIND_S)
                while self._finished:
                    self._tell_sinks(self._finished.popleft())
                    await asyncio.sleep(0)
        finally:
            while self._finished:
                self._tell_sinks(self._finished.popleft())

    def _tell_sinks(self, inspection: Inspection) -> None:
        for sink in self.sinks:
            self._tell(sink, inspection, inspection.accepted)

    def _tell(self, follower: Callable[[T], None], news: T, accepted: Accepted) -> None:
        try:
            follower(news)
        except Exception:  # a defect behind the PLC must not stop the line
            log.exception("inspection %d did not reach one of those who follow", accepted.number)

    def _inspection(self, part: _Part, result: InspectionResult, waiting_us: int) -> Inspection:
        accepted, recipe = part.accepted, part.recipe
        first = part.acquisition.first if part.acquisition else None
        outcome = outcome_of(
            result,
            part.acquisition,
            recipe_version=recipe.recipe.version if recipe else 0,
            simulated=bool(accepted.forced),
            trigger_to_result_us=since_us(accepted.accepted_ns),
            waiting_us=waiting_us,
        )
        outcome = replace(outcome, user=self.user_values(result, accepted.job))
        return Inspection(
            accepted,
            part.acquisition,
            result,
            outcome,
            self._handshake.next_seq,
            recipe.recipe.name if recipe else "",
            finished_at_us=now_us(),
            counted=self._handshake.counted_with(accepted, outcome),
            frame_size=(first.width, first.height) if first else (0, 0),
        )

    def _note(self, part: _Part, inspection: Inspection, commit_us: int) -> None:
        accepted, outcome = part.accepted, inspection.outcome
        self.timings.append(
            Timing(
                accepted.number,
                since_us(accepted.accepted_ns),
                (part.started_ns - accepted.accepted_ns) // 1000,
                outcome.acquisition_us,
                outcome.waiting_us,
                outcome.processing_us,
                commit_us,
            )
        )
