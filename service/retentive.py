"""Where the retentive memory of this station lies."""

import hashlib
import logging
import os
import secrets
from functools import partial
from pathlib import Path

from protocols.retentive import SHARED_MEMORY, Layout, RetentiveMemory, Shape, Unusable, in_memory, open_file

from .offload import Offload
from .settings import runtime_folder

log = logging.getLogger(__name__)

ID_FILE = "station.id"
PREFIX = "vision-inspection-"


def memory_path(data_folder: Path, runtime: Path | None) -> Path:
    """In the unit's runtime folder where that lies in memory, else in /dev/shm; named after the data folder."""
    name = PREFIX + hashlib.sha256(os.fsencode(data_folder.resolve())).hexdigest()[:24]
    folder = runtime if runtime and in_memory(runtime) else SHARED_MEMORY
    return folder / name


async def open_memory(data_folder: Path, boot_id: str, thread: Offload) -> tuple[RetentiveMemory | None, str]:
    """The memory of this data folder under this power-up; only who has the folder's lock may ask.

    None where there is none, and why: then everything waits for the disk, whatever `durability` says.
    """
    try:
        return await thread(_open, data_folder, runtime_folder(), boot_id), ""
    except Unusable as exc:
        log.error("no retentive memory: %s", exc)
        return None, str(exc)


async def share_memory(data_folder: Path, boot_id: str, thread: Offload) -> RetentiveMemory | None:
    """That of a process that still writes it, to be taken from it; None where it cannot be handed over as it is."""
    try:
        return await thread(partial(_open, data_folder, runtime_folder(), boot_id, shared=True))
    except Unusable as exc:
        log.info("the retentive memory is not handed over: %s", exc)
        return None


def _open(data_folder: Path, runtime: Path | None, boot_id: str, *, shared: bool = False) -> RetentiveMemory:
    """

    Raises:
        Unusable: There is none; the message says why.
    """
    try:
        owner = f"{_station_id(data_folder)} {boot_id}"
    except OSError as exc:
        raise Unusable(f"{data_folder / ID_FILE}: {exc.strerror}") from exc
    shape = Shape()
    file = open_file(memory_path(data_folder, runtime), shape.size, shared=shared)
    return RetentiveMemory(Layout(file, shape), owner, shared=shared)


def _station_id(data_folder: Path) -> str:
    """A data folder that was made anew has another one, and nothing to do with the memory of the old."""
    path = data_folder / ID_FILE
    try:
        if found := path.read_text("ascii", "replace").strip():
            return found
    except FileNotFoundError:
        pass
    made = secrets.token_hex(16)
    path.write_text(made + "\n", "ascii")
    return made
