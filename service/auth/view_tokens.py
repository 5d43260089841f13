"""Tokens that open the view-only pages and nothing else: one for each screen that embeds them, revoked one by one."""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from .token import digest, write_private

FILE = "view-tokens.json"
MOST = 200


class ViewTokenError(Exception):
    """It was not done; the message says why."""


@dataclass(frozen=True, slots=True)
class ViewToken:
    """One of them; the secret itself is told once and kept by nobody."""

    name: str
    hashed: str  # SHA-256: the secret is random and long, so this says nothing of it
    made_at_us: int
    made_by: str


class ViewTokens:
    """Blocking calls, for a thread: `load`, `make`, `revoke`."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._path, self._now = folder / FILE, now
        self._tokens: Mapping[str, ViewToken] = {}  # by hash

    def load(self) -> None:
        """Take over what was kept; nobody is let in where the file is missing or broken."""
        self._tokens = {}
        with suppress(OSError, ValueError, TypeError):
            found = [ViewToken(**row) for row in json.loads(self._path.read_text("utf-8"))]
            self._tokens = {token.hashed: token for token in found}

    @property
    def all(self) -> list[ViewToken]:
        """By name; at once."""
        return sorted(self._tokens.values(), key=lambda token: token.name)

    def known(self, secret: str) -> bool:
        """At once."""
        return bool(secret) and digest(secret) in self._tokens

    def make(self, name: str, who: str) -> tuple[ViewToken, str]:
        """A new token and its secret.

        Raises:
            ViewTokenError: The name is taken, or there are too many.
            OSError: It cannot be kept.
        """
        if any(token.name == name for token in self._tokens.values()):
            raise ViewTokenError(f"there is a view token {name!r} already")
        if len(self._tokens) >= MOST:
            raise ViewTokenError(f"there are {MOST} view tokens: revoke one first")
        secret = secrets.token_urlsafe(32)
        token = ViewToken(name, digest(secret), int(self._now() * 1_000_000), who)
        self._keep({**self._tokens, token.hashed: token})
        return token, secret

    def revoke(self, name: str) -> None:
        """It opens nothing from now on.

        Raises:
            ViewTokenError: No token has this name.
            OSError: That cannot be kept.
        """
        left = {hashed: token for hashed, token in self._tokens.items() if token.name != name}
        if len(left) == len(self._tokens):
            raise ViewTokenError(f"there is no view token {name!r}")
        self._keep(left)

    def _keep(self, tokens: Mapping[str, ViewToken]) -> None:
        write_private(self._path, json.dumps([asdict(token) for token in tokens.values()]))
        self._tokens = tokens
