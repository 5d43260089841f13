"""The station: from an accepted trigger to a finished inspection, in trigger order.

Two stages in owned threads: the camera acquires, vision inspects, and the next acquisition overlaps the last
inspection. What bounds the hand-over between them is the handshake: TriggerReady is 0 while it is full.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from vision.pipeline import PreparedRecipe, inspect

from protocols import tags
from protocols.handshake import Accepted, CommandError, Finished, Handshake
from protocols.image import ProcessImage
from vision.cameras.camera import Camera
from vision.errors import CameraError, FrameError
from vision.frame import Acquisition, Frame, Inputs, Shot
from vision.result import InspectionResult, Judgement

from .alarms import Alarms
from .inspection import Inspection
from .offload import Offload
from .plc import forced, outcome_of
from .production import Production
from .recipes import RecipeBook
from .settings import StationSettings
from .states import State, path, wanted
from .store import Store

log = logging.getLogger(__name__)

CAMERA_LOST, CAMERA_NOT_OPENED, NO_RECIPE, RECIPE_BROKEN = 101, 102, 201, 202
VISION_SILENT, TIME_LIMIT, STORAGE_FAULT = 301, 302, 401
HUNG_THREADS = 3  # so many abandoned tools, still running, mean that vision does not answer
RETRY_S = (0.5, 1.0, 2.0, 5.0)  # between attempts to open the camera


@dataclass(frozen=True, slots=True)
class Timing:
    """Where the time of one part went, all in microseconds."""

    number: int
    total: int
    accept_commit: int
    acquisition: int
    waiting: int
    processing: int
    result_commit: int

    @property
    def overhead(self) -> int:
        """Our own: all but acquisition, tools, commits and waiting for the part before."""
        spent = self.accept_commit + self.acquisition + self.waiting + self.processing + self.result_commit
        return max(0, self.total - spent)


@dataclass(slots=True)
class _Part:
    """One trigger on its way."""

    accepted: Accepted
    recipe: PreparedRecipe | None
    started_ns: int  # its acceptance stands on the disk
    acquired_ns: int = 0
    acquisition: Acquisition | None = None
    problem: str = ""
    error_code: int = 0


class Station:
    """Runs the line. It is the handshake's `Line`: every call of that part returns at once."""

    def __init__(
        self,
        settings: StationSettings,
        camera: Camera,
        book: RecipeBook,
        image: ProcessImage,
        store: Store,
        alarms: Alarms,
        production: Production,
    ) -> None:
        self.settings, self.camera, self.book, self.image = settings, camera, book, image
        self.store, self.alarms, self.production = store, alarms, production
        self.state = State.PREOPERATIONAL
        self.sinks: list[Callable[[Inspection], None]] = []  # in order; each returns at once
        self.on_state: list[Callable[[], None]] = []
        self.on_job: Callable[[int], None] = lambda job: None
        self.on_counters_reset: list[Callable[[], None]] = []
        self.timings: deque[Timing] = deque(maxlen=1000)
        self.last: Inspection | None = None
        self._handshake: Handshake
        self._camera_thread, self._vision_thread = Offload("camera"), Offload("vision")
        self._to_acquire: asyncio.Queue[_Part] = asyncio.Queue()
        self._to_inspect: asyncio.Queue[_Part] = asyncio.Queue()
        self._camera_gone = asyncio.Event()
        self._camera_was_there = False
        self._job_wanted: int | None = None
        self._test_wanted = False
        self._hung: set[asyncio.Future[InspectionResult]] = set()
        self._wake = asyncio.Event()

    def attach(self, handshake: Handshake) -> None:
        """The handshake asks this station; set once before `running`."""
        self._handshake = handshake

    @property
    def handshake(self) -> Handshake:
        return self._handshake

    @property
    def recipe(self) -> PreparedRecipe | None:
        """The active one."""
        return self.book.ready.get(self._handshake.conditions.job)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The line runs inside; on leaving, Online falls first and open parts end as ERROR."""
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(run())
                for run in (self._keep_camera, self._acquire, self._inspect, self._supervise, self._serve_commands)
            ]
            try:
                yield
            finally:
                self._handshake.set_conditions(engineer_online=False)
                await self._settle()
                for task in running:
                    task.cancel()
        self._camera_thread.close()
        self._vision_thread.close()

    async def _settle(self, limit_s: float = 0.5) -> None:
        """Give the parts on their way a moment to end."""
        end = time.monotonic() + limit_s
        while self._handshake.open_count and time.monotonic() < end:
            await asyncio.sleep(0.005)

    # what the handshake asks

    def start(self, accepted: Accepted) -> None:
        self._to_acquire.put_nowait(_Part(accepted, self.book.ready.get(accepted.job), time.monotonic_ns()))

    def load_job(self, job: int) -> None:
        self._job_wanted = job
        self._wake.set()

    def self_test(self) -> None:
        self._test_wanted = True
        self._wake.set()

    def plc_time(self, unix_us: int) -> None:
        self.production.plc_time(unix_us)

    def set_string(self, index: int, text: bytes) -> None:
        self.production.set_string(index, text.decode("utf-8", "replace"))

    def counters_reset(self) -> None:
        for tell in self.on_counters_reset:
            tell()

    def changed(self) -> None:
        """Go through the state table to the state that the conditions mean now."""
        conditions = self._handshake.conditions
        goal = wanted(
            halted=conditions.halted,
            camera=conditions.camera,
            camera_was_there=self._camera_was_there,
            recipe=conditions.recipe,
            offline=not self._handshake.online,
            busy=self._handshake.open_count > 0,
        )
        if goal is self.state:
            return
        for state in path(self.state, goal):
            self.state = state
        self.image.set(tags.STATE, int(self.state))
        self.image.set(tags.STATE_TEXT, self.state.name.replace("_", " ").capitalize())
        for tell in self.on_state:
            tell()

    # jobs

    def activate(self, job: int) -> None:
        """Make `job` the active one; it is held ready, so this takes no time."""
        known = job in self.book.ready
        self.alarms.clear(NO_RECIPE) if known else self.alarms.raise_(NO_RECIPE, f"job {job}" if job else "")
        self._handshake.set_conditions(job=job if known else 0, recipe=known)
        recipe = self.recipe
        self.image.set(tags.JOB_NAME, recipe.recipe.name if recipe else "")
        self.image.set(tags.RESULT_TIME_LIMIT, self._result_time_limit_ms(recipe))
        if known:
            self.on_job(job)
        for tell in self.on_state:
            tell()

    def recipes_changed(self) -> None:
        """The recipe book was read anew."""
        jobs = sorted(self.book.ready)
        self._handshake.set_conditions(jobs=frozenset(jobs))
        self.image.set(tags.JOB_NUMBERS, tuple(jobs))
        self.image.set(tags.JOB_NAMES, tuple(self.book.ready[job].recipe.name for job in jobs))
        if self.book.broken:
            self.alarms.raise_(RECIPE_BROKEN, "; ".join(b.folder for b in self.book.broken))
        else:
            self.alarms.clear(RECIPE_BROKEN)

    def _result_time_limit_ms(self, recipe: PreparedRecipe | None) -> int:
        limit = recipe.recipe.time_limit_ms if recipe else 0
        settings = self.settings
        return min(
            0xFFFF,
            settings.acquisition_limit_ms + limit * (1 + settings.hand_over) + 2 * settings.commit_limit_ms,
        )

    async def _serve_commands(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if (job := self._job_wanted) is not None:
                self._job_wanted = None
                known = job in self.book.ready
                if known:
                    self.activate(job)
                self._handshake.command_done(CommandError.NONE if known else CommandError.LOAD_FAILED)
            if self._test_wanted:
                self._test_wanted = False
                self._handshake.command_done(await self._self_test())

    async def _self_test(self) -> CommandError:
        """A frame, and the active recipe on it; nothing is stored or counted."""
        recipe = self.recipe
        if recipe is None or not self._handshake.conditions.camera:
            return CommandError.WRONG_STATE
        try:
            frame = await self.preview()
            shots = {shot.name: frame for shot in recipe.recipe.shots}
            await self._vision_thread(inspect, Acquisition(shots), recipe, Inputs())
        except (CameraError, FrameError) as exc:
            log.warning("self-test failed: %s", exc)
            return CommandError.WRONG_STATE
        return CommandError.NONE

    # camera

    async def preview(self) -> Frame:
        """A frame for live viewing or a self-test; raises CameraError."""
        if not self._handshake.conditions.camera:
            raise CameraError("the camera is not connected")
        return await self._camera_thread(self.camera.preview)

    @property
    def idle(self) -> bool:
        """No trigger waits for the camera."""
        return not self._handshake.open_count

    async def _keep_camera(self) -> None:
        """Open the camera, and again whenever it is lost, for ever."""
        attempt = 0
        while True:
            try:
                await self._camera_thread(self.camera.open)
            except CameraError as exc:
                number = CAMERA_LOST if self._camera_was_there else CAMERA_NOT_OPENED
                self.alarms.raise_(number, str(exc))
                await asyncio.sleep(RETRY_S[min(attempt, len(RETRY_S) - 1)])
                attempt += 1
                continue
            attempt, self._camera_was_there = 0, True
            self._camera_gone.clear()
            self.image.set(tags.SIMULATED, self.camera.simulated)
            self.alarms.clear(CAMERA_LOST)
            self.alarms.clear(CAMERA_NOT_OPENED)
            self._handshake.set_conditions(camera=True)
            log.info("camera ready: %s", self.camera.name)
            await self._camera_gone.wait()
            await self._camera_thread(self.camera.close)

    def camera_lost(self, reason: str) -> None:
        """Called by whoever finds out."""
        if self._camera_gone.is_set():
            return
        log.warning("camera lost: %s", reason)
        self._camera_gone.set()
        self.alarms.raise_(CAMERA_LOST, reason)
        self._handshake.set_conditions(camera=False)

    # the line

    async def _acquire(self) -> None:
        while True:
            part = await self._to_acquire.get()
            await self._acquire_one(part)
            part.acquired_ns = time.monotonic_ns()
            self._handshake.acquired(part.accepted)
            self._to_inspect.put_nowait(part)

    async def _acquire_one(self, part: _Part) -> None:
        shots = part.recipe.recipe.shots if part.recipe else (Shot(),)
        limit_s = self.settings.acquisition_limit_ms / 1000
        deadline_ns = time.monotonic_ns() + int(limit_s * 1e9)
        try:
            async with asyncio.timeout(limit_s + 0.05):
                part.acquisition = await self._camera_thread(self.camera.acquire, shots, deadline_ns)
        except FrameError as exc:  # this frame only: the camera is there
            part.problem, part.error_code = str(exc), 303
        except CameraError as exc:
            part.problem, part.error_code = f"no image: {exc}", CAMERA_LOST
            self.camera_lost(str(exc))
        except TimeoutError:
            part.problem, part.error_code = f"no image within {limit_s:g} s", CAMERA_LOST
            self._camera_thread.abandon()
            self.camera_lost("the driver does not answer")
        except Exception:  # a defect in a driver must not stop the line
            log.exception("acquisition of part %d failed", part.accepted.number)
            part.problem, part.error_code = "internal error, see log", CAMERA_LOST

    async def _inspect(self) -> None:
        while True:
            part = await self._to_inspect.get()
            began_ns = time.monotonic_ns()
            result = await self._judge(part)
            await self._finish(part, forced(part.accepted, result), began_ns)

    async def _judge(self, part: _Part) -> InspectionResult:
        if part.acquisition is None:
            return _error(part.problem, part.error_code)
        if part.recipe is None:
            return _error(f"job {part.accepted.job} is no longer there", NO_RECIPE)
        accepted = part.accepted
        inputs = Inputs(
            accepted.part_id.decode("utf-8", "replace"),
            self.production.strings,
            accepted.parameters,
            accepted.accepted_at_us,
        )
        limit_s = part.recipe.recipe.time_limit_ms / 1000
        deadline_ns = time.monotonic_ns() + int(limit_s * 1e9)
        call = self._vision_thread.submit(inspect, part.acquisition, part.recipe, inputs, deadline_ns=deadline_ns)
        done, _ = await asyncio.wait({call}, timeout=limit_s + 0.05)
        if not done:
            self._abandon(call)
            return replace(_error(f"time limit of {limit_s:g} s is over", TIME_LIMIT), timed_out=True)
        return call.result()

    def _abandon(self, call: "asyncio.Future[InspectionResult]") -> None:
        """A tool hangs: its thread is given up, a fresh one serves the next part."""
        self._vision_thread.abandon()
        self._hung.add(call)
        self._check_hung()

    def _check_hung(self) -> None:
        self._hung = {call for call in self._hung if not call.done()}
        answering = len(self._hung) < HUNG_THREADS
        if answering == self._handshake.conditions.vision:
            return
        self.alarms.clear(VISION_SILENT) if answering else self.alarms.raise_(VISION_SILENT)
        self._handshake.set_conditions(vision=answering)

    async def _finish(self, part: _Part, result: InspectionResult, began_ns: int) -> None:
        """Commit, then offer: a row stands in the store before ResultsValid rises, or the result says that none does."""
        accepted, seq = part.accepted, self._handshake.next_seq
        outcome = outcome_of(
            result,
            part.acquisition,
            recipe_version=part.recipe.recipe.version if part.recipe else 0,
            simulated=bool(accepted.forced),
            trigger_to_result_us=_since_us(accepted.accepted_ns),
            waiting_us=(began_ns - part.acquired_ns) // 1000,
        )
        inspection = Inspection(
            accepted,
            part.acquisition,
            result,
            outcome,
            seq,
            part.recipe.recipe.name if part.recipe else "",
            self.production.context(),
            finished_at_us=time.time_ns() // 1000,
        )
        commit_ns = time.monotonic_ns()
        inspection = await self._commit(inspection)
        commit_us = _since_us(commit_ns)
        outcome = replace(inspection.outcome, trigger_to_result_us=_since_us(accepted.accepted_ns))
        inspection = replace(inspection, outcome=outcome)
        self._handshake.offer(Finished(seq, accepted, outcome))
        self.timings.append(
            Timing(
                accepted.number,
                _since_us(accepted.accepted_ns),
                (part.started_ns - accepted.accepted_ns) // 1000,
                outcome.acquisition_us,
                outcome.waiting_us,
                outcome.processing_us,
                commit_us,
            )
        )
        self.last = inspection
        for sink in self.sinks:
            sink(inspection)

    async def _commit(self, inspection: Inspection) -> Inspection:
        saved = self.store.save(inspection)
        try:
            async with asyncio.timeout(self.settings.commit_limit_ms / 1000):
                await asyncio.shield(saved)
        except Exception as exc:  # whatever the disk does, the PLC gets its result, and it says that it is not stored
            log.warning("result %d is offered before it is stored: %s", inspection.accepted.number, exc or "too late")
            return self._not_stored(inspection)
        return inspection

    def _not_stored(self, inspection: Inspection) -> Inspection:
        stop = self.settings.on_storage_full == "stop"
        outcome, result = replace(inspection.outcome, stored=False), inspection.result
        if stop:
            outcome = replace(outcome, judgement=3, reject_class=65535, error_code=STORAGE_FAULT)
            result = replace(result, judgement=Judgement.ERROR, reject_class=65535, message="the result is not stored")
        changed = replace(inspection, outcome=outcome, result=result)
        self.store.offered_unstored(changed)
        return changed

    # supervision

    async def _supervise(self) -> None:
        """The heartbeat that lets a PLC see a hung application, and what goes by time."""
        beat = 0
        while True:
            beat = (beat + 1) & 0xFFFF
            self.image.set(tags.CAMERA_HEARTBEAT, beat)
            self._check_hung()
            self._handshake.tick()
            await asyncio.sleep(0.1)


def _error(message: str, code: int) -> InspectionResult:
    return InspectionResult(Judgement.ERROR, reject_class=65535, message=message, error_code=code)


def _since_us(start_ns: int) -> int:
    return (time.monotonic_ns() - start_ns) // 1000
