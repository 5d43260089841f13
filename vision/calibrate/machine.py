"""A machine's coordinates from pairs of points, for the step that tells them."""

from collections.abc import Sequence

import numpy as np
from pydantic import ValidationError

from ..calibration import Calibration
from ..errors import TeachError
from ..imaging.similar import Similarity, similarity_between
from ..recipe import Recipe

TOOL = "machine_position"
Pair = tuple[float, float, float, float]
"""x and y in the frame (px), x and y in the machine."""


def fit_machine(pairs: Sequence[Pair], calibration: Calibration) -> Similarity:
    """From frame to machine, with what is left over: root mean square and largest, in the machine's unit."""
    values = np.array(pairs, np.float64).reshape(-1, 4)
    return similarity_between(calibration.points(values[:, :2]), values[:, 2:])


def with_pairs(recipe: Recipe, step: str, pairs: Sequence[Pair]) -> Recipe:
    """The recipe whose step has these pairs.

    Raises:
        TeachError: It is no step of this tool, or the pairs do not do; says why.
    """
    found = next((one for one in recipe.steps if one.name == step and one.tool.type == TOOL), None)
    if found is None:
        known = ", ".join(one.name for one in recipe.steps if one.tool.type == TOOL) or "none"
        raise TeachError(f"{step!r} is no step with the tool {TOOL}; there are: {known}")
    given = [dict(zip(("x_px", "y_px", "x", "y"), pair, strict=True)) for pair in pairs]
    try:
        tool = type(found.tool).model_validate(found.tool.model_dump() | {"pairs": given})
    except ValidationError as exc:
        raise TeachError(f"step {step!r}: {exc.errors()[0]['msg']}") from exc
    changed = found.model_copy(update={"tool": tool})
    return recipe.model_copy(update={"steps": tuple(changed if one is found else one for one in recipe.steps)})
