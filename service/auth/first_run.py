"""The first administrator is made by whoever can read the station's log or data folder: a one-time code proves it."""

import base64
import hmac
import logging
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from .token import digest, write_private

log = logging.getLogger(__name__)
FILE = "setup.code"
BYTES = 8
VALID_S = 30 * 60
TRIES = 10


class FirstRun:
    """A code for each start while there is no administrator. Blocking calls: `begin`, `end`."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self.path, self._now = folder / FILE, now
        self._code = ""  # its digest; "" = there is none
        self.until = 0.0  # UNIX time
        self.tries_left = 0

    def begin(self) -> None:
        """Make a code, and say it in the log and in the file, which only the station's user can read."""
        code = base64.b32encode(secrets.token_bytes(BYTES)).decode().rstrip("=")
        shown = "-".join((code[:4], code[4:8], code[8:]))
        self._code, self.until, self.tries_left = digest(code), self._now() + VALID_S, TRIES
        try:
            write_private(self.path, shown + "\n")
        except OSError as exc:
            log.warning("the set-up code is not kept in %s: %s", self.path, exc)
        log.info("no administrator yet: the set-up code is %s, for 30 minutes (also in %s)", shown, self.path)

    def again(self) -> None:
        """It was the code, and what came with it was wrong: that was no guess."""
        self.tries_left += 1

    def end(self) -> None:
        """There is an administrator: the code opens nothing any more."""
        self._code, self.tries_left = "", 0
        self.path.unlink(missing_ok=True)

    @property
    def open(self) -> bool:
        """The code may be tried."""
        return self._code != "" and self.tries_left > 0 and self._now() < self.until

    def fits(self, code: str) -> bool:
        """Whether this is the code; each time counts."""
        if not self.open:
            return False
        self.tries_left -= 1
        bare = "".join(code.split()).replace("-", "").upper()
        return hmac.compare_digest(digest(bare), self._code)
