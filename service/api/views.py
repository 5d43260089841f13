"""What the view-only pages show: the newest part, or the newest that did not pass, whole in one answer."""

import asyncio
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from service.hub import Hub
from service.stored import ResultFilter
from vision.result import Judgement

from .images import image as stored_image
from .inspections import overlays as drawing_of
from .inspections import stored
from .models import Payload, ResultEvent
from .problem import Problem
from .pushed import Drawing
from .results import of_row
from .route import PREFIX, Route, get, json_response
from .unchanged import tagged

PATIENCE_S = 3.0  # for a live frame; the camera may be busy with a part
Kept = Annotated[Literal["last", "last-failed"], Field(description="Newest part, or newest that did not pass")]
View = Annotated[
    Literal["live", "last", "last-failed"], Field(description="Live picture, newest part, or newest that did not pass")
]


class ViewQuery(BaseModel):
    """How a screen without a session comes in."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    token: Annotated[str, Field(max_length=200)] | None = None
    """A view token, where watching is not open to everybody"""


class ViewedPart(Payload):
    """A part with all that a view-only page shows of it."""

    station: str
    """Name of the station"""
    online: bool
    """It judges parts"""
    offline_reason: str
    """Why not, in English; empty when online"""
    recipe: str
    """Name of the active recipe"""
    result: ResultEvent | None
    """null = there is none yet"""
    drawing: Drawing | None
    """What was found on it"""


async def _show(hub: Hub, request: web.Request, view: Kept, query: ViewQuery) -> web.StreamResponse:
    """The part that a view-only page shows; with its entity tag it costs nothing to ask again each second."""
    number = await _number(hub, view)
    state = hub.station.state()
    result = drawing = None
    if number is not None:
        detail = await stored(hub, number)
        result, drawing = of_row(detail.row, detail.steps), await drawing_of.handler(hub, number)
    part = ViewedPart(
        station=hub.station.name,
        online=state.online,
        offline_reason=state.offline_reason,
        recipe=state.recipe,
        result=result,
        drawing=drawing,
    )
    return tagged(request, json_response(part))


show = Route("GET", f"{PREFIX}/views/{{view}}", _show, (404,), section="views", model=ViewedPart)


@get("/views/{view}/image", 404, media=("image/jpeg", "image/png"))
async def image(hub: Hub, view: View, query: ViewQuery) -> web.StreamResponse:
    """The image alone, for an image element of a SCADA screen: of the part as it was kept, or a live frame as JPEG."""
    if view == "live":
        return await _live(hub)
    number = await _number(hub, view)
    if number is None:
        raise Problem(404, "there is no such part yet")
    answer: web.StreamResponse = await stored_image.handler(hub, number)
    answer.headers["X-Inspection-Number"] = str(number)
    answer.headers["Cache-Control"] = "no-store"  # the same address shows another part soon
    return answer


async def _live(hub: Hub) -> web.Response:
    with hub.live.watching():
        try:
            async with asyncio.timeout(PATIENCE_S):
                shown = await hub.live.newer(0)
                message = await hub.live.message(shown, hub.settings.live.width)
        except TimeoutError:
            raise Problem(404, "the camera gives no picture now") from None
    jpeg = message[4 + int.from_bytes(message[:4], "big") :]
    return web.Response(body=jpeg, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


async def _number(hub: Hub, view: str) -> int | None:
    """Of the part that `view` shows; None = there is none yet."""
    newest = hub.station.last()
    if view == "last" or newest is None or newest.judgement != "PASS":
        return newest.number if newest else None
    found = [await hub.store.page(ResultFilter(judgement), None, 1) for judgement in (Judgement.FAIL, Judgement.ERROR)]
    return max((row.number for rows in found for row in rows), default=None)


ROUTES = (show, image)
