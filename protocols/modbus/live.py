"""Registers that are made when they are read: clocks, and whether the reader may write."""

from collections.abc import Callable

from .. import tags
from ..image import ProcessImage
from ..tag import Tag, Wire

FIRST, END = 36, 56  # UptimeSeconds up to UtcSeconds


class LiveRegisters:
    """The stretch of the status block that depends on the moment and on the reader.

    Args:
        utc_us: UTC in microseconds.
        uptime_s: Seconds since this process generation began to serve.
    """

    def __init__(self, image: ProcessImage, utc_us: Callable[[], int], uptime_s: Callable[[], int]) -> None:
        self._image, self._utc_us, self._uptime_s = image, utc_us, uptime_s

    def fill(self, data: bytearray, address: int, controls: bool) -> None:
        """Overwrite what `data`, the input registers from `address` on, shows of the stretch."""
        start, end = max(address, FIRST), min(address + len(data) // 2, END)
        data[2 * (start - address) : 2 * (end - address)] = self._stretch(controls)[
            2 * (start - FIRST) : 2 * (end - FIRST)
        ]

    def _stretch(self, controls: bool) -> bytearray:
        now_us = self._utc_us()
        seconds = now_us // 1_000_000
        stretch = self._image.shown(FIRST, END - FIRST)
        self._put(stretch, tags.UPTIME_SECONDS, self._uptime_s() & 0xFFFFFFFF)
        self._put(stretch, tags.CAMERA_TIME, now_us)
        self._put(stretch, tags.CONTROLLING_CLIENT, int(controls))
        self._put(stretch, tags.UTC_MILLISECONDS, now_us // 1000 % 1000)
        self._put(stretch, tags.UTC_SECONDS, seconds & 0xFFFFFFFF)
        return stretch

    def _put(self, stretch: bytearray, tag: Tag[int], value: int) -> None:
        assert tag.address is not None
        wire: Wire[int] = tag.wire
        start = 2 * (tag.address.register - FIRST)
        stretch[start : start + 2 * wire.words] = self._image.orders.encode(wire, value)
