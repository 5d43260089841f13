"""All recipes held ready, so that a change of job, or of a recipe's version, takes no time on the line."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from vision.errors import RecipeError, VisionError
from vision.pipeline import PreparedRecipe, prepare
from vision.recipe import FILE, Recipe, recipe_folders, recipe_in_use, was_released

from . import generations
from .offload import Offload

log = logging.getLogger(__name__)

HOW_TO_TRY_AGAIN = "take that step out and reload the station"

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Broken:
    """A recipe that cannot be used, or is used in its last good version, with every reason."""

    folder: str
    problems: tuple[str, ...]
    job: int = 0  # 0 = it cannot be used

    @property
    def short(self) -> str:
        """The first reason, and what is done about it."""
        return self.problems[0] if not self.job else f"{self.problems[0]} ({self.problems[-1]})"

    @property
    def text(self) -> str:
        return "; ".join(self.problems)


class RecipeBook:
    """The versions in production of one folder's recipes, by job number; broken ones are kept aside with their reasons.

    Drafts are left alone. Loading and preparing run in a thread of their own, off the line.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._offload = Offload("recipes")
        self.changing = asyncio.Lock()  # held from a change of the files to what follows from it here
        self.ready: dict[int, PreparedRecipe] = {}
        self.folders: dict[int, Path] = {}  # of those that are ready
        self.sha256: dict[int, str] = {}  # likewise, of what they judge by
        self.hashes: dict[tuple[int, int], str] = {}  # of every version since the start, by job and version
        self.modified_at_us: dict[int, int] = {}  # likewise, when it was put into production
        self.broken: tuple[Broken, ...] = ()
        self._files: frozenset[tuple[str, int, int]] = frozenset()  # as they were when they were read
        self._replaced: deque[tuple[PreparedRecipe, int]] = deque(maxlen=16)  # and when (ns), oldest first

    async def load(self) -> None:
        """Read and prepare every recipe; what is in use stays in use until all are ready."""
        self._files = await self._offload(_files, self.folder)
        self.ready, self.folders, self.broken = await self._offload(self._load_all)
        self.sha256 = await self._offload(lambda: {job: one.recipe.sha256 for job, one in self.ready.items()})
        self.hashes |= {(job, one.recipe.version): self.sha256[job] for job, one in self.ready.items()}
        self.modified_at_us = await self._offload(self._modified)
        for broken in self.broken:
            words = "does not run as its file is" if broken.job else "cannot be used"
            log.error("recipe %s %s: %s", broken.folder, words, broken.text)

    async def look_again(self) -> bool:
        """`load` once more where another process has changed something since; whether it has."""
        if await self._offload(_files, self.folder) == self._files:
            return False
        await self.load()
        return True

    def at(self, job: int, at_ns: int) -> PreparedRecipe | None:
        """The version of a job that was in production at a time; None = there is no such job.

        Args:
            at_ns: CLOCK_MONOTONIC, not longer ago than 16 releases.
        """
        of_job = (one for one, until_ns in self._replaced if one.job == job and at_ns < until_ns)
        return next(of_job, None) or self.ready.get(job)

    def hold(self, prepared: PreparedRecipe, folder: Path) -> None:
        """Put a version into production; what was accepted before is still judged by the one before."""
        if (before := self.ready.get(prepared.job)) is not None:
            self._replaced.append((before, time.monotonic_ns()))
        self.ready = self.ready | {prepared.job: prepared}
        self.folders = self.folders | {prepared.job: folder}
        self.sha256 = self.sha256 | {prepared.job: prepared.recipe.sha256}
        self.hashes[prepared.job, prepared.recipe.version] = self.sha256[prepared.job]
        self.modified_at_us = self.modified_at_us | {prepared.job: _modified_at_us(prepared.recipe, folder)}
        self.broken = tuple(broken for broken in self.broken if broken.folder != folder.name)

    def drop(self, job: int) -> tuple[PreparedRecipe, Path]:
        """Take a recipe out of production; what was accepted before is still judged by it."""
        before, folder = self.ready[job], self.folders[job]
        self._replaced.append((before, time.monotonic_ns()))
        self.ready = {other: one for other, one in self.ready.items() if other != job}
        self.folders = {other: one for other, one in self.folders.items() if other != job}
        return before, folder

    async def run(self, call: Callable[P, R], *args: P.args, **more: P.kwargs) -> R:
        """Something with the folder's files, in the book's thread."""
        return await self._offload(call, *args, **more)

    def _load_all(self) -> tuple[dict[int, PreparedRecipe], dict[int, Path], tuple[Broken, ...]]:
        ready: dict[int, PreparedRecipe] = {}
        folders: dict[int, Path] = {}
        broken: list[Broken] = []
        aside = generations.vision.set_aside
        for folder in filter(was_released, recipe_folders(self.folder)):
            try:
                used = recipe_in_use(folder)
                recipe = used.recipe
                if recipe.job in ready:
                    other = ready[recipe.job].recipe.name
                    raise RecipeError(f"{folder}: job: {recipe.job} is already the job number of {other!r}")
                if recipe.job in aside:
                    raise RecipeError(f"{folder}: {aside[recipe.job]}; {HOW_TO_TRY_AGAIN}")
                with generations.vision.working(recipe.job):
                    ready[recipe.job], folders[recipe.job] = prepare(recipe, folder), folder
                if used.problems:
                    broken.append(Broken(folder.name, used.problems, recipe.job))
            except RecipeError as exc:
                broken.append(Broken(folder.name, exc.problems))
            except VisionError as exc:
                broken.append(Broken(folder.name, (str(exc),)))
        return ready, folders, tuple(broken)

    def _modified(self) -> dict[int, int]:
        return {job: _modified_at_us(one.recipe, self.folders[job]) for job, one in self.ready.items()}

    async def close(self) -> None:
        await self._offload.close()


def _files(folder: Path) -> frozenset[tuple[str, int, int]]:
    """What tells every release, return and withdrawal: name, time and size of what lies in the recipes' folders."""
    found = set()
    for path in folder.glob("*/*"):
        with suppress(FileNotFoundError):  # replaced meanwhile
            stat = path.stat()
            found.add((str(path), stat.st_mtime_ns, stat.st_size))
    return frozenset(found)


def _modified_at_us(recipe: Recipe, folder: Path) -> int:
    """UTC; of a version from before there were seals when its file was written, 0 = nobody knows."""
    if recipe.times:
        return recipe.times[-1].at_us
    with suppress(OSError):
        return (folder / FILE).stat().st_mtime_ns // 1000
    return 0
