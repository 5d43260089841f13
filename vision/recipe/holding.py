"""One at a time in a recipe's folder, over threads and processes; what no file names any more is removed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import RecipeError
from ..taught import forget_others
from .files import DRAFT, FILE, VERSIONS, read_json

CHANGED = "recipe.json.changed"
"""What somebody made of recipe.json by hand, put aside when another version takes its place."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Other threads and processes that change this recipe wait.

    Raises:
        RecipeError: The folder is not there, or cannot be written.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as exc:
        raise RecipeError(f"{folder}: cannot be opened: {exc.strerror}") from exc
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    except OSError as exc:
        raise RecipeError(f"{folder.name}: cannot be written: {exc.strerror}: {exc.filename or ''}") from exc
    finally:
        os.close(handle)


def forget_unnamed(folder: Path) -> None:
    """Remove taught data that no version and no draft names."""
    named: list[tuple[str, str]] = []
    for path in (folder / FILE, folder / DRAFT, folder / CHANGED, *(folder / VERSIONS).glob("*.json")):
        data, _ = read_json(path)
        try:
            named += [(name, entry["sha256"]) for name, entry in data.get("taught", {}).items()]
        except (AttributeError, KeyError, TypeError):
            if path.exists() and path.name != CHANGED:
                return  # it may name what would be lost
    forget_others(folder, named)
