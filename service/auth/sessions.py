"""Browser sessions: random ids, kept as hashes under the station's secret, in a file so that a reload keeps them."""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from .token import digest, load_session_secret, write_private

LIFETIME_S = 12 * 3600
IDLE_S = 15 * 60  # without an act of the person
MOST = 1000  # the oldest goes
PUBLIC = 16  # characters of a session's hash by which people name it


@dataclass(slots=True)
class Session:
    """Times are UNIX times."""

    user: str
    stamp: str  # of role and password as they were: another one ends the session
    until: float
    acted: float  # when the person did something last
    since: float = 0.0
    seen: float = 0.0  # when the browser asked something last, or had a connection open
    address: str = ""  # that it was seen at

    def seen_at(self, address: str, now: float) -> None:
        """The browser is there."""
        self.seen, self.address = now, address


class Sessions:
    """Who signed in. Blocking calls: `load`, `save`."""

    def __init__(self, folder: Path, token: str, now: Callable[[], float] = time.time) -> None:
        self._path, self._token, self.now = folder / "sessions.json", digest(token), now
        self._secret = secrets.token_urlsafe(32)  # until `load`
        self._kept: dict[str, Session] = {}  # by hash of the id, oldest first
        self.changed = False  # since the last `save`

    def load(self) -> None:
        """Take over what an earlier process saved; nothing where a file is missing, broken or of another token."""
        with suppress(OSError):  # without it, sessions end with this process
            self._secret = load_session_secret(self._path.parent)
        try:
            saved = json.loads(self._path.read_text("utf-8"))
            if saved["token"] == self._token:
                self._kept = {str(key): _session(**values) for key, values in saved["sessions"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self._kept = {}

    def save(self) -> None:
        """Raises OSError."""
        self.changed = False
        kept = {key: asdict(session) for key, session in list(self._kept.items())}
        write_private(self._path, json.dumps({"token": self._token, "sessions": kept}))

    def begin(self, user: str, stamp: str) -> str:
        """A new session's id."""
        now = self.now()
        self._kept = {key: session for key, session in self._kept.items() if session.until > now}
        while len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        session_id = secrets.token_urlsafe(32)
        self._kept[self._hash(session_id)] = Session(user, stamp, now + LIFETIME_S, now, now, now)
        self.changed = True
        return session_id

    def find(self, session_id: str) -> Session | None:
        """The session that began under this id and has not ended."""
        found = self._kept.get(self._hash(session_id)) if session_id else None
        return found if found and self.lives(found) else None

    def listing(self) -> dict[str, Session]:
        """Those that have not ended, oldest first, by a public name that opens nothing."""
        return {key[:PUBLIC]: session for key, session in self._kept.items() if self.lives(session)}

    def lives(self, session: Session) -> bool:
        """Its end has not come."""
        return session.until > self.now()

    def end(self, session: Session) -> None:
        """At once, also for connections that are open under it."""
        session.until = 0.0
        self._kept = {key: each for key, each in self._kept.items() if each is not session}
        self.changed = True

    def acted(self, session: Session) -> None:
        """The person did something; where rights rest already, that alone does not wake them."""
        if not self.rests(session):
            self.unlock(session)

    def unlock(self, session: Session) -> None:
        """The person typed the password again."""
        session.acted = self.now()
        self.changed = True

    def rests(self, session: Session) -> bool:
        """The person did nothing for so long that somebody else may stand there."""
        return self.now() - session.acted >= IDLE_S

    def _hash(self, session_id: str) -> str:
        """Whoever reads the file alone cannot even tell whether an id is in it."""
        return hmac.new(self._secret.encode(), session_id.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _session(
    user: str,
    stamp: str,
    until: float,
    acted: float,
    since: float | None = None,
    seen: float | None = None,
    address: str = "",
) -> Session:
    """The last three are not in the file of an earlier release. Raises TypeError, ValueError."""
    began = float(until) - LIFETIME_S if since is None else float(since)
    last = float(acted) if seen is None else float(seen)
    return Session(str(user), str(stamp), float(until), float(acted), began, last, str(address))
