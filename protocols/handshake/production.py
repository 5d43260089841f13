"""What is being made: order, lot and shift, latched with each part in the turn of its trigger, and recipe strings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from .. import tags
from .state import State
from .types import Context, Production

TEXT_BYTES = 64
TEXTS = ("order", "lot", "shift")
STRINGS = 4


class BadText(ValueError):
    """A text that cannot stand with a result; the message says which and why."""


class Shifts(Protocol):
    """The schedule. Times are UTC microseconds."""

    def name(self, at_us: int) -> str:
        """The shift at a moment, "" where none is set."""
        ...

    def start_us(self, at_us: int) -> int:
        """When it began."""
        ...

    def next_us(self, at_us: int) -> int | None:
        """When the one after it begins; None = never, none is set."""
        ...


class NoShifts:
    """No schedule."""

    def name(self, at_us: int) -> str:
        return ""

    def start_us(self, at_us: int) -> int:
        return 0

    def next_us(self, at_us: int) -> int | None:
        return None


class Making:
    """Changes what is being made, says what the next part is latched with, and shows it."""

    def __init__(self, state: State, shifts: Shifts, utc_us: Callable[[], int]) -> None:
        self._state, self._shifts, self._utc_us = state, shifts, utc_us
        self.show()

    def change(self, values: Mapping[str, Any]) -> None:
        """Any of order, lot, shift and strings (four).

        A shift holds until the schedule's next start; "" gives it back to the schedule at once.

        Raises:
            BadText: Nothing was changed.
        """
        for name, value in values.items():
            for text in value if name == "strings" else (value,):
                check_text(name, text)
        now = self._utc_us()
        changes = dict(values)
        if "strings" in changes:
            changes["strings"] = _four(changes["strings"])
        if "shift" in changes:
            until = self._shifts.next_us(now) if changes["shift"] else None
            changes |= {"shift_since_us": now if changes["shift"] else 0, "shift_until_us": until}
        self._state.production = replace(self._state.production, **changes)
        self.show()

    def string(self, number: int, text: str) -> None:
        """As `change`, for recipe string `number` (1-4)."""
        strings = list(self._state.production.strings)
        strings[number - 1] = text
        self.change({"strings": strings})

    def context(self, at_us: int) -> Context:
        """What a part that is accepted at `at_us` is latched with."""
        made = self._state.production
        if made.shift and not _over(made, at_us):
            return Context(made.order, made.lot, made.shift, made.shift_since_us)
        return Context(made.order, made.lot, self._shifts.name(at_us), self._shifts.start_us(at_us))

    def check(self) -> bool:
        """What changes with time alone; whether a written shift has ended."""
        made = self._state.production
        ended = bool(made.shift) and _over(made, self._utc_us())
        if ended:
            self._state.production = replace(made, shift="", shift_since_us=0, shift_until_us=None)
        self.show()
        return ended

    def show(self) -> None:
        """Bring the tags up to date."""
        image, made, context = self._state.image, self._state.production, self.context(self._utc_us())
        image.set(tags.PRODUCTION_ORDER, context.order)
        image.set(tags.PRODUCTION_LOT, context.lot)
        image.set(tags.PRODUCTION_SHIFT, context.shift)
        image.set(tags.CMD_ORDER, made.order)
        image.set(tags.CMD_LOT, made.lot)
        image.set(tags.CMD_SHIFT, made.shift)


def check_text(name: str, text: str) -> None:
    """Raises BadText: It is longer than 64 bytes, or no text that a file or a printer takes."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise BadText(f"{name} {text!r} cannot be written as UTF-8") from None
    if size > TEXT_BYTES:
        raise BadText(f"{name} has {size} bytes, at most {TEXT_BYTES} in UTF-8")
    if any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in text):
        raise BadText(f"{name} {text!r} has control characters")


def _over(made: Production, at_us: int) -> bool:
    return made.shift_until_us is not None and at_us >= made.shift_until_us


def _four(strings: Sequence[str]) -> tuple[str, str, str, str]:
    first, second, third, fourth = strings
    return first, second, third, fourth
