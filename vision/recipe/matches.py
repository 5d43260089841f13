"""What a step's readings are held to."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from ..result import Reading
from ..tool import Ref
from .pattern import MOST_CHARACTERS, pattern_problem
from .strict import Strict


class TextMatch(Strict):
    """The reading is exactly this text."""

    rule: Literal["text"] = "text"
    text: str
    """The text wanted"""


class PatternMatch(Strict):
    r"""The whole reading fits a regular expression.

    In the syntax of RE2, whose time grows with the text alone: no look-ahead, no look-behind, no back-references.
    ``\d``, ``\w`` and ``\s`` are of ASCII; ``\pL`` is any letter, ``\pN`` any digit.
    """

    rule: Literal["pattern"] = "pattern"
    pattern: Annotated[str, Field(max_length=MOST_CHARACTERS)]
    r"""For example ``LOT-\d{6}``"""

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        if problem := pattern_problem(pattern):
            raise ValueError(problem)
        return pattern


class ListMatch(Strict):
    """The reading is one of these texts."""

    rule: Literal["list"] = "list"
    texts: Annotated[tuple[str, ...], Field(min_length=1)]
    """The texts that pass"""


class PlcStringMatch(Strict):
    """The reading is the PLC's recipe string of this number, as it stood when the trigger was accepted."""

    rule: Literal["plc_string"] = "plc_string"
    number: Annotated[int, Field(ge=1, le=4)]
    """Which of the four"""


class ReadingMatch(Strict):
    """The reading is what another step read."""

    rule: Literal["reading"] = "reading"
    of: Ref[Reading]
    """The other reading, as step or step.name"""


class DateMatch(Strict):
    """The reading is the date of the trigger's acceptance, moved by months and days, in the station's time zone."""

    rule: Literal["date"] = "date"
    format: Annotated[str, Field(min_length=1)] = "%Y-%m-%d"
    """As strftime writes it, for example ``%d.%m.%Y``"""
    offset_days: Annotated[int, Field(ge=-36500, le=36500)] = 0
    """Days later, after the months"""
    offset_months: Annotated[int, Field(ge=-1200, le=1200)] = 0
    """Months later; the day is kept, or is the month's last"""


Match = Annotated[
    TextMatch | PatternMatch | ListMatch | PlcStringMatch | ReadingMatch | DateMatch, Field(discriminator="rule")
]
