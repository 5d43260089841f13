"""A web side on a real socket, over a small station that lives in memory."""

import asyncio
import dataclasses
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import cv2
import numpy as np
import pytest
from aiohttp import web

from protocols.alarms import texts
from protocols.handshake.types import Accepted, Outcome, Source
from protocols.image import ProcessImage
from protocols.modbus import Trace
from protocols.opcua.machine_vision.files import Refusal, RefusedFileError
from protocols.opcua.trust import TrustList
from protocols.user_block import Layout
from service.alarms import Alarms
from service.api import add_routes
from service.api.calibration_models import Calibrated, Calibration, CameraChecked, CameraMark, LengthChange
from service.api.count_models import Count, Counters
from service.api.models import Alarm, Product, ProductionContext, Readiness, ResultEvent, StationState, Timings
from service.api.recipe_models import Draft, Recipe, RecipeContent, RecipeRelease, RecipeVersion
from service.api.reference_models import Reference, References, ReferencesJudged, ReferenceVerdict
from service.api.results import of_inspection
from service.api.route import dumps
from service.api.tallies import count_of
from service.api.teaching_models import LabelledImage, LearnedStep, Relearned, Taught, TeachingImages
from service.api.trial_models import Trial
from service.archive import Policy
from service.auth import GATE
from service.auth.doors import Doors
from service.auth.users import Users
from service.backup_runs import MAKE, BackupRuns
from service.bench.door import Answer
from service.doctor import PartRecorder
from service.doctor.bits import BitRecorder
from service.doctor.ward import Ward
from service.doctor.wave import Waves
from service.evaluation.cases import Case
from service.evaluation.judging import Judged, StepVerdict, Verdict
from service.evaluation.runs import Asked, Run
from service.evaluation.summary import Summary
from service.evaluation.tables import as_json
from service.events import Events
from service.forces import Forces, Standing
from service.hub import Hub, NoSuchRecipe, Rejected, StorageDoor
from service.inspection import Inspection
from service.live import FrameSource, Pace
from service.logs.setup import Log
from service.offload import Offload
from service.previews import Hindrance, Previews
from service.reloads import Reloads
from service.remembered import Remembered
from service.restores import RESTORE, Restores
from service.settings import HttpSettings, LiveSettings, Settings, StationSettings
from service.simulated_plc import Input, SimulatedPlc
from service.storage import Busy
from service.storage.measured import Made, Measured, classes
from service.store import (
    AlarmCare,
    AlarmRow,
    Found,
    ImageUsage,
    KeptAs,
    LatchedSet,
    Limits,
    Pin,
    Rejects,
    Results,
    Room,
    Scope,
    Series,
    Tally,
    VersionVerdicts,
    Yields,
)
from service.store.figures import Brought
from service.store.measured import Value
from service.stored import Failure, ResultFilter, Review, StoredTally
from service.tag_watch import TagWatch
from service.teaching import Labelled, Wanted
from service.teaching_set import KeptImage
from service.tool_list import tool_list_json
from service.uploads import Uploads
from service.writers import AllowedWriters
from tests.conftest import ROOT
from tests.patience import until
from vision.cameras.camera import Camera
from vision.frame import Acquisition, Frame, Shot
from vision.recipe import Difference
from vision.result import InspectionResult, Judgement, Measurement, Shape, Status, StepResult

AT_US = 1_760_000_000_000_000
TOKEN = "the-token-of-this-test-station-1234"


def a_frame(number: int, width: int = 320, height: int = 240) -> Frame:
    image = np.full((height, width), number % 256, np.uint8)
    return Frame(image, frame_id=number, exposed_at_ns=0, acquired_at_us=AT_US + number)


