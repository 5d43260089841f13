"""The station's settings: ``station.toml``, the environment on top, every problem at once.

Nothing outside this package reads a setting from the environment.
"""

from .loading import (
    SettingsError,
    config_path,
    data_folder,
    gunicorn_bind,
    journal_stream,
    load,
    recipe_folder,
    runtime_folder,
)
from .models import (
    GunicornSettings,
    HttpSettings,
    LiveSettings,
    LogLevel,
    LogSettings,
    Settings,
    ShiftSettings,
    StationSettings,
    TimeSettings,
)
from .storage import ArchiveSettings, StoreSettings

__all__ = [
    "ArchiveSettings",
    "GunicornSettings",
    "HttpSettings",
    "LiveSettings",
    "LogLevel",
    "LogSettings",
    "Settings",
    "SettingsError",
    "ShiftSettings",
    "StationSettings",
    "StoreSettings",
    "TimeSettings",
    "config_path",
    "data_folder",
    "gunicorn_bind",
    "journal_stream",
    "load",
    "recipe_folder",
    "runtime_folder",
]
