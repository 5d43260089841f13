"""Recipes as files: ``recipe.json``, ``draft.json`` and ``versions/3.json`` in a folder of its own, taught data beside.

``recipe.json`` is the released version in production, ``draft.json`` the one that is worked on, ``versions`` has every
version that was released. Taught data lies there once, by its hash, for all of them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import RecipeError
from ..taught import load_taught, write_synced
from .check import Legible, problems
from .group import Group
from .recipe import ParameterEntry, Recipe, RejectClass, ShotEntry, TaughtEntry
from .seal import KEY, broken_seal
from .step import Step
from .wording import WHOLE, read

FILE = "recipe.json"
DRAFT = "draft.json"
VERSIONS = "versions"


def version_file(version: int) -> str:
    """Where a released version is kept, below the recipe's folder."""
    return f"{VERSIONS}/{version}.json"


def load_recipe(folder: Path, *, taught: bool = True, file: str = FILE) -> Recipe:
    """Read one file of the recipe in `folder`.

    Args:
        taught: False for a recipe that is about to be taught: nothing is said about its taught data.

    Raises:
        RecipeError: Something is wrong; `problems` has all of it, each with its place.
    """
    recipe, found = read_recipe(folder, file, taught=taught)
    if recipe is None or found:
        raise recipe_error(folder, file, found)
    return recipe


def read_recipe(folder: Path, file: str = FILE, *, taught: bool = True) -> tuple[Recipe | None, list[str]]:
    """As much of a file as can be read, and every problem with its place; it is whole only if there is none."""
    data, found = read_json(folder / file)
    if found:
        return None, found
    if file == DRAFT:
        data = _unsealed(data)
    elif isinstance(data, dict) and broken_seal(data):
        found = [f"{KEY}.sha256: {_changed(data)}"]
    recipe, wrong = read_content(data, folder, taught=taught)
    return recipe, found + wrong


def read_content(
    data: Any, folder: Path | None, *, taught: bool = True, known: dict[str, Step] | None = None
) -> tuple[Recipe | None, list[str]]:
    """As `read_recipe`, of the JSON values of a file.

    Args:
        folder: With the taught data; None = the files of that are not looked at.
        known: Steps by their JSON, to be found there again the next time.
    """
    steps = _steps(data, {} if known is None else known)
    if isinstance(data, dict) and None not in steps:  # each is read once
        recipe, found = read(Recipe, data | {"steps": []})
        recipe = recipe and recipe.model_copy(update={"steps": tuple(steps)})
    else:
        recipe, found = read(Recipe, data)
    legible = _legible(data, {i: step for i, step in enumerate(steps) if step is not None}, recipe, taught)
    found += [f"{where}: {what}" for where, what in problems(legible)]
    return recipe, found + (list(_missing(folder, legible)) if taught and folder is not None else [])


def read_draft(data: Any, folder: Path | None, known: dict[str, Step] | None = None) -> tuple[Recipe | None, list[str]]:
    """As `read_content`, of what is to become a draft: whatever it was copied from, it was not released."""
    try:
        return read_content(_unsealed(data), folder, known=known)
    except RecursionError:
        return None, [f"{WHOLE}: is nested too deeply"]


def read_json(path: Path) -> tuple[Any, list[str]]:
    """The values in a file, and why it has none."""
    try:
        return json.loads(path.read_bytes(), object_pairs_hook=_once, parse_constant=_refused), []
    except OSError as exc:
        return None, [f"cannot be read: {exc.strerror}"]
    except json.JSONDecodeError as exc:
        return None, [f"line {exc.lineno} column {exc.colno}: is no JSON: {exc.msg}"]
    except (ValueError, RecursionError) as exc:
        return None, [f"is no JSON: {exc}"]


def recipe_error(folder: Path, file: str, found: Sequence[str]) -> RecipeError:
    """What is raised for a file's problems."""
    lines = tuple(f"{file}: {line}" for line in found)
    return RecipeError(f"{folder.name}/{lines[0]}" + (f" (and {len(lines) - 1} more)" if lines[1:] else ""), lines)


def save_recipe(recipe: Recipe, folder: Path, file: str = FILE) -> None:
    """Write the file whole or not at all; on the disk when this returns."""
    text = json.dumps(recipe.content(), indent=2, ensure_ascii=False)
    write_synced(folder / file, f"{text}\n".encode())


def recipe_folders(folder: Path) -> list[Path]:
    """The folders below `folder` that hold a recipe, or a draft of one, by name."""
    return sorted({path.parent for file in (FILE, DRAFT) for path in folder.glob(f"*/{file}")} | _kept_alone(folder))


def _kept_alone(folder: Path) -> set[Path]:
    """Where the file in production was lost, and a version of it is still there."""
    return {path.parent.parent for path in folder.glob(f"*/{VERSIONS}/*.json")}


def _unsealed(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    return {key: value for key, value in data.items() if key != KEY} | {"released": False}


def _changed(data: dict[str, Any]) -> str:
    return (
        f"the file was changed since version {data.get('version')} was released; "
        f"to keep the change copy it to {DRAFT} and release that, to undo it go back to the version"
    )


def _steps(data: Any, known: dict[str, Step]) -> list[Step | None]:
    """As the file has them; None = one cannot be read, of what is no list the only one."""
    entries = data.get("steps", []) if isinstance(data, dict) else []
    if not isinstance(entries, list):
        return [None]
    return [_step(entry, known) for entry in entries]


def _step(entry: Any, known: dict[str, Step]) -> Step | None:
    key = json.dumps(entry)
    if key not in known and (step := read(Step, entry)[0]) is not None:
        known[key] = step
    return known.get(key)


def _legible(data: Any, steps: Mapping[int, Step], recipe: Recipe | None, taught: bool) -> Legible:
    data = data if isinstance(data, dict) else {}
    raw = data.get("steps", [])
    dicts = {i: entry for i, entry in enumerate(raw if isinstance(raw, list) else []) if isinstance(entry, dict)}
    names = {i: entry["name"] for i, entry in dicts.items() if isinstance(entry.get("name"), str)}
    return Legible(
        steps,
        names,
        read(tuple[ShotEntry, ...], data.get("shots", [{}]))[0],
        read(Mapping[str, TaughtEntry], data.get("taught", {}))[0] if taught else None,
        read(tuple[ParameterEntry, ...], data.get("parameters", []))[0],
        read(tuple[RejectClass, ...], data.get("reject_classes", []))[0],
        read(tuple[Group, ...], data.get("groups", []))[0],
        recipe,
    )


def _missing(folder: Path, legible: Legible) -> Iterator[str]:
    for name, entry in (legible.taught or {}).items():
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
