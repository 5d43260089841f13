"""Recipes and their versions as a table, for the command line and for REST."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from vision.errors import RecipeError
from vision.recipe import (
    FILE,
    Label,
    Recipe,
    Withdrawal,
    draft_file,
    is_withdrawn,
    kept_versions,
    label,
    load_version,
    next_version,
    recipe_folders,
    recipe_in_use,
    version_file,
    was_released,
    withdrawal,
)

Row = dict[str, Any]
PRODUCTION: Literal["in production"] = "in production"
RELEASED: Literal["released"] = "released"
DRAFT: Literal["draft"] = "draft"
BROKEN: Literal["broken"] = "broken"


def rows(folder: Path) -> list[Row]:
    """The version in production and the draft of one recipe; what is broken says why."""
    found: list[Row] = []
    if draft_file(folder) is None or was_released(folder) or is_withdrawn(folder):
        found.append(_production(folder))
    if (draft := draft_row(folder)) is not None:
        found.append(draft)
    return found


def draft_row(folder: Path) -> Row | None:
    """The draft alone, without a look at what is wrong with it; None = there is none."""
    file = draft_file(folder)
    if file is None:
        return None
    said = label(folder, file)
    if said is None:
        problem = f"{file}: cannot be read as JSON"
        return _row(folder, Label(0, folder.name, 0, 0), file, BROKEN, problem=problem)
    return _row(folder, said, file, DRAFT, version=next_version(folder, said.version))


def withdrawn(root: Path) -> dict[str, tuple[Label, Withdrawal]]:
    """By folder, what was taken out of production: what the recipe's file says of itself, and the mark."""
    marks = {folder: mark for folder in recipe_folders(root) if (mark := withdrawal(folder)) is not None}
    return {folder.name: (said, mark) for folder, mark in marks.items() if (said := label(folder, FILE)) is not None}


def version_rows(folder: Path) -> list[Row]:
    """Every version of one recipe, newest first: the draft, then all that were released.

    Raises:
        RecipeError: There is no recipe in the folder.
    """
    if not was_released(folder) and not is_withdrawn(folder) and draft_file(folder) is None:
        raise RecipeError(f"there is no recipe in {folder}")
    known = rows(folder)
    now = {row["version"] for row in known if row["state"] in (PRODUCTION, RELEASED)}
    old = [_kept(folder, version) for version in reversed(kept_versions(folder)) if version not in now]
    return sorted([*known, *old], key=lambda row: (row["state"] == DRAFT, row["version"]), reverse=True)


def overview(folder: Path) -> str:
    """Every recipe below `folder` with its version and its draft, in one line."""
    found = [" and ".join(_words(row) for row in rows(place)) for place in recipe_folders(folder)]
    return "; ".join(f"{place.name} {words}" for place, words in zip(recipe_folders(folder), found, strict=True))


def _words(row: Mapping[str, Any]) -> str:
    if row["state"] == BROKEN:
        return f"{row['file'].partition('/')[2]} (broken)"
    return f"draft of version {row['version']}" if row["state"] == DRAFT else f"version {row['version']}"


def as_text(table: Sequence[Mapping[str, Any]]) -> str:
    """Columns for a terminal."""
    head = ("job", "name", "version", "state", "since (UTC)", "by", "reason", "file")
    cells = [
        (*(str(row[key]) for key in ("job", "name", "version", "state")), *_last(row), row["file"]) for row in table
    ]
    widths = [max(len(row[i]) for row in [head, *cells]) for i in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *cells]]
    lines += [f"{row['file']}: {row['problem']}" for row in table if row["problem"]]
    return "\n".join(line.rstrip() for line in lines)


def _production(folder: Path) -> Row:
    try:
        used = recipe_in_use(folder)
    except RecipeError as exc:
        said = label(folder, FILE) or Label(0, folder.name, 0, 0)
        return _row(folder, said, FILE, BROKEN, problem="; ".join(exc.problems))
    state = RELEASED if is_withdrawn(folder) else PRODUCTION
    return _of_recipe(folder, used.recipe, used.file, state, "; ".join(used.problems))


def _kept(folder: Path, version: int) -> Row:
    file = version_file(version)
    try:
        return _of_recipe(folder, load_version(folder, version), file, RELEASED)
    except RecipeError as exc:
        said = label(folder, file) or Label(0, folder.name, 0, 0)
        return _row(folder, said, file, BROKEN, version=version, problem="; ".join(exc.problems))


def _of_recipe(folder: Path, recipe: Recipe, file: str, state: str, problem: str = "") -> Row:
    said = Label(recipe.job, recipe.name, recipe.version, len(recipe.steps))
    return _row(folder, said, file, state, times=list(recipe.times), problem=problem)


def _row(folder: Path, said: Label, file: str, state: str, **more: Any) -> Row:
    row = {"job": said.job, "name": said.name, "version": said.version, "state": state, "steps": said.steps}
    return row | {"file": f"{folder.name}/{file}", "times": [], "problem": ""} | more


def _last(row: Mapping[str, Any]) -> tuple[str, str, str]:
    if not row["times"]:
        return "", "", ""
    last = row["times"][-1]
    return last.at, last.by, last.reason
