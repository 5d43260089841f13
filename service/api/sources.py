"""Images as a request names them: of an inspection, lent to the station, or what the camera sees now."""

import asyncio
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from service.hub import Hub
from service.uploads import UploadRefused

from .images import name_of
from .inspections import Number
from .problem import Problem
from .station import Command

PATIENCE_S = 5.0  # a trigger goes first
UploadId = Annotated[str, Field(pattern="^[0-9a-f]{12}$", description="As `/uploads` tells it")]


class ImageSource(Command):
    """Exactly one of the three."""

    inspection: Number | None = None
    """Number of an inspection whose image was kept"""
    upload: UploadId | None = None
    """One that was lent to the station, by `POST /uploads` or `POST /uploads/live`"""
    live: bool = False
    """What the camera sees now; it is lent to the station, too"""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.inspection is not None) + (self.upload is not None) + self.live != 1:
            raise ValueError("exactly one of inspection, upload and live")
        return self


async def path_of(hub: Hub, source: ImageSource) -> Path:
    """The image's file. Raises Problem 404 it is not there, 409 the camera has none to spare."""
    if source.live:
        return await live_path(hub)
    if source.upload is not None:
        found = await hub.uploads.find(source.upload)
        if found is None:
            raise Problem(404, f"no image {source.upload} was lent to the station, or longer than a day ago")
        return found.path
    assert source.inspection is not None
    path = hub.archive.path(await name_of(hub, source.inspection))
    if not await hub.offload(path.is_file):
        raise Problem(404, f"the image of inspection {source.inspection} is no longer kept")
    return path.resolve()


def words_of(source: ImageSource) -> str:
    """For the journal."""
    if source.inspection is not None:
        return f"inspection {source.inspection}"
    return "a live image" if source.live else "an uploaded image"


async def live_path(hub: Hub) -> Path:
    """Of the camera's next frame. Raises Problem 409."""
    end = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        try:
            taken = await hub.uploads.snapshot()
        except UploadRefused as exc:
            raise Problem(409, str(exc)) from exc
        if taken is not None:
            return taken.path
        if asyncio.get_running_loop().time() > end:
            raise Problem(409, "the camera has no image to spare: it is not there, or takes images for triggers")
        await asyncio.sleep(0.05)
