"""The recipes as the web sees them: in production, drafts, versions; and what puts another one into production."""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from vision.errors import RecipeError, VisionError
from vision.recipe import (
    Label,
    Recipe,
    Signed,
    Withdrawal,
    draft_file,
    is_withdrawn,
    load_version,
    look_at_draft,
    recipe_folders,
    release_draft,
    roll_back,
)
from vision.teach import Approval, approved

from .api import recipe_models as models
from .draft_shown import draft_shown
from .forcing import forced_words, signed_reason
from .hub import NoSuchRecipe, RecipeRefused
from .recipe_folder import folder_of
from .recipe_table import PRODUCTION, RELEASED, Row, draft_row, version_rows, withdrawn
from .recipes import Broken, RecipeBook
from .station import Station

T = TypeVar("T")


class _Change(Protocol):
    """Of the files: a release, or a way back."""

    def __call__(self, folder: Path, *, signed: Signed, approve: Callable[[Recipe], object]) -> Recipe: ...


class RecipeFacade:
    """Implements `hub.RecipeShelf`. Files are read anew each time, in the recipes' thread."""

    def __init__(self, book: RecipeBook, station: Station) -> None:
        self._book, self._station = book, station

    async def listing(self) -> Sequence[models.Recipe]:
        used = {folder.name for folder in self._book.folders.values()}
        drafts: dict[str, Row] = await self._book.run(_drafts, self._book.folder)
        ready = [self._ready(job, drafts.pop(folder.name, None)) for job, folder in sorted(self._book.folders.items())]
        broken = [_broken(one, drafts.pop(one.folder, None)) for one in self._book.broken if not one.job]
        gone = await self._book.run(withdrawn, self._book.folder)
        beside = [_withdrawn(folder, *gone[folder], drafts.pop(folder, None)) for folder in gone if folder not in used]
        beside += [_draft_alone(folder, row) for folder, row in drafts.items()]
        return [*ready, *sorted(beside, key=lambda one: one.job), *broken]

    def _ready(self, job: int, draft: Row | None) -> models.Recipe:
        recipe = self._book.ready[job].recipe
        problems = [broken.text for broken in self._book.broken if broken.job == job]
        return models.Recipe(
            job=job,
            name=recipe.name,
            version=recipe.version,
            steps=len(recipe.steps),
            active=job == self._station.handshake.conditions.job,
            draft=draft["version"] if draft else 0,
            folder=self._book.folders[job].name,
            problem="; ".join([*problems, *([draft["problem"]] if draft and draft["problem"] else [])]),
        )

    async def content(self, job: int, version: int | None = None) -> models.RecipeContent:
        used = self._book.ready.get(job)
        if used is not None and version in (None, used.recipe.version):
            return await self._book.run(_content, used.recipe, PRODUCTION)
        folder = await self.folder(job)
        if version is None:
            why = "it was withdrawn" if await self._book.run(is_withdrawn, folder) else "it has a draft alone"
            raise NoSuchRecipe(f"no version of job {job} is in production, {why}")
        try:
            return await self._book.run(_kept, folder, version)
        except RecipeError as exc:
            raise NoSuchRecipe(f"job {job} has no version {version} that can be read: {exc}") from None

    async def draft(self, job: int) -> models.Draft:
        return await self.asked(_draft, await self.folder(job))

    async def versions(self, job: int) -> Sequence[models.RecipeVersion]:
        table = await self.asked(version_rows, await self.folder(job))
        used = self._book.ready.get(job)
        return [_version(row, used.recipe.version if used else 0) for row in table]

    async def release(self, job: int, who: str, reason: str, sha256: str | None, force: bool = False) -> None:
        change = functools.partial(_released, sha256=sha256)
        await self._change(job, _signed(who, reason, force), change, "released", force)

    async def roll_back(self, job: int, who: str, reason: str, version: int | None, force: bool = False) -> None:
        change = functools.partial(_gone_back, version=version)
        await self._change(job, _signed(who, reason, force), change, "gone back to", force)

    async def withdraw(self, job: int, who: str, reason: str) -> None:
        await self.folder(job)
        try:
            await self._station.jobs.take_out_of_production(job, Signed(who, reason))
        except RecipeError as exc:
            raise RecipeRefused(exc.problems) from None

    async def _change(self, job: int, signed: Signed, change: _Change, done: str, force: bool) -> None:
        folder = await self.folder(job)
        async with self._book.changing:
            before = self._book.ready.get(job)
            approval = await self.asked(_change_files, folder, change, signed, force)
            recipe = approval.prepared.recipe
            instead = f" in place of version {before.recipe.version}" if before else ""
            reason = f": {signed.reason}" if signed.reason else ""
            words = f"version {recipe.version} of job {recipe.job} ({recipe.name}) {done}{instead}{reason}"
            words += forced_words(approval.failed)
            self._station.jobs.put_into_production(approval.prepared, folder, words, signed.by)

    async def folder(self, job: int) -> Path:
        """Where a recipe lies, whatever can be read of it. Raises NoSuchRecipe."""
        folder = self._book.folders.get(job) or await self._book.run(folder_of, self._book.folder, job)
        if folder is None:
            raise NoSuchRecipe(f"no recipe has job number {job}")
        return folder

    async def asked(self, call: Callable[..., T], *args: Any) -> T:
        """Something with the recipes' files, in their thread. Raises RecipeRefused."""
        try:
            return await self._book.run(call, *args)
        except RecipeError as exc:
            raise RecipeRefused(exc.problems) from None
        except VisionError as exc:
            raise RecipeRefused((str(exc),)) from None


