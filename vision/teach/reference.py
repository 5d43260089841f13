"""Reference images of a recipe: kept beside it, and judged again before a version goes into production."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..cameras.image_file import decode_image
from ..errors import FrameError, RecipeError
from ..frame import Acquisition, Frame, Inputs
from ..imaging.encode import png
from ..pipeline import PreparedRecipe, inspect, prepare
from ..recipe import DRAFT, FILE, Recipe, ReferenceImage, TaughtEntry, load_draft, recipe_folders, recipe_in_use
from ..recipe.reference_image import STORED_AS, STORED_VERSION
from ..result import InspectionResult, Judgement
from ..taught import load_taught, save_taught
from ..tool import Taught

LONGEST_MS = 60_000
"""For a reference: how fast this machine is just now is not what it shows."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A recipe held ready, and the references that it fails, in words."""

    prepared: PreparedRecipe
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedReference:
    """What the recipe says of one of its references."""

    reference: ReferenceImage
    result: InspectionResult
    difference: str  # from what it has to say; "" = there is none


def approved(recipe: Recipe, folder: Path, *, forced: bool = False) -> Approval:
    """Make `recipe` ready and judge its references.

    Args:
        forced: It may fail them; `Approval.failed` says which.

    Raises:
        RecipeError: It cannot be used, or fails a reference and is not forced.
    """
    prepared = prepare(recipe, folder)
    failed = tuple(failed_references(prepared, folder))
    if failed and not forced:
        raise RecipeError(f"{folder.name}: the recipe fails its own references: {failed[0]}", failed)
    return Approval(prepared, failed)


def judged_references(prepared: PreparedRecipe, folder: Path) -> Iterator[JudgedReference]:
    """Every reference, judged by the recipe that carries it.

    Raises:
        RecipeError: The frames of one are missing, were changed, or cannot be read.
    """
    patient = replace(prepared, recipe=prepared.recipe.model_copy(update={"time_limit_ms": LONGEST_MS}))
    for reference in prepared.recipe.references:
        acquisition, inputs = load_reference(prepared.recipe, folder, reference.name)
        result = inspect(acquisition, patient, inputs)
        yield JudgedReference(reference, result, _difference(reference, result))


def failed_references(prepared: PreparedRecipe, folder: Path) -> Iterator[str]:
    """Each reference that is not judged as it has to be: ``references.bent: PASS, FAIL expected``."""
    for one in judged_references(prepared, folder):
        if one.difference:
            yield f"references.{one.reference.name}: {one.difference}"


def check_references(root: Path) -> list[str]:
    """Of all recipes below `root`, in production and drafts: each reference that is not judged as it has to be.

    Recipes that cannot be read are left out: `check_folder` says why.
    """
    lines: list[str] = []
    for folder in recipe_folders(root):
        for file, load in ((FILE, _used), (DRAFT, load_draft)):
            with suppress(RecipeError):
                recipe = load(folder)
                if recipe.references:
                    lines += [f"{folder.name}/{file}: {line}" for line in _failures(recipe, folder)]
    return lines


def _used(folder: Path) -> Recipe:
    return recipe_in_use(folder).recipe


def _failures(recipe: Recipe, folder: Path) -> list[str]:
    try:
        return list(failed_references(prepare(recipe, folder), folder))
    except RecipeError as exc:
        return list(exc.problems)


def add_reference(
    recipe: Recipe, folder: Path, reference: ReferenceImage, acquisition: Acquisition, inputs: Inputs | None = None
) -> Recipe:
    """Write the frames below `folder`, bit for bit; the recipe that names them. No recipe file is touched.

    One of the same name is replaced.

    Raises:
        RecipeError: The name belongs to taught data of another kind.
    """
    entry = recipe.taught.get(reference.name)
    if entry is not None and entry.tool != STORED_AS:
        raise RecipeError(f"{reference.name!r} is the name of what {entry.tool} was taught; give the image another one")
    digest = save_taught(folder, reference.name, _stored(acquisition, inputs or Inputs()), STORED_AS, STORED_VERSION)
    entry = TaughtEntry(tool=STORED_AS, tool_version=STORED_VERSION, sha256=digest)
    others = [one for one in recipe.references if one.name != reference.name]
    taught = {**recipe.taught, reference.name: entry}
    return recipe.model_copy(update={"references": (*others, reference), "taught": taught})


def remove_reference(recipe: Recipe, name: str) -> Recipe:
    """The recipe without it.

    Raises:
        RecipeError: There is none of this name.
    """
    if name not in [one.name for one in recipe.references]:
        known = ", ".join(one.name for one in recipe.references) or "none"
        raise RecipeError(f"there is no reference {name!r}; there are: {known}")
    rest = tuple(one for one in recipe.references if one.name != name)
    taught = {key: entry for key, entry in recipe.taught.items() if key != name}
    return recipe.model_copy(update={"references": rest, "taught": taught})


def load_reference(recipe: Recipe, folder: Path, name: str) -> tuple[Acquisition, Inputs]:
    """The frames of a reference, and what came with its trigger.

    Raises:
        RecipeError: They are missing, were changed, or cannot be read.
    """
    entry = recipe.taught[name]
    stored = load_taught(folder, name, entry.sha256, STORED_AS, STORED_VERSION)
    try:
        said = json.loads(stored.texts["part"])
        frames = {
            shot["name"]: Frame(
                decode_image(stored.files[shot["file"]], name), i, 0, 0, full_scale=shot["full_scale"], label=name
            )
            for i, shot in enumerate(said["shots"])
        }
        return Acquisition(frames), _inputs(said["inputs"])
    except (KeyError, TypeError, ValueError, FrameError) as exc:
        raise RecipeError(f"reference {name!r} cannot be read: {exc}") from exc


def _difference(wanted: ReferenceImage, found: InspectionResult) -> str:
    if found.judgement != wanted.judgement:
        return f"{found.judgement}{_because(found.message)}, {wanted.judgement} expected"
    failing = {result.step for result in found.steps if result.judgement is Judgement.FAIL}
    if missing := [step for step in wanted.fails if step not in failing]:
        return f"step {missing[0]!r} does not fail, as it should"
    if wanted.sort_class not in (None, found.sort_class):
        return f"class {found.sort_class or 'none'}, {wanted.sort_class} expected"
    return ""


def _because(message: str) -> str:
    return f" ({message})" if message else ""


def _stored(acquisition: Acquisition, inputs: Inputs) -> Taught:
    files = {f"{i}.png": png(frame.image) for i, frame in enumerate(acquisition.frames.values())}
    shots = [
        {"name": name, "file": f"{i}.png", "full_scale": frame.full_scale}
        for i, (name, frame) in enumerate(acquisition.frames.items())
    ]
    given = {
        "part_id": inputs.part_id,
        "strings": inputs.strings,
        "parameters": inputs.parameters,
        "accepted_at_us": inputs.accepted_at_us,
        "zone": inputs.zone,
    }
    return Taught(files=files, texts={"part": json.dumps({"shots": shots, "inputs": given}, sort_keys=True)})


def _inputs(given: dict[str, Any]) -> Inputs:
    return Inputs(
        part_id=given["part_id"],
        strings=tuple(given["strings"]),
        parameters=tuple(given["parameters"]),
        accepted_at_us=given["accepted_at_us"],
        zone=given["zone"],
    )
