"""What engineers do to drafts over REST, as the commands of the same names do it: one at a time, behind the line."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from vision.errors import RecipeError
from vision.imaging.encode import png
from vision.recipe import working_copy
from vision.teach import load_reference

from . import errand
from .api import reference_models as models
from .hub import RecipeRefused

T = TypeVar("T")
Note = Callable[[str, str, str], object]
"""Into the journal: kind, text and who."""


class Folders(Protocol):
    """Where recipes lie: `RecipeFacade`."""

    async def folder(self, job: int) -> Path:
        """Raises NoSuchRecipe."""
        ...

    async def asked(self, call: Callable[..., T], *args: Any) -> T:
        """In the recipes' thread. Raises RecipeRefused."""
        ...


class Workbench:
    """Every change is made by a process of its own, and to the draft alone."""

    def __init__(self, folders: Folders, note: Note, data: Path) -> None:
        self._folders, self._note, self._data = folders, note, data
        self._at_work = asyncio.Lock()

    async def folder(self, job: int) -> Path:
        """Where a recipe lies. Raises NoSuchRecipe."""
        return await self._folders.folder(job)

    async def references(self, job: int) -> models.References:
        """Of the draft, or of what a draft would be made from. Raises NoSuchRecipe, RecipeRefused."""
        recipe = await self._folders.asked(working_copy, await self._folders.folder(job))
        items = tuple(models.Reference(**one.model_dump()) for one in recipe.references)
        return models.References(job=job, version=recipe.version, sha256=recipe.sha256, items=items)

    async def reference_image(self, job: int, name: str) -> bytes | None:
        """A PNG of its first frame; None = there is no such reference. Raises NoSuchRecipe, RecipeRefused."""
        return await self._folders.asked(_first_frame, await self._folders.folder(job), name)

    async def judge_references(self, job: int, version: str) -> models.ReferencesJudged:
        """`version`: its number, draft or production. Raises NoSuchRecipe, RecipeRefused."""
        return models.ReferencesJudged(job=job, **await self._do("reference", job, [f"--version={version}", "--json"]))

    async def change_references(self, job: int, who: str, words: Sequence[str], did: str) -> models.ReferencesJudged:
        """`words` of the command ``reference``. Raises NoSuchRecipe, RecipeRefused."""
        done = await self._do("reference", job, [*words, "--json"])
        self._note("recipe", f"the draft of job {job}: {did}", who)
        return models.ReferencesJudged(job=job, **done)

    async def _do(self, command: str, job: int, words: Sequence[str]) -> dict[str, Any]:
        folder = await self._folders.folder(job)
        if self._at_work.locked():
            raise RecipeRefused(("another recipe is being worked on; ask again when that has ended",))
        async with self._at_work:
            try:
                return await errand.run([command, str(folder.resolve()), *words], self._data)
            except errand.NotDone as exc:
                raise RecipeRefused(exc.problems) from None


def _first_frame(folder: Path, name: str) -> bytes | None:
    recipe = working_copy(folder)
    if name not in [one.name for one in recipe.references]:
        return None
    try:
        acquisition, _ = load_reference(recipe, folder, name)
    except KeyError:
        raise RecipeError(f"reference {name!r} has no frames under taught") from None
    return png(acquisition.first.image)
