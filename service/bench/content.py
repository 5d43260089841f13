"""As much of a draft's content as can be tried, and everything that is wrong with it."""

import re
from collections.abc import Mapping
from typing import Any

from vision.recipe import Recipe, Step, read_draft

STEP = re.compile(r"steps\[(\d+)\]")
MOST_KNOWN = 1000
ROUNDS = 8
"""A step that is left out may be missing to others, and these to others again."""
PART = ("combine", "groups", "references", "reject_classes")
"""What a recipe can be tried without; here in the order in which it is left out."""


def usable(content: Mapping[str, Any], known: dict[str, Step]) -> tuple[Recipe | None, list[str]]:
    """A recipe without the steps that are wrong, None where nothing can be tried; and all problems with their places.

    The files of its taught data are not looked at. `known`: steps by their JSON, from the last time.
    """
    if len(known) > MOST_KNOWN:
        known.clear()
    recipe, problems = read_draft(content, None, known)
    left, found = dict(content), problems
    for _ in range(ROUNDS):
        if not found:
            return recipe, problems
        smaller = _without(left, found)
        if smaller == left:
            return None, problems
        left = smaller
        recipe, found = read_draft(left, None, known)
    return None, problems


def _without(content: dict[str, Any], problems: list[str]) -> dict[str, Any]:
    """Without the steps that have problems, and without the other places that can be missed."""
    wrong = {int(found[1]) for line in problems if (found := STEP.match(line))}
    places = {re.split(r"[.\[:]", line, maxsplit=1)[0] for line in problems}
    left = {key: value for key, value in content.items() if not (key in places and key in PART)}
    if wrong and isinstance(content.get("steps"), list):
        left["steps"] = [step for i, step in enumerate(content["steps"]) if i not in wrong]
    return left
