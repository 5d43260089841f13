"""The production context: order, lot and shift, the recipe strings, and the time that the PLC gives."""

from collections.abc import Callable, Mapping
from typing import Any

from .inspection import Context
from .timing import now_us

STRINGS = 4


class Production:
    """What is being made now. `shift` gives the shift's name by the clock where nobody sets one."""

    def __init__(self, shift: Callable[[], str], saved: Mapping[str, Any] | None = None, zone: str = "UTC") -> None:
        self._shift, self.zone = shift, zone
        self._values: dict[str, Any] = dict(saved or {})
        self.plc_ahead_us: int | None = None  # PLC time less ours when it was last told; the clock is not set by it
        self.plc_told_at_us: int | None = None  # UTC
        self.on_change: Callable[[dict[str, Any]], None] = lambda saved: None

    @property
    def strings(self) -> tuple[str, ...]:
        """Recipe strings 1-4."""
        return tuple(self._values.get("strings") or [""] * STRINGS)

    def context(self) -> Context:
        values = self._values
        return Context(values.get("order", ""), values.get("lot", ""), values.get("shift") or self._shift())

    def change(self, values: Mapping[str, Any]) -> None:
        """Any of order, lot, shift ("" = by the clock) and strings (four)."""
        self._values |= values
        self.on_change(dict(self._values))

    def plc_time(self, unix_us: int) -> None:
        """The PLC says that it is `unix_us` (UTC)."""
        self.plc_told_at_us = now_us()
        self.plc_ahead_us = unix_us - self.plc_told_at_us
