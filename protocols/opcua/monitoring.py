"""Monitored items: what of a change is queued, what is reported, and what waits for another item to trigger it.

Overrides private methods of asyncua 2.1.0, which reports what is only to be sampled, measures a deadband from the last
sample instead of from the last value that was reported, always drops the oldest, and knows no triggering. It also
copies each value deeply for every item, which is left out here: this server writes a fresh DataValue each time and
never changes one afterwards.
"""

from dataclasses import replace
from typing import Any

import asyncua.server.monitored_item_service as service
import asyncua.server.subscription_service as subscriptions
from asyncua import ua
from asyncua.ua.uaprotocol_auto import DataChangeFilter  # what comes over the wire; `ua` has a subclass of it

from .filters import Where, trouble
from .publishing import SpreadSubscription
from .reading import as_asked, fault

OVERFLOW = 0x480  # InfoType DataValue, and its bit
_CODES, _MODE, _TRIGGER = ua.StatusCodes, ua.MonitoringMode, ua.DataChangeTrigger
_made = service.MonitoredItemService._make_monitored_item_common  # noqa: SLF001
_created = service.MonitoredItemService._create_data_change_monitored_item  # noqa: SLF001


def _make(self: Any, params: Any) -> Any:
    result, item = _made(self, params)
    item.discard_oldest = params.RequestedParameters.DiscardOldest
    item.links, item.sampled = {}, []  # items that this one triggers, in order; what waits to be triggered
    item.stamps = self.stamps
    return result, item


async def _create_items(self: Any, params: ua.CreateMonitoredItemsParameters) -> Any:
    self.stamps = params.TimestampsToReturn
    return [await _create(self, item) for item in params.ItemsToCreate]


async def _create(self: Any, item: ua.MonitoredItemCreateRequest) -> Any:
    read, wanted = item.ItemToMonitor, item.RequestedParameters.Filter
    if read.AttributeId == ua.AttributeIds.EventNotifier:
        code = trouble(wanted) if read.NodeId in self.aspace else _CODES.BadNodeIdUnknown
        return _refused(code) if code else self._create_events_monitored_item(item)
    code = fault(read) or filter_fault(self.aspace.read_attribute_value(read.NodeId, read.AttributeId), read, wanted)
    return _refused(code) if code else await _created(self, item)


def _refused(code: int) -> ua.MonitoredItemCreateResult:
    result = ua.MonitoredItemCreateResult()
    result.StatusCode = ua.StatusCode(code)
    return result


def filter_fault(value: ua.DataValue, read: ua.ReadValueId, wanted: Any) -> int:
    """Why this filter cannot be set on an attribute with this value; 0 = it can."""
    if not wanted:
        return 0
    if not isinstance(wanted, DataChangeFilter) or read.AttributeId != ua.AttributeIds.Value:
        return int(_CODES.BadFilterNotAllowed)
    kind = wanted.DeadbandType
    if kind == ua.DeadbandType.None_:
        return 0
    if kind != ua.DeadbandType.Absolute:
        return int(_CODES.BadMonitoredItemFilterUnsupported)
    number = value.Value is None or value.Value.VariantType.value in range(2, 12) or value.Value.Value is None
    if not number:
        return int(_CODES.BadFilterNotAllowed)
    return 0 if wanted.DeadbandValue >= 0 else int(_CODES.BadDeadbandFilterInvalid)


async def _datachange_callback(self: Any, handle: int, value: ua.DataValue, error: Any = None) -> None:
    if error:
        await self.trigger_statuschange(error)
        return
    number = self._monitored_datachange[handle]
    item = self._monitored_items[number]
    if item.mode != _MODE.Disabled and _changed(item.mvalue.current_dvalue, value, item.filter):
        item.mvalue.current_dvalue = value
        _data_taken(self, number, item, value)


