"""Times as REST takes them."""

from typing import Annotated

from pydantic import Field

LATEST_US = 2**53 - 1

TimeUs = Annotated[int, Field(ge=0, le=LATEST_US)]
"""UTC in microseconds since 1970."""
