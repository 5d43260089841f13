"""How full the station is, results that are pinned, and results as an archive to take away."""

from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from service.hub import Hub
from service.storage import Busy, NoSuchResult, PinRefused

from .inspections import Number, ResultQuery
from .journal import Paging
from .problem import Problem
from .results import clean
from .route import delete, get, post
from .station import Command, who
from .storage_models import PinnedResult, PinPage, StorageState
from .storage_shown import state_of

_PIECE = 1 << 18  # bytes handed to the connection at once


def _one_line(value: str) -> str:
    if any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in value):
        raise PydanticCustomError("control", "one line, no control characters")
    return value.strip()


class PinCommand(Command):
    """Keep a result and its image from being deleted."""

    why: Annotated[str, Field(max_length=200), AfterValidator(_one_line)] = ""
    """For whoever finds it later: one line"""


class ExportCommand(ResultQuery):
    """Which results; without any condition all of them."""


@get("/storage")
async def show(hub: Hub) -> StorageState:
    """What images and results take, how much comes each day, and which limit comes first."""
    return state_of(await hub.storage.measured())


@get("/pins")
async def pins(hub: Hub, query: Paging) -> PinPage:
    """Pinned results, newest first."""
    found = await hub.storage.pins(query.before, query.limit)
    items = tuple(
        PinnedResult(
            number=pin.number,
            judgement=pin.judgement.value,
            recipe=clean(pin.recipe),
            part_id=clean(pin.part_id),
            judged_at_us=pin.finished_at_us,
            image=bool(pin.image),
            bytes=pin.size,
            pinned_at_us=pin.at_us,
            pinned_by=clean(pin.by),
            why=clean(pin.why),
        )
        for pin in found
    )
    return PinPage(items=items, next=items[-1].number if len(items) == query.limit else None)


@post("/pins/{number}", 404, 409)
async def pin(hub: Hub, request: web.Request, number: Number, body: PinCommand) -> PinPage:
    """Pin a result: it and its image are kept until the pin is taken away. Answers the newest pinned results."""
    try:
        await hub.storage.pin(number, who(request), body.why)
    except NoSuchResult as exc:
        raise Problem(404, str(exc)) from exc
    except PinRefused as exc:
        raise Problem(409, str(exc)) from exc
    return await _newest(hub)


@delete("/pins/{number}", 404)
async def unpin(hub: Hub, request: web.Request, number: Number) -> PinPage:
    """Take the pin away: retention may delete it again. Answers the newest pinned results."""
    try:
        await hub.storage.unpin(number, who(request))
    except NoSuchResult as exc:
        raise Problem(404, str(exc)) from exc
    return await _newest(hub)


async def _newest(hub: Hub) -> PinPage:
    page: PinPage = await pins.handler(hub, Paging())
    return page


@post("/exports", 409, media=("application/zip",))
async def export(hub: Hub, request: web.Request, body: ExportCommand) -> web.StreamResponse:
    """Results as an archive to take away.

    A ZIP archive with `results.csv`, `measurements.csv` and `images/`, made while it is sent. When it has gone out
    whole its images count as exported: they are the first to be deleted where room is needed, and go after
    `[archive] exported_days`.
    """
    try:
        async with hub.storage.exporting(body.filter()) as made:
            response = web.StreamResponse(
                headers={
                    "Content-Type": "application/zip",
                    "Content-Disposition": 'attachment; filename="inspections.zip"',
                    "Cache-Control": "no-store",
                }
            )
            await response.prepare(request)
            async for chunk in made:
                for at in range(0, len(chunk), _PIECE):
                    await response.write(chunk[at : at + _PIECE])
            await response.write_eof()
            await hub.storage.exported(made, who(request))
            return response
    except Busy as exc:
        raise Problem(409, str(exc)) from exc


ROUTES = (show, pins, pin, unpin, export)