def _data_taken(self: Any, number: int, item: Any, value: ua.DataValue) -> None:
    read = item.read_value_id
    if item.stamps != ua.TimestampsToReturn.Both or read.IndexRange:
        value = as_asked(value, read, item.stamps)
    notification = ua.MonitoredItemNotification(item.client_handle, value)
    _taken(self, number, item, notification, self.isub._triggered_datachanges)  # noqa: SLF001


def _changed(old: ua.DataValue | None, new: ua.DataValue, wanted: Any) -> bool:
    """Against what was taken last."""
    if old is None or old.StatusCode != new.StatusCode:
        return True
    trigger = wanted.Trigger if wanted else _TRIGGER.StatusValue
    if trigger == _TRIGGER.StatusValueTimestamp and old.SourceTimestamp != new.SourceTimestamp:
        return True
    return trigger != _TRIGGER.Status and old.Value != new.Value and _beyond(old.Value, new.Value, wanted)


def _beyond(old: Any, new: Any, wanted: Any) -> bool:
    """Whether a change leaves the deadband; of an array, whether one of its numbers does."""
    if not wanted or wanted.DeadbandType == ua.DeadbandType.None_ or old.Value is None or new.Value is None:
        return True
    before, after = (one.Value if one.is_array else [one.Value] for one in (old, new))
    if len(before) != len(after):
        return True
    return any(not abs(b - a) <= wanted.DeadbandValue for a, b in zip(before, after, strict=True))  # also not a number


async def _trigger_event(self: Any, event: Any, number: int) -> None:
    item = self._monitored_items.get(number)
    if item is None or item.mode == _MODE.Disabled or item.where_clause_evaluator is None:
        return
    if item.where_clause_evaluator.eval(event):
        _event_taken(self, number, item, event)


def unfiltered(self: Any, event: Any, number: int) -> None:
    """An event that the item gets whatever its filter says."""
    item = self._monitored_items.get(number)
    if item is not None and item.mode != _MODE.Disabled:
        _event_taken(self, number, item, event)


def _event_taken(self: Any, number: int, item: Any, event: Any) -> None:
    fields = ua.EventFieldList()
    fields.ClientHandle, fields.EventFields = item.client_handle, event.to_event_fields(item.filter.SelectClauses)
    _taken(self, number, item, fields, self.isub._triggered_events)  # noqa: SLF001


def _taken(self: Any, number: int, item: Any, notification: Any, reported: dict[int, list[Any]]) -> None:
    """Into the queue that is published, or that waits; then whatever this item triggers follows it."""
    _push(reported.setdefault(number, []) if item.mode == _MODE.Reporting else item.sampled, notification, item)
    for linked in item.links:
        other = self._monitored_items.get(linked)
        if other is not None and other.mode == _MODE.Sampling:
            _release(self, linked, other)


def _release(self: Any, number: int, item: Any) -> None:
    """What was sampled is published."""
    events = item.callback_handle is None
    reported = self.isub._triggered_events if events else self.isub._triggered_datachanges  # noqa: SLF001
    waiting, item.sampled = item.sampled, []
    for notification in waiting:
        _push(reported.setdefault(number, []), notification, item)


def _push(queue: list[Any], notification: Any, item: Any) -> None:
    if not item.queue_size or len(queue) < item.queue_size:
        queue.append(notification)
        return
    gone = 0 if item.discard_oldest else -1
    del queue[gone]
    queue.append(notification)
    if item.queue_size > 1 and isinstance(notification, ua.MonitoredItemNotification):
        value = queue[gone].Value
        status = ua.StatusCode((value.StatusCode.value if value.StatusCode else 0) | OVERFLOW)
        queue[gone] = replace(queue[gone], Value=replace(value, StatusCode=status))


