"""The station's doors: whoever gives a name is known here, for HTTP and for OPC UA alike."""

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from protocols.opcua.trust import TrustList

from .origin import is_loopback
from .permissions import Action, Role, may
from .token import digest
from .tries import Delays, Tries
from .users import Account, UserError, Users

log = logging.getLogger(__name__)
STATION = "station"  # its password is the token; it may everything, until there is an administrator
WAITING = 20  # passwords that are being looked at; one more is refused
REMEMBERED = 200  # passwords that were right, so that a program that gives one with each request costs one hash
REJECT_EVERY_S = 1.0  # of certificates that were never seen: a stranger must not fill disk and journal

InThread = Callable[..., Awaitable[Any]]
Journal = Callable[[str, str, str], object]


class Doors:
    """`journal` is set once there is one; `in_thread` runs hashes and small files, one after the other."""

    def __init__(self, token: str, users: Users, trust: TrustList, in_thread: InThread) -> None:
        self._token, self.users, self.trust, self.in_thread = digest(token), users, trust, in_thread
        self.tries, self.delays = Tries(), Delays()
        self.journal: Journal = lambda kind, text, who: None
        self.on_settled: Callable[[], object] = lambda: None  # nobody who was turned away waits for a decision
        self._waiting = 0
        self._right: dict[str, str] = {}

    def look_again(self) -> None:
        """At what another process may have changed: users and certificates. In a thread."""
        try:
            self.users.refresh()
        except UserError as exc:
            log.error("%s", exc)
        for problem in self.trust.load():
            log.warning("%s", problem)

    def role(self, name: str) -> Role | None:
        """As it is now; None = nobody of this name."""
        if name == STATION:
            return None if self.users.administered else Role.ADMINISTRATOR
        account = self.users.account(name)
        return account.role if account else None

    def stamp(self, name: str) -> str | None:
        """What a session of this user carries for as long as nothing changed about the user; None = nobody."""
        if name == STATION:
            return None if self.users.administered else self._token
        account = self.users.account(name)
        return account.stamp if account else None

    def knows(self, token: str) -> bool:
        """`token` is the generated one, and opens still."""
        return not self.users.administered and hmac.compare_digest(digest(token.strip()), self._token)

    def wait_s(self, name: str, address: str) -> float:
        """Seconds until this address may give a password of this user again."""
        delayed_s = 0.0 if name == STATION else self.delays.wait_s(name, address)  # nobody guesses the token
        return max(self.tries.ahead_s(address), delayed_s)

    def may(self, name: str, action: str, address: str) -> bool:
        """Whether the user may, at `address`; until there is an administrator, elsewhere than here only read."""
        if not self.users.administered and action != Action.READ and not is_loopback(address):
            return False
        role = self.role(name)
        return role is not None and may(role, action)

    async def admit(self, name: str, password: str, address: str) -> bool:
        """Whether this is the user's password; a wrong one counts as a try of the address."""
        if self.wait_s(name, address) or self._waiting >= WAITING:
            log.warning("%s tries passwords too often", address)
            return False
        good = await self._fits(name, password)
        if good:
            self.delays.right(name, address)
        else:
            self.tries.wait_s(address)
            self.delays.wrong(name, address)
            log.warning("user %r from %s was refused", name[:64], address)
            self.journal("refused", f"user {name[:64]!r} was refused", address)
        return good

    def of_certificate(self, der: bytes, address: str) -> str | None:
        """Whose certificate this is, and valid today; a strange one counts as a try of the address. At once."""
        account = self.users.by_certificate(der)
        if account is None and self.tries.left(address):
            self.tries.wait_s(address)
            self.journal("refused", "a user's certificate was refused: no user has it", address)
            log.warning("a user's certificate from %s was refused", address)
        return account.name if account else None

    async def _fits(self, name: str, password: str) -> bool:
        if name == STATION:
            return self.knows(password)
        key = digest(f"{name}\0{password}")
        account = self.users.account(name)
        if account and (self.users.by_secret(name, password) or self._right.get(key) == account.password != ""):
            return True
        self._waiting += 1
        try:
            found: Account | None = await self.in_thread(self.users.by_password, name, password)
        except UserError as exc:  # the file was damaged while the station runs
            log.error("%s", exc)
            found = None
        finally:
            self._waiting -= 1
        if found:
            self._right[key] = found.password
            if len(self._right) > REMEMBERED:
                del self._right[next(iter(self._right))]
        return found is not None


class Rejections:
    """Keeps who was turned away and says so, at most one new certificate a second."""

    def __init__(self, doors: Doors, tell: Callable[[str], object], now: Callable[[], float] = time.monotonic) -> None:
        self._doors, self._tell, self._now = doors, tell, now
        self._last, self._known = float("-inf"), ""
        self._writing: asyncio.Future[Any] | None = None

    def refused(self, der: bytes, why: str, address: str) -> None:
        """Called in the event loop; what is kept is written in the thread."""
        now = self._now()
        if now - self._last < REJECT_EVERY_S or (self._writing and not self._writing.done()):
            return
        self._last = now
        self._writing = asyncio.ensure_future(self._keep(der))
        self._tell(f"{why} ({address})")
        this = digest(f"{der.hex()} {address}")
        if this != self._known:  # who tries again and again is written down once
            self._known = this
            log.warning("OPC UA: a client at %s was refused: %s", address, why)
            self._doors.journal("refused", f"OPC UA certificate: {why}", address)

    async def _keep(self, der: bytes) -> None:
        try:
            await self._doors.in_thread(self._doors.trust.reject, der)
        except (OSError, ValueError) as exc:
            log.error("a rejected certificate cannot be kept: %s", exc)