def an_inspection(number: int, judgement: Judgement = Judgement.PASS, image: str = "", **trigger: Any) -> Inspection:
    """Pin 3 measured: 0.5 mm when it passes, 0.41 mm when it fails; nothing measured when it is ERROR."""
    value = {Judgement.PASS: 0.5, Judgement.FAIL: 0.41, Judgement.ERROR: float("nan")}[judgement]
    main = Measurement("width", value, "mm", 0.45, float("inf"))
    reason = "" if judgement is Judgement.PASS else "pin 3: too thin"
    step = StepResult(
        name="pin 3",
        tool="caliper",
        judgement=judgement,
        status={Judgement.PASS: Status.PASS, Judgement.FAIL: Status.TOO_LOW, Judgement.ERROR: Status.ERROR}[judgement],
        main=main,
        measurements=(main,),
        overlay=(Shape(((1.0, 2.0), (30.123, 2.0), (30.0, 40.0)), label="pin 3"),),
        message=reason,
    )
    code = {Judgement.PASS: 1, Judgement.FAIL: 2, Judgement.ERROR: 3}[judgement]
    return Inspection(
        accepted=Accepted(number, trigger.pop("source", Source.MODBUS), job=12, accepted_at_us=AT_US, **trigger),
        acquisition=Acquisition({"default": a_frame(number)}),
        result=InspectionResult(judgement, (step,), message=reason),
        outcome=Outcome(code, recipe_version=7, trigger_to_result_us=38_000, acquisition_us=9000, processing_us=20_000),
        result_seq=number,
        recipe="bracket",
        image=image,
        finished_at_us=AT_US + number,
    )


@dataclasses.dataclass(frozen=True)
class Row:
    """A result as the store gives it."""

    number: int
    result_seq: int
    judgement: Judgement
    reject_class: int
    reason: str
    job: int
    recipe: str
    recipe_version: int
    part_id: str
    source: Source
    finished_at_us: int
    cycle_us: int
    acquisition_us: int
    processing_us: int
    image: str
    order: str
    lot: str
    shift: str
    sort_class: str = ""
    review: Review | None = None
    failure: Failure | None = None
    pinned: bool = False


@dataclasses.dataclass(frozen=True)
class Detail:
    row: Row
    steps: Sequence[StepResult]
    frame_size: tuple[int, int] = (320, 240)


@dataclasses.dataclass(frozen=True)
class Hour:
    hour_us: int
    job: int
    passed: int
    failed: int
    errors: int


@dataclasses.dataclass(frozen=True)
class Event:
    id: int
    at_us: int
    kind: str
    text: str
    who: str


@dataclasses.dataclass
class Client:
    address: str
    connections: int = 1
    connected_since_us: int = AT_US
    requests: int = 7
    exceptions: int = 0
    last_request_us: int = AT_US
    last_function: int = 3
    last_error: str = ""
    last_error_at_us: int = 0
    refused: int = 0
    refused_at_us: int = 0
    refused_writes: int = 0
    refused_write_at_us: int = 0
    may_write: bool = True
    controls: bool = True
    allowed: bool = False


