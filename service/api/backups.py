"""Archives of the station: make one, follow it, fetch it. For administrators alone."""

from pathlib import Path
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from service.backup.place import place_of
from service.backup.shelf import Kept, kept
from service.backup_runs import AlreadyRunning
from service.hub import Hub

from .problem import Problem
from .route import get, post
from .station import Command, who

ArchiveName = Annotated[
    str,
    Field(pattern=r"^[a-z0-9-]{1,64}-backup-\d{8}T\d{6}Z\.zip$", description="Name of an archive as the list has it"),
]


class BackupArchive(BaseModel):
    """One archive in the folder."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    name: str
    """Its file's name"""
    made_at_us: int
    """UTC"""
    size: int
    """Bytes"""


class BackupRun(BaseModel):
    """One that is being made."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    what: str
    """What is being done: begin, database, data, recipes, settings, images, check"""
    done: int
    """Bytes so far of this part, or of the whole archive"""
    total: int
    """Of how many; 0: not known yet"""


class Backups(BaseModel):
    """The station's archives, newest first."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    folder: str
    """Where they lie"""
    sealed: bool
    """A passphrase is set: keys, certificates, users and token go in; without one they are left out"""
    archives: tuple[BackupArchive, ...]
    """Those of this station"""
    running: BackupRun | None
    """null: none is being made on request"""
    made: str
    """Name of the last one made on request since the start; empty: none, or it failed"""
    failure: str
    """Why the last one came to nothing; empty: it did not"""


class BackupCommand(Command):
    """Make one now."""

    images: Annotated[int, Field(ge=-1)] | None = None
    """How many of the newest images go in, -1 = all; left out: as the settings say"""


@get("/backups")
async def listing(hub: Hub) -> Backups:
    """The archives that there are, and how far the one has come that is being made."""
    return await _state(hub)


async def _state(hub: Hub) -> Backups:
    found = await hub.doors.in_thread(_kept, hub)
    step = hub.backups.step
    return Backups(
        folder=str(place_of(hub.settings).archives),
        sealed=hub.settings.backup.passphrase_file is not None,
        archives=tuple(
            BackupArchive(name=one.path.name, made_at_us=int(one.made_at.timestamp() * 1e6), size=one.size)
            for one in found
        ),
        running=BackupRun(what=step.what, done=step.done, total=step.total) if step else None,
        made=hub.backups.made,
        failure=hub.backups.failure,
    )


@post("/backups", 409)
async def make(hub: Hub, request: web.Request, body: BackupCommand) -> Backups:
    """Begin to make one, beside the running line; the list tells how far it has come."""
    try:
        hub.backups.begin(body.images)
    except AlreadyRunning:
        raise Problem(409, "a backup is being made: wait until it has ended") from None
    hub.doors.journal("backup", "a backup was asked for", who(request))
    return await _state(hub)


@get("/backups/{name}", 404, media=("application/zip",))
async def archive(hub: Hub, request: web.Request, name: ArchiveName) -> web.StreamResponse:
    """One archive, as a file."""
    path = next((one.path for one in await hub.doors.in_thread(_kept, hub) if one.path.name == name), None)
    if path is None:
        raise Problem(404, f"there is no archive {name}")
    hub.doors.journal("backup", f"{name} was fetched", who(request))
    return _file(path)


def _kept(hub: Hub) -> list[Kept]:
    return kept(place_of(hub.settings).archives, hub.settings.station.name)


def _file(path: Path) -> web.FileResponse:
    headers = {
        "Content-Type": "application/zip",
        "Content-Disposition": f'attachment; filename="{path.name}"',
        "Cache-Control": "no-store",
    }
    return web.FileResponse(path, headers=headers)


ROUTES = (listing, make, archive)
"""Of this module."""
