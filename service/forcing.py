"""A version that goes into production although it fails its own references: whose decision, and why."""

from collections.abc import Sequence

from vision.errors import RecipeError

MOST_CHARACTERS = 1000
"""Of a reason, as it is kept."""
NO_REASON = "a recipe is forced into production for a reason only: say why"


def signed_reason(reason: str, forced: bool) -> str:
    """What is kept with the version.

    Raises:
        RecipeError: It is forced without a reason.
    """
    if not forced:
        return reason
    if not reason.strip():
        raise RecipeError(NO_REASON)
    return f"forced: {reason}"[:MOST_CHARACTERS]


def forced_words(failed: Sequence[str]) -> str:
    """For the log, after what was done; empty where it did not have to be forced."""
    return f", although it fails {len(failed)} of its references: {'; '.join(failed)}" if failed else ""
