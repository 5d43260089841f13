"""Who asks: found out once for each request."""

from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from .permissions import ALLOWED, Action, Role
from .sessions import Session


class By(StrEnum):
    """How somebody is known."""

    PASSWORD = "password"  # name and password in the request itself: a program
    TOKEN = "token"  # the generated one: a program, until there is an administrator
    SESSION = "session"  # a browser that signed in
    VIEW = "view"  # a page embedded elsewhere, with a view token
    PANEL = "panel"  # a screen at the line, known by its address
    LOOPBACK = "loopback"  # the demonstration on this machine, until there is an administrator
    WATCHING = "watching"  # nobody in particular, who may look


@dataclass(frozen=True, slots=True)
class Principal:
    """`name` as the journal has it; "" = nobody's in particular."""

    by: By
    role: Role
    name: str = ""
    session: Session | None = None
    full: Role | None = None  # what the user may once the password is typed again, where rights rest

    @property
    def tool(self) -> bool:
        """No browser sends this by itself, so no page can borrow it."""
        return self.by in (By.PASSWORD, By.TOKEN, By.LOOPBACK)

    @property
    def actions(self) -> list[Action]:
        """Sorted, as REST lists them."""
        return sorted(ALLOWED[self.role])


PRINCIPAL = web.RequestKey("principal", Principal)
