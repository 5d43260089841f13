"""What lies in a recipe's folder: the version in production, the draft, and every version that was released."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import RecipeError
from .files import (
    DRAFT,
    FILE,
    VERSIONS,
    load_recipe,
    read_json,
    read_recipe,
    recipe_error,
    recipe_folders,
    version_file,
)
from .recipe import Recipe
from .seal import KEY, utc_us

WITHDRAWN = "withdrawn.json"
"""Names the time in production that was ended: a later one does not need it removed."""

_NO_VERSION = ("release: this is not the file that was written when the version was released",)


@dataclass(frozen=True, slots=True)
class InUse:
    """The released version that judges, the file that it is read from, and why that is not recipe.json."""

    recipe: Recipe
    file: str = FILE
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """What a recipe's file says of itself at a glance; nothing in it was checked."""

    job: int
    name: str
    version: int
    steps: int


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That a recipe was taken out of production."""

    version: int
    at_us: int  # UTC; 0 = nobody knows
    by: str
    reason: str


def recipe_in_use(folder: Path, *, taught: bool = True) -> InUse:
    """The version in production: recipe.json, or the last one that is whole where that was damaged or changed.

    Raises:
        RecipeError: There is none: a draft alone, or nothing that is whole.
    """
    recipe, found = _in_production(folder, taught)
    if recipe is not None and not found:
        return InUse(recipe)
    lines = tuple(f"{FILE}: {line}" for line in found)
    for version in sorted(kept_versions(folder), key=lambda one: last_time(folder, one), reverse=True):
        try:
            other = load_version(folder, version, taught=taught)
        except RecipeError:
            continue
        note = f"{FILE}: version {version} is in use, from {version_file(version)}, until this is put in order"
        return InUse(other, version_file(version), (*lines, note))
    raise recipe_error(folder, FILE, found)


def load_version(folder: Path, version: int, *, taught: bool = True) -> Recipe:
    """A version that was released, from where it is kept.

    Raises:
        RecipeError: Something is wrong, or was changed since.
    """
    recipe = load_recipe(folder, file=version_file(version), taught=taught)
    if recipe.release is None or recipe.version != version:
        raise recipe_error(folder, version_file(version), _NO_VERSION)
    return recipe


def draft_file(folder: Path) -> str | None:
    """The draft's file: draft.json, or a recipe.json that never was released; None = there is no draft."""
    if (folder / DRAFT).exists():
        return DRAFT
    data = _values(folder / FILE)
    fresh = data is not None and data.get("released") is not True and KEY not in data
    return FILE if fresh and not kept_versions(folder) else None


def was_released(folder: Path) -> bool:
    """Whether there is, or should be, a version in production; a new recipe has nothing but its draft."""
    released = bool(kept_versions(folder)) or ((folder / FILE).exists() and draft_file(folder) != FILE)
    return released and not is_withdrawn(folder)


def is_withdrawn(folder: Path) -> bool:
    """Whether its version was taken out of production, and none was put there since."""
    return withdrawal(folder) is not None


def withdrawal(folder: Path) -> Withdrawal | None:
    """When and by whom the recipe was taken out of production; None = it was not, or is back."""
    mark = _values(folder / WITHDRAWN) or {}
    number, version = mark.get("number"), mark.get("version")
    if not isinstance(number, int) or number < highest_number(folder):
        return None
    at, by, reason = (str(mark.get(key, "")) for key in ("at", "by", "reason"))
    return Withdrawal(version if isinstance(version, int) else 0, utc_us(at), by, reason)


def highest_number(folder: Path) -> int:
    """Of all times that a version of this recipe went into production; 0 = none that a seal tells of."""
    files = (FILE, *map(version_file, kept_versions(folder)))
    return max(_last_number(folder / file) for file in files)


def load_draft(folder: Path, *, taught: bool = True) -> Recipe:
    """The draft under the number that it gets when it is released.

    Raises:
        RecipeError: There is none, or something is wrong with it.
    """
    file = draft_file(folder)
    if file is None:
        raise RecipeError(f"{folder.name}: there is no draft")
    return draft_of(load_recipe(folder, file=file, taught=taught), folder)


