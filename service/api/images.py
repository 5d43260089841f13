"""The kept image of an inspection, and its thumbnail."""

from pathlib import Path

from aiohttp import web

from service.hub import Hub

from .inspections import Number, stored
from .problem import Problem
from .route import get

TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
FOR_EVER = "private, max-age=31536000, immutable"
A_MINUTE = "private, max-age=60"  # a lossless copy may take a JPEG's place


@get("/inspections/{number}/image", 404, media=("image/jpeg", "image/png"))
async def image(hub: Hub, number: Number) -> web.StreamResponse:
    """The image as it was kept: PNG where it is lossless, else JPEG."""
    path = hub.archive.path(await name_of(hub, number))
    return await _file(hub, path, f"inspection-{number}", FOR_EVER if path.suffix == ".png" else A_MINUTE)


@get("/inspections/{number}/thumbnail", 404, media=("image/jpeg",))
async def thumbnail(hub: Hub, number: Number) -> web.StreamResponse:
    """The image 320 px wide."""
    path = hub.archive.thumbnail_path(await name_of(hub, number))
    return await _file(hub, path, f"inspection-{number}-small", FOR_EVER)


async def name_of(hub: Hub, number: int) -> str:
    """In the archive. Raises Problem 404."""
    name = await hub.archive.kept(number) or (await stored(hub, number)).row.image
    if not name:
        raise Problem(404, f"no image was kept of inspection {number}")
    return name


async def _file(hub: Hub, path: Path, name: str, caching: str) -> web.StreamResponse:
    kind = TYPES.get(path.suffix)
    if kind is None or not await hub.offload(path.is_file):
        raise Problem(404, "the image is no longer kept")
    headers = {
        "Content-Type": kind,
        "Content-Disposition": f'inline; filename="{name}{path.suffix}"',
        "Cache-Control": caching,
    }
    return web.FileResponse(path, headers=headers)


ROUTES = (image, thumbnail)
