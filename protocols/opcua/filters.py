"""What a client's event filter lets through. asyncua takes OfType for the very type, and fails at a field that is not.

Put in place of asyncua 2.1.0's own. A field that an event does not have is null, and nothing is greater or less than
null. Filters that cannot be evaluated are refused when they come, instead of failing with each event.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from logging import Logger
from typing import Any

import asyncua.server.monitored_item_service as service
from asyncua import ua
from asyncua.server.address_space import AddressSpace

_OP = ua.FilterOperator
INVALID, UNSUPPORTED = int(ua.StatusCodes.BadEventFilterInvalid), int(ua.StatusCodes.BadMonitoredItemFilterUnsupported)
_ORDERS: Mapping[Any, Callable[[Any, Any], bool]] = {
    _OP.GreaterThan: operator.gt,
    _OP.LessThan: operator.lt,
    _OP.GreaterThanOrEqual: operator.ge,
    _OP.LessThanOrEqual: operator.le,
}
_OPERANDS: Mapping[Any, int] = {
    **dict.fromkeys((_OP.Equals, _OP.And, _OP.Or, *_ORDERS), 2),
    **dict.fromkeys((_OP.IsNull, _OP.Not, _OP.OfType), 1),
    _OP.Between: 3,
    _OP.InList: 1,  # or more: a client that collects alarms begins with none, and modifies its filter
}
"""The operators that are understood, and how many operands each takes."""
MOST_ELEMENTS = 100


class Where:
    """A where clause; takes the place of asyncua's WhereClauseEvaluator."""

    def __init__(self, logger: Logger, space: AddressSpace, clause: ua.ContentFilter) -> None:
        self._space, self._elements = space, list(clause.Elements or ())
        self._sound = elements_trouble(self._elements) is None

    def eval(self, event: Any) -> bool:
        """Whether the event passes; no clause lets everything through, one that is not understood nothing."""
        if not self._elements or not self._sound:
            return self._sound
        values: dict[int, Any] = {}
        for index in reversed(range(len(self._elements))):  # an element means only later ones
            values[index] = self._element(self._elements[index], values, event)
        return values[0] is True

    def _element(self, element: ua.ContentFilterElement, known: Mapping[int, Any], event: Any) -> Any:
        values = [_operand(one, known, event) for one in element.FilterOperands]
        match element.FilterOperator:
            case _OP.And:
                return values[0] is True and values[1] is True
            case _OP.Or:
                return values[0] is True or values[1] is True
            case _OP.Not:
                return None if values[0] is None else values[0] is not True
            case _OP.OfType:
                return is_type(self._space, event.EventType, values[0])
            case how:
                return _compared(how, values)


def _operand(operand: Any, known: Mapping[int, Any], event: Any) -> Any:
    match operand:
        case ua.ElementOperand():
            return known[operand.Index]
        case ua.LiteralOperand():
            return operand.Value.Value if operand.Value is not None else None
        case ua.SimpleAttributeOperand():
            path = [one.Name for one in operand.BrowsePath or ()]
        case _:
            path = [one.TargetName.Name for one in operand.BrowsePath.Elements or ()]
    name = "/".join(path) if path else ua.AttributeIds(operand.AttributeId).name
    return getattr(event, name, None)


def _compared(how: Any, values: list[Any]) -> Any:
    first, others = values[0], values[1:]
    if how == _OP.IsNull:
        return first is None
    if first is None or None in others[: 2 if how == _OP.Between else 1]:
        return None
    if how == _OP.Equals:
        return first == others[0]
    if how == _OP.InList:
        return first in others
    try:
        if how == _OP.Between:
            return bool(others[0] <= first <= others[1])
        return _ORDERS[how](first, others[0])
    except TypeError:  # of a text and a number neither is greater
        return None


def is_type(space: AddressSpace, kind: ua.NodeId, wanted: Any) -> bool:
    """`kind` is `wanted` or derived from it."""
    seen: set[ua.NodeId] = set()
    while kind is not None and kind not in seen:
        if kind == wanted:
            return True
        seen.add(kind)
        node = space.get(kind)
        above = (
            one.NodeId
            for one in (node.references if node else ())
            if not one.IsForward and one.ReferenceTypeId == ua.NodeId(ua.ObjectIds.HasSubtype)
        )
        kind = next(above, None)
    return False


def trouble(wanted: Any) -> int | None:
    """The status that refuses this filter of events; None = it can be evaluated."""
    if not isinstance(wanted, ua.EventFilter):
        return INVALID
    return elements_trouble(list(wanted.WhereClause.Elements or ()))


def elements_trouble(elements: Sequence[ua.ContentFilterElement]) -> int | None:
    """The status that refuses this where clause; None = it can be evaluated."""
    if len(elements) > MOST_ELEMENTS:
        return INVALID
    for index, element in enumerate(elements):
        operands, needed = list(element.FilterOperands or ()), _OPERANDS.get(element.FilterOperator)
        if needed is None:
            return UNSUPPORTED
        fits = len(operands) >= needed if element.FilterOperator == _OP.InList else len(operands) == needed
        if not fits or not all(_understood(one, index, len(elements)) for one in operands):
            return INVALID
    return None


def _understood(operand: Any, index: int, count: int) -> bool:
    """An element may only mean later ones: else it would never end."""
    if isinstance(operand, ua.ElementOperand):
        return index < int(operand.Index) < count
    if isinstance(operand, ua.SimpleAttributeOperand | ua.AttributeOperand):
        return operand.AttributeId in set(ua.AttributeIds)
    return isinstance(operand, ua.LiteralOperand)


_modify: Any = service.MonitoredItemService._modify_monitored_item  # noqa: SLF001
_create: Any = service.MonitoredItemService._create_events_monitored_item  # noqa: SLF001


def _create_checked(self: Any, params: ua.MonitoredItemCreateRequest) -> ua.MonitoredItemCreateResult:
    status = trouble(params.RequestedParameters.Filter)
    if status is None and params.ItemToMonitor.NodeId not in self.aspace:
        status = ua.StatusCodes.BadNodeIdUnknown
    if status is not None:
        result = ua.MonitoredItemCreateResult()
        result.StatusCode = ua.StatusCode(status)
        return result
    return _create(self, params)


def _modify_checked(self: Any, params: ua.MonitoredItemModifyRequest) -> ua.MonitoredItemModifyResult:
    item, wanted = self._monitored_items.get(params.MonitoredItemId), params.RequestedParameters
    status = None if item else int(ua.StatusCodes.BadMonitoredItemIdInvalid)
    of_events = item is not None and item.where_clause_evaluator is not None
    if of_events and wanted.Filter is not None:
        status = trouble(wanted.Filter)
    if item is None or status is not None:
        result = ua.MonitoredItemModifyResult()
        result.StatusCode = ua.StatusCode(status)
        return result
    result = _modify(self, params)
    item.queue_size = result.RevisedQueueSize = self._revise_queue_size(wanted.QueueSize)
    if of_events and wanted.Filter is not None:
        item.where_clause_evaluator = Where(self.logger, self.aspace, wanted.Filter.WhereClause)
    return result


def install() -> None:
    """Put them in place; doing so twice is harmless."""
    service.WhereClauseEvaluator = Where
    service.MonitoredItemService._create_events_monitored_item = _create_checked  # noqa: SLF001
    service.MonitoredItemService._modify_monitored_item = _modify_checked  # noqa: SLF001
