"""The station as the Machine Vision model of OPC UA sees it, and what the model is told of it."""

import asyncio
import contextlib
import hashlib
from collections.abc import Callable, Sequence
from typing import TypedDict

from protocols.handshake import Accepted, Reject, RejectedError, Source
from protocols.opcua.machine_vision import (
    AssetFacts,
    Condition,
    ConfigurationFacts,
    MachineVision,
    RecipeFacts,
    RefusedError,
    ResultFacts,
    Wanted,
)
from protocols.opcua.machine_vision.codes import Failure
from protocols.opcua.people import CALLER

from . import health, identification
from .alarms import Alarms
from .archive import Archive
from .inspection import Inspection
from .products import Products
from .recipe_ids import RecipeIds
from .recipes import RecipeBook
from .remembered import Remembered
from .settings import Settings
from .station import Station
from .store import ResultRow, Results, StoreError
from .timing import now_us
from .transfer import Files, LastImages
from .vision_facts import facts_of_detail, facts_of_inspection, facts_of_row, found
from .vision_occurrences import VisionOccurrences
from .vision_recipes import VisionRecipes

WAIT_S = 0.005  # between looks whether the next part of a continuous job can be triggered
FOLLOWED_S = 0.5


class _Seen(TypedDict):
    id: str
    at_us: int


