"""A backup put back over REST: sent, looked through, and put in its place by a restart. For administrators alone."""

import os
from typing import Annotated

from aiohttp import web
from pydantic import Field

from service import generations
from service.auth.gate import ARCHIVES
from service.backup.place import place_of
from service.hub import Hub
from service.restores import Chosen, NoRoom, NotNow, Phase

from .models import Payload
from .problem import Problem
from .reading import pieces
from .route import delete, get, post
from .station import Command, Nothing, who

BY_ENGINEER = 1  # OfflineReason


class IncomingArchive(Payload):
    """What an archive is and what it would replace."""

    station: str
    """Name of the station that it was made of"""
    made_at: str
    """UTC, as 2026-11-25T12:00:00Z"""
    release: str
    """That made it"""
    last_number: int
    """Number of its last inspection"""
    recipes: tuple[str, ...]
    """In production, each with its version"""
    images: int
    """How many are in it"""
    identity: bool
    """Keys, certificates, users and token are in it, sealed"""
    unpacked: int
    """Bytes"""
    left_out: tuple[str, ...]
    """What its maker could not take along"""
    replaced: tuple[str, ...]
    """Files and folders of this machine that go aside"""
    aside: str
    """Where most of them go; others stay beside the new ones under a name with its time"""
    notes: tuple[str, ...]
    """What has to be seen to by hand"""
    next_number: int
    """Of the next inspection, or a higher one"""


class Incoming(Payload):
    """How far it has come."""

    phase: Phase
    """upload, check, refused (see `failure`), ready, restore, restart; empty: there is none"""
    what: str
    """What is being done: upload, unpack, check"""
    done: int
    """Bytes so far"""
    total: int
    """Of how many; 0: not known"""
    failure: str
    """Why it was refused; empty: it was not"""
    archive: IncomingArchive | None
    """null: not looked through yet, or refused"""
    settings_writable: bool
    """The station may replace its settings; else it can only keep those of this machine"""


class RestoreChoice(Command):
    """What is to be put back of it."""

    keep_settings: bool = False
    """The settings of this machine stay"""
    passphrase: Annotated[str, Field(max_length=1024, pattern="^[^\\n\\r]*$")] = ""
    """Of the archive; empty: keys, certificates, users and token of this machine stay"""


class RestoreQuery(Command):
    """What is to be put back of it."""

    keep_settings: bool = False
    """The settings of this machine stay"""


@get("/backups/incoming")
async def show(hub: Hub) -> Incoming:
    """The archive that was sent, what it would replace, and how far it has come."""
    return _state(hub)


@post("/backups/incoming", 409, 413, takes=ARCHIVES)
async def send(hub: Hub, request: web.Request, query: RestoreQuery) -> Incoming:
    """Send an archive. It is looked through, every file of it, and all is made ready as for a restore; nothing changes.

    One that was made to harm, is damaged, or is of no station is refused with what is wrong.
    """
    try:
        await hub.restores.take(pieces(request), request.content_length or 0, Chosen(query.keep_settings))
    except NotNow as exc:
        raise Problem(409, str(exc), headers={"Connection": "close"}) from None
    except NoRoom as exc:
        raise Problem(413, str(exc), headers={"Connection": "close"}) from None
    hub.doors.journal("backup", "an archive was sent, to be put back", who(request))
    return _state(hub)


@post("/backups/incoming/check", 409)
async def check(hub: Hub, body: RestoreChoice) -> Incoming:
    """Look it through once more, with a passphrase or other wishes."""
    try:
        hub.restores.check(Chosen(body.keep_settings, body.passphrase))
    except NotNow as exc:
        raise Problem(409, str(exc)) from None
    return _state(hub)


@post("/backups/incoming/restore", 409)
async def restore(hub: Hub, request: web.Request, body: RestoreChoice) -> Incoming:
    """Take the station offline, make everything ready, and restart it: it comes back as the station of the archive.

    What was there before is kept aside. Where it comes to nothing the station goes on as it was.
    """
    if not generations.master:
        raise Problem(409, "this station was started without Gunicorn: nobody can start it again")
    by, online = who(request), hub.station.state().offline_code != BY_ENGINEER

    async def told(begins: bool) -> None:
        if online:
            await hub.station.set_online(not begins, by)
        if not begins:
            hub.doors.journal("backup", f"no archive was put back: {hub.restores.failure}", by)

    try:
        hub.restores.restore(Chosen(body.keep_settings, body.passphrase), generations.master, told)
    except NotNow as exc:
        raise Problem(409, str(exc)) from None
    hub.doors.journal("backup", "an archive is put back, and the station restarted", by)
    return _state(hub)


@delete("/backups/incoming", 409)
async def remove(hub: Hub, body: Nothing) -> Incoming:
    """Throw the archive away."""
    try:
        await hub.restores.remove()
    except NotNow as exc:
        raise Problem(409, str(exc)) from None
    return _state(hub)


def _state(hub: Hub) -> Incoming:
    now = hub.restores
    settings = place_of(hub.settings).settings
    return Incoming(
        phase=now.phase,
        what=now.step.what,
        done=now.step.done,
        total=now.step.total,
        failure=now.failure,
        archive=IncomingArchive.model_validate(now.found) if now.found else None,
        settings_writable=settings is None or os.access(settings.parent, os.W_OK),
    )


ROUTES = (show, send, check, restore, remove)
"""Of this module."""
