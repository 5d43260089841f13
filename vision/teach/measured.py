"""What some steps measure on an image, and they alone."""

from collections.abc import Sequence
from pathlib import Path

from ..frame import Acquisition, Inputs
from ..pipeline import Run, make_ready
from ..recipe import Recipe
from ..result import StepResult
from .examples import needed


def measured_steps(recipe: Recipe, folder: Path, acquisition: Acquisition, names: Sequence[str]) -> list[StepResult]:
    """Without time limits; what they need is run before, and nothing else has to be taught.

    Raises:
        RecipeError: They cannot be prepared.
    """
    only = frozenset(names).union(*(needed(recipe, recipe.step(name)) for name in names))
    steps = tuple(one.model_copy(update={"time_limit_ms": None}) for one in recipe.steps)
    run = Run(acquisition, make_ready(recipe.model_copy(update={"steps": steps}), folder, only), Inputs())
    for one in run.recipe.steps:
        run.run(one)
    return [run.outcomes[name].result for name in names]