async def _set_monitoring_mode(self: Any, mode: ua.MonitoringMode, number: int) -> ua.StatusCode:
    item = self._monitored_items.get(number)
    if item is None:
        return ua.StatusCode(_CODES.BadMonitoredItemIdInvalid)
    before, item.mode = item.mode, mode
    if mode == _MODE.Disabled:
        item.sampled, item.mvalue.current_dvalue = [], None
        self.isub._triggered_datachanges.pop(number, None)  # noqa: SLF001
        self.isub._triggered_events.pop(number, None)  # noqa: SLF001
    elif before == _MODE.Disabled and item.callback_handle is not None:
        read = item.read_value_id
        await self.trigger_datachange(item.callback_handle, read.NodeId, read.AttributeId)
    elif mode == _MODE.Reporting:
        _release(self, number, item)
    return ua.StatusCode()


def _modify(self: Any, params: ua.MonitoredItemModifyRequest) -> ua.MonitoredItemModifyResult:
    result, item = ua.MonitoredItemModifyResult(), self._monitored_items.get(params.MonitoredItemId)
    wanted, code = params.RequestedParameters, 0
    if item is None:
        code = int(_CODES.BadMonitoredItemIdInvalid)
    elif item.callback_handle is not None:
        read = item.read_value_id
        code = filter_fault(self.aspace.read_attribute_value(read.NodeId, read.AttributeId), read, wanted.Filter)
    elif wanted.Filter is not None:
        code = trouble(wanted.Filter)
    if code:
        result.StatusCode = ua.StatusCode(code)
        return result
    item.client_handle, item.discard_oldest = wanted.ClientHandle, wanted.DiscardOldest
    item.queue_size = self._revise_queue_size(wanted.QueueSize)
    if item.callback_handle is not None:
        item.filter = wanted.Filter
    elif wanted.Filter is not None:
        item.filter = wanted.Filter
        item.where_clause_evaluator = Where(self.logger, self.aspace, wanted.Filter.WhereClause)
    result.RevisedSamplingInterval = self.isub.data.RevisedPublishingInterval
    result.RevisedQueueSize = item.queue_size
    return result


def set_links(self: Any, params: ua.SetTriggeringParameters) -> ua.SetTriggeringResult | None:
    """Which items the one item triggers, as SetTriggering says; None = there is no such item."""
    item, result = self._monitored_items.get(params.TriggeringItemId), ua.SetTriggeringResult()
    if item is None:
        return None
    unknown = ua.StatusCode(_CODES.BadMonitoredItemIdInvalid)
    for number in params.LinksToRemove or ():
        there = item.links.pop(number, None)
        result.RemoveResults.append(ua.StatusCode() if there else unknown)
    for number in params.LinksToAdd or ():
        if number in self._monitored_items:
            item.links[number] = True
        result.AddResults.append(ua.StatusCode() if number in self._monitored_items else unknown)
    return result


def resend(self: Any) -> None:
    """The newest value of each item that reports, once more."""
    for number, item in self._monitored_items.items():
        if item.callback_handle is not None and item.mode == _MODE.Reporting:
            read = item.read_value_id
            if number not in self.isub._triggered_datachanges:  # noqa: SLF001
                _data_taken(self, number, item, self.aspace.read_attribute_value(read.NodeId, read.AttributeId))


def handles(self: Any) -> list[tuple[int, int]]:
    """Server's and client's handle of each item."""
    return [(number, item.client_handle or 0) for number, item in self._monitored_items.items()]


def install() -> None:
    """Put all of it in place, and subscriptions that spread; doing so twice is harmless."""
    subscriptions.InternalSubscription = SpreadSubscription
    service.WhereClauseEvaluator = Where
    items = service.MonitoredItemService
    items._make_monitored_item_common = _make  # noqa: SLF001
    items.create_monitored_items = _create_items
    items.datachange_callback = _datachange_callback
    items._trigger_event = _trigger_event  # noqa: SLF001
    items._set_monitoring_mode = _set_monitoring_mode  # noqa: SLF001
    items._modify_monitored_item = _modify  # noqa: SLF001