def working_copy(folder: Path) -> Recipe:
    """What to go on from: the draft, else the version in production as a draft. Taught data is not looked at.

    Raises:
        RecipeError: Neither can be read; or recipe.json was changed by hand, and the change would be lost.
    """
    if draft_file(folder) is not None:
        return load_draft(folder, taught=False)
    recipe, found = _in_production(folder, False)
    if recipe is None or found:
        raise recipe_error(folder, FILE, found)
    return draft_of(recipe, folder)


def kept_versions(folder: Path) -> list[int]:
    """Numbers of the versions that were released, lowest first."""
    stems = [path.stem for path in (folder / VERSIONS).glob("*.json")]
    return sorted(int(stem) for stem in stems if stem.isascii() and stem.isdigit() and str(int(stem)) == stem)


def label(folder: Path, file: str) -> Label | None:
    """Of a file, quickly; None = it cannot be read at all."""
    data = _values(folder / file)
    if data is None:
        return None
    name, steps = data.get("name"), data.get("steps")
    job, version = (one if isinstance(one, int) else 0 for one in (data.get("job"), data.get("version", 1)))
    return Label(job, name if isinstance(name, str) else "", version, len(steps) if isinstance(steps, list) else 0)


def next_version(folder: Path, wished: int = 1) -> int:
    """The number of the next version to be released; `wished` if that is higher than any there was."""
    production = label(folder, FILE) if draft_file(folder) != FILE else None
    return max(wished, 1 + max([0, *kept_versions(folder), *([production.version] if production else [])]))


def draft_of(recipe: Recipe, folder: Path) -> Recipe:
    """As a draft: under the number that it gets when it is released, without a seal."""
    version = next_version(folder, recipe.version)
    return recipe.model_copy(update={"version": version, "released": False, "release": None})


def last_time(folder: Path, version: int) -> int:
    """The number of the last time that a kept version went into production; 0 where that cannot be read."""
    return _last_number(folder / version_file(version))


def _last_number(path: Path) -> int:
    try:
        return int((_values(path) or {})[KEY]["times"][-1]["number"])
    except (KeyError, IndexError, TypeError, ValueError):
        return 0


def check_folder(folder: Path) -> list[str]:
    """All problems of all recipes below `folder` and of their drafts, each line beginning with its file.

    Of old versions only what was changed since: whether they still judge is found when somebody goes back to one.
    """
    lines: list[str] = []
    owners: dict[int, str] = {}
    for place in recipe_folders(folder):
        for file, recipe, found in _all_of(place):
            name = f"{place.name}/{file}"
            lines += [f"{name}: {line}" for line in found]
            owner = owners.setdefault(recipe.job, place.name) if recipe is not None else place.name
            if recipe is not None and owner != place.name:
                first = draft_file(folder / owner) if not (folder / owner / FILE).exists() else FILE
                lines.append(f"{name}: job: {recipe.job} is used already, by {owner}/{first}")
    return lines


def _all_of(folder: Path) -> Iterator[tuple[str, Recipe | None, list[str]]]:
    draft = draft_file(folder)
    if draft != FILE and ((folder / FILE).exists() or draft is None):
        yield FILE, *_in_production(folder, True)
    if draft is not None:
        yield draft, *read_recipe(folder, draft)
    for version in kept_versions(folder):
        yield version_file(version), None, _damaged(folder, version)


def _damaged(folder: Path, version: int) -> list[str]:
    recipe, found = read_recipe(folder, version_file(version), taught=False)
    if recipe is not None and (recipe.release is None or recipe.version != version):
        return list(_NO_VERSION)
    return [line for line in found if line.startswith((f"{KEY}.", "line ", "is no JSON", "cannot be read", "the file"))]


def _in_production(folder: Path, taught: bool) -> tuple[Recipe | None, list[str]]:
    """recipe.json, and what keeps it from production."""
    recipe, found = read_recipe(folder, FILE, taught=taught)
    if recipe is None or found:
        return recipe, found
    if not recipe.released:
        return recipe, [f"released: version {recipe.version} was not released; release the draft"]
    if recipe.release is None and recipe.version in kept_versions(folder):
        was = read_recipe(folder, version_file(recipe.version), taught=False)[0]
        if was is not None and was.sha256 != recipe.sha256:
            return recipe, [
                f"version: version {recipe.version} was released with another content; "
                f"give what was changed a number of its own: copy it to {DRAFT} and release that"
            ]
    return recipe, []


def _values(path: Path) -> dict[str, Any] | None:
    data, _ = read_json(path)
    return data if isinstance(data, dict) else None
