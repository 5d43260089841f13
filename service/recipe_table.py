"""Recipes and their versions as a table, for the command line and for REST."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vision.errors import RecipeError
from vision.recipe import (
    FILE,
    Label,
    Recipe,
    draft_file,
    kept_versions,
    label,
    load_version,
    next_version,
    recipe_in_use,
    version_file,
)

Row = dict[str, Any]
PRODUCTION, RELEASED, DRAFT, BROKEN = "in production", "released", "draft", "broken"


def rows(folder: Path) -> list[Row]:
    """The version in production and the draft of one recipe; what is broken says why."""
    found: list[Row] = []
    draft = draft_file(folder)
    if draft != FILE:
        found += _production(folder, alone=draft is None)
    if draft is not None and (said := label(folder, draft)) is not None:
        found.append(_row(folder, said, draft, DRAFT, version=next_version(folder, said.version)))
    elif draft is not None:
        found.append(_row(folder, Label(0, folder.name, 0, 0), draft, BROKEN, problem="cannot be read as JSON"))
    return found


def version_rows(folder: Path) -> list[Row]:
    """Every version of one recipe, newest first: the draft, then all that were released.

    Raises:
        RecipeError: There is no recipe in the folder.
    """
    known = rows(folder)
    if not known:
        raise RecipeError(f"there is no recipe in {folder}")
    now = {row["version"] for row in known if row["state"] == PRODUCTION}
    old = [_kept(folder, version) for version in reversed(kept_versions(folder)) if version not in now]
    return sorted([*known, *old], key=lambda row: (row["state"] == DRAFT, row["version"]), reverse=True)


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


def _production(folder: Path, *, alone: bool) -> list[Row]:
    try:
        used = recipe_in_use(folder)
    except RecipeError as exc:
        if not alone and not (folder / FILE).exists():
            return []
        said = label(folder, FILE) or Label(0, folder.name, 0, 0)
        return [_row(folder, said, FILE, BROKEN, problem="; ".join(exc.problems))]
    return [_of_recipe(folder, used.recipe, used.file, PRODUCTION, "; ".join(used.problems))]


def _kept(folder: Path, version: int) -> Row:
    file = version_file(version)
    try:
        return _of_recipe(folder, load_version(folder, version), file, RELEASED)
    except RecipeError as exc:
        said = label(folder, file) or Label(0, folder.name, 0, 0)
        return _row(folder, said, file, BROKEN, version=version, problem="; ".join(exc.problems))


def _of_recipe(folder: Path, recipe: Recipe, file: str, state: str, problem: str = "") -> Row:
    said = Label(recipe.job, recipe.name, recipe.version, len(recipe.steps))
    times = [time.model_dump() for time in recipe.times]
    return _row(folder, said, file, state, times=times, problem=problem)


def _row(folder: Path, said: Label, file: str, state: str, **more: Any) -> Row:
    row = {"job": said.job, "name": said.name, "version": said.version, "state": state, "steps": said.steps}
    return row | {"file": f"{folder.name}/{file}", "times": [], "problem": ""} | more


def _last(row: Mapping[str, Any]) -> tuple[str, str, str]:
    last = row["times"][-1] if row["times"] else {"at": "", "by": "", "reason": ""}
    return last["at"], last["by"], last["reason"]
