"""What a client's event filter lets through. asyncua takes OfType for the very type, and fails at a field that is not.

`monitoring` puts this in place of asyncua 2.1.0's own. A field that an event does not have is null, and nothing is
greater or less than null. Filters that cannot be evaluated are refused when they come, not with each event.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from logging import Logger
from typing import Any

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
        self._sound = not elements_trouble(self._elements)

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


def trouble(wanted: Any) -> int:
    """The status that refuses this filter of events; 0 = it can be evaluated."""
    if not isinstance(wanted, ua.EventFilter):
        return INVALID
    return elements_trouble(list(wanted.WhereClause.Elements or ()))


def elements_trouble(elements: Sequence[ua.ContentFilterElement]) -> int:
    """The status that refuses this where clause; 0 = it can be evaluated."""
    if len(elements) > MOST_ELEMENTS:
        return INVALID
    for index, element in enumerate(elements):
        operands, needed = list(element.FilterOperands or ()), _OPERANDS.get(element.FilterOperator)
        if needed is None:
            return UNSUPPORTED
        fits = len(operands) >= needed if element.FilterOperator == _OP.InList else len(operands) == needed
        if not fits or not all(_understood(one, index, len(elements)) for one in operands):
            return INVALID
    return 0


def _understood(operand: Any, index: int, count: int) -> bool:
    """An element may only mean later ones: else it would never end."""
    if isinstance(operand, ua.ElementOperand):
        return index < int(operand.Index) < count
    if isinstance(operand, ua.SimpleAttributeOperand | ua.AttributeOperand):
        return operand.AttributeId in set(ua.AttributeIds)
    return isinstance(operand, ua.LiteralOperand)
