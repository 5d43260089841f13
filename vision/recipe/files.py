"""Recipes as files: ``recipe.json`` in a folder of its own, taught data beside it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import RecipeError
from ..taught import load_taught, write_synced
from .check import Draft, problems
from .recipe import ParameterEntry, Recipe, RejectClass, ShotEntry, TaughtEntry
from .step import Step
from .wording import read

FILE = "recipe.json"


def load_recipe(folder: Path, *, taught: bool = True) -> Recipe:
    """Read the recipe in `folder`.

    Args:
        taught: False for a recipe that is about to be taught: nothing is said about its taught data.

    Raises:
        RecipeError: Something is wrong; `problems` has all of it, each with its place.
    """
    recipe, found = _read(folder, taught)
    if recipe is None or found:
        lines = tuple(f"{FILE}: {line}" for line in found)
        raise RecipeError(f"{folder.name}/{lines[0]}" + (f" (and {len(lines) - 1} more)" if lines[1:] else ""), lines)
    return recipe


def save_recipe(recipe: Recipe, folder: Path) -> None:
    """Write the file whole or not at all; on the disk when this returns."""
    text = json.dumps(recipe.content(), indent=2, ensure_ascii=False)
    write_synced(folder / FILE, f"{text}\n".encode())


def recipe_folders(folder: Path) -> list[Path]:
    """The folders below `folder` that hold a recipe, by name."""
    return sorted(path.parent for path in folder.glob(f"*/{FILE}"))


def check_folder(folder: Path) -> list[str]:
    """All problems of all recipes below `folder`, each line beginning with its file."""
    lines: list[str] = []
    owners: dict[int, str] = {}
    for place in recipe_folders(folder):
        recipe, found = _read(place, taught=True)
        name = f"{place.name}/{FILE}"
        lines += [f"{name}: {line}" for line in found]
        if recipe is not None and owners.setdefault(recipe.job, name) != name:
            lines.append(f"{name}: job: {recipe.job} is used already, by {owners[recipe.job]}")
    return lines


def _read(folder: Path, taught: bool) -> tuple[Recipe | None, list[str]]:
    try:
        data = json.loads((folder / FILE).read_bytes(), object_pairs_hook=_once, parse_constant=_refused)
    except OSError as exc:
        return None, [f"cannot be read: {exc.strerror}"]
    except json.JSONDecodeError as exc:
        return None, [f"line {exc.lineno} column {exc.colno}: is no JSON: {exc.msg}"]
    except (ValueError, RecursionError) as exc:
        return None, [f"is no JSON: {exc}"]
    recipe, found = read(Recipe, data)
    draft = _draft(data, recipe, taught)
    found += [f"{where}: {what}" for where, what in problems(draft)]
    return recipe, found + (list(_missing(folder, draft)) if taught else [])


def _draft(data: Any, recipe: Recipe | None, taught: bool) -> Draft:
    data = data if isinstance(data, dict) else {}
    raw = data.get("steps", [])
    entries = raw if isinstance(raw, list) else []
    steps = {i: step for i, entry in enumerate(entries) if (step := read(Step, entry)[0]) is not None}
    dicts = {i: entry for i, entry in enumerate(entries) if isinstance(entry, dict)}
    names = {i: entry["name"] for i, entry in dicts.items() if isinstance(entry.get("name"), str)}
    return Draft(
        steps,
        names,
        read(tuple[ShotEntry, ...], data.get("shots", [{}]))[0],
        read(Mapping[str, TaughtEntry], data.get("taught", {}))[0] if taught else None,
        read(tuple[ParameterEntry, ...], data.get("parameters", []))[0],
        read(tuple[RejectClass, ...], data.get("reject_classes", []))[0],
        recipe,
    )


def _missing(folder: Path, draft: Draft) -> Iterator[str]:
    for name, entry in (draft.taught or {}).items():
        try:
            load_taught(folder, name, entry.sha256, entry.tool, entry.tool_version)
        except (RecipeError, OSError) as exc:
            yield f"taught.{name}: {exc}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{key!r} stands twice in one object")
        found[key] = value
    return found


def _refused(name: str) -> None:
    raise ValueError(f"{name} is not a number")