class MemoryStation:
    """Station, store, archive and Modbus server in one, without a line behind them."""

    def __init__(self, folder: Path) -> None:
        self.sets: list[LatchedSet] = []
        self.name = "Station <1>"
        self.folder = folder
        self.online = True
        self.job = 12
        self.counts: dict[str, int] = dict.fromkeys(("passed", "fail", "error", "triggers"), 0)
        self.done: list[Inspection] = []
        self.raised: list[Alarm] = []
        self.down: dict[str, str] = {}
        self.trouble = ""
        self.calls: list[tuple[Any, ...]] = []
        self.made: dict[str, Any] = {}
        self.wanted: list[ResultFilter] = []
        self.previews = 0
        self.lost = False
        self.camera = cast("Camera", SimpleNamespace(name="Camera <1>", simulated=False))
        self.line_hinders = Hindrance.NONE
        self.on_their_way: dict[int, asyncio.Future[str]] = {}
        self.clients_now: list[Client] = [Client("10.0.0.5")]
        self.trace = Trace(lambda: AT_US, lambda: 10_000_000)

    # what StationFacade asks

    def state(self) -> StationState:
        return StationState(
            state="Ready" if self.online else "Halted",
            state_text="Ready" if self.online else "Taken offline",
            online=self.online,
            offline_code=0 if self.online else 1,
            offline_reason="" if self.online else "Taken offline by hand: take it online again.",
            trigger_ready=self.online,
            job=self.job,
            recipe="bracket",
            recipe_version=7,
            job_asked=None,
            plc_clients=1,
            opcua_clients=0,
            simulated=True,
            clock_synchronised=True,
            plc_clock_ahead_ms=3200.0,
            plc_clock_told_at_us=AT_US,
            at_us=AT_US,
        )

    def counters(self) -> Counters:
        c = self.counts
        total = c["passed"] + c["fail"] + c["error"]
        share = 100 * c["passed"] / total if total else None
        return Counters(**c, total=total, missed=0, yield_percent=share, since_us=AT_US, reset_by="otto")

    def alarms(self, *, over: bool) -> Sequence[Alarm]:
        return [alarm for alarm in self.raised if over or alarm.active]

    def last(self) -> ResultEvent | None:
        return of_inspection(self.done[-1]) if self.done else None

    def readiness(self) -> Mapping[str, Readiness]:
        parts = ("camera", "recipe", "store", "modbus", "opcua", "vision")
        return {part: Readiness(ok=part not in self.down, reason=self.down.get(part, "")) for part in parts}

    def reload_trouble(self) -> str:
        return self.trouble

    def recipe_schema(self) -> Mapping[str, Any]:
        return {"type": "object"}

    async def trigger(self, part_id: bytes, who: str) -> Accepted:
        self.calls.append(("trigger", part_id, who))
        if not self.online:
            raise Rejected(1, "offline: taken offline by hand")
        number = len(self.done) + 1
        self.done.append(an_inspection(number, part_id=part_id, source=Source.WEB))
        return self.done[-1].accepted

    async def activate(self, job: int, who: str) -> None:
        if job != 12:
            raise NoSuchRecipe(f"no recipe has job number {job}")
        self.calls.append(("activate", job, who))

    async def set_online(self, online: bool, who: str) -> None:
        self.calls.append(("online", online, who))
        self.online = online

    async def reset_counters(self, who: str) -> None:
        self.calls.append(("reset", who))
        self.counts = dict.fromkeys(self.counts, 0)

    def production(self) -> ProductionContext:
        return ProductionContext(**({"order": "", "lot": "", "shift": "early", "strings": ("",) * 4} | self.made))

    def current_count(self, scope: int, tallies: Sequence[StoredTally]) -> Count:
        return count_of(tallies[0])

    def timings(self, limit: int, seconds: float) -> Timings:
        return Timings(parts=(), lag_p50_ms=0.1, lag_p99_ms=0.2, lag_max_ms=limit)

    async def set_production(self, values: Mapping[str, Any], who: str) -> None:
        self.calls.append(("production", who))
        self.made |= values

    # what ResultQueries asks

    def rows(self) -> list[Detail]:
        details = []
        for event, steps in ((of_inspection(i), i.result.steps) for i in reversed(self.done)):
            values = event.model_dump(include={f.name for f in dataclasses.fields(Row)})
            source, judged = Source[event.source.upper()], Judgement(event.judgement)
            image = next(i.image for i in self.done if i.accepted.number == event.number)
            mine = {"source": source, "judgement": judged, "image": image, "finished_at_us": event.at_us}
            details.append(Detail(Row(**values | mine), steps))
        return details

    async def page(self, wanted: ResultFilter, before: int | None, limit: int) -> Sequence[Row]:
        self.wanted.append(wanted)
        found = [d.row for d in self.rows() if before is None or d.row.number < before]
        return [r for r in found if wanted.judgement in (None, r.judgement)][:limit]

    async def get(self, number: int) -> Detail | None:
        return next((d for d in self.rows() if d.row.number == number), None)

    async def found(self, wanted: ResultFilter) -> Found:
        return Found(1, 1, 0, more=False)

    async def verdicts(self, wanted: ResultFilter) -> Sequence[VersionVerdicts]:
        return [VersionVerdicts(12, 7, {"real": 1, "false": 0, "unclear": 0})]

    async def rejects(self, wanted: ResultFilter) -> Rejects:
        return Rejects(1, False, ((3, 1),), (("pin 3", "caliper", 1),))

    async def yields(self, wanted: ResultFilter, by: str, zone: object) -> Yields:
        return Yields((Brought(AT_US, "", 1, 1, 0),), more=False)

    async def series(self, wanted: ResultFilter, step: str, measure: str | None, limit: int) -> Series:
        limits = Limits(0.45, float("inf"), float("-inf"), float("inf"), None)
        return Series("width", "mm", (limits,), (Value(1, AT_US, 0.5, Judgement.PASS, 0),))

    async def hourly(self, since_us: int, until_us: int, job: int | None) -> Sequence[Hour]:
        return [Hour(since_us, 12, 5, 2, 1)]

    async def tallies(self, scope: int) -> Sequence[Tally]:
        return [Tally("O1", "L1", "", 0, 5, 2, 1, ((3, 2),))]

    async def latched(self, scope: int, before: int | None, limit: int) -> Sequence[LatchedSet]:
        return self.sets[::-1][:limit]

    async def latch(self, scope: int, client: str, number: int) -> LatchedSet:
        self.calls.append(("latch", scope, client, number))
        self.sets.append(LatchedSet(len(self.sets) + 1, Scope(scope), client, number, AT_US, ()))
        return self.sets[-1]

    async def events(self, before: int | None, limit: int) -> Sequence[Event]:
        numbers = [n for n in range(5, 0, -1) if before is None or n < before]
        return [Event(n, AT_US + n, "recipe", f"job {n} loaded", "web 127.0.0.1") for n in numbers[:limit]]

    # what Images, ModbusTraffic and Preview ask

    def path(self, name: str) -> Path:
        return self.folder / name

    def thumbnail_path(self, name: str) -> Path:
        return self.folder / f"small-{name}"

    def keeping(self, number: int) -> bool:
        return number in self.on_their_way

    async def kept(self, number: int) -> str:
        return await self.on_their_way[number] if number in self.on_their_way else ""

    def clients(self) -> Sequence[Client]:
        return self.clients_now

    def end(self, address: str, reason: str) -> int:
        found = [one for one in self.clients_now if one.address == address and one.connections]
        for one in found:
            one.connections = 0
        self.calls.append(("end", address, reason))
        return len(found)

    async def metrics(self) -> bytes:
        return b"# no metrics\n"

    @property
    def there(self) -> bool:
        return not self.lost

    busy = False

    async def tried(self, shot: Shot) -> Frame:
        """The camera that `Previews` asks."""
        self.calls.append(("tried", shot.exposure_us, shot.gain_db))
        return a_frame(2000 + len(self.calls))

    async def preview(self) -> Frame | None:
        self.previews += 1
        return None if self.lost else a_frame(1000 + self.previews)


