"""Browse in pages and BrowseNext, which asyncua 2.1.0 lacks: it gives every reference at once, whatever was asked.

Nor does it look at the view, the reference type, the direction, or at which fields are wanted.
"""

import secrets
from collections.abc import Container, Sequence
from dataclasses import replace

from asyncua import ua
from asyncua.common.utils import ServiceError

MOST_REFERENCES = 1000  # in one result: more would hold the loop
POINTS_PER_SESSION = 10
_CODES = ua.StatusCodes
_ALL = int(ua.BrowseResultMask.All)
_FIELDS = ("ReferenceTypeId", "IsForward", "NodeClass", "BrowseName", "DisplayName", "TypeDefinition")
_EMPTY = ua.ReferenceDescription()


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


def check_view(params: ua.BrowseParameters) -> None:
    """
    Raises:
        ServiceError: It asks for a view, and this server has none.
    """
    view = params.View.ViewId if params.View else None
    if view is not None and not view.is_null():
        raise ServiceError(_CODES.BadViewIdUnknown)


def as_asked(
    found: Sequence[ua.BrowseResult],
    wanted: Sequence[ua.BrowseDescription],
    nodes: Container[ua.NodeId],
    types: Container[ua.NodeId],
) -> list[ua.BrowseResult]:
    """Each result with the fields that are wanted; bad, where the question was. `types` are those of references."""
    return [_one(result, asked, nodes, types) for result, asked in zip(found, wanted, strict=True)]


def _one(
    result: ua.BrowseResult, asked: ua.BrowseDescription, nodes: Container[ua.NodeId], types: Container[ua.NodeId]
) -> ua.BrowseResult:
    if asked.NodeId not in nodes:
        return _bad(_CODES.BadNodeIdUnknown)
    if asked.BrowseDirection == ua.BrowseDirection.Invalid:
        return _bad(_CODES.BadBrowseDirectionInvalid)
    if not asked.ReferenceTypeId.is_null() and asked.ReferenceTypeId not in types:
        return _bad(_CODES.BadReferenceTypeIdInvalid)
    if asked.ResultMask & _ALL == _ALL:
        return result
    return _result([_fields(one, asked.ResultMask) for one in result.References])


def _fields(one: ua.ReferenceDescription, mask: int) -> ua.ReferenceDescription:
    left_out = {name: getattr(_EMPTY, name) for name in _FIELDS if not mask & int(getattr(ua.BrowseResultMask, name))}
    return replace(one, **left_out)


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
