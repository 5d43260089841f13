"""Drafts are released and gone back from; the version in production is replaced as a whole, in one step.

Every call holds the recipe's folder alone. What a power cut leaves is the state before or the state after:
`recipe.json` is replaced by one rename, and what has to be there before it is on the disk by then.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ..errors import RecipeError
from ..taught import sync_folder, write_synced
from .files import DRAFT, FILE, recipe_folders, save_recipe, version_file
from .holding import CHANGED, alone
from .recipe import Recipe
from .seal import Release, Seal, seal_of, utc
from .shelf import (
    WITHDRAWN,
    InUse,
    draft_file,
    highest_number,
    is_withdrawn,
    kept_versions,
    label,
    last_time,
    load_draft,
    load_version,
    recipe_in_use,
)

Approve = Callable[[Recipe], object]
"""Called with the version before it goes into production; raises RecipeError to keep it out."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who puts a version into production, why and when."""

    by: str
    reason: str = ""
    at: str = field(default_factory=utc)  # UTC


def release_draft(
    folder: Path, signed: Signed, approve: Approve = lambda recipe: None, sha256: str | None = None
) -> Recipe:
    """Put the draft into production under the next version number; the version before it is kept.

    Args:
        sha256: Of the draft that was looked at, as `Recipe.sha256`; None = whatever it is.

    Raises:
        RecipeError: There is no draft, it has problems, is another one, changes nothing, or was not approved.
    """
    with alone(folder):
        draft = load_draft(folder)
        before = _in_use_or_none(folder)
        if sha256 is not None and draft.sha256 != sha256:
            raise RecipeError(f"{folder.name}: somebody else changed the draft meanwhile; look at it again")
        _check_job(folder, draft, before)
        same = before is not None and not before.problems and _same(draft, before.recipe)
        if before is not None and same and not is_withdrawn(folder):
            raise RecipeError(f"{folder.name}: the draft is the same as version {before.recipe.version}")
        released = _put_into_production(folder, draft, before, signed, approve)
        with suppress(OSError):  # a draft that stays is the same as what was released
            (folder / DRAFT).unlink(missing_ok=True)
            sync_folder(folder)
    return released


def roll_back(folder: Path, version: int | None, signed: Signed, approve: Approve = lambda recipe: None) -> Recipe:
    """Put a version that was released before into production again, under its own number. A draft stays as it is.

    Args:
        version: None = the one below the version in production; of a withdrawn recipe the one that was withdrawn.

    Raises:
        RecipeError: There is no such version, it is in production, has problems, or was not approved.
    """
    with alone(folder):
        before = _in_use_or_none(folder)
        wanted = _wanted(folder, version, before)
        if before is not None and before.recipe.version == wanted and not (before.problems or is_withdrawn(folder)):
            raise RecipeError(f"{folder.name}: version {wanted} is in production already")
        earlier = load_version(folder, wanted)
        _check_job(folder, earlier, before)
        return _put_into_production(folder, earlier, before, signed, approve)


def withdraw(folder: Path, signed: Signed) -> None:
    """Take a recipe out of production. Its versions and its draft stay: release or go back to have it again.

    Raises:
        RecipeError: No version is in production.
    """
    with alone(folder):
        before = _in_use_or_none(folder)
        if before is None or is_withdrawn(folder):
            raise RecipeError(f"{folder.name}: no version is in production")
        _keep(folder, before)
        mark = {
            "number": highest_number(folder),
            "version": before.recipe.version,
            "at": signed.at,
            "by": signed.by[:200],
            "reason": signed.reason[:1000],
        }
        write_synced(folder / WITHDRAWN, json.dumps(mark, indent=2).encode())


def _put_into_production(
    folder: Path, recipe: Recipe, before: InUse | None, signed: Signed, approve: Approve
) -> Recipe:
    this_time = Release(
        number=_next_number(folder, before), at=signed.at, by=signed.by[:200], reason=signed.reason[:1000]
    )
    new = _sealed(recipe, (*recipe.times, this_time))
    approve(new)
    _keep(folder, before)
    save_recipe(new, folder)
    with suppress(OSError):  # it is in production, and kept at the latest when another takes its place
        save_recipe(new, folder, version_file(new.version))
    return new


def _next_number(folder: Path, before: InUse | None) -> int:
    numbers = [last_time(folder, version) for version in kept_versions(folder)]
    if before is not None:  # one without a seal gets the first number
        numbers += [time.number for time in before.recipe.times] or [1]
    return 1 + max(numbers, default=0)


def _keep(folder: Path, before: InUse | None) -> None:
    """Before recipe.json is replaced: its version is kept, or what somebody made of it by hand is put aside."""
    if before is None or before.problems:
        if (folder / FILE).exists() and draft_file(folder) != FILE:
            write_synced(folder / CHANGED, (folder / FILE).read_bytes())
        return
    file = version_file(before.recipe.version)
    if not (folder / file).exists():
        save_recipe(before.recipe if before.recipe.release else _adopted(folder, before.recipe), folder, file)


def _adopted(folder: Path, recipe: Recipe) -> Recipe:
    """A version from before there were seals: all that is known is when its file was written."""
    written = datetime.fromtimestamp((folder / FILE).stat().st_mtime, UTC)
    return _sealed(recipe, (Release(number=1, at=utc(written)),))


def _sealed(recipe: Recipe, times: tuple[Release, ...]) -> Recipe:
    open_seal = Seal(sha256="0" * 64, times=times)
    recipe = recipe.model_copy(update={"released": True, "release": open_seal})
    seal = open_seal.model_copy(update={"sha256": seal_of(recipe.content())})
    return recipe.model_copy(update={"release": seal})


def _in_use_or_none(folder: Path) -> InUse | None:
    try:
        return recipe_in_use(folder)
    except RecipeError:
        return None


def _wanted(folder: Path, version: int | None, before: InUse | None) -> int:
    kept = kept_versions(folder)
    now = before.recipe.version if before else 1 + max(kept, default=0)
    lower = [one for one in kept if one < now]
    if version is None and before is not None and is_withdrawn(folder):
        return now
    if version is None and not lower:
        raise RecipeError(f"{folder.name}: there is no version before version {now}")
    if version is not None and version not in kept and version != now:
        known = ", ".join(map(str, kept)) or "none"
        raise RecipeError(f"{folder.name}: there is no version {version}; kept are: {known}")
    return lower[-1] if version is None else version


def _check_job(folder: Path, recipe: Recipe, before: InUse | None) -> None:
    """A job number stays with its folder: results name the version by it."""
    if before is not None and before.recipe.job != recipe.job:
        raise RecipeError(
            f"{folder.name}: job: {recipe.job} where version {before.recipe.version} has {before.recipe.job}; "
            f"a recipe keeps its job number: make another folder for another job"
        )
    for other in recipe_folders(folder.resolve().parent):
        said = label(other, FILE) if draft_file(other) != FILE else None
        if other.name != folder.resolve().name and said is not None and said.job == recipe.job:
            raise RecipeError(f"{folder.name}: job: {recipe.job} is used already, by {other.name}/{FILE}")


def _same(draft: Recipe, released: Recipe) -> bool:
    as_released = {"version": released.version, "released": True}
    return draft.model_copy(update=as_released).sha256 == released.sha256