class Forgotten:
    """A thread of `Remembered` that writes nothing."""

    def submit(self, *_: Any) -> Any:
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


class AlarmsForgotten:
    """What alarms ask of the store, without a disk: all is committed at once."""

    def raise_alarm(self, *given: Any) -> asyncio.Future[None]:
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        written.set_result(None)
        return written

    care_for_alarm = clear_alarm = event = raise_alarm

    async def alarms(self, before: int | None, limit: int) -> list[AlarmRow]:
        text = f"The camera is lost: unplugged. {texts()[101].remedy}."
        return [AlarmRow(3, 101, "error", text, AT_US, AT_US + 5, AlarmCare(AT_US + 6, "anna"), AT_US + 6)]


class MemoryShelf:
    """One recipe in production, without files; what changes one is tested on a real station."""

    def __init__(self, station: MemoryStation) -> None:
        self._station = station

    async def listing(self) -> Sequence[Recipe]:
        return [Recipe(job=12, name="bracket", version=7, steps=8, active=self._station.job == 12)]

    async def content(self, job: int, version: int | None = None) -> RecipeContent:
        if job != 12 or version not in (None, 7):
            raise NoSuchRecipe(f"no recipe has job number {job}")
        content = {"name": "bracket", "steps": [{"name": "pin 3"}]}
        return RecipeContent(job=12, version=7, state="in production", sha256="0" * 64, content=content)

    async def draft(self, job: int) -> Draft:
        content = (await self.content(job)).model_dump() | {"version": 8, "state": "draft"}
        return Draft(**content, saved=True, changed_at_us=AT_US, changed_by="anna")

    async def versions(self, job: int) -> Sequence[RecipeVersion]:
        release = RecipeRelease(at_us=AT_US, by="anna", reason="first")
        file = "bracket/recipe.json"
        return [
            RecipeVersion(version=7, state="in production", name="bracket", steps=8, file=file, releases=(release,))
        ]

    async def release(self, job: int, who: str, reason: str, sha256: str | None, force: bool = False) -> None:
        self._station.calls.append(("release", job, who, reason))

    async def roll_back(self, job: int, who: str, reason: str, version: int | None, force: bool = False) -> None:
        self._station.calls.append(("roll_back", job, who, reason, version))

    async def withdraw(self, job: int, who: str, reason: str) -> None:
        self._station.calls.append(("withdraw", job, who, reason))


