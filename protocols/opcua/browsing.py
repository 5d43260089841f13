"""Browse in pages and BrowseNext, which asyncua 2.1.0 lacks: it gives every reference at once, whatever was asked."""

import secrets
from collections.abc import Sequence

from asyncua import ua

MOST_REFERENCES = 1000  # in one result: more would hold the loop
POINTS_PER_SESSION = 10
_CODES = ua.StatusCodes


class Pages:
    """The references that one session has still to fetch, by continuation point."""

    def __init__(self) -> None:
        self._left: dict[bytes, tuple[int, Sequence[ua.ReferenceDescription]]] = {}

    def cut(self, results: Sequence[ua.BrowseResult], wanted: int) -> list[ua.BrowseResult]:
        """The first page of each result; `wanted` references a page, 0 = as many as possible."""
        size = min(wanted or MOST_REFERENCES, MOST_REFERENCES)
        return [self._page(one, size) for one in results]

    def next(self, points: Sequence[bytes]) -> list[ua.BrowseResult]:
        """The next page for each point, which is used up by it."""
        return [self._of_point(point) for point in points]

    def release(self, points: Sequence[bytes]) -> list[ua.BrowseResult]:
        """These points are not needed any more."""
        return [_result() if self._left.pop(point or b"", None) else _bad_point() for point in points]

    def _of_point(self, point: bytes) -> ua.BrowseResult:
        found = self._left.pop(point or b"", None)
        if found is None:
            return _bad_point()
        size, references = found
        return self._page(_result(references), size)

    def _page(self, result: ua.BrowseResult, size: int) -> ua.BrowseResult:
        references = result.References
        if len(references) <= size:
            return result
        if len(self._left) >= POINTS_PER_SESSION:
            return _bad(_CODES.BadNoContinuationPoints)
        page, point = _result(references[:size]), secrets.token_bytes(8)
        page.ContinuationPoint = point
        self._left[point] = size, references[size:]
        return page


def _result(references: Sequence[ua.ReferenceDescription] = ()) -> ua.BrowseResult:
    made = ua.BrowseResult()
    made.References = list(references)
    return made


def _bad(code: int) -> ua.BrowseResult:
    made = ua.BrowseResult()
    made.StatusCode = ua.StatusCode(code)
    return made


def _bad_point() -> ua.BrowseResult:
    return _bad(_CODES.BadContinuationPointInvalid)
