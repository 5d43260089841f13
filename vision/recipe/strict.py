"""What every part of a recipe file has in common: frozen, unknown keys refused, docstrings are the help."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

NAME_PATTERN = r"^[^.\s\x00-\x1f\[\]][^.\x00-\x1f\[\]]*$"

Name = Annotated[str, Field(min_length=1, max_length=64, pattern=NAME_PATTERN)]
"""A name that people see; no dot or bracket, since ``step.name`` and ``step[i]`` use them."""

FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$")]
"""A name that is also a file's or folder's."""

Number = Annotated[float, Field(allow_inf_nan=False)]


class Strict(BaseModel):
    """A part of a recipe."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)
