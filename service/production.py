"""The production context: order, lot and shift, and the strings and time that the PLC sets."""

import time
from collections.abc import Callable

from .inspection import Context

ORDER, LOT, SHIFT = 1, 2, 3
RECIPE_STRINGS = 4  # 4-7 of command 9


class Production:
    """What is being made now. `shift` gives the shift's name by the clock where the PLC sets none."""

    def __init__(self, shift: Callable[[], str], saved: dict[str, str] | None = None, zone: str = "UTC") -> None:
        self._shift, self.zone = shift, zone
        self._texts = {int(key): text for key, text in (saved or {}).items()}
        self.plc_offset_us: int | None = None  # PLC time less ours; kept as a time source, the clock is not set
        self.on_change: Callable[[dict[str, str]], None] = lambda saved: None

    @property
    def strings(self) -> tuple[str, ...]:
        """Recipe strings 1-4."""
        return tuple(self._texts.get(RECIPE_STRINGS + i, "") for i in range(4))

    def context(self) -> Context:
        texts = self._texts
        return Context(texts.get(ORDER, ""), texts.get(LOT, ""), texts.get(SHIFT) or self._shift())

    def set_string(self, index: int, text: str) -> None:
        """`index` as the argument of command 9: 1 order, 2 lot, 3 shift, 4-7 recipe strings; "" unsets it."""
        self._texts[index] = text
        self.on_change({str(key): value for key, value in self._texts.items()})

    def plc_time(self, unix_us: int) -> None:
        self.plc_offset_us = unix_us - time.time_ns() // 1000
