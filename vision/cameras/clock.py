"""When a frame was exposed, on both of the station's clocks."""

import time


def utc_us(monotonic_ns: int) -> int:
    """UTC, in us, of a recent moment of CLOCK_MONOTONIC."""
    return (time.time_ns() - (time.monotonic_ns() - monotonic_ns)) // 1000


def boot_to_monotonic_ns(boot_ns: int) -> int:
    """CLOCK_BOOTTIME, which counts through suspension, as CLOCK_MONOTONIC, which does not."""
    return boot_ns - (time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.monotonic_ns())


def seconds_left(deadline_ns: int) -> float:
    """Until a moment of CLOCK_MONOTONIC; negative when it has gone by."""
    return (deadline_ns - time.monotonic_ns()) / 1e9
