"""The recipes as they stand together in one moment, while somebody may be releasing one of them."""

import shutil
from pathlib import Path

from vision.errors import RecipeError
from vision.recipe import is_withdrawn, recipe_folders, recipe_in_use

from .contents import tree
from .errors import BackupError
from .manifest import Judging

_TRIES = 5


def copy_recipes(source: Path, target: Path) -> None:
    """Every version, draft and master.

    Raises:
        BackupError: They changed again and again.
        OSError: They cannot be read.
    """
    for _ in range(_TRIES):
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        before = _state(source)
        try:
            for one in tree(source):
                copy = target / one.name
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(one.path, copy)
        except FileNotFoundError:  # a draft that was released meanwhile
            continue
        if _state(source) == before:
            return
    raise BackupError(f"{source}: the recipes changed while they were copied, {_TRIES} times: try again")


def judging(recipes: Path) -> tuple[Judging, ...]:
    """What is in production there, by folder; a recipe that is broken is not."""
    found: list[Judging] = []
    for folder in recipe_folders(recipes):
        try:
            recipe = recipe_in_use(folder).recipe
        except RecipeError:
            continue
        if not is_withdrawn(folder):
            found.append(Judging(folder=folder.name, job=recipe.job, name=recipe.name, version=recipe.version))
    return tuple(found)


def _state(folder: Path) -> list[tuple[str, int, int]]:
    return [(one.name, (at := one.path.stat()).st_mtime_ns, at.st_size) for one in tree(folder)]
