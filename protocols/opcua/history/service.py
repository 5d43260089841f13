"""The service HistoryRead: raw values of tags, and result events."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.history import HistoryManager

from protocols import tags
from protocols.tag import Tag

from ..nodes import node_id, variant_type
from .events import EVENTS_PER_CALL, EventHistory
from .source import HISTORIZED, History, Sample, Span, UnreadableError
from .window import BadPointError, Request, answer
from .wire import history_data

NODES_PER_CALL = 32
VALUES_PER_CALL = 2000  # for all nodes of a call: what takes longer to encode and encrypt would hold the loop
_CODES = ua.StatusCodes
_TAGS: dict[ua.NodeId, Tag[Any]] = {node_id(tag): tag for tag in tags.ALL if tag in HISTORIZED}


@dataclass(frozen=True, slots=True)
class _RefusedError(Exception):
    code: int


class StationHistory(HistoryManager):
    """In place of asyncua's, which keeps a copy of each value and takes a time stamp for a continuation point.

    A continuation point holds the whole request, so there is nothing to release and none that runs out.
    """

    def __init__(self, iserver: Any, source: History, events: EventHistory | None = None) -> None:
        """`events` of None: there is no model that raises any."""
        super().__init__(iserver)
        self._source, self._events = source, events

    async def read_history(self, params: ua.HistoryReadParameters) -> list[ua.HistoryReadResult]:
        """One result a node; a call that is wrong as a whole is refused."""
        nodes, details = params.NodesToRead, params.HistoryReadDetails
        if not nodes:
            raise ServiceError(_CODES.BadNothingToDo)
        if len(nodes) > NODES_PER_CALL:
            raise ServiceError(_CODES.BadTooManyOperations)
        if params.ReleaseContinuationPoints:
            return [ua.HistoryReadResult() for _ in nodes]
        if params.TimestampsToReturn not in (ua.TimestampsToReturn.Source, ua.TimestampsToReturn.Both):
            wrong = params.TimestampsToReturn is not ua.TimestampsToReturn.Server
            code = _CODES.BadTimestampsToReturnInvalid if wrong else _CODES.BadTimestampNotSupported
            raise ServiceError(code)
        return [await self._one(node, details, len(nodes)) for node in nodes]

    async def _one(self, node: ua.HistoryReadValueId, details: Any, nodes: int) -> ua.HistoryReadResult:
        result = ua.HistoryReadResult()
        try:
            if node.NodeId not in self.iserver.aspace:
                raise _RefusedError(_CODES.BadNodeIdUnknown)
            if node.IndexRange:
                raise _RefusedError(_CODES.BadIndexRangeInvalid)
            await self._fill(result, node, details, nodes)
        except _RefusedError as exc:
            result.StatusCode = ua.StatusCode(exc.code)
        except BadPointError:
            result.StatusCode = ua.StatusCode(_CODES.BadContinuationPointInvalid)
        except UnreadableError:
            result.StatusCode = ua.StatusCode(_CODES.BadResourceUnavailable)
        return result

    async def _fill(self, result: ua.HistoryReadResult, node: ua.HistoryReadValueId, details: Any, nodes: int) -> None:
        if isinstance(details, ua.ReadRawModifiedDetails) and not details.IsReadModified:
            tag = _TAGS.get(node.NodeId)
            if tag is None:
                raise _RefusedError(_CODES.BadHistoryOperationUnsupported)
            request = _request(node, details, bounds=bool(details.ReturnBounds))
            found, rest = await self._values(tag, request, VALUES_PER_CALL // nodes)
            result.HistoryData = history_data(found, variant_type(tag.wire))
        elif type(details) is ua.ReadEventDetails and self._events and node.NodeId in self._events.sources:
            request = _request(node, details, bounds=False)
            rows, rest = await self._events.read(
                self._source, request, details.Filter, max(1, EVENTS_PER_CALL // nodes)
            )
            result.HistoryData, found = ua.HistoryEvent(rows), rows
        else:
            raise _RefusedError(_CODES.BadHistoryOperationUnsupported)
        result.ContinuationPoint = rest.point if rest else None
        if not found and rest is None:
            result.StatusCode = ua.StatusCode(_CODES.GoodNoData)

    async def _values(self, tag: Tag[Any], request: Request, most: int) -> tuple[list[Sample], Request | None]:
        async def find(span: Span) -> Sequence[Sample]:
            return await self._source.values(tag, span)

        return await answer(find, request, most)

    async def stop(self) -> None:
        """Nothing is kept open."""


def _request(node: ua.HistoryReadValueId, details: Any, *, bounds: bool) -> Request:
    """A continuation point goes before the details, which clients repeat."""
    if node.ContinuationPoint:
        return Request.of_point(node.ContinuationPoint)
    request = Request(_us(details.StartTime), _us(details.EndTime), details.NumValuesPerNode or 0, bounds)
    if not request.valid:
        raise _RefusedError(_CODES.BadHistoryOperationInvalid)
    return request


def _us(time: datetime | None) -> int | None:
    """UTC microseconds; OPC UA's least time, 1601, means that none is given."""
    if time is None:
        return None
    with contextlib.suppress(OverflowError, ValueError):
        seconds = (time if time.tzinfo else time.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
        return max(0, seconds.days * 86_400_000_000 + seconds.seconds * 1_000_000 + seconds.microseconds) or None
    return None
