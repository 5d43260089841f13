"""The way of each part through the station, remembered for the timeline: times, judgement, the registers it left."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from protocols import tags
from protocols.handshake.types import Accepted
from protocols.image import ProcessImage

if TYPE_CHECKING:
    from service.inspection import Inspection
    from service.line import ProductionLine

PARTS = 2000


@dataclass(frozen=True, slots=True)
class Part:
    """One finished part. All times are CLOCK_MONOTONIC in nanoseconds; 0 = it did not come to that."""

    accepted: Accepted
    result_seq: int
    judgement: int  # 1 PASS, 2 FAIL, 3 ERROR
    accepted_ns: int
    exposed_ns: int  # the last shot
    tools_ns: int  # they began
    judged_ns: int
    committed_ns: int
    offered_ns: int  # it stands in its ring slot
    valid: bool  # ResultsValid rose with it, or stood for it already
    slot: bytes  # the 64 registers of its ring slot
    status: bytes  # IR 0-63 when it was offered

    @property
    def number(self) -> int:
        """InspectionId."""
        return self.accepted.number


class PartRecorder:
    """Follows a line; every call is a few microseconds on the loop.

    Args:
        changed: Told of every step of a part: what PLCs ask after it is worth keeping.
    """

    def __init__(self, image: ProcessImage, changed: Callable[[], None]) -> None:
        self._image, self._changed = image, changed
        self._exposed: dict[int, int] = {}  # by InspectionId
        self._parts: deque[Part] = deque(maxlen=PARTS)

    def follow(self, line: "ProductionLine", now_ns: Callable[[], int]) -> None:
        """Be told of every part."""
        line.on_start.append(lambda _: self._changed())
        line.on_acquired.append(lambda accepted: self._acquired(accepted, now_ns()))
        line.on_offered.append(lambda inspection: self.offered(inspection, line.timings[-1].result_commit, now_ns()))

    def parts(self) -> tuple[Part, ...]:
        """The last 2,000 parts, oldest first."""
        return tuple(self._parts)

    def _acquired(self, accepted: Accepted, now_ns: int) -> None:
        self._exposed[accepted.number] = now_ns
        self._changed()

    def offered(self, inspection: "Inspection", commit_us: int, now_ns: int) -> None:
        """A result stands in its slot, in this very turn; its commit took `commit_us`."""
        accepted, outcome, image = inspection.accepted, inspection.outcome, self._image
        exposed_ns = self._exposed.pop(accepted.number, 0)
        tools_ns = exposed_ns + outcome.waiting_us * 1000 if exposed_ns else 0
        judged_ns = min(tools_ns + outcome.processing_us * 1000, now_ns) if tools_ns else 0
        valid = image.get(tags.RESULTS_VALID) and image.get(tags.RESULT_SEQ) == inspection.result_seq
        base = 2 * (tags.RING_BASE + tags.SLOT_WORDS * (inspection.result_seq % tags.RING_SLOTS))
        part = Part(
            accepted,
            inspection.result_seq,
            outcome.judgement,
            accepted.accepted_ns,
            exposed_ns,
            tools_ns,
            judged_ns,
            min(judged_ns + commit_us * 1000, now_ns) if judged_ns else now_ns,
            now_ns,
            valid,
            bytes(image.input[base : base + 2 * tags.SLOT_WORDS]),
            bytes(image.input[:128]),
        )
        self._parts.append(part)
        self._changed()
