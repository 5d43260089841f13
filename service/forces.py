"""Values that a person prescribes for a wiring check: who, until when, and what ends them."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from protocols import tags
from protocols.forcing import Point, Value, outputs, overlay
from protocols.image import ProcessImage
from protocols.user_block import Layout

from .timing import now_us

LONGEST_S = 600

ONLINE = "the station is online: values are forced only while it is offline, so that no part is judged by them"
BUSY = "a part is still on its way: wait until its result is there"
AWAY = "another process of the station takes over"


class NoSuchPoint(Exception):
    """The map has no value of this name that could be forced; the text says which."""


class NotNow(Exception):
    """Nothing is forced while the station stands so; the text says why."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the station may show something else than what is."""

    online: bool
    open_count: int = 0  # parts on their way
    handing_over: bool = False

    @property
    def refusal(self) -> str:
        """Why nothing may be forced now, "" = it may."""
        if self.handing_over:
            return AWAY
        if self.online:
            return ONLINE
        return BUSY if self.open_count else ""


@dataclass(frozen=True, slots=True)
class Force:
    """One value, from now until its end."""

    point: Point
    value: Value
    by: str  # as people read it
    until: float  # on the clock of `Forces`
    ends_at_us: int  # UTC
    right: Callable[[], bool]  # whoever forced it still may


class Forces:
    """All that is forced. Nothing of it is kept: a crash, a stop and another process of the station end it.

    Args:
        layout: Of the user-defined block.
        standing: How the station stands now.
        note: Into the journal: kind, text, who.
        now: A monotonic clock in seconds.
    """

    def __init__(
        self,
        image: ProcessImage,
        layout: Layout,
        standing: Callable[[], Standing],
        note: Callable[[str, str, str], object],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._image, self._standing, self._note, self._now = image, standing, note, now
        self.points: Mapping[str, Point] = outputs(layout)
        self._forced: dict[str, Force] = {}
        self.on_change: list[Callable[[], object]] = []

    @property
    def forced(self) -> Sequence[Force]:
        """In the order in which they were forced."""
        return list(self._forced.values())

    @property
    def refusal(self) -> str:
        """Why nothing may be forced now, "" = it may."""
        return self._standing().refusal

    def force(self, name: str, value: Value, seconds: float, by: str, who: str, right: Callable[[], bool]) -> None:
        """Prescribe a value, or another one, from now on for `seconds`.

        Raises:
            NoSuchPoint: There is none of this name.
            TagError: The value does not fit it.
            NotNow: The station is online, or a part is on its way.
        """
        if (point := self.points.get(name)) is None:
            raise NoSuchPoint(f"{name!r} cannot be forced; GET /forces/points has all that can")
        value = point.check(value)
        if refusal := self.refusal:
            raise NotNow(refusal)
        seconds = min(seconds, LONGEST_S)
        ends_at_us = now_us() + int(seconds * 1e6)
        self._forced[name] = Force(point, value, by, self._now() + seconds, ends_at_us, right)
        self._note("force", f"{name} forced to {_said(value)} for {seconds:g} s", who)
        self._show()

    def end(self, name: str, who: str) -> bool:
        """Whether it was forced."""
        return self._end([name] if name in self._forced else [], "ended", who)

    def end_all(self, who: str) -> bool:
        """Whether anything was forced."""
        return self._end(list(self._forced), "ended", who)

    def look(self) -> None:
        """With every beat: what ends by time, and with the right of whoever forced it."""
        if self._forced:
            now = self._now()
            self._end([name for name, force in self._forced.items() if now >= force.until], "its time is over")
            self._end([name for name, force in self._forced.items() if not force.right()], "who forced it may no more")

    def turn(self) -> None:
        """At the end of each turn of the handshake: no reader meets a forced value of a station that is online."""
        if self._forced and (refusal := self._standing().refusal):
            self._end(list(self._forced), "the station goes online" if refusal is ONLINE else refusal)

    def stop(self) -> None:
        """The station ends."""
        self._end(list(self._forced), "the station stops")

    def _end(self, names: Sequence[str], why: str, who: str = "") -> bool:
        for name in names:
            del self._forced[name]
            self._note("force", f"{name} is not forced any more: {why}", who)
        if names:
            self._show()
        return bool(names)

    def _show(self) -> None:
        self._image.lay_over(overlay({force.point: force.value for force in self._forced.values()}))
        self._image.set(tags.FORCED, bool(self._forced))
        for tell in self.on_change:
            tell()


def _said(value: Value) -> str:
    return str(int(value)) if isinstance(value, bool) else repr(value)
