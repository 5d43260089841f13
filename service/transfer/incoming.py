"""A recipe that arrives as an archive: checked whole beside the others, then it is a draft, or released.

What was released where it comes from is released here too, under this station's next number; a draft stays a draft.
A draft that is here already is a person's work: it is never written over. Everything here blocks.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from protocols.opcua.machine_vision.files import Refusal, RefusedFileError
from service.recipe_folder import folder_of, new_folder
from vision.errors import RecipeError, VisionError
from vision.pipeline import PreparedRecipe, prepare
from vision.recipe import (
    DRAFT,
    FILE,
    Recipe,
    Signed,
    draft_file,
    is_withdrawn,
    load_draft,
    read_recipe,
    recipe_in_use,
    release_draft,
    save_draft,
    working_copy,
)
from vision.taught import load_taught, save_taught
from vision.teach import Approval, approved

from .archive import ArchiveError, unpack

T = TypeVar("T")

REASON = "received as an archive"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of it. `prepared` is in production now; None = it is the draft, or what was in production before."""

    folder: Path
    recipe: Recipe
    prepared: PreparedRecipe | None = None
    changed: bool = True


def receive(source: BinaryIO, root: Path, job: int, who: str, renumber: bool = False, reason: str = REASON) -> Received:
    """Put the recipe of this archive beside the others, as the recipe of `job`; another's too where `renumber`.

    Raises:
        RefusedFileError: It is damaged, is another job's, cannot be used, or there is a draft; nothing was changed.
    """
    with tempfile.TemporaryDirectory(prefix="vision-recipe-") as made:
        place = Path(made)
        try:
            source.seek(0)
            unpack(source, place)
        except ArchiveError as exc:
            raise RefusedFileError(Refusal.DAMAGED, f"the archive: {exc}") from exc
        except OSError as exc:
            raise RefusedFileError(Refusal.NO_ROOM, f"the archive cannot be unpacked: {exc.strerror}") from exc
        recipe = _checked(place, job, renumber)
        return _told(lambda: _put(recipe, place, _folder_for(root, recipe), who, reason))


def _checked(place: Path, job: int, renumber: bool) -> Recipe:
    """As `vision-inspection check` would have it, and it can be made ready."""
    recipe, found = read_recipe(place, FILE)
    if recipe is None or found:
        raise RefusedFileError(Refusal.UNUSABLE, "; ".join(f"{FILE}: {line}" for line in found))
    if recipe.job != job and not renumber:
        words = f"{FILE}: job: {recipe.job} where the file was made for job {job}"
        raise RefusedFileError(Refusal.UNUSABLE, words)
    own = recipe.model_copy(update={"job": job})
    _told(lambda: prepare(own, place))
    return own


def _told(call: Callable[[], T]) -> T:
    """What vision says about a recipe, as the client is told it."""
    try:
        return call()
    except RecipeError as exc:
        raise RefusedFileError(Refusal.UNUSABLE, "; ".join(exc.problems)) from exc
    except VisionError as exc:
        raise RefusedFileError(Refusal.UNUSABLE, str(exc)) from exc
    except OSError as exc:
        raise RefusedFileError(Refusal.NO_ROOM, f"the recipe cannot be written: {exc.strerror}") from exc


def _folder_for(root: Path, recipe: Recipe) -> Path:
    """Where the job is, or a new one."""
    return folder_of(root, recipe.job) or new_folder(root, recipe.name, recipe.job)


def _put(recipe: Recipe, place: Path, folder: Path, who: str, reason: str) -> Received:
    draft, before = recipe.model_copy(update={"released": False, "release": None}), _working_copy(folder)
    if (file := draft_file(folder) if folder.is_dir() else None) is not None:
        if _same(load_draft(folder, taught=False), draft):
            return _released(recipe, folder, who, reason)
        words = f"{folder.name}/{file}: there is another draft of job {recipe.job}: release or remove it first"
        raise RefusedFileError(Refusal.BUSY, words)
    if _in_production(folder, recipe):
        return Received(folder, recipe, changed=False)
    fresh = not folder.exists()
    try:
        _save(draft, place, folder, before)
        return _released(recipe, folder, who, reason)
    except BaseException:
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            (folder / DRAFT).unlink(missing_ok=True)
        raise


def _working_copy(folder: Path) -> Recipe | None:
    """What a draft would be made from, which nobody may change meanwhile; None = nothing that can be read."""
    try:
        return working_copy(folder) if folder.is_dir() else None
    except RecipeError:
        return None


def _save(draft: Recipe, place: Path, folder: Path, before: Recipe | None) -> None:
    for name, entry in draft.taught.items():
        taught = load_taught(place, name, entry.sha256, entry.tool, entry.tool_version)
        if save_taught(folder, name, taught, entry.tool, entry.tool_version) != entry.sha256:
            raise RecipeError(f"taught.{name}: it was written by another version of numpy; teach it here")
    save_draft(draft, folder, before)


def _released(recipe: Recipe, folder: Path, who: str, reason: str) -> Received:
    if not recipe.released:
        return Received(folder, load_draft(folder, taught=False))
    held: list[Approval] = []
    signed = Signed(who, f"{reason}: version {recipe.version} of where it comes from")
    new = release_draft(folder, signed, lambda one: held.append(approved(one, folder)))
    return Received(folder, new, held[-1].prepared)


def _in_production(folder: Path, recipe: Recipe) -> bool:
    """The same is in production already, whatever number it has; a draft would change nothing either."""
    try:
        used = recipe_in_use(folder)
    except RecipeError:
        return False
    return not used.problems and not is_withdrawn(folder) and _same(used.recipe, recipe)


def _same(one: Recipe, other: Recipe) -> bool:
    leveled = {"version": 1, "released": False, "release": None}
    return one.model_copy(update=leveled).sha256 == other.model_copy(update=leveled).sha256
