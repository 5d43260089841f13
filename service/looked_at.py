"""A draft that a person has looked at: what is done to another one is refused, so that nobody's work is lost."""

import argparse
from pathlib import Path

from vision.errors import RecipeError
from vision.recipe import Recipe, working_copy


def add_expected(parser: argparse.ArgumentParser) -> None:
    """The option ``--expect``."""
    words = "SHA-256 of the draft that was looked at, as REST tells it: another one is refused"
    parser.add_argument("--expect", metavar="SHA256", help=words)


def draft_looked_at(folder: Path, sha256: str | None) -> Recipe:
    """The `working_copy`.

    Args:
        sha256: Of the one that was looked at, as `Recipe.sha256`; None = whatever it is.

    Raises:
        RecipeError: It is another one, or cannot be read.
    """
    recipe = working_copy(folder)
    if sha256 is not None and recipe.sha256 != sha256:
        raise RecipeError(f"{folder.name}: somebody else changed the draft meanwhile; look at it again")
    return recipe
