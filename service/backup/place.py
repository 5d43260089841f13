"""Where a station keeps what makes it this station."""

from dataclasses import dataclass
from pathlib import Path

from service.retentive import ID_FILE
from service.settings import Settings, config_path, recipe_folder

from .manifest import origin_of

ARCHIVES = "backups"  # in the data folder, where the settings name no other
OUTSIDE = (
    ("gunicorn", "certfile"),
    ("gunicorn", "keyfile"),
    ("gunicorn", "ca_certs"),
    ("opcua", "certificate"),
    ("opcua", "private_key"),
)
"""Settings that name a file of the identity."""


@dataclass(frozen=True, slots=True)
class Place:
    """Folders and files of one station on this machine."""

    data: Path
    recipes: Path
    settings: Path | None  # None = it runs on defaults and variables
    archives: Path

    @property
    def environment(self) -> Path | None:
        """The unit's file of variables, beside the settings: ``environment``, or ``NAME.environment``."""
        if self.settings is None:
            return None
        name = "environment" if self.settings.stem == "station" else f"{self.settings.stem}.environment"
        return self.settings.with_name(name)

    @property
    def origin(self) -> str:
        """Of the data folder that is here now; "" = there is none."""
        try:
            return origin_of((self.data / ID_FILE).read_text("ascii", "replace").strip())
        except OSError:
            return ""


def place_of(settings: Settings) -> Place:
    """By absolute paths."""
    data = settings.station.data_folder.absolute()
    named = config_path()
    archives = settings.backup.folder.absolute() if settings.backup.folder else data / ARCHIVES
    return Place(data, recipe_folder().absolute(), named.absolute() if named else None, archives)


def outside_files(settings: Settings) -> dict[str, Path]:
    """By setting, the certificates and keys that the settings name."""
    found = {f"{section}.{key}": getattr(getattr(settings, section), key) for section, key in OUTSIDE}
    return {name: Path(path).absolute() for name, path in found.items() if path}
