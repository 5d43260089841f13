"""Evaluations that somebody asks the running station for: one at a time, in a process of its own behind the line."""

import asyncio
import json
import logging
import os
import shutil
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from service import errand
from service.offload import Offload
from service.timing import now_us

log = logging.getLogger(__name__)
FOLDER = "evaluations"  # below the data folder
MOST = 20  # are kept
STATE, IMAGES = "state.json", "images"
FILES = {"html": "report.html", "csv": "report.csv", "json": "report.json"}
RUNNING, DONE, FAILED, CANCELLED = "running", "done", "failed", "cancelled"
LEFT = "the station ended meanwhile"


class AlreadyRunning(Exception):
    """One at a time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be judged by what."""

    job: int
    folder: Path  # of the recipe
    version: str
    against: str
    words: str  # which images, for people
    options: tuple[str, ...] = ()  # for the command: which of the stored ones
    pictures: tuple[tuple[str, Path], ...] = ()  # name below the folder of images, and file; none: the stored ones


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation."""

    number: int
    job: int
    version: str
    against: str
    images: str
    at_us: int  # UTC
    by: str
    state: str = RUNNING
    done: int = 0
    total: int = 0
    problems: tuple[str, ...] = field(default=())


class Evaluations:
    """Each in a folder of its own; the disk is worked on in a thread."""

    def __init__(self, data: Path, thread: Offload) -> None:
        self._data, self._thread = data, thread
        self._now: Run | None = None
        self._work: asyncio.Task[dict[str, Any]] | None = None  # is cancelled
        self._task: asyncio.Task[None] | None = None  # sees to its end, and never is

    async def begin(self, asked: Asked, who: str) -> Run:
        """Raises AlreadyRunning; OSError where the disk takes nothing."""
        if self._now is not None:
            raise AlreadyRunning
        self._now = Run(0, asked.job, asked.version, asked.against, asked.words, now_us(), who)
        try:
            self._now = replace(self._now, number=await self._thread(self._placed, self._now, asked))
        except BaseException:
            self._now = None
            raise
        number = self._now.number
        self._work = asyncio.create_task(errand.run(self._words(number, asked), self._data, None, self._heard))
        self._task = asyncio.create_task(self._follow(self._work))
        return self._now

    async def listing(self) -> list[Run]:
        """Newest first; the one that runs as far as it has come."""
        found = await self._thread(self._found)
        now = self._now
        return [now if now and one.number == now.number else _ended(one) for one in found]

    async def find(self, number: int) -> Run | None:
        return next((one for one in await self.listing() if one.number == number), None)

    def file(self, number: int, kind: str) -> Path:
        """Where a report is, or will be: html, csv or json."""
        return self._folder(number) / FILES[kind]

    async def remove(self, number: int) -> bool:
        """Cancel it where it runs, else forget it; whether it was there."""
        if self._now and number == self._now.number:
            await self.close()
            return True
        if await self.find(number) is None:
            return False
        await self._thread(shutil.rmtree, self._folder(number), ignore_errors=True)
        return True

    async def close(self) -> None:
        """What runs is cancelled."""
        if self._work and self._task:
            self._work.cancel()
            await asyncio.wait([self._task])

    async def _follow(self, work: "asyncio.Task[dict[str, Any]]") -> None:
        await asyncio.wait([work])
        assert self._now
        ended = replace(self._now, **_end_of(work))
        try:
            await self._thread(_write, self._folder(ended.number), ended)
        except OSError as exc:
            log.error("evaluation %d is not kept: %s", ended.number, exc)
        finally:  # only now it is told: who hears of it may begin another one
            self._now = None

    def _words(self, number: int, asked: Asked) -> list[str]:
        folder = self._folder(number)
        images = str(folder / IMAGES) if asked.pictures else "stored"
        jobs = max(1, len(os.sched_getaffinity(0)) // 2)  # the line needs the memory's bandwidth, too
        words = ["evaluate", str(asked.folder.resolve()), images, f"--version={asked.version}"]
        words += [f"--against={asked.against}"] if asked.against else []
        return [*words, *asked.options, f"--out={folder}", f"--jobs={jobs}", "--json"]

    def _heard(self, told: dict[str, Any]) -> None:
        assert self._now
        self._now = replace(self._now, done=told["done"], total=told["total"])

    def _placed(self, run: Run, asked: Asked) -> int:
        """Its number, once its folder is there; the oldest ones go."""
        there = self._found()
        for old in there[MOST - 1 :]:
            shutil.rmtree(self._folder(old.number), ignore_errors=True)
        number = 1 + max((one.number for one in there), default=0)
        folder = self._folder(number)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, path in asked.pictures:
            place = folder / IMAGES / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(path.resolve())
        _write(folder, replace(run, number=number))
        return number

    def _found(self) -> list[Run]:
        runs = [run for path in (self._data / FOLDER).glob(f"*/{STATE}") if (run := _read(path)) is not None]
        return sorted(runs, key=lambda one: -one.number)

    def _folder(self, number: int) -> Path:
        return (self._data / FOLDER / str(number)).resolve()


def _end_of(work: "asyncio.Task[dict[str, Any]]") -> dict[str, Any]:
    """How it ended."""
    if work.cancelled():
        return {"state": CANCELLED}
    match work.exception():
        case None:
            return {"state": DONE}
        case errand.NotDone() as failed:
            return {"state": FAILED, "problems": failed.problems}
        case OSError() as wrong:
            return {"state": FAILED, "problems": (f"no process can be started: {wrong}",)}
        case defect:
            log.error("an evaluation failed", exc_info=defect)
            return {"state": FAILED, "problems": ("internal error, see the station's log",)}


def _ended(run: Run) -> Run:
    """One that nobody follows any more."""
    return replace(run, state=CANCELLED, problems=(LEFT,)) if run.state == RUNNING else run


def _write(folder: Path, run: Run) -> None:
    (folder / STATE).write_text(json.dumps(asdict(run)), "utf-8")
    if run.state != RUNNING:
        shutil.rmtree(folder / IMAGES, ignore_errors=True)


def _read(path: Path) -> Run | None:
    try:
        values = json.loads(path.read_bytes())
        return Run(**values | {"problems": tuple(values["problems"])})
    except (OSError, ValueError, TypeError, KeyError):  # half written, or of another release
        return None
