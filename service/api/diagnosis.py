"""The diagnosis bundle: what a supporter needs to know, in one click."""

import asyncio
from datetime import UTC, datetime

from aiohttp import web

from service.diagnosis import doctors_findings, packed
from service.hub import Hub
from service.logs.formats import readable

from .about import show as about
from .alarms import past
from .journal import Paging
from .journal import listing as journal
from .network import show as network
from .route import post
from .settings import settings_told
from .station import Nothing, who


@post("/diagnosis", media=("application/zip",))
async def bundle(hub: Hub, request: web.Request, body: Nothing) -> web.StreamResponse:
    """Versions, settings without secrets, the doctor's findings, alarms, journal, log, numbers, as a zip archive.

    No images. It takes some seconds, because the doctor looks at the machine.
    """
    newest = Paging(limit=200)
    events, gone, found, doctor, metrics = await asyncio.gather(
        journal.handler(hub, newest),
        past.handler(hub, newest),
        network.handler(hub),
        doctors_findings(),
        hub.metrics(),
    )
    files = {
        "about.json": await about.handler(hub),
        "network.json": found,
        "settings.json": await hub.doors.in_thread(settings_told, hub),
        "doctor.json": doctor,
        "state.json": hub.station.state(),
        "ready.json": dict(hub.station.readiness()),
        "alarms.json": list(hub.station.alarms(over=True)),
        "past-alarms.json": gone,
        "journal.json": events,
        "timings.json": hub.station.timings(200, 60.0),
        "modbus.json": [str(client) for client in hub.modbus.clients()],
        "metrics.txt": metrics,
        "log.txt": b"".join(readable(line) for _, line in hub.log.ring.lines()),
    }
    data = await hub.doors.in_thread(packed, files, (hub.token, hub.settings.log.sentry_dsn))
    hub.doors.journal("diagnosis", "a diagnosis bundle was taken", who(request))
    name = f"diagnosis-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(body=data, content_type="application/zip", headers=headers)


ROUTES = (bundle,)
"""Of this module."""
