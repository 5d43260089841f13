"""Which version of each recipe judges from when on: in the store, and in the journal where the files were changed."""

import logging
from contextlib import suppress

from pydantic import ValidationError

from vision.recipe import Recipe

from .recipe_table import withdrawn
from .recipes import RecipeBook
from .remembered import Remembered
from .store import Store, StoreError
from .store.rows import RecipeVersion

log = logging.getLogger(__name__)

KEY = "recipes"  # of what is remembered


class RecipeRecord:
    """Every version that a result may name stands in the store before the result does."""

    def __init__(self, store: Store, kept: Remembered) -> None:
        self._store, self._kept = store, kept

    async def started(self, book: RecipeBook) -> None:
        """After the recipes were read: what others than this station's own releases made of them is written down."""
        known = self._kept.get(KEY)
        await self._note_withdrawn({int(job) for job in known or ()} - book.ready.keys(), book)
        for prepared in book.ready.values():
            recipe = prepared.recipe
            before = None if known is None else known.get(str(recipe.job), [])
            if before is not None and before[:2] != _print(recipe)[:2]:
                self._note_new(recipe)
            if before != _print(recipe):
                await self._compare(recipe)
            self._put(recipe)
        self._kept.set(KEY, {str(job): _print(one.recipe) for job, one in book.ready.items()})

    def released(self, recipe: Recipe) -> None:
        """It is about to judge."""
        self._put(recipe)
        self._kept.set(KEY, (self._kept.get(KEY) or {}) | {str(recipe.job): _print(recipe)})

    def withdrawn(self, job: int, who: str) -> None:
        """It judges no more; `who` is in the journal already."""
        self._kept.set(KEY, {one: said for one, said in (self._kept.get(KEY) or {}).items() if one != str(job)})

    async def _note_withdrawn(self, gone: set[int], book: RecipeBook) -> None:
        for said, mark in (await book.run(withdrawn, book.folder)).values() if gone else ():
            if said.job in gone:
                reason = f": {mark.reason}" if mark.reason else ""
                words = f"version {mark.version} of job {said.job} ({said.name}) was taken out of production{reason}"
                self._store.event("recipe", words, mark.by)

    def _put(self, recipe: Recipe) -> None:
        self._store.recipe_version(recipe.job, recipe.version, recipe.name, recipe.sha256, recipe.content())

    def _note_new(self, recipe: Recipe) -> None:
        last = recipe.times[-1] if recipe.times else None
        reason = f": {last.reason}" if last and last.reason else ""
        text = f"version {recipe.version} of job {recipe.job} ({recipe.name}) is in production since this start{reason}"
        self._store.event("recipe", text, last.by if last else "")

    async def _compare(self, recipe: Recipe) -> None:
        """A version that judged before, and has another content now, was changed without a new number."""
        judged: list[RecipeVersion] = []
        with suppress(StoreError):
            judged = await self._store.recipe_versions(recipe.job, recipe.version)
        if judged and not any(_same(row, recipe) for row in judged):
            text = (
                f"version {recipe.version} of job {recipe.job} ({recipe.name}) was changed without a new version: "
                f"results before and after this start name the same one; release changes as a draft"
            )
            log.warning("recipe: %s", text)
            self._store.event("recipe", text, "")


def _print(recipe: Recipe) -> list[object]:
    return [recipe.version, recipe.times[-1].number if recipe.times else 0, recipe.sha256]


def _same(row: RecipeVersion, recipe: Recipe) -> bool:
    """A newer program may write the same recipe with more fields: read anew it has the same hash."""
    if row.sha256 == recipe.sha256:
        return True
    try:
        return Recipe.model_validate_json(row.content).sha256 == recipe.sha256
    except ValidationError:
        return True  # written by a program that knew other fields: there is nothing to compare
