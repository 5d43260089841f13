"""Whether the recipes have what the user-defined block asks of them."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from protocols.user_block import STEP_BITS, STEP_NUMBERS, UserBlockSettings, UserOutput, UserValue, parse
from vision.errors import VisionError
from vision.recipe import Recipe, Step, instances, recipe_folders, recipe_in_use, was_released

Kind = str  # number | text | bit


def source_problems(block: UserBlockSettings, folder: Path) -> list[str]:
    """A line for each source that no recipe in production has; recipes that cannot be read have their own lines."""
    if not block.values and not block.outputs:
        return []
    return list(_problems(block, _recipes(folder)))


def _recipes(folder: Path) -> dict[int, Recipe]:
    found: dict[int, Recipe] = {}
    for place in filter(was_released, recipe_folders(folder)):
        try:
            recipe = recipe_in_use(place, taught=False).recipe
        except VisionError:
            continue
        found[recipe.job] = recipe
    return found


def _problems(block: UserBlockSettings, recipes: Mapping[int, Recipe]) -> Iterator[str]:
    entries: list[tuple[str, UserValue | UserOutput]] = [
        *((f"user_block.values[{i}]", value) for i, value in enumerate(block.values)),
        *((f"user_block.outputs[{i}]", output) for i, output in enumerate(block.outputs)),
    ]
    for place, entry in entries:
        kind = "bit" if isinstance(entry, UserOutput) else {"string": "text", "bits": "bit"}.get(entry.type, "number")
        bits = entry.bits if isinstance(entry, UserValue) else ()
        for key, text in (("source", entry.source), *((f"bits[{i}]", text) for i, text in enumerate(bits))):
            jobs = {job: recipe for job, recipe in recipes.items() if str(job) not in entry.by_job}
            everywhere_else = bool(recipes) and not jobs  # by_job names each of them
            if text and not everywhere_else and (what := _in_any(text, kind, jobs)):
                yield f"{place}.{key}: {what}"
        for job, text in entry.by_job.items():
            if text and (what := _in_job(text, kind, int(job), recipes)):
                yield f"{place}.by_job.{job}: {what}"


def _in_job(text: str, kind: Kind, job: int, recipes: Mapping[int, Recipe]) -> str:
    if job not in recipes:
        known = ", ".join(map(str, sorted(recipes))) or "none"
        return f"no recipe in production has job {job}; there are {known}"
    return _in_any(text, kind, {job: recipes[job]})


def _in_any(text: str, kind: Kind, recipes: Mapping[int, Recipe]) -> str:
    """Why none of `recipes` has the source; empty = one has."""
    source = parse(text)
    if not source.step:
        return ""
    steps = [(recipe, step) for recipe in recipes.values() for step in recipe.steps if step.name == source.step]
    if not steps:
        return _no_step(source.step, recipes)
    reasons = [_unfit(text, kind, recipe, step) for recipe, step in steps]
    return "" if "" in reasons else reasons[0]


def _no_step(name: str, recipes: Mapping[int, Recipe]) -> str:
    known = list(dict.fromkeys(step.name for recipe in recipes.values() for step in recipe.steps))
    jobs = ", ".join(f"{recipe.name} (job {job})" for job, recipe in sorted(recipes.items())) or "there is none"
    return f'no recipe in production has a step "{name}"{_meant(name, known)}; looked at: {jobs}'


def _unfit(text: str, kind: Kind, recipe: Recipe, step: Step) -> str:
    source, tool = parse(text), step.tool
    times = instances(recipe.steps, recipe.groups).get(step.group or "", 0)
    if source.instance > times:
        repeats = f"repeats {times} times" if times else "does not repeat"
        return f'there is no "{text}": step "{step.name}" of {recipe.name} {repeats}'
    measures = [measure.name for measure in tool.measures]
    fitting = {"number": [*measures, *STEP_NUMBERS], "text": list(tool.readings), "bit": [*STEP_BITS, *measures]}[kind]
    if source.item in fitting or (not source.item and (kind == "bit" or (measures if kind == "number" else fitting))):
        return ""
    what = {"number": "measure", "text": "text", "bit": "bit"}[kind]
    listed = f"; there are {', '.join(fitting)}" if fitting else ""
    asked = f'{what} "{source.item}"' if source.item else what
    return f'step "{step.name}" ({tool.type}) of {recipe.name} has no {asked}{_meant(source.item, fitting)}{listed}'


def _meant(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), 1)
    return f'; did you mean "{close[0]}"?' if close else ""
