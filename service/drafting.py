"""Drafts as engineers edit them over the web: made, replaced whole and thrown away; nobody's change is overwritten."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from vision.errors import RecipeError
from vision.recipe import (
    DRAFT,
    Difference,
    DraftChanged,
    Recipe,
    differences,
    discard_draft,
    load_version,
    look_at_draft,
    read_draft,
    recipe_in_use,
    replace_draft,
    save_draft,
    sign_change,
)
from vision.taught import load_taught, save_taught

from .api import recipe_models as models
from .draft_shown import draft_shown
from .hub import RecipeRefused
from .recipe_folder import folder_of, new_folder
from .recipes import RecipeBook

T = TypeVar("T")
Note = Callable[[str, str, str], object]
"""Into the journal: kind, text and who."""


class ContentRefused(Exception):
    """It is no recipe; `problems` has every reason, each with its place."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class OtherDraft(Exception):
    """Somebody else changed the draft meanwhile; `now` is the one that is there."""

    def __init__(self, now: models.Draft) -> None:
        super().__init__("somebody else changed the draft meanwhile")
        self.now = now


class JobTaken(Exception):
    """Another recipe has this job number."""


@dataclass(frozen=True, slots=True)
class Like:
    """What a new recipe is a copy of: `version` is draft, production or a number."""

    job: int
    version: str


class Folders(Protocol):
    """Where recipes lie: `RecipeFacade`."""

    async def folder(self, job: int) -> Path:
        """Raises NoSuchRecipe."""
        ...

    async def asked(self, call: Callable[..., T], *args: Any) -> T:
        """In the recipes' thread. Raises RecipeRefused."""
        ...


class Drafting:
    """The files are read and written in the recipes' thread."""

    def __init__(self, folders: Folders, book: RecipeBook, note: Note) -> None:
        self._folders, self._book, self._note = folders, book, note

    async def create(self, job: int, name: str, like: Like | None, who: str) -> models.Draft:
        """A recipe with a draft alone. Raises JobTaken, NoSuchRecipe, RecipeRefused."""
        source = None if like is None else await self._folders.folder(like.job)
        made = await self._folders.asked(_made, self._book.folder, job, name, like, source, who)
        copied = "" if like is None else f" as a copy of job {like.job}"
        self._note("recipe", f"job {job} ({name}) was begun{copied}", who)
        return made

    async def replace(self, job: int, content: Mapping[str, Any], seen: str | None, who: str) -> models.Draft:
        """The whole draft, also with problems that keep it from being released.

        Args:
            seen: SHA-256 of the draft that `content` was made from; None = whatever is there.

        Raises:
            ContentRefused, OtherDraft, NoSuchRecipe, RecipeRefused: Nothing was written.
        """
        now, changed = await self._changed(_replaced, await self._folders.folder(job), job, content, seen, who)
        if changed:
            self._note("recipe", f"the draft of job {job} was changed", who)
        return now

    async def discard(self, job: int, seen: str | None, who: str) -> None:
        """Raises OtherDraft, NoSuchRecipe, RecipeRefused where there is none."""
        await self._changed(discard_draft, await self._folders.folder(job), seen)
        self._note("recipe", f"the draft of job {job} was thrown away", who)

    async def compare(self, job: int, before: str, after: str) -> list[Difference]:
        """Of two versions: draft, production or a number. Raises NoSuchRecipe, RecipeRefused."""
        return await self._folders.asked(_compared, await self._folders.folder(job), before, after)

    async def _changed(self, call: Callable[..., T], *args: Any) -> T:
        try:
            return await self._book.run(call, *args)
        except DraftChanged as exc:
            raise OtherDraft(draft_shown(exc.draft, DRAFT)) from None
        except RecipeError as exc:
            raise RecipeRefused(exc.problems) from None


def _replaced(
    folder: Path, job: int, content: Mapping[str, Any], seen: str | None, who: str
) -> tuple[models.Draft, bool]:
    recipe, problems = read_draft(content, folder)
    wrong_job = recipe is not None and recipe.job != job
    if recipe is None or wrong_job:
        words = [f"job: {content.get('job')} where the recipe has {job}; a recipe keeps its job number"]
        raise ContentRefused((*problems, *(words if wrong_job else ())))
    before = look_at_draft(folder) if seen is not None else None
    if before is not None and before.saved and before.recipe.sha256 == recipe.sha256 == seen:
        return draft_shown(before, DRAFT), False
    return draft_shown(replace_draft(recipe, folder, seen, who), DRAFT), True


def _compared(folder: Path, before: str, after: str) -> list[Difference]:
    return list(differences(_version(folder, before).content(), _version(folder, after).content()))


def _made(root: Path, job: int, name: str, like: Like | None, source: Path | None, who: str) -> models.Draft:
    if folder_of(root, job) is not None:
        raise JobTaken(f"job {job} is another recipe's")
    recipe, folder = Recipe(job=job, name=name), new_folder(root, name, job)
    if like is not None and source is not None:
        copied = _version(source, like.version)
        recipe = copied.model_copy(update={"job": job, "name": name, "version": 1, "released": False, "release": None})
        for known, entry in recipe.taught.items():
            taught = load_taught(source, known, entry.sha256, entry.tool, entry.tool_version)
            save_taught(folder, known, taught, entry.tool, entry.tool_version)
    save_draft(recipe, folder)
    sign_change(folder, who)
    return draft_shown(look_at_draft(folder), DRAFT)


def _version(folder: Path, version: str) -> Recipe:
    if version == "draft":
        return look_at_draft(folder).recipe
    return recipe_in_use(folder).recipe if version == "production" else load_version(folder, int(version))
