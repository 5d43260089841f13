"""What would keep a station with these settings from starting, beyond what the settings say of themselves."""

from .addresses import address_problems
from .settings import Settings, SettingsError, load
from .tls import tls_problems


def start_problems(settings: Settings) -> list[str]:
    """A line for each."""
    return address_problems(settings) + tls_problems(settings.gunicorn)


def database_problems() -> list[str]:
    """The results database is newer than this release, so that it could not open it; what else is wrong, it mends."""
    import apsw

    from .store.database import FILE, connect_reading
    from .store.schema import MIGRATIONS

    path = load().station.data_folder / FILE
    try:
        found = int(connect_reading(path).execute("PRAGMA user_version").get) if path.exists() else 0
    except apsw.Error:
        return []
    if found <= len(MIGRATIONS):
        return []
    return [
        f"{path} has schema {found}, this release knows up to {len(MIGRATIONS)}:"
        " install the release that wrote it, or a newer one, or go back to the copy that was kept (docs/upgrade.md)"
    ]


def settings_hold() -> bool:
    """Whether a station would start with the settings of this process."""
    try:
        return not start_problems(load())
    except SettingsError:
        return False