class MemoryDrafts:
    """Answers as after a change that was made; the change itself is tested on real files."""

    def __init__(self, station: MemoryStation) -> None:
        self._station = station

    async def create(self, job: int, name: str, like: Any, who: str) -> Draft:
        self._station.calls.append(("create", job, name, who))
        return await MemoryShelf(self._station).draft(12)

    async def replace(self, job: int, content: Any, seen: str | None, who: str) -> Draft:
        self._station.calls.append(("replace", job, seen, who))
        return await MemoryShelf(self._station).draft(job)

    async def compare(self, job: int, before: str, after: str) -> list[Difference]:
        return [Difference("/steps/0/slot", "pin 3", "slot", None, 3)]

    async def discard(self, job: int, seen: str | None, who: str) -> None:
        self._station.calls.append(("discard", job, seen, who))


class MemoryTrials:
    """Answers as the process that tries drafts; that one is tested by itself."""

    async def ask(self, client: str, request: Any) -> Answer:
        if "values" in request:
            return Answer(dumps({"found": [{"values": {"mean": [5.0]}} for _ in request["images"]], "faults": []}))
        return Answer(dumps(Trial(width=30, height=20)))

    async def tools(self, language: str) -> bytes:
        return tool_list_json(language)


A_LABEL = LabelledImage(file=f"{'0' * 16}.png", labels={"": "good"}, origin="inspection 7", by="ann", at_us=AT_US)


