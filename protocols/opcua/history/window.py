"""Which samples answer a request: order, bounds, paging (OPC UA Part 11, 6.5.3.2).

The start is included, the end is not, but as a bound. A request is forward in time if it has no end, or one behind its
start; with no start it goes back from its end.
"""

import struct
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from asyncua import ua

from .source import FIRST_US, LAST_US, Sample, Span

Find = Callable[[Span], Awaitable[Sequence[Sample]]]
_POINT = struct.Struct("<BqqIqIB")
_VERSION = 1
_NONE = -1


class BadPointError(Exception):
    """No continuation point of ours."""


@dataclass(frozen=True, slots=True)
class Request:
    """One node's question, and how far it is answered; times are UTC microseconds, None = not given."""

    start_us: int | None
    end_us: int | None
    count: int  # 0 = all; with start and end it is that of one answer, else of all answers together
    bounds: bool
    begun: bool = False
    given: int = 0  # samples so far
    after: int | None = None  # the last one's number

    @property
    def valid(self) -> bool:
        """Two of start, end and count say what is meant."""
        known = (self.start_us is not None) + (self.end_us is not None) + (self.count > 0)
        return known >= 2

    @property
    def total(self) -> int:
        """Of all answers together; 0 = what start and end enclose (OPC UA Part 11, 6.5.3.2)."""
        return 0 if self.start_us is not None and self.end_us is not None else self.count

    @property
    def forward(self) -> bool:
        return self.start_us is not None and (self.end_us is None or self.start_us <= self.end_us)

    @property
    def ends(self) -> tuple[int, int | None]:
        """Where it begins and where it ends."""
        if self.start_us is None:
            return self.end_us or 0, None
        return self.start_us, self.end_us

    @property
    def point(self) -> bytes:
        """Everything in a continuation point: nothing is kept for a client that never comes back."""
        start, end, after = (_NONE if one is None else one for one in (self.start_us, self.end_us, self.after))
        flags = self.bounds | self.begun << 1
        return _POINT.pack(_VERSION, start, end, self.count, after, self.given, flags)

    @staticmethod
    def of_point(point: bytes) -> "Request":
        """
        Raises:
            BadPointError: It was not made by `point`.
        """
        try:
            version, start, end, count, after, given, flags = _POINT.unpack(point)
        except struct.error as exc:
            raise BadPointError(str(exc)) from exc
        if version != _VERSION or min(start, end, after) < _NONE or max(start, end, after) > LAST_US or flags > 3:
            raise BadPointError("unknown content")
        start, end, after = (None if one == _NONE else one for one in (start, end, after))
        made = Request(start, end, count, bool(flags & 1), bool(flags & 2), given, after)
        if not made.valid or (made.total and given >= made.total):
            raise BadPointError("nothing is left")
        return made


async def answer(find: Find, request: Request, most: int) -> tuple[list[Sample], Request | None]:
    """At most `most` samples, and what is left of the request; None = it is answered."""
    room = min(most, request.total - request.given if request.total else request.count or most)
    found = await _opening(find, request) if request.bounds and not request.begun else []
    rows = list(await find(_body(request, room - len(found) + 1)))
    cut = len(found) + len(rows) > room
    found += rows[: room - len(found)]
    if not cut and request.bounds and (closing := request.ends[1]) is not None:
        bound = await _closing(find, request, closing, found)
        cut = len(found) + len(bound) > room
        found += bound[: room - len(found)]
    given = request.given + len(found)
    if not cut or (request.total and given >= request.total):
        return found, None
    last = next((one.number for one in reversed(found) if one.number and _inside(one, request)), request.after)
    return found, replace(request, begun=True, given=given, after=last)


def _body(request: Request, limit: int) -> Span:
    start, end = request.ends
    if request.forward:
        high = LAST_US if end is None else max(start, end - 1)
        return Span(start, high, False, limit, request.after)
    low = FIRST_US if end is None else min(start, end + 1)
    return Span(low, start, True, limit, request.after)


def _inside(sample: Sample, request: Request) -> bool:
    span = _body(request, 1)
    return span.low_us <= sample.time_us <= span.high_us


async def _opening(find: Find, request: Request) -> list[Sample]:
    """Before the start, where nothing stands exactly there."""
    start = request.ends[0]
    if await find(Span(start, start, False, 1)):
        return []
    outside = Span(FIRST_US, start - 1, True, 1) if request.forward else Span(start + 1, LAST_US, False, 1)
    return list(await find(outside)) or [_missing(start)]


async def _closing(find: Find, request: Request, end: int, found: Sequence[Sample]) -> list[Sample]:
    """At the end or behind it."""
    if end == request.ends[0] and any(one.time_us == end and one.number for one in found):
        return []
    outside = Span(end, LAST_US, False, 1) if request.forward else Span(FIRST_US, end, True, 1)
    return list(await find(outside)) or [_missing(end)]


def _missing(time_us: int) -> Sample:
    return Sample(0, time_us, None, ua.StatusCodes.BadBoundNotFound)
