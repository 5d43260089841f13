"""What the methods answer in their argument Error: 0 is done, below 0 is this station's own (OPC 40100-1, 6.3).

-1 to -19 is a refused trigger: TriggerRejectCode with a minus.
"""

from enum import IntEnum, unique


@unique
class Failure(IntEnum):
    """Added, never reused."""

    UNKNOWN_RECIPE = -20
    RECIPE_NOT_PREPARED = -21
    UNKNOWN_PRODUCT = -22  # no recipe is linked to it
    PRODUCT_NOT_PREPARED = -23
    PRODUCT_NOT_LINKED = -24  # not to this recipe
    NO_JOB_NUMBER = -25  # none is free for a recipe of a new id
    TOO_MANY_PRODUCTS = -26
    RECIPE_IN_USE = -27  # it is the prepared one
    RECIPE_NOT_REMOVED = -28  # its folder cannot be written
    UNKNOWN_RESULT = -30
    RESULTS_UNREADABLE = -31
    UNKNOWN_HANDLE = -32
    UNKNOWN_CONFIGURATION = -40


DONE = 0