class MemoryBench:
    """Answers as after work that was done; the work itself is tested on a real station."""

    def __init__(self, station: MemoryStation) -> None:
        self._station = station

    async def folder(self, job: int) -> Path:
        return self._station.folder

    async def calibration(self, job: int) -> Calibration:
        return Calibration(job=job, version=8, sha256="0" * 64, mm_per_px=0.05, plane=True, record="residual 0.01 mm")

    async def calibrate(self, job: int, who: str, words: Sequence[str]) -> Calibrated:
        self._station.calls.append(("calibrate", job, who, *words))
        length = LengthChange(before=100, unit_before="px", after=5)
        return Calibrated(job=job, kind="distance", saved=False, sha256="0" * 64, mm_per_px=0.05, length=length)

    async def check_camera(self, job: int, image: Path) -> CameraChecked:
        mark = CameraMark(step="marks", judgement="PASS", warning=False, shift_px=0.1, message="")
        return CameraChecked(job=job, moved=False, sha256="0" * 64, marks=(mark,))

    async def teach(self, job: int, who: str, wanted: Wanted) -> Taught:
        self._station.calls.append(("teach", job, who, *wanted.good))
        draft = await MemoryShelf(self._station).draft(job)
        return Taught(job=job, said=("step 'print': learned from 3 image(s)",), trial=None, draft=draft)

    async def label(self, job: int, who: str, said: Labelled) -> Relearned:
        self._station.calls.append(("label", job, who, said.label))
        lesson = LearnedStep(step="print", images=3, afresh=True, parameters={"tolerance_grey": 12})
        return Relearned(
            job=job,
            images=(A_LABEL,),
            kept=3,
            lessons=(lesson,),
            problems=("2 good part(s): limits and rates need 3",),
            trial=None,
            taken=(),
            sha256="0" * 64,
        )

    async def teaching_set(self, job: int) -> TeachingImages:
        return TeachingImages(job=job, images=(A_LABEL,))

    async def teaching_paths(self, job: int) -> list[tuple[Any, Path]]:
        return [(KeptImage("a.png", {"": "good"}, "inspection 7", "ann", AT_US), Path("a.png"))]

    async def teaching_file(self, job: int, file: str) -> Path | None:
        return None

    async def references(self, job: int) -> References:
        return References(job=job, version=8, sha256="0" * 64, items=(Reference(name="good", judgement="PASS"),))

    async def reference_image(self, job: int, name: str) -> bytes | None:
        return None

    async def judge_references(self, job: int, version: str) -> ReferencesJudged:
        verdict = ReferenceVerdict(
            name="good",
            wanted="PASS",
            judgement="FAIL",
            message="pin 3: too thin",
            sort_class="",
            failing=("pin 3",),
            difference="FAIL, PASS expected",
            ms=2.5,
        )
        return ReferencesJudged(job=job, version=8, sha256="0" * 64, items=(verdict,))

    async def change_references(self, job: int, who: str, words: Sequence[str], did: str) -> ReferencesJudged:
        self._station.calls.append(("change_references", job, who, did))
        return await self.judge_references(job, "draft")


