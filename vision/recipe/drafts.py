"""Drafts are begun, saved, replaced and thrown away; whoever has not seen the last change is told, never obeyed."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from ..errors import RecipeError
from ..taught import sync_folder, write_synced
from .files import DRAFT, FILE, VERSIONS, read_json, read_recipe, recipe_error, save_recipe
from .holding import alone, forget_unnamed
from .recipe import Recipe
from .seal import utc, utc_us
from .shelf import draft_file, draft_of, working_copy

MARK = "draft.by.json"
"""Who changed the draft last, valid for the one file with the hash in it."""


@dataclass(frozen=True, slots=True)
class Change:
    """When a draft was changed, and by whom; "" where nobody told, 0 where there is no draft."""

    at_us: int = 0  # UTC
    by: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is worked on, as it is: a draft that cannot be released yet has its `problems`, each with its place."""

    recipe: Recipe
    saved: bool  # False: this is what a draft would be made from
    change: Change = Change()
    problems: tuple[str, ...] = ()


class DraftChanged(RecipeError):
    """Somebody else changed the draft meanwhile; `draft` is the one that is there now."""

    def __init__(self, folder: Path, draft: Draft) -> None:
        super().__init__(f"{folder.name}: somebody else changed the draft meanwhile; nothing was saved")
        self.draft = draft


def begin_draft(folder: Path) -> Recipe:
    """Copy the version in production to draft.json.

    Raises:
        RecipeError: There is a draft already, or no version to begin from.
    """
    with alone(folder):
        if (file := draft_file(folder)) is not None:
            raise RecipeError(f"{folder.name}/{file}: there is a draft already")
        draft = working_copy(folder)
        save_recipe(draft, folder, DRAFT)
    return draft


def save_draft(draft: Recipe, folder: Path, replaces: Recipe | None = None) -> None:
    """Write the draft; the version in production stays as it is. Taught data that no version names is removed.

    Args:
        replaces: The `working_copy` that the draft was made from; None = whatever is there.

    Raises:
        RecipeError: Somebody else changed it meanwhile; nothing was written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder):
        if replaces is not None and working_copy(folder) != replaces:
            raise RecipeError(f"{folder.name}: somebody else changed the draft meanwhile; nothing was saved")
        _write(draft, folder)


def look_at_draft(folder: Path) -> Draft:
    """The draft with all that keeps it from being released, or what a draft would be made from.

    Raises:
        RecipeError: It cannot be read as a recipe.
    """
    file = draft_file(folder)
    if file is None:
        return Draft(working_copy(folder), saved=False)
    recipe, found = read_recipe(folder, file)
    if recipe is None:
        raise recipe_error(folder, file, found)
    return Draft(draft_of(recipe, folder), True, last_change(folder), tuple(found))


def replace_draft(draft: Recipe, folder: Path, seen: str | None, by: str) -> Draft:
    """Write the draft in place of the one that its author has seen; it may have problems.

    Args:
        seen: `Recipe.sha256` of that one; None = whatever is there.

    Raises:
        DraftChanged: Another one is there.
        RecipeError: It has another job number than the recipe.
    """
    with alone(folder):
        now = _expected(folder, seen)
        if now is not None and now.recipe.job != draft.job:
            words = f"job: {draft.job} where the recipe has {now.recipe.job}; a recipe keeps its job number"
            raise RecipeError(f"{folder.name}: {words}", (words,))
        _write(draft, folder)
        sign_change(folder, by)
        return look_at_draft(folder)


def discard_draft(folder: Path, seen: str | None) -> None:
    """Throw the draft away; what was never released goes with it as a whole.

    Raises:
        DraftChanged: Another one is there than was seen.
        RecipeError: There is none.
    """
    with alone(folder):
        if (file := draft_file(folder)) is None:
            raise RecipeError(f"{folder.name}: there is no draft")
        _expected(folder, seen)
        (folder / file).unlink()
        (folder / MARK).unlink(missing_ok=True)
        sync_folder(folder)
        if not (folder / FILE).exists() and not any((folder / VERSIONS).glob("*.json")):
            shutil.rmtree(folder)
            sync_folder(folder.parent)
        else:
            forget_unnamed(folder)


def sign_change(folder: Path, by: str) -> None:
    """Keep who changed the draft as it is now; nothing where there is none."""
    if (file := draft_file(folder)) is not None:
        mark = {"file": _hash(folder / file), "at": utc(), "by": by[:200]}
        write_synced(folder / MARK, json.dumps(mark).encode())


def last_change(folder: Path) -> Change:
    """Of the draft; of one that was changed by hand since, when its file was written."""
    if (file := draft_file(folder)) is None:
        return Change()
    mark, _ = read_json(folder / MARK)
    if isinstance(mark, dict) and mark.get("file") == _hash(folder / file):
        return Change(utc_us(str(mark.get("at", ""))), str(mark.get("by", "")))
    return Change((folder / file).stat().st_mtime_ns // 1000)


def _expected(folder: Path, seen: str | None) -> Draft | None:
    """What is there now, in a folder that is held; None = nothing that can be read, which nobody has seen either.

    Raises:
        DraftChanged: It is not what was seen.
    """
    try:
        now = look_at_draft(folder)
    except RecipeError:
        if seen is not None:
            raise
        return None
    if seen not in (None, now.recipe.sha256):
        raise DraftChanged(folder, now)
    return now


def _write(draft: Recipe, folder: Path) -> None:
    before = draft_file(folder)
    save_recipe(draft.model_copy(update={"released": False, "release": None}), folder, DRAFT)
    if before == FILE:
        (folder / FILE).unlink()
        sync_folder(folder)
    forget_unnamed(folder)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
