"""What REST says of recipes: the list, their versions, their content."""

from typing import Any, Literal

from .models import Payload
from .problem import Fault

RecipeState = Literal["in production", "released", "draft", "broken"]


class RecipeRelease(Payload):
    """One time that a version went into production, or was taken out of it."""

    at_us: int
    by: str
    reason: str


class Recipe(Payload):
    """A recipe in the list."""

    job: int
    name: str
    version: int
    """That judges; of a recipe that was never released the one that its draft will be; 0 = none can be read"""
    steps: int
    """How many"""
    active: bool
    state: RecipeState = "in production"
    """in production: this version judges when its job is called; released: it did until it was withdrawn; draft: no
    version was ever released; broken: see problem"""
    draft: int = 0
    """Version that its draft gets when it is released; 0 = there is no draft"""
    folder: str = ""
    """Below the recipe folder"""
    problem: str = ""
    """Why it cannot be loaded, or runs in its last good version; empty where all is well"""
    withdrawn: RecipeRelease | None = None
    """When, by whom and why it was taken out of production; null = it was not, or is back"""


class RecipeVersion(Payload):
    """One version of a recipe."""

    version: int
    state: RecipeState
    """in production: it judges when its job is called; released: it did earlier"""
    name: str
    steps: int
    """How many"""
    file: str
    """Below the recipe folder"""
    releases: tuple[RecipeRelease, ...]
    """When it went into production, oldest first"""
    problem: str = ""
    """Why it cannot be used; empty where all is well"""


class RecipeContent(Payload):
    """One version of a recipe as its file has it."""

    job: int
    version: int
    state: RecipeState
    sha256: str
    """Of what it judges by: the same for two recipes that judge alike"""
    content: dict[str, Any]
    problems: tuple[str, ...] = ()
    """What has to be put right before it can be released, each with its place"""


class RecipeDifference(Payload):
    """One value that two versions have otherwise."""

    pointer: str
    """JSON pointer in the later content; of what is gone in the earlier one"""
    step: str
    """Name of the step that it belongs to; empty: the recipe's own"""
    title: str
    """Of the field, in words"""
    before: Any
    """null: it was added"""
    after: Any
    """null: it is gone"""


class Draft(RecipeContent):
    """What is worked on, under the number that it gets when it is released. `sha256` is also its ETag."""

    saved: bool
    """false: there is no draft, and this is what one would be made from"""
    changed_at_us: int
    """0 = there is no draft"""
    changed_by: str
    """Empty where nobody told, or there is no draft"""
    faults: tuple[Fault, ...] = ()
    """The problems with their JSON pointers"""

    @property
    def etag(self) -> str:
        return self.sha256
