"""One stretch of the handshake: its bits, and who read or wrote meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass

from protocols.modbus import Trace

from .bits import BitRecorder, Lane
from .examine import words_of
from .record import Part
from .seen import Seen

MOST = 300  # plain reads of a wave: of more, one in so many is told
LONGEST_NS = 2_000_000_000  # after a result, where no other part comes


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a mark below the bits."""

    seen: Seen
    early: bool  # it reads a result that is not valid yet, without looking whether it is

    @property
    def words(self) -> str:
        return words_of(self.seen)


@dataclass(frozen=True, slots=True)
class Wave:
    """Times are CLOCK_MONOTONIC in nanoseconds."""

    start_ns: int
    end_ns: int
    lanes: Sequence[Lane]
    requests: Sequence[Request]


class Waves:
    """Cuts waves out of what is recorded; all of it takes a millisecond or two."""

    def __init__(self, bits: BitRecorder, trace: Trace) -> None:
        self.bits, self._trace = bits, trace

    def of_part(self, part: Part, following: Part | None) -> Wave:
        """From just before its trigger to the next one's, at most two seconds after its result."""
        took = max(part.offered_ns - part.accepted_ns, 1_000_000)
        start_ns = part.accepted_ns - took // 4
        end_ns = min(self._trace.now_ns(), part.offered_ns + LONGEST_NS)
        if following:
            end_ns = min(end_ns, following.accepted_ns + took // 8)
        last = self._last_move(start_ns, end_ns)
        end_ns = min(end_ns, max(last, part.offered_ns) + took // 2)
        return self.between(start_ns, end_ns, (part,))

    def _last_move(self, start_ns: int, end_ns: int) -> int:
        return max((at for lane in self.bits.lanes(start_ns, end_ns) for at in lane.edges_ns), default=0)

    def between(self, start_ns: int, end_ns: int, parts: Sequence[Part]) -> Wave:
        """`parts`: of which early reads are told."""
        found = self._trace.between(start_ns, end_ns)
        seen = [Seen(one, None, fresh=False) for one in found]
        requests = [Request(one, any(_early(one, part) for part in parts)) for one in seen]
        return Wave(start_ns, end_ns, self.bits.lanes(start_ns, end_ns), _thinned(requests))


def _thinned(requests: Sequence[Request]) -> Sequence[Request]:
    """Everything that is more than a plain read stays."""
    step = len(requests) // MOST + 1
    return [
        one
        for at, one in enumerate(requests)
        if at % step == 0 or one.early or one.seen.writes or one.seen.exchange.exception
    ]


def _early(seen: Seen, part: Part) -> bool:
    if seen.exchange.client != part.accepted.client or not (seen.content or seen.job_pass):
        return False
    return part.accepted_ns <= seen.at_ns < part.offered_ns and not seen.shows_valid
