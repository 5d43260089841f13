"""When the next scheduled backup is due, and what is wrong with the last one: timer, alarm and metric ask here."""

import json
import time
from contextlib import suppress
from pathlib import Path

from service.retentive import ID_FILE
from service.settings import Settings

from . import shelf
from .place import place_of

FILE = "backup.json"  # in the data folder: why the last scheduled one failed
_HOUR_S = 3600.0
_EARLY = 0.98  # of the time between two: the timer does not come to the second
_LATE = 2.0  # times the time between two are too long


def backup_age_s(settings: Settings) -> float | None:
    """How old the newest archive in the folder of the settings is (s); None = there is none. Reads a folder."""
    return shelf.last_backup_age_s(place_of(settings).archives, settings.station.name)


def due(settings: Settings) -> bool:
    """Whether the timer has to make one now."""
    age_s = backup_age_s(settings)
    every_s = settings.backup.every_h * _HOUR_S
    return every_s > 0 and (age_s is None or age_s >= _EARLY * every_s)


def note(settings: Settings, failure: str) -> None:
    """What became of a backup; "" = it was made."""
    path = settings.station.data_folder / FILE
    with suppress(OSError):  # the station sees that it is too old
        if failure:
            path.write_text(json.dumps({"failure": failure}), "utf-8")
        else:
            path.unlink(missing_ok=True)


def trouble(settings: Settings) -> str:
    """Why the station is not backed up as the settings want it; "" = it is. Reads files."""
    every_s = settings.backup.every_h * _HOUR_S
    if not every_s:
        return ""
    if failure := _failure(settings.station.data_folder / FILE):
        return failure
    age_s = backup_age_s(settings)
    if age_s is None:
        return "there is none" if _begun_s(settings.station.data_folder) > _LATE * every_s else ""
    return f"the newest is {age_s / _HOUR_S:.0f} h old" if age_s > _LATE * every_s else ""


def _failure(path: Path) -> str:
    try:
        found = json.loads(path.read_bytes())["failure"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return str(found)


def _begun_s(data: Path) -> float:
    """For how long there has been a station."""
    try:
        return time.time() - (data / ID_FILE).stat().st_mtime
    except OSError:
        return 0.0
