"""A draft as the web is told of it."""

from collections.abc import Sequence

from vision.recipe import Draft, pointer

from .api import recipe_models as models
from .api.problem import Fault


def draft_shown(draft: Draft, file: str | None) -> models.Draft:
    """`file`: its name, which stands before each problem."""
    recipe = draft.recipe
    return models.Draft(
        job=recipe.job,
        version=recipe.version,
        state="draft",
        sha256=recipe.sha256,
        content=recipe.content(),
        problems=tuple(f"{file}: {line}" for line in draft.problems),
        saved=draft.saved,
        changed_at_us=draft.change.at_us,
        changed_by=draft.change.by,
        faults=faults_of(draft.problems),
    )


def faults_of(problems: Sequence[str]) -> tuple[Fault, ...]:
    """Lines of ``place: what is wrong there``."""
    return tuple(map(fault_of, problems))


def fault_of(line: str) -> Fault:
    """One of them."""
    place, _, words = line.partition(": ")
    return Fault(where=place, message=words, pointer=pointer(place))
