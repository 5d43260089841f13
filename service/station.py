"""The station: its line, and what others ask of it. `Station.trigger` is where everybody but the PLC triggers."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from protocols import alarms as alarm_table
from protocols import tags
from protocols.handshake import Accepted, CommandError, Handshake, Reject, RejectedError, Source
from protocols.image import ProcessImage
from vision.cameras.camera import Camera

from . import clock
from .alarms import Alarms
from .camera_keeper import CameraKeeper
from .commit import Committer
from .inspection import Inspection
from .jobs import Jobs
from .judge import HUNG_THREADS, Judge
from .lag import LoopLag
from .line import ProductionLine
from .plc_time import PlcTime
from .recipes import RecipeBook
from .renewal import Renewal
from .self_test import self_test
from .settings import StationSettings
from .state_machine import StateMachine
from .states import State
from .store import Store

log = logging.getLogger(__name__)

HEARTBEAT_S = 0.1
CLOCK_BEATS = 100  # between looks at the machine's clock
PLC = "PLC"  # in the journal


class Station:
    """Runs the line. It is the handshake's `Line`: every call of that part returns at once."""

    written: Callable[[], Awaitable[None]]  # waits till a restart would find what was set; given before anybody may ask

    def __init__(
        self,
        settings: StationSettings,
        camera: Camera,
        book: RecipeBook,
        image: ProcessImage,
        store: Store,
        alarms: Alarms,
        zone: str,
        make_handshake: Callable[["Station"], Handshake],
    ) -> None:
        self._settings, self._book, self._image, self._alarms = settings, book, image, alarms
        self.plc_clock, self.note, self.latch = PlcTime(), store.event, store.latch
        self.clock_synchronised = clock.synchronised()  # looked at every now and then
        self.lag = LoopLag()
        self.last: Inspection | None = None
        self.on_state: list[Callable[[], None]] = []
        self.on_beat: list[Callable[[], None]] = []  # of the supervisor, ten times a second
        self.on_online: list[Callable[[bool], None]] = []  # the engineer's switch
        self.on_production: list[Callable[[], None]] = []
        self.on_counters_reset: list[Callable[[str], None]] = []  # who
        self._job_wanted: int | None = None
        self.job_asked: int | None = None  # by the PLC, last
        self._test_wanted = False
        self._wake = asyncio.Event()
        self.camera = CameraKeeper(camera, settings.acquisition_limit_ms / 1000, alarms, self._camera_changed)
        self.camera.on_missing = self._camera_missing
        self._judge = Judge(self._vision_changed)
        self._renewal = Renewal((self.camera.thread, self._judge.thread), HUNG_THREADS, self.note)
        self.handshake = make_handshake(self)
        self.states = StateMachine(self.handshake, self.camera, image, self.note, self._tell_state)
        self.jobs = Jobs(settings, book, image, alarms, self.handshake, self.states, self.note, self._tell_state)
        self.jobs.written = lambda: self.written()
        committer = Committer(store, settings.commit_limit_ms / 1000, settings.on_storage_full == "stop")
        self.line = ProductionLine(self.handshake, self.camera, self._judge, committer, zone)
        self.line.sinks.append(self._remember)

    def _remember(self, inspection: Inspection) -> None:
        self.last = inspection

    @property
    def state(self) -> State:
        return self.states.state

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The line runs inside; on leaving, Online falls first and parts on their way get a moment to end."""
        async with asyncio.TaskGroup() as group:
            line = (self.line.acquire, self.line.inspect, self.line.tell)
            beside = (self._supervise, self._serve_commands, self.lag.run)
            self._tasks = [group.create_task(run()) for run in (*line, *beside)]
            self._group, self._camera_task = group, group.create_task(self.camera.run())
            try:
                yield
            finally:
                self.handshake.set_conditions(engineer_online=False)
                await self._settle()
                self.stop()
        await self.camera.close()
        await self._judge.close()

    async def _settle(self, limit_s: float = 0.5) -> None:
        end = time.monotonic() + limit_s
        while self.handshake.open_count and time.monotonic() < end:
            await asyncio.sleep(0.005)

    async def relieve(self) -> None:
        """Finish what is on its way and close the camera, for another process; triggers are rejected from now on."""
        self.handshake.set_conditions(handing_over=True)
        while self.handshake.open_count or self.handshake.executing or not self.line.told:
            await asyncio.sleep(0.001)
        self._camera_task.cancel()
        await asyncio.wait([self._camera_task])
        await self.camera.let_go()
        self.handshake.set_conditions(camera=False)

    def go_on(self) -> None:
        """After `relieve`, where nobody took it."""
        self._camera_task.cancel()
        self._camera_task = self._group.create_task(self.camera.run())

    def stop(self) -> None:
        """Nothing here acts any more."""
        for task in (*self._tasks, self._camera_task):
            task.cancel()

    @property
    def hung_threads(self) -> tuple[int, int]:
        """Of the camera and of vision: those that were given up and have not come back."""
        return self.camera.thread.hung, self._judge.thread.hung

    @property
    def idle(self) -> bool:
        """No part is on its way."""
        return not self.handshake.open_count

    # what others ask

    async def trigger(self, source: Source, part_id: bytes = b"", who: str = "", cmd_trigger: int = 0) -> Accepted:
        """Inspect one part; ends when the acceptance is committed.

        Raises:
            RejectedError: With the code, and the reason in words.
        """
        answer = self.handshake.trigger(source, part_id, who, cmd_trigger)
        if isinstance(answer, Reject):
            raise RejectedError(answer)
        return await answer

    def simulate(self, judgement: int, words: str, who: str) -> None:
        """Every part gets this judgement, 1 PASS, 2 FAIL, 3 ERROR, is flagged simulated and not counted; 0 = no more.

        A restart ends it.
        """
        name = {1: "PASS", 2: "FAIL", 3: "ERROR"}.get(judgement, "")
        self.note("state", f"simulation {'of ' + name if judgement else 'off'}, {words}", who)
        self.handshake.set_conditions(simulated=judgement)
        self._alarms.set(alarm_table.SIMULATION, judgement > 0, f"every part is {name}" if judgement else "")

    async def set_online(self, online: bool, who: str) -> None:
        """The engineer's switch; ends when a crash would come back with it."""
        if online != self.handshake.conditions.engineer_online:
            self.note("online", "taken online" if online else "taken offline", who)
        self.handshake.set_conditions(engineer_online=online)
        for tell in self.on_online:
            tell(online)
        await self.written()

    async def reset_counters(self, who: str) -> None:
        """Of others than the PLC; ends when a crash would come back with them."""
        before = self._image.get(tags.INSPECTION_COUNT)
        committed = self.handshake.reset_counters()
        self.counters_reset(who, f" ({before} inspections)")
        await committed
        await self.written()

    def storage_changed(self, healthy: bool) -> None:
        """The store takes results, or does not."""
        self.handshake.set_conditions(storage=healthy or not self.stops_on_storage_fault)

    @property
    def stops_on_storage_fault(self) -> bool:
        """No part is inspected that could not be stored."""
        return self._settings.on_storage_full == "stop"

    # what the handshake asks

    def taken(self, accepted: Accepted) -> None:
        self.line.expect(accepted, self._book.at(accepted.job, accepted.accepted_ns))

    def start(self, accepted: Accepted) -> None:
        self.line.start(accepted)

    def dropped(self, accepted: Accepted) -> None:
        self.line.drop(accepted)

    def load_job(self, job: int) -> None:
        self._job_wanted = self.job_asked = job
        self._wake.set()

    def job_refused(self, job: int) -> None:
        self.job_asked = job
        self._tell_state()

    def self_test(self) -> None:
        self._test_wanted = True
        self._wake.set()

    def plc_time(self, unix_us: int) -> None:
        self.plc_clock.told(unix_us)
        self._tell_state()

    async def set_production(self, values: Mapping[str, Any], who: str) -> None:
        """Any of order, lot, shift and strings, for the parts triggered from now on; ends when they are kept.

        Raises:
            BadText: A text cannot stand with a result.
        """
        before = self.handshake.production
        committed = self.handshake.set_production(values)
        changes = (f"{key} {value!r} (was {getattr(before, key)!r})" for key, value in values.items())
        self._production_set(", ".join(changes), who)
        await committed
        await self.written()

    def production_set(self, what: str, text: str) -> None:
        self._production_set(f"{what} {text!r}", PLC)

    def _production_set(self, words: str, who: str) -> None:
        self.note("production", words, who)
        for tell in self.on_production:
            tell()

    def counters_reset(self, who: str = PLC, before: str = "") -> None:
        self.note("counters", f"counters reset{before}", who)
        for tell in self.on_counters_reset:
            tell(who)

    def changed(self) -> None:
        self.states.follow()

    def _tell_state(self) -> None:
        for tell in self.on_state:
            tell()

    async def _serve_commands(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if (job := self._job_wanted) is not None:
                self._job_wanted = None
                known = job in self._book.ready
                awaited = self.handshake.command_done(CommandError.NONE if known else CommandError.LOAD_FAILED, job)
                if known and awaited:
                    self.jobs.activate(job, PLC)
            if self._test_wanted:
                self._test_wanted = False
                self.handshake.command_done(await self_test(self.camera, self._judge, self.jobs.recipe))

    def show_yield(self) -> None:
        """Counters.Yield follows the counters."""
        counted = self.handshake.counters
        share = 100 * counted.passes / counted.inspections if counted.inspections else 0.0
        self._image.set(tags.YIELD, share)

    def _camera_changed(self, there: bool, words: str) -> None:
        self.note("camera", words, "")
        self._image.set(tags.SIMULATED, there and self.camera.camera.simulated)
        self.handshake.set_conditions(camera=there, handing_over=False)

    def _camera_missing(self) -> None:
        """What another process let go of is not to be had."""
        self.handshake.set_conditions(handing_over=False)

    def _vision_changed(self, answering: bool) -> None:
        self._alarms.set(alarm_table.VISION_NOT_ANSWERING, not answering)
        self.handshake.set_conditions(vision=answering)

    async def _supervise(self) -> None:
        """The heartbeat that lets a PLC see a hung application, and what goes by time."""
        beat, began = 0, time.monotonic()
        while True:
            beat = (beat + 1) & 0xFFFF
            self._image.set(tags.CAMERA_HEARTBEAT, beat)
            self._image.set(tags.UPTIME_SECONDS, int(time.monotonic() - began) & 0xFFFFFFFF)  # Modbus makes its own
            self._judge.check()
            self._renewal.look()
            self.handshake.tick()
            self._alarms.set(alarm_table.PLC_WATCHDOG, self._image.get(tags.PLC_WATCHDOG_TRIPPED))
            if beat % CLOCK_BEATS == 1:
                self._look_at_clock()
            for tell in self.on_beat:
                tell()
            await asyncio.sleep(HEARTBEAT_S)

    def _look_at_clock(self) -> None:
        before, self.clock_synchronised = self.clock_synchronised, clock.synchronised()
        self._image.set(tags.TIME_SYNCHRONISED, self.clock_synchronised)
        if self.clock_synchronised != before:
            self._tell_state()