class VisionSystem(VisionRecipes, VisionOccurrences):
    """Implements `protocols.opcua.machine_vision.VisionStation`; `begin` comes before anybody can connect."""

    def __init__(self, settings: Settings, book: RecipeBook) -> None:
        self._book = book
        self._older: dict[tuple[int, int], str] = {}  # hashes, by job and version; "" = not known
        self._asset = identification.asset(settings) if settings.opcua.asset else None
        self._sha256 = hashlib.sha256(settings.model_dump_json().encode()).hexdigest()
        super().__init__()
        self._continuous: asyncio.Task[None] | None = None
        self._go_on = False
        self.files = Files(book)
        self._images = LastImages()
        self._health = health.condition(())
        self._tell_health: Callable[[Condition], None] = lambda _: None

    def begin(self, station: Station, store: Results, kept: Remembered, alarms: Alarms) -> None:
        """The station is there."""
        self._station, self._store, self._kept, self._alarms = station, store, kept, alarms
        self.catalogue = Products(kept, station.note)
        self.ids = RecipeIds(kept, station.note)
        self.files.begin(station, store, self)
        station.line.given = self._given.get

    def started(self, kept: Remembered) -> None:
        """What is remembered is this process's from now on."""
        self.catalogue.read()
        self.ids.read()
        seen: _Seen | None = kept.get("settings_seen")
        if seen is None or seen["id"] != self._sha256:
            seen = {"id": self._sha256, "at_us": now_us()}
            kept.set("settings_seen", seen)
        self._configuration = ConfigurationFacts(self._sha256[:16], self._sha256, seen["at_us"])

    def tell(self, model: MachineVision) -> None:
        """From now on the model is told what happens."""
        self._model, station = model, self._station
        self._tell_health = model.condition
        model.condition(self._health)
        station.states.on_step.append(model.moved)
        station.jobs.on_job.append(self._job_active)
        station.jobs.on_release.append(lambda _: model.recipes_changed())
        station.jobs.on_withdrawal.append(lambda *_: model.recipes_changed())
        station.on_state.append(self._look_at_recipes)
        self.catalogue.on_change.append(model.recipes_changed)
        station.line.on_start.append(self._started)
        station.line.on_acquired.append(lambda accepted: model.acquired(accepted.number))
        station.line.sinks.append(self._finished)
        self._tell_occurrences(model)

    def keep_images(self, archive: Archive) -> None:
        """The images of results lie there."""
        self.files.keep_images(archive)
        self._images.follow(archive)

    def alarms_changed(self, alarms: Alarms) -> None:
        """The health follows them."""
        self._health = health.condition(alarm.number for alarm in alarms.active)
        self._tell_health(self._health)

    async def close(self) -> None:
        """End a continuous job; no file is read or written any more."""
        await self.files.close()
        if self._continuous:
            self._continuous.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._continuous

    def _job_active(self, job: int) -> None:
        self._model.recipe_prepared(self._recipe(job), self.catalogue.made_by(job))

    def _started(self, accepted: Accepted) -> None:
        self._open[accepted.number] = accepted
        if product := self.catalogue.made_by(accepted.job):
            self._given.add(accepted.number, product_id=product)
        self._model.job_started(accepted.number)

    def _finished(self, inspection: Inspection) -> None:
        number = inspection.accepted.number
        self._open.pop(number, None)
        if (given := self._given.get(number)) != inspection.given:  # it came while the row was written
            self._store.give(number, given)
        self._model.finished(lambda: self._facts(inspection))

    def _facts(self, inspection: Inspection) -> ResultFacts:
        recipe = self._judged_by(inspection.accepted.job, inspection.recipe, inspection.outcome.recipe_version)
        given = self._given.get(inspection.accepted.number)
        return facts_of_inspection(inspection, recipe, given, self._configuration)

    # what the model asks

    @property
    def state(self) -> int:
        return int(self._station.state)

    def asset(self) -> AssetFacts | None:
        return self._asset

    def configuration(self) -> ConfigurationFacts:
        return self._configuration

    def _judged_by(self, job: int, name: str, version: int) -> RecipeFacts:
        known = self._book.hashes.get((job, version)) or self._older.get((job, version), "")
        return RecipeFacts(job, name, version, known, external=self.ids.of(job))

    async def _look_up(self, rows: Sequence[ResultRow]) -> None:
        """The hashes of versions from before this start: as they judged last.

        Raises:
            StoreError: The database cannot be read.
        """
        wanted = {(row.job, row.recipe_version) for row in rows}
        for job, version in wanted - self._book.hashes.keys() - self._older.keys():
            kept = await self._store.recipe_versions(job, version)
            self._older[job, version] = kept[0].sha256 if kept else ""

    async def start_job(self, meas_id: str, part_id: str, product_id: str) -> int:
        try:
            accepted = await self._station.trigger(Source.OPCUA, part_id.encode(), CALLER.get())
        except RejectedError as exc:
            raise RefusedError(int(exc.code), str(exc)) from exc
        self._given.add(accepted.number, meas_id=meas_id, product_id=product_id)
        if accepted.number not in self._open and (meas_id or product_id):  # its result stands already
            self._store.give(accepted.number, self._given.get(accepted.number))
        return accepted.number

    async def start_continuous(self, meas_id: str, part_id: str, product_id: str) -> int:
        if self._continuous and not self._continuous.done():
            raise RefusedError(int(Reject.BUSY), "a continuous job has not ended yet")
        if (code := self._station.handshake.rejects(Source.OPCUA)) is not None:
            raise RefusedError(int(code), f"rejected with code {int(code)}")
        self._station.states.set_continuous(True)
        try:
            number = await self.start_job(meas_id, part_id, product_id)
        except RefusedError:
            self._station.states.set_continuous(False)
            raise
        self._go_on = True
        self._continuous = asyncio.ensure_future(self._part_after_part(meas_id, part_id, product_id))
        return number

    async def _part_after_part(self, meas_id: str, part_id: str, product_id: str) -> None:
        """Until it is ended, or the station cannot go on; the last part has its result by then."""
        try:
            while self._go_on and self._station.handshake.online:
                await asyncio.sleep(WAIT_S)
                if self._go_on and self._station.idle and self._station.handshake.rejects(Source.OPCUA) is None:
                    with contextlib.suppress(RefusedError):  # it is tried again, as long as the station is online
                        await self.start_job(meas_id, part_id, product_id)
            while not self._station.idle:
                await asyncio.sleep(WAIT_S)
        finally:
            self._station.states.set_continuous(False)

    def end_continuous(self) -> None:
        self._go_on = False

    def halt(self, why: str) -> None:
        self._go_on = False
        self._station.states.halt(why, CALLER.get())

    def reset(self, why: str) -> None:
        self._go_on = False
        self._station.states.reset(why, CALLER.get())

    async def go_online(self) -> None:
        await self._station.set_online(True, CALLER.get())

    def has_image(self, number: int) -> bool | None:
        return self._images.has(number)

    def in_work(self, number: int) -> bool:
        return number in self._open

    async def result(self, number: int) -> ResultFacts | None:
        try:
            detail = await self._store.get(number)
            await self._look_up([detail.row] if detail else [])
        except StoreError as exc:
            raise RefusedError(-Failure.RESULTS_UNREADABLE, str(exc)) from exc
        if detail is None:
            return None
        await self._followed(number)
        row = detail.row
        recipe = self._judged_by(row.job, row.recipe, row.recipe_version)
        return self._images.of(facts_of_detail(detail, recipe, self._configuration))

    async def _followed(self, *numbers: int) -> None:
        """The archive hears of a result a moment after it is stored; only then it is known whether it has an image."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FOLLOWED_S):
                while not self._open.keys().isdisjoint(numbers):
                    await asyncio.sleep(WAIT_S)

    async def results(self, wanted: Wanted, start: int, count: int) -> Sequence[ResultFacts]:
        try:
            rows = await found(self._store, wanted, start, count)
            await self._look_up(rows)
        except StoreError as exc:
            raise RefusedError(-Failure.RESULTS_UNREADABLE, str(exc)) from exc
        await self._followed(*(row.number for row in rows))
        return [
            self._images.of(
                facts_of_row(
                    row,
                    self._judged_by(row.job, row.recipe, row.recipe_version),
                    self._configuration,
                )
            )
            for row in rows
        ]