class MemoryEvaluations:
    """One that has ended, with what it found; real ones are tested on a real station."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._run = Run(1, 12, "draft", "production", "2 images", AT_US, "ann", "done", 2, 2)

    async def begin(self, asked: Asked, who: str) -> Run:
        return self._run

    async def listing(self) -> list[Run]:
        return [self._run]

    async def find(self, number: int) -> Run | None:
        return self._run if number == 1 else None

    async def remove(self, number: int) -> bool:
        return number == 1

    def file(self, number: int, kind: str) -> Path:
        path = self._folder / f"report.{kind}"
        path.write_text(as_json(Summary([an_evaluated(True), an_evaluated(False)]), ABOUT))
        return path


ABOUT = {
    "recipe": {"job": 12, "name": "bracket", "version": 8},
    "against": "production",
    "images_of": "2 images",
    "made_at": "2026-11-26T12:00:00+00:00",
    "release": "0",
}


def an_evaluated(good: bool) -> Judged:
    """By two versions, the second of which passes it."""
    main = Measurement("width", 0.41, "mm", 0.45)
    step = StepVerdict("pin 3", Judgement.FAIL, Status.TOO_LOW, "too thin", main, (main,), 2.5)
    verdicts = Verdict(Judgement.FAIL, "pin 3: too thin", 3.0, (step,)), Verdict(Judgement.PASS, "", 3.0)
    return Judged(Case("1.png", Path("1.png"), good), verdicts)


class MemoryFiles:
    """Archives go nowhere."""

    async def recipe(self, job: int, version: int | None) -> Any:
        raise RefusedFileError(Refusal.NOT_FOUND, f"no recipe in production has job number {job}")

    async def incoming(self, job: int) -> Any:
        return MemoryFile()


class MemoryFile:
    size = 0

    async def write(self, position: int, data: bytes) -> None:
        self.size += len(data)

    async def commit(self, who: str) -> None: ...

    async def close(self) -> None: ...


class MemoryPlc:
    """Pulses go nowhere; what they do is tested on a real station."""

    async def pulse(self, wanted: Input, who: str, job: int = 0) -> None: ...


class MemoryProducts:
    """Of recipes with job number 12; what follows from one is tested on a real station."""

    def __init__(self) -> None:
        self.linked = {"P"}

    def listing(self) -> Sequence[Product]:
        return [Product(id=own, jobs=(12,), prepared=False) for own in sorted(self.linked)]

    async def link(self, product: str, job: int, who: str) -> None:
        if job != 12:
            raise NoSuchRecipe(f"no recipe in production has job number {job}")
        self.linked.add(product)

    async def unlink(self, product: str, job: int, who: str) -> None:
        if product not in self.linked:
            raise NoSuchRecipe(f"product {product!r} is not linked to job {job}")
        self.linked.remove(product)


class MemoryStorage:
    """One that is empty, for who asks something else; the real one is tested on its own (`test_storage`)."""

    def __init__(self) -> None:
        self.pinned: dict[int, Pin] = {}

    async def measured(self) -> Measured:
        settings = Settings()
        policy = Policy(settings.archive)
        usage = [ImageUsage(kind, 1, 4096, 0, AT_US) for kind in KeptAs]
        kept = classes(usage, Made(1000, 10), policy)
        return Measured(AT_US, 10**11, 10**10, Room(1, 8192, 0, AT_US), 1010, kept, policy, settings.store)

    async def pins(self, before: int | None, limit: int) -> Sequence[Pin]:
        return list(self.pinned.values())

    async def pin(self, number: int, who: str, why: str) -> None:
        self.pinned[number] = Pin(number, Judgement.PASS, "bracket", "", AT_US, "", 0, AT_US, who, why)

    async def unpin(self, number: int, who: str) -> None:
        self.pinned.pop(number, None)

    async def review(self, number: int, verdict: str | None, reason: str, who: str) -> None: ...

    async def table(self, wanted: ResultFilter) -> AsyncIterator[bytes]:
        yield b"number\r\n"

    async def report(self, wanted: ResultFilter, asked: Sequence[tuple[str, str]]) -> bytes:
        return b"<!doctype html>"

    def exporting(self, wanted: ResultFilter) -> Any:
        raise Busy("nothing is exported here")

    async def exported(self, export: Any, who: str) -> None: ...


def _variables(folder: Path) -> list[str]:
    """For the program that makes a backup of the site."""
    given = {"STATION__DATA_FOLDER": folder, "STORE__MIN_FREE_MB": 0, "STATION__RECIPE_FOLDER": ROOT / "config/recipes"}
    return [f"VISION_{name}={value}" for name, value in given.items()]


class Site:
    """The web side of one station on an ephemeral loopback port."""

    def __init__(
        self,
        folder: Path,
        bind: str,
        http: HttpSettings,
        live: LiveSettings,
        pace: Pace,
        storage: StorageDoor,
        store: Any,
    ) -> None:
        self.station = MemoryStation(folder)
        self.encoded: list[tuple[int, tuple[int, int]]] = []
        settings = Settings(station=StationSettings(data_folder=folder), http=http, live=live)
        self.recorder = PartRecorder(ProcessImage(), lambda: None)
        image = ProcessImage()
        self.standing = Standing(online=False)
        self.forces = Forces(image, Layout(), lambda: self.standing, lambda *said: self.station.calls.append(said))
        self.hub = Hub(
            settings=settings,
            station=self.station,
            alarms=Alarms(cast("Results", AlarmsForgotten()), lambda: None),
            recipes=MemoryShelf(self.station),
            products=MemoryProducts(),
            store=store or self.station,
            archive=self.station,
            storage=storage,
            image=image,
            modbus=self.station,
            writers=AllowedWriters(
                Remembered(folder / "remembered.json", cast("Offload", Forgotten())),
                lambda *said: self.station.calls.append(said),
                lambda: AT_US,
            ),
            waves=Waves(BitRecorder(image, self.station.trace.now_ns), self.station.trace),
            tag_watch=TagWatch(image, lambda: AT_US),
            forces=self.forces,
            simulated_plc=cast("SimulatedPlc", MemoryPlc()),
            ward=Ward(self.station, self.recorder, settings.modbus, UTC, asyncio.to_thread),
            live=FrameSource(live, self._encode, self.station, pace),
            previews=Previews(self.station, lambda: self.station.line_hinders, asyncio.to_thread, 1000),
            metrics=self.station.metrics,
            offload=asyncio.to_thread,
            log=Log(),
            backups=BackupRuns(asyncio.to_thread, ("env", *_variables(folder), *MAKE)),
            restores=Restores(folder, asyncio.to_thread, command=("env", *_variables(folder), *RESTORE)),
            reloads=Reloads(("false",)),
            uploads=Uploads(folder, asyncio.to_thread, self.station),
            files=MemoryFiles(),
            evaluations=MemoryEvaluations(folder),
            workbench=MemoryBench(self.station),
            drafts=MemoryDrafts(self.station),
            bench=MemoryTrials(),
            doors=Doors(TOKEN, Users(folder), TrustList(folder / "pki"), asyncio.to_thread),
            token=TOKEN,
            bind=bind,
            version="1.2.3",
            build="b1",
        )
        self.app = web.Application()
        add_routes(self.app, self.hub)
        self.gate = self.app[GATE]
        self.events = Events(self.hub)
        self.events.attach(self.app)
        self.runner = web.AppRunner(self.app, access_log=None, lingering_time=0.1)  # else 10 s for each cut body
        self.port = 0

    async def _encode(self, frame: Frame, size: tuple[int, int], quality: int) -> bytes:
        self.encoded.append((frame.frame_id, size))
        _, data = cv2.imencode(".jpg", cv2.resize(frame.image, size), [cv2.IMWRITE_JPEG_QUALITY, quality])
        return data.tobytes()

    async def start(self, port: int = 0) -> None:
        await self.runner.setup()
        listening = socket.create_server(("127.0.0.1", port), backlog=1024)
        self.port = listening.getsockname()[1]
        await web.SockSite(self.runner, listening).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


MakeSite = Callable[..., Awaitable[Site]]


@pytest.fixture
async def make_site(tmp_path: Path) -> AsyncIterator[MakeSite]:
    """Start sites; all are stopped with the test."""
    sites: list[Site] = []

    async def make(
        bind: str = "127.0.0.1",
        http: HttpSettings | None = None,
        live: LiveSettings | None = None,
        pace: Pace | None = None,
        storage: StorageDoor | None = None,
        store: Any = None,
        port: int = 0,
    ) -> Site:
        http, live = http or HttpSettings(), live or LiveSettings(fps=50)
        sites.append(Site(tmp_path, bind, http, live, pace or Pace(), storage or MemoryStorage(), store))
        await sites[-1].start(port)
        return sites[-1]

    yield make
    for site in sites:
        await site.runner.cleanup()
        await site.hub.backups.close()
        await site.hub.restores.close()


@pytest.fixture
async def site(make_site: MakeSite) -> Site:
    """On loopback: nobody is asked."""
    return await make_site()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A client that keeps no cookies."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
def eventually() -> Callable[..., Awaitable[None]]:
    """Wait until something is true."""
    return until


@pytest.fixture
def inspected() -> Callable[..., Inspection]:
    """Make a finished inspection."""
    return an_inspection


@pytest.fixture
def token() -> str:
    return TOKEN


@pytest.fixture
def nothing_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No file, and no variable that could be one of ours."""
    for name in list(os.environ):
        if name.startswith(("VISION_", "GUNICORN_")) or name == "CONFIG_PATH":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
