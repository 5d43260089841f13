"""The way of a part: acquired, judged, committed, offered, told; in trigger order.

The camera begins with the trigger, beside the commit of its acceptance: an exposure waits for no disk, and for no other
part, as nothing is accepted while the camera is at work. Two stages in owned threads, so that the next acquisition
overlaps the last inspection. What bounds the hand-over between them is the handshake: TriggerReady is 0 while it is
full. The PLC comes first: whoever else follows the line is told a moment after it could read.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from protocols.alarms import NO_RECIPE
from protocols.handshake import Accepted, Finished, Handshake
from vision.frame import Acquisition, Inputs, Shot
from vision.pipeline import PreparedRecipe
from vision.result import InspectionResult

from .camera_keeper import CameraKeeper, NoImage
from .commit import Committer
from .inspection import NOTHING, Given, Inspection
from .judge import Judge, error
from .logs.about import INSPECTION, about_part
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
    begun: "asyncio.Future[Acquisition] | None" = None  # the camera is at it
    started_ns: int = 0  # its acceptance stands on the disk
    acquired_ns: int = 0
    acquisition: Acquisition | None = None
    missing: NoImage | None = None


class ProductionLine:
    """`expect` and `start` put a part on it; finished inspections go to `sinks`, in order."""

    def __init__(
        self, handshake: Handshake, camera: CameraKeeper, judge: Judge, committer: Committer, zone: str
    ) -> None:
        """`zone` is that of the station's clock, by its name."""
        self._handshake, self._camera, self._judge_part = handshake, camera, judge
        self.user_values: Callable[[InspectionResult, int], bytes] = lambda result, job: b""
        self.given: Callable[[int], Given] = lambda number: NOTHING
        self._committer, self._zone = committer, zone
        self._expected: _Part | None = None  # its acceptance is being committed
        self._to_acquire: asyncio.Queue[_Part] = asyncio.Queue()
        self._to_inspect: asyncio.Queue[_Part] = asyncio.Queue()
        self._finished: deque[Inspection] = deque()  # offered, not yet told
        self._news = asyncio.Event()
        self.sinks: list[Callable[[Inspection], None]] = []  # each returns at once
        self.on_offered: list[Callable[[Inspection], None]] = []  # in the turn of the offer: for microseconds only
        self.on_start: list[Callable[[Accepted], None]] = []  # likewise
        self.on_acquired: list[Callable[[Accepted], None]] = []  # likewise
        self.timings: deque[Timing] = deque(maxlen=1000)

    @property
    def waiting(self) -> tuple[int, int, int]:
        """Parts that wait to be acquired, to be inspected, and to be told."""
        return self._to_acquire.qsize(), self._to_inspect.qsize(), len(self._finished)

    @property
    def told(self) -> bool:
        """Whoever follows the line knows of all that was offered."""
        return not self._finished and not self._news.is_set()

    def expect(self, accepted: Accepted, recipe: PreparedRecipe | None) -> None:
        """A trigger is taken, its commit under way. The camera begins in this very turn."""
        part = self._expected = _Part(accepted, recipe)
        with about_part(accepted.number):
            try:
                part.begun = self._camera.begin(tuple(recipe.recipe.exposures) if recipe else DEFAULT_SHOTS)
            except NoImage as exc:
                part.missing = exc

    def drop(self, accepted: Accepted) -> None:
        """The expected one was not committed: an image that was taken is nobody's."""
        begun = self._was_expected(accepted).begun
        if begun is not None and not begun.cancel() and not begun.cancelled():
            begun.exception()  # seen: whoever asks next meets what still is wrong

    def start(self, accepted: Accepted) -> None:
        """The expected one is committed."""
        part = self._was_expected(accepted)
        part.started_ns = time.monotonic_ns()
        self._to_acquire.put_nowait(part)
        for follower in self.on_start:
            self._tell(follower, accepted, accepted)

    def _was_expected(self, accepted: Accepted) -> _Part:
        part, self._expected = self._expected, None
        if part is None or part.accepted is not accepted:
            raise RuntimeError(f"trigger {accepted.number} was not expected")
        return part

    async def acquire(self) -> None:
        """The first stage, for ever."""
        while True:
            part = await self._to_acquire.get()
            INSPECTION.set(part.accepted.number)
            if part.begun is not None:
                try:
                    part.acquisition = await self._camera.acquired(part.begun)
                except NoImage as exc:
                    part.missing = exc
            part.acquired_ns = time.monotonic_ns()
            self._handshake.acquired(part.accepted)
            self._to_inspect.put_nowait(part)
            for follower in self.on_acquired if part.acquisition else ():
                self._tell(follower, part.accepted, part.accepted)

    async def inspect(self) -> None:
        """The second stage, for ever."""
        while True:
            part = await self._to_inspect.get()
            INSPECTION.set(part.accepted.number)
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
        INSPECTION.set(inspection.accepted.number)
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
            given=self.given(accepted.number),
        )

    def _note(self, part: _Part, inspection: Inspection, commit_us: int) -> None:
        accepted, outcome = part.accepted, inspection.outcome
        self.timings.append(
            Timing(
                accepted.number,
                since_us(accepted.accepted_ns),
                (part.started_ns - accepted.accepted_ns) // 1000,
                outcome.acquisition_us,
                _overlap_us(part),
                outcome.waiting_us,
                outcome.processing_us,
                commit_us,
            )
        )


def _overlap_us(part: _Part) -> int:
    """How long the camera was at it before its acceptance was committed."""
    acquisition = part.acquisition
    if acquisition is None or not acquisition.requested_ns:
        return 0
    ended_ns = acquisition.requested_ns + acquisition.duration_us * 1000
    return max(0, min(ended_ns, part.started_ns) - acquisition.requested_ns) // 1000