def _signed(who: str, reason: str, force: bool) -> Signed:
    try:
        return Signed(who, signed_reason(reason, force))
    except RecipeError as exc:
        raise RecipeRefused(exc.problems) from None


def _change_files(folder: Path, change: _Change, signed: Signed, force: bool) -> Approval:
    """It is held ready before it is in production: what cannot be prepared or fails its references never is."""
    held: list[Approval] = []
    change(folder, signed=signed, approve=lambda recipe: held.append(approved(recipe, folder, forced=force)))
    return held[-1]


def _released(folder: Path, *, signed: Signed, approve: Callable[[Recipe], object], sha256: str | None) -> Recipe:
    return release_draft(folder, signed, approve, sha256)


def _gone_back(folder: Path, *, signed: Signed, approve: Callable[[Recipe], object], version: int | None) -> Recipe:
    return roll_back(folder, version, signed, approve)


def _drafts(root: Path) -> dict[str, Row]:
    """By folder."""
    return {folder.name: row for folder in recipe_folders(root) if (row := draft_row(folder)) is not None}


def _kept(folder: Path, version: int) -> models.RecipeContent:
    return _content(load_version(folder, version, taught=False), RELEASED)


def _draft(folder: Path) -> models.Draft:
    return draft_shown(look_at_draft(folder), draft_file(folder))


def _content(recipe: Recipe, state: models.RecipeState) -> models.RecipeContent:
    return models.RecipeContent(
        job=recipe.job,
        version=recipe.version,
        state=state,
        sha256=recipe.sha256,
        content=recipe.content(),
    )


def _draft_alone(folder: str, row: Row) -> models.Recipe:
    listed = {key: row[key] for key in ("job", "name", "version", "steps", "state", "problem")}
    return models.Recipe(**listed, active=False, draft=row["version"], folder=folder)


def _withdrawn(folder: str, said: Label, mark: Withdrawal, draft: Row | None) -> models.Recipe:
    return models.Recipe(
        job=said.job,
        name=said.name,
        version=mark.version,
        steps=said.steps,
        active=False,
        state=RELEASED,
        draft=draft["version"] if draft else 0,
        folder=folder,
        withdrawn=models.RecipeRelease(at_us=mark.at_us, by=mark.by, reason=mark.reason),
    )


def _broken(broken: Broken, draft: Row | None) -> models.Recipe:
    return models.Recipe(
        job=0,
        name=broken.folder,
        version=0,
        steps=0,
        active=False,
        state="broken",
        draft=draft["version"] if draft else 0,
        folder=broken.folder,
        problem=broken.text,
    )


def _version(row: Row, held: int) -> models.RecipeVersion:
    """`held`: the version that the station judges by, whatever was released beside it."""
    state, problem = row["state"], row["problem"]
    if state in (PRODUCTION, RELEASED):
        state = PRODUCTION if row["version"] == held else RELEASED
    if state != row["state"] == PRODUCTION:
        problem = "; ".join(filter(None, [problem, "it was put into production beside the station: reload takes it"]))
    return models.RecipeVersion(
        version=row["version"],
        state=state,
        name=row["name"],
        steps=row["steps"],
        file=row["file"],
        releases=tuple(models.RecipeRelease(at_us=one.at_us, by=one.by, reason=one.reason) for one in row["times"]),
        problem=problem,
    )
