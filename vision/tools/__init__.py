"""The tools of the station, in one discriminated union."""

from typing import Annotated

from pydantic import Field

from .blob_count import BlobCount
from .brightness import Brightness
from .color_area import ColorArea

AnyTool = Annotated[
    Brightness
    | BlobCount
    | ColorArea,
    Field(discriminator="type"),
]  # fmt: skip

__all__ = ["AnyTool", "BlobCount", "Brightness", "ColorArea"]
