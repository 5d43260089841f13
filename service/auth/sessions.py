"""Browser sessions: random ids, kept as hashes under the station's secret, in a file so that a reload keeps them."""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from .token import digest, load_session_secret, write_private

LIFETIME_S = 30 * 86400
MOST = 1000  # the oldest goes


class Sessions:
    """Who entered the token. Blocking calls: `load`, `save`."""

    def __init__(self, folder: Path, token: str, now: Callable[[], float] = time.time) -> None:
        self._path, self._token, self._now = folder / "sessions.json", digest(token), now
        self._secret = secrets.token_urlsafe(32)  # until `load`
        self._until: dict[str, float] = {}  # by hash of the id, oldest first; UNIX time

    def load(self) -> None:
        """Take over what an earlier process saved; nothing where a file is missing, broken or of another token."""
        with suppress(OSError):  # without it, sessions end with this process
            self._secret = load_session_secret(self._path.parent)
        try:
            saved = json.loads(self._path.read_text("utf-8"))
            if saved["token"] == self._token:
                self._until = {str(k): float(v) for k, v in saved["until"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self._until = {}

    def save(self) -> None:
        """Raises OSError."""
        write_private(self._path, json.dumps({"token": self._token, "until": self._until}))

    def begin(self) -> str:
        """A new session's id."""
        now = self._now()
        self._until = {k: v for k, v in self._until.items() if v > now}
        while len(self._until) >= MOST:
            del self._until[next(iter(self._until))]
        session = secrets.token_urlsafe(32)
        self._until[self._hash(session)] = now + LIFETIME_S
        return session

    def known(self, session: str) -> bool:
        """`session` began and has not ended."""
        return self._until.get(self._hash(session), 0.0) > self._now()

    def _hash(self, session: str) -> str:
        """Whoever reads the file alone cannot even tell whether an id is in it."""
        return hmac.new(self._secret.encode(), session.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
