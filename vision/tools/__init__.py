"""The tools of the station, in one discriminated union."""

from typing import Annotated

from pydantic import Field

from .blob_count import BlobCount
from .brightness import Brightness
from .caliper import Caliper
from .color_area import ColorArea
from .golden_template import GoldenTemplate
from .locate import Locate
from .presence import Presence

AnyTool = Annotated[
    Brightness
    | BlobCount
    | ColorArea
    | Caliper
    | GoldenTemplate
    | Locate
    | Presence,
    Field(discriminator="type"),
]  # fmt: skip

__all__ = ["AnyTool", "BlobCount", "Brightness", "Caliper", "ColorArea", "GoldenTemplate", "Locate", "Presence"]
