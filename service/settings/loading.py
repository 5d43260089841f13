"""Reading everything once, and the names that operators of Gunicorn already use."""

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from protocols.user_block import problems_of

from .models import Settings
from .problems import in_lines
from .sources import ENVIRONMENT, read


class SettingsError(Exception):
    """The settings do not hold; `problems` has a line for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def config_path() -> Path | None:
    """The file named by ``CONFIG_PATH``, else ``config/station.toml`` where it exists, else None: embedded defaults."""
    if named := os.environ.get("CONFIG_PATH"):
        return Path(named)
    default = Path("config/station.toml")
    return default if default.exists() else None


def runtime_folder() -> Path | None:
    """The unit's folder below /run, as systemd names it; None without a unit."""
    named = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
    return Path(named) if named else None


def journal_stream() -> str:
    """Device and inode of the stream to systemd's journal that this process was started with; "" = with none."""
    return os.environ.get("JOURNAL_STREAM", "")


def gunicorn_bind() -> str | None:
    """The address of HTTP alone, as operators of Gunicorn set it."""
    return os.environ.get("GUNICORN_BIND") or None


def load(file: Path | None = None) -> Settings:
    """Read and validate everything once; `file` stands in for the one of `config_path`.

    Raises:
        SettingsError: With every problem of the file and of the environment: where it is, what would be right and
            what was found.
    """
    given = read(file or config_path(), os.environ)
    problems = [*given.problems, *_operators(os.environ)]
    try:
        settings = Settings.model_validate(given.values)
    except ValidationError as exc:
        raise SettingsError([*problems, *in_lines(exc, given)]) from exc
    origin = given.origin("user_block", "values")
    problems += [f"{origin}: {line}" for line in problems_of(settings.user_block)]
    if problems:
        raise SettingsError(problems)
    return settings


def recipe_folder() -> Path:
    """Where the recipes lie, whatever else is wrong with the settings: so that they are checked all the same."""
    return _named("recipe_folder") or Settings().station.recipe_folder


def data_folder() -> Path:
    """Likewise where the station keeps its data."""
    return _named("data_folder") or Settings().station.data_folder


def _named(name: str) -> Path | None:
    station = read(config_path(), os.environ).values.get("station")
    named = station.get(name) if isinstance(station, dict) else None
    return Path(named) if isinstance(named, str) else None


def _operators(environment: Mapping[str, str]) -> list[str]:
    """What is wrong with the one name of Gunicorn's that stands for two settings."""
    if (bind := environment.get("GUNICORN_BIND")) and not _is_endpoint(bind):
        right = "must be ADDRESS:PORT, for example 0.0.0.0:5000 or [::1]:5000"
        return [f'{ENVIRONMENT}: GUNICORN_BIND: {right}; found "{bind}"']
    return []


def _is_endpoint(text: str) -> bool:
    """One address or host name, and a port."""
    parts = re.fullmatch(r"(?:\[([0-9a-fA-F:.%\w]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})", text)
    if parts is None or not 1 <= int(parts[3]) <= 65535:
        return False
    try:
        if parts[1]:
            return ipaddress.ip_address(parts[1]).version == 6
        if re.fullmatch(r"[\d.]+", parts[2]):
            ipaddress.ip_address(parts[2])
    except ValueError:
        return False
    return True
