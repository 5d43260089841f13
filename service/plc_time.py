"""The time that the PLC gives."""

from .timing import now_us


class PlcTime:
    """What the PLC said last; no clock is set by it."""

    def __init__(self) -> None:
        self.ahead_us: int | None = None  # PLC time less ours when it was last told
        self.told_at_us: int | None = None  # UTC

    def told(self, unix_us: int) -> None:
        """The PLC says that it is `unix_us` (UTC)."""
        self.told_at_us = now_us()
        self.ahead_us = unix_us - self.told_at_us
