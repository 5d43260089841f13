"""The bits of the handshake as a logic analyser sees them: when each rose and fell, kept for a while."""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from protocols import tags
from protocols.image import ProcessImage
from protocols.tag import Area, Tag

CHANGES = 8000  # about as many parts as a tenth of it
LANES: tuple[Tag[bool], ...] = (
    tags.TRIGGER_ENABLE,
    tags.TRIGGER_READY,
    tags.TRIGGER,
    tags.TRIGGER_ACK,
    tags.ACQUIRING,
    tags.SYSTEM_BUSY,
    tags.JOB_PASS,
    tags.RESULTS_VALID,
    tags.RESULTS_ACK,
)


@dataclass(frozen=True, slots=True)
class Lane:
    """One bit between two times."""

    tag: Tag[bool]
    level: bool  # at the beginning
    edges_ns: Sequence[int]  # CLOCK_MONOTONIC; each turns the level


class BitRecorder:
    """Looks at the end of each turn of the handshake: what rises and falls within one turn nobody sees, no PLC either.

    Args:
        now_ns: CLOCK_MONOTONIC in nanoseconds.
    """

    def __init__(self, image: ProcessImage, now_ns: Callable[[], int]) -> None:
        self._image, self._now_ns = image, now_ns
        self._last = b""
        self._changes: deque[tuple[int, bytes]] = deque(maxlen=CHANGES)
        self.look()

    def look(self) -> None:
        """A fraction of a microsecond where nothing moved."""
        words = bytes(self._image.shown(0, 2) + self._image.holding[:2])
        if words != self._last:
            self._last = words
            self._changes.append((self._now_ns(), words))

    @property
    def since_ns(self) -> int:
        """From when on nothing is missing."""
        return self._changes[0][0]

    def lanes(self, start_ns: int, end_ns: int) -> list[Lane]:
        """Each bit in ``start_ns <= t <= end_ns``."""
        changes = list(self._changes)
        times = [at_ns for at_ns, _ in changes]
        first, last = max(bisect_right(times, start_ns) - 1, 0), bisect_right(times, end_ns)
        return [_lane(tag, changes[first:last]) for tag in LANES]


def _lane(tag: Tag[bool], changes: Sequence[tuple[int, bytes]]) -> Lane:
    assert tag.address
    assert tag.address.bit is not None
    at = 4 if tag.address.area is Area.HOLDING else 2 * tag.address.register
    mask = 1 << tag.address.bit
    levels = [(at_ns, bool(int.from_bytes(words[at : at + 2], "big") & mask)) for at_ns, words in changes]
    level = bool(levels) and levels[0][1]
    edges, now = [], level
    for at_ns, one in levels[1:]:
        if one is not now:
            edges.append(at_ns)
            now = one
    return Lane(tag, level, edges)
