"""Where the retentive memory of this station lies."""

import logging
import secrets
from pathlib import Path

from protocols.alarms import NOT_RETENTIVE
from protocols.retentive import Layout, RetentiveMemory, Shape, Unusable, open_file

from .alarms import Alarms
from .memory_paths import memory_path
from .offload import Offload
from .settings import runtime_folder

log = logging.getLogger(__name__)

ID_FILE = "station.id"


async def open_memory(data_folder: Path, boot_id: str, thread: Offload, alarms: Alarms) -> RetentiveMemory | None:
    """The memory of this data folder under this power-up; only who has the folder's lock may ask.

    None where there is none: then everything waits for the disk, whatever `durability` says.
    """
    try:
        memory = await thread(_open, data_folder, runtime_folder(), boot_id)
    except Unusable as exc:
        log.error("no retentive memory: %s", exc)
        alarms.set(NOT_RETENTIVE, True, str(exc))
        return None
    alarms.set(NOT_RETENTIVE, False)
    return memory


def _open(data_folder: Path, runtime: Path | None, boot_id: str) -> RetentiveMemory:
    """

    Raises:
        Unusable: There is none; the message says why.
    """
    try:
        owner = f"{_station_id(data_folder)} {boot_id}"
    except OSError as exc:
        raise Unusable(f"{data_folder / ID_FILE}: {exc.strerror}") from exc
    shape = Shape()
    return RetentiveMemory(Layout(open_file(memory_path(data_folder, runtime), shape.size), shape), owner)


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
