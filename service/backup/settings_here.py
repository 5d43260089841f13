"""Settings from an archive on this machine: its paths are those of this machine, and this release must take them."""

import json
import os
import re
from pathlib import Path

from service.settings import Settings, SettingsError, load

from .errors import BackupError
from .place import Place

_STATION = re.compile(r"(?m)^\[station\][ \t]*(?:#.*)?$")


def fitted(text: str, place: Place, scratch: Path) -> tuple[str, Settings]:
    """The text with the data and recipe folder of this machine, and the settings that it makes.

    Args:
        scratch: Where the text may stand for a moment.

    Raises:
        BackupError: This release does not take them; every reason is named.
    """
    settings = _loaded(text, scratch)
    for key, path in (("data_folder", place.data), ("recipe_folder", place.recipes)):
        if getattr(settings.station, key).absolute() != path:
            text = _with(text, key, path)
    settings = _loaded(text, scratch)
    for key, path in (("data_folder", place.data), ("recipe_folder", place.recipes)):
        if (found := getattr(settings.station, key).absolute()) != path:
            raise BackupError(f"station.{key}: the archive's settings have {found}, here it is {path}: make them alike")
    return text, settings


def commands(settings: Settings) -> list[str]:
    """Programs that these settings run."""
    return [f"checks.run {check.name}: {' '.join(check.command)}" for check in settings.checks.run if check.command]


def _loaded(text: str, scratch: Path) -> Settings:
    with open(scratch, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(text)
    try:
        return load(scratch)
    except SettingsError as exc:
        lines = "\n  ".join(exc.problems).replace(str(scratch), "station.toml")
        raise BackupError(
            f"this release does not take the archive's settings (--keep-settings: yours stay):\n  {lines}"
        ) from exc
    finally:
        scratch.unlink()


def _with(text: str, key: str, path: Path) -> str:
    line = f"{key} = {json.dumps(str(path))}"
    head = _STATION.search(text)
    if head is None:
        return f"[station]\n{line}\n\n{text}"
    end = re.compile(r"(?m)^\[").search(text, head.end())
    stop = end.start() if end else len(text)
    section, found = re.subn(rf"(?m)^{key}[ \t]*=.*$", lambda _: line, text[head.end() : stop], count=1)
    return text[: head.end()] + (section if found else f"\n{line}{section}") + text[stop:]
