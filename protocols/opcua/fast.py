"""Two overrides that make asyncua's notifications about five times cheaper.

asyncua 2.1.0 copies each value deeply for every monitored item and builds default objects that it then throws away.
Valid only because this server writes a fresh DataValue each time and never changes one afterwards.
"""

from typing import Any

import asyncua.server.monitored_item_service as service
import asyncua.server.subscription_service as subscriptions
from asyncua import ua

from .publishing import SpreadSubscription


def _set_current_datavalue(self: Any, value: ua.DataValue) -> None:
    self.old_dvalue, self.current_dvalue = self.current_dvalue, value


async def _datachange_callback(self: Any, handle: int, value: ua.DataValue, error: Any = None) -> None:
    if error:
        await self.trigger_statuschange(error)
        return
    number = self._monitored_datachange[handle]
    item = self._monitored_items[number]
    if item.mode == ua.MonitoringMode.Disabled:
        return
    item.mvalue.set_current_datavalue(value)
    if item.filter:
        wanted = self._is_data_changed(item.mvalue, item.filter.Trigger)
        wanted = wanted and self._is_deadband_exceeded(item.mvalue, item.filter)
    else:
        wanted = self._is_data_changed(item.mvalue, ua.DataChangeTrigger.StatusValue)
    if wanted:
        notification = ua.MonitoredItemNotification(item.client_handle, value)
        await self.isub.enqueue_datachange_event(number, notification, item.queue_size)


def install() -> None:
    """Put both in place, and subscriptions that spread; doing so twice is harmless."""
    subscriptions.InternalSubscription = SpreadSubscription
    service.MonitoredItemValues.set_current_datavalue = _set_current_datavalue
    service.MonitoredItemService.datachange_callback = _datachange_callback
