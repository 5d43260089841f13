"""The station's own secrets, a file each, made at the installation or at the first start.

The token opens the station outside loopback. The session secret is known to nobody but the station: a session is kept
as a hash under it.
"""

import hashlib
import os
import secrets
from pathlib import Path

SESSION_SECRET = "session.secret"
SHORTEST = 20  # characters; a file cut short by a power failure is made anew


def load_token(folder: Path) -> str:
    """Read the token from the file `token` in `folder`, made there with mode 0600 when it is missing.

    Raises:
        OSError: The folder takes no file, or the file cannot be read.
    """
    return _kept(folder / "token")


def load_session_secret(folder: Path) -> str:
    """Likewise the file ``session.secret``.

    Raises:
        OSError: As `load_token`.
    """
    return _kept(folder / SESSION_SECRET)


def _kept(path: Path) -> str:
    """What the file holds; it is made where it is missing or cut short."""
    try:
        secret = path.read_text("ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        secret = ""
    if len(secret) < SHORTEST:
        secret = secrets.token_urlsafe(32)
        write_private(path, secret + "\n")
    elif path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return secret


def station_id(token: str) -> str:
    """Eight hex digits that tell the cookies of stations on one host name apart."""
    return digest("station " + token)[:8]


def digest(secret: str) -> str:
    """SHA-256, the only form in which a secret is kept or compared."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def write_private(path: Path, text: str) -> None:
    """Write `text` as a whole or not at all, readable by this user alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
