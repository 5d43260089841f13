"""Which files hold secrets, and who may read them."""

import stat
from pathlib import Path

from service.settings import Settings

IN_DATA = ("token", "session.secret", "sessions.json", "users.json", "view-tokens.json")
KEYS = ("opcua", "pki")


def secret_files(settings: Settings) -> list[Path]:
    """Those that are there: token, session secret, users, private keys."""
    data = settings.station.data_folder
    found = [data / name for name in IN_DATA]
    for folder in KEYS:
        found += sorted((data / folder).rglob("*key*.pem"))
    own = settings.gunicorn.keyfile or settings.gunicorn.certfile
    found += [Path(own)] if own else []
    found += [settings.opcua.private_key] if settings.opcua.private_key else []
    return [path for path in found if path.is_file()]


def loose(path: Path) -> bool:
    """Somebody but its owner may read or write it."""
    return stat.S_IMODE(path.stat().st_mode) & 0o077 != 0
