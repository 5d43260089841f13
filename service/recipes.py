"""All recipes held ready, so that a change of job takes no time on the line."""

import logging
from dataclasses import dataclass
from pathlib import Path

from vision.errors import RecipeError, VisionError
from vision.pipeline import PreparedRecipe, prepare
from vision.recipe import load_recipe, recipe_folders

from .offload import Offload

log = logging.getLogger(__name__)

HOW_TO_RELEASE = "teach with --release, or set released to true in its recipe.json, and reload"


@dataclass(frozen=True, slots=True)
class Broken:
    """A recipe that cannot be used, with every reason."""

    folder: str
    problems: tuple[str, ...]


class RecipeBook:
    """The recipes of one folder, by job number; broken ones are kept aside with their reasons.

    Loading and preparing run in a thread of their own, off the line.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._offload = Offload("recipes")
        self.ready: dict[int, PreparedRecipe] = {}
        self.broken: tuple[Broken, ...] = ()

    async def load(self) -> None:
        """Read and prepare every recipe; what is in use stays in use until all are ready."""
        self.ready, self.broken = await self._offload(self._load_all)
        for broken in self.broken:
            log.error("recipe %s cannot be used: %s", broken.folder, "; ".join(broken.problems))

    def _load_all(self) -> tuple[dict[int, PreparedRecipe], tuple[Broken, ...]]:
        ready: dict[int, PreparedRecipe] = {}
        broken: list[Broken] = []
        for folder in recipe_folders(self.folder):
            try:
                recipe = load_recipe(folder)
                if not recipe.released:
                    raise RecipeError(f"{folder}: released: version {recipe.version} is a draft; {HOW_TO_RELEASE}")
                if recipe.job in ready:
                    other = ready[recipe.job].recipe.name
                    raise RecipeError(f"{folder}: job: {recipe.job} is already the job number of {other!r}")
                ready[recipe.job] = prepare(recipe, folder)
            except RecipeError as exc:
                broken.append(Broken(folder.name, exc.problems))
            except VisionError as exc:
                broken.append(Broken(folder.name, (str(exc),)))
        return ready, tuple(broken)

    async def close(self) -> None:
        await self._offload.close()
