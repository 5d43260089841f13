"""What would keep a station with these settings from starting, beyond what the settings say of themselves."""

from .addresses import address_problems
from .settings import Settings, SettingsError, load
from .tls import tls_problems


def start_problems(settings: Settings) -> list[str]:
    """A line for each."""
    return address_problems(settings) + tls_problems(settings.gunicorn)


def settings_hold() -> bool:
    """Whether a station would start with the settings of this process."""
    try:
        return not start_problems(load())
    except SettingsError:
        return False
