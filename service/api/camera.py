"""Set the camera up: what it is, and what it would show with another exposure. For engineers."""

import base64
from typing import Annotated

from aiohttp import web
from pydantic import Field

from service.bench import Superseded
from service.hub import Hub
from service.previews import Hindrance, NotShown, Pictured
from vision.frame import Shot
from vision.imaging.lighting import LEVELS

from .models import Payload
from .problem import Problem
from .route import get, post
from .settings import SettingsQuery, SettingsSection, language_of, settings_told
from .station import Command, who


class CameraSetup(Payload):
    """The camera that the station has."""

    name: str
    """As people know it"""
    simulated: bool
    """It draws its pictures, or reads them from a folder: it may be looked at while the line runs"""
    hindrance: Hindrance
    """Why no picture can be asked for now: lost, online (a part may come at any moment), part; empty: one can"""
    longest_us: int
    """Longest exposure that can be tried"""
    section: SettingsSection
    """`[camera]` of the settings, which `PUT /settings` changes"""


class PreviewCommand(Command):
    """What is tried, for one picture alone; no setting and no recipe is changed."""

    exposure_us: Annotated[int, Field(ge=1, le=60_000_000)] | None = None
    """Left out: as the camera is set"""
    gain_db: Annotated[float, Field(ge=-40, le=80, allow_inf_nan=False)] | None = None
    """Left out: as the camera is set"""
    width: Annotated[int, Field(ge=64, le=8192)] = 960
    """Of the JPEG, at most (px)"""
    client: Annotated[str, Field(max_length=64)] = ""
    """Any name for one page: of its requests that wait only the newest is done"""


class CameraPreview(Payload):
    """One picture and what it says. Grey levels are 0 to 255, where 255 is the camera's white."""

    superseded: bool = False
    """The same client asked something newer meanwhile: all else is empty"""
    jpeg: Annotated[str, Field(json_schema_extra={"contentEncoding": "base64", "contentMediaType": "image/jpeg"})] = ""
    """The picture"""
    frame_id: int = 0
    """Counts the camera's frames since it was opened"""
    acquired_at_us: int = 0
    """When its exposure began"""
    width: int = 0
    """Of the frame itself (px)"""
    height: int = 0
    """Of the frame itself (px)"""
    exposure_us: int = 0
    """That it was taken with; 0 = not known"""
    gain_db: float = 0.0
    """That it was taken with"""
    histogram: Annotated[tuple[int, ...], Field(max_length=LEVELS)] = ()
    """Pixels by grey level"""
    mean_grey: float = 0.0
    """Mean grey level"""
    dark: float = 0.0
    """Share of pixels that are black, 0-1"""
    bright: float = 0.0
    """Share of pixels that are white in any channel, 0-1"""
    focus: float = 0.0
    """Standard deviation of the Laplacian in percent of the mean grey level, in the picture's middle: the more, the
    sharper; compares pictures of one scene alone"""


@get("/camera", 409)
async def show(hub: Hub, request: web.Request, query: SettingsQuery) -> CameraSetup:
    """What the camera is, its settings, and whether a picture can be asked for now."""
    told = await hub.doors.in_thread(settings_told, hub, language_of(request, query))
    section = next(each for each in told.sections if each.name == "camera")
    camera, previews = hub.previews.camera, hub.previews
    return CameraSetup(
        name=camera.name,
        simulated=camera.simulated,
        hindrance=previews.hindrance,
        longest_us=previews.longest_us,
        section=section,
    )


@post("/camera/preview", 409)
async def preview(hub: Hub, request: web.Request, body: PreviewCommand) -> CameraPreview:
    """A picture of now, with another exposure or gain where they are given.

    It is no inspection: nothing is judged, counted or kept. A camera that is drawn, or a folder, answers at any time;
    any other one while the station is offline and no part is on its way. What cannot be had is 409, with the reason.
    """
    shot = Shot("preview", exposure_us=body.exposure_us, gain_db=body.gain_db)
    try:
        found = await hub.previews.take(f"{who(request)} {body.client}", shot, body.width)
    except Superseded:
        return CameraPreview(superseded=True)
    except NotShown as exc:
        raise Problem(409, f"no picture: {exc}") from None
    return _told(found)


def _told(found: Pictured) -> CameraPreview:
    frame, light = found.frame, found.lighting
    return CameraPreview(
        jpeg=base64.b64encode(found.jpeg).decode(),
        frame_id=frame.frame_id,
        acquired_at_us=frame.acquired_at_us,
        width=frame.width,
        height=frame.height,
        exposure_us=frame.exposure_us,
        gain_db=frame.gain_db,
        histogram=light.histogram,
        mean_grey=light.mean_grey,
        dark=light.dark,
        bright=light.bright,
        focus=light.focus,
    )


ROUTES = (show, preview)
"""Of this module."""
