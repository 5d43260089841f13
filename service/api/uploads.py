"""Images that are lent to the station for a day, to be taught, judged or calibrated with."""

from collections.abc import Sequence
from typing import Annotated

from aiohttp import web
from pydantic import Field

from service.auth.gate import IMAGES
from service.hub import Hub
from service.uploads import Upload, UploadRefused

from .models import Payload
from .problem import Problem
from .reading import pieces
from .results import is_lossy
from .route import delete, get, post
from .sources import UploadId, live_path
from .station import Command, Nothing

TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".bmp": "image/bmp", ".tif": "image/tiff"}


class LentImage(Payload):
    """One image."""

    id: str
    """By which other requests name it"""
    name: str
    """As its file was called"""
    size: int
    """Bytes"""
    at_us: int
    """Since when"""
    lossy: bool
    """A JPEG: not every pixel is as the camera gave it"""


class UploadQuery(Command):
    """How the image is called."""

    name: Annotated[str, Field(min_length=1, max_length=200)] = "image"
    """Name of its file"""


@get("/uploads")
async def listing(hub: Hub) -> list[LentImage]:
    """Images that are here, newest first; each is kept for a day."""
    return _shown(await hub.uploads.listing())


@post("/uploads", 413, takes=IMAGES)
async def upload(hub: Hub, request: web.Request, query: UploadQuery) -> LentImage:
    """Lend an image: PNG, JPEG, BMP or TIFF, grey or colour, 8 or 16 bits, at most 256 MB.

    The body is the file; which of the kinds it is, is seen by its content.
    """
    try:
        return _shown([await hub.uploads.add(query.name, pieces(request))])[0]
    except UploadRefused as exc:
        raise Problem(422, str(exc), headers={"Connection": "close"}) from exc


@post("/uploads/live", 409)
async def live(hub: Hub, body: Nothing) -> LentImage:
    """Keep what the camera sees now, lossless. The line is not held up: a trigger goes first."""
    path = await live_path(hub)
    return next(one for one in _shown(await hub.uploads.listing()) if path.name.startswith(one.id))


@get("/uploads/{image}", 404, media=tuple(TYPES.values()))
async def show(hub: Hub, image: UploadId) -> web.StreamResponse:
    """One of them, as a file."""
    found = await hub.uploads.find(image)
    if found is None:
        raise Problem(404, f"there is no image {image}")
    headers = {"Content-Type": TYPES[found.path.suffix], "Cache-Control": "private, max-age=86400"}
    return web.FileResponse(found.path, headers=headers)


@delete("/uploads/{image}", 404)
async def remove(hub: Hub, image: UploadId) -> list[LentImage]:
    """Take it away before its day is over. Answers what is left."""
    if not await hub.uploads.remove(image):
        raise Problem(404, f"there is no image {image}")
    return _shown(await hub.uploads.listing())


def _shown(found: Sequence[Upload]) -> list[LentImage]:
    return [
        LentImage(id=one.id, name=one.name, size=one.size, at_us=one.at_us, lossy=is_lossy(one.path.name))
        for one in found
    ]


ROUTES = (listing, upload, live, show, remove)
"""Of this module."""
