"""Which samples a request gets: the examples of OPC UA Part 11, and every way of paging through them."""

from collections.abc import Sequence

import pytest

from protocols.opcua.history.source import Sample, Span
from protocols.opcua.history.window import BadPointError, Request, answer

MINUTE = 60_000_000
TIMES = ("5:00", "5:02", "5:03", "5:05", "5:06")


def at(clock: str | None) -> int | None:
    if clock is None:
        return None
    hours, minutes = clock.split(":")
    return (int(hours) * 60 + int(minutes)) * MINUTE


def clock(sample: Sample) -> str:
    hours, minutes = divmod(sample.time_us // MINUTE, 60)
    return ("" if sample.number else "no ") + f"{hours}:{minutes:02}"


DATA = [Sample(n, at(time) or 0, float(n)) for n, time in enumerate(TIMES, 1)]


async def find(span: Span) -> Sequence[Sample]:
    ordered = sorted(DATA, key=lambda one: one.number, reverse=span.newest_first)
    behind = [
        one
        for one in ordered
        if span.after is None or (one.number < span.after if span.newest_first else one.number > span.after)
    ]
    return [one for one in behind if span.low_us <= one.time_us <= span.high_us][: span.limit]


CASES = [
    ("5:00", "5:05", 0, True, "5:00 5:02 5:03 5:05"),
    ("5:00", "5:05", 0, False, "5:00 5:02 5:03"),
    ("5:01", "5:04", 0, True, "5:00 5:02 5:03 5:05"),
    ("5:01", "5:04", 0, False, "5:02 5:03"),
    ("5:05", "5:00", 0, True, "5:05 5:03 5:02 5:00"),
    ("5:05", "5:00", 0, False, "5:05 5:03 5:02"),
    ("5:04", "5:01", 0, True, "5:05 5:03 5:02 5:00"),
    ("5:04", "5:01", 0, False, "5:03 5:02"),
    ("4:59", "5:05", 0, True, "no 4:59 5:00 5:02 5:03 5:05"),
    ("4:59", "5:05", 0, False, "5:00 5:02 5:03"),
    ("5:01", "5:07", 0, True, "5:00 5:02 5:03 5:05 5:06 no 5:07"),
    ("5:01", "5:07", 0, False, "5:02 5:03 5:05 5:06"),
    ("5:00", "5:05", 3, True, "5:00 5:02 5:03 5:05"),
    ("5:00", "5:05", 3, False, "5:00 5:02 5:03"),
    ("5:01", "5:04", 3, True, "5:00 5:02 5:03 5:05"),
    ("5:05", "5:00", 3, True, "5:05 5:03 5:02 5:00"),
    ("5:04", "5:01", 3, True, "5:05 5:03 5:02 5:00"),
    ("5:00", None, 3, True, "5:00 5:02 5:03"),
    ("5:00", None, 3, False, "5:00 5:02 5:03"),
    ("5:00", None, 6, False, "5:00 5:02 5:03 5:05 5:06"),
    ("5:01", None, 3, True, "5:00 5:02 5:03"),
    ("5:07", None, 1, True, "5:06"),
    (None, "5:06", 3, True, "5:06 5:05 5:03"),
    (None, "5:06", 3, False, "5:06 5:05 5:03"),
    (None, "5:07", 3, True, "no 5:07 5:06 5:05"),
    (None, "5:07", 3, False, "5:06 5:05 5:03"),
    ("5:00", "5:00", 0, True, "5:00"),
    ("5:00", "5:00", 0, False, "5:00"),
    ("5:01", "5:01", 0, True, "5:00 5:02"),
    ("5:01", "5:01", 0, False, ""),
    ("5:07", "5:08", 0, False, ""),
]


@pytest.mark.parametrize("page", [1, 2, 3, 100])
@pytest.mark.parametrize(("start", "end", "count", "bounds", "expected"), CASES)
async def test_a_request_gets_these_in_pages_of_any_size(
    start: str | None, end: str | None, count: int, bounds: bool, expected: str, page: int
) -> None:
    request: Request | None = Request(at(start), at(end), count, bounds)
    found: list[Sample] = []
    while request is not None:
        part, request = await answer(find, request, page)
        assert len(part) <= min(page, count or page)
        found += part
        request = Request.of_point(request.point) if request else None
    words = expected.split()
    joined = [f"no {words[i]}" if words[i - 1] == "no" else words[i] for i in range(len(words)) if words[i] != "no"]
    assert [clock(one) for one in found] == joined


def test_a_continuation_point_of_somebody_elses_is_refused() -> None:
    request = Request(1, 2, 5, True, True, 3, 7)
    assert Request.of_point(request.point) == request
    for wrong in (
        b"",
        b"x" * 8,
        request.point[:-1],
        b"\x02" + request.point[1:],
        Request(1, None, 3, True, given=3).point,
    ):
        with pytest.raises(BadPointError):
            Request.of_point(wrong)
