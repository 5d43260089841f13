"""The subscriptions of a session, which are its own: asyncua lets every session end, change and hear those of all."""

import math
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.internal_session import InternalSession
from asyncua.server.subscription_service import SubscriptionService

from .monitoring import handles, resend, set_links

SUBSCRIPTIONS_PER_SESSION, ITEMS_PER_SESSION = 50, 1000
MAX_PUBLISHING_MS = 3_600_000.0
_CODES = ua.StatusCodes
Work = Callable[[list[int]], Awaitable[list[ua.StatusCode]]]


class Subscriptions(SubscriptionService):
    """Publishing intervals are clamped: asyncua grants whatever is asked, 1 ms too, and what is no number."""

    min_publishing_ms = 100.0

    async def create_subscription(self, params: Any, *args: Any, **kwargs: Any) -> Any:
        params = replace(params, RequestedPublishingInterval=self.interval(params.RequestedPublishingInterval))
        return await super().create_subscription(params, *args, **kwargs)

    def interval(self, asked: float) -> float:
        """The nearest that is allowed; milliseconds."""
        return MAX_PUBLISHING_MS if math.isnan(asked) else min(max(asked, self.min_publishing_ms), MAX_PUBLISHING_MS)

    def modify_subscription(self, params: ua.ModifySubscriptionParameters) -> ua.ModifySubscriptionResult:
        """asyncua answers with what the subscription was made with, and leaves it so."""
        self.subscriptions[params.SubscriptionId].modify(
            self.interval(params.RequestedPublishingInterval),
            self._clamp_lifetime_count(params.RequestedLifetimeCount),
            self._clamp_keep_alive_count(params.RequestedMaxKeepAliveCount),
        )
        return super().modify_subscription(params)


class SubscribingSession(InternalSession):
    """Subscription and monitored item services of one session."""

    def own_subscriptions(self) -> dict[int, Any]:
        """By their ids."""
        known = self.subscription_service.subscriptions
        return {number: one for number, one in known.items() if one.session_id == self.session_id}

    def _own(self, number: int) -> Any:
        if (found := self.own_subscriptions().get(number)) is None:
            raise ServiceError(_CODES.BadSubscriptionIdInvalid)
        return found

    async def create_subscription(self, params: Any, callback: Any, request_callback: Any = None) -> Any:
        if len(self.own_subscriptions()) >= SUBSCRIPTIONS_PER_SESSION:
            raise ServiceError(_CODES.BadTooManySubscriptions)
        return await super().create_subscription(params, callback, request_callback)

    def modify_subscription(self, params: ua.ModifySubscriptionParameters) -> ua.ModifySubscriptionResult:
        self._own(params.SubscriptionId)
        return super().modify_subscription(params)

    async def set_publishing_mode(self, params: ua.SetPublishingModeParameters) -> list[ua.StatusCode]:
        return await self._each(params.SubscriptionIds, lambda ids: self._published(params, ids))

    async def _published(self, params: ua.SetPublishingModeParameters, ids: list[int]) -> list[ua.StatusCode]:
        return list(await super().set_publishing_mode(replace(params, SubscriptionIds=ids)))

    async def delete_subscriptions(self, ids: list[int]) -> list[ua.StatusCode]:
        if not ids and not self.is_activated():  # asyncua ends a session so
            return []
        return await self._each(ids, super().delete_subscriptions)

    async def transfer_subscriptions(self, params: Any, callback: Any) -> list[ua.TransferResult]:
        """A session keeps its own; those of another stay there."""
        own, invalid = self.own_subscriptions(), ua.StatusCode(_CODES.BadSubscriptionIdInvalid)
        results = [ua.TransferResult() for _ in params.SubscriptionIds]
        for result, number in zip(results, params.SubscriptionIds, strict=True):
            result.StatusCode = ua.StatusCode() if number in own else invalid
        return results

    async def _each(self, ids: Iterable[int], work: Work) -> list[ua.StatusCode]:
        """The answers of `work`, which gets the session's own alone."""
        asked, own = list(ids), self.own_subscriptions()
        if not asked:
            raise ServiceError(_CODES.BadNothingToDo)
        mine = list(dict.fromkeys(number for number in asked if number in own))
        found = dict(zip(mine, await work(mine) if mine else (), strict=True))
        invalid = ua.StatusCode(_CODES.BadSubscriptionIdInvalid)
        return [found.pop(number, invalid) for number in asked]

    def publish(self, acks: Iterable[Any] | None = None) -> tuple[int, list[ua.StatusCode]]:
        own = self.own_subscriptions()
        if not own:
            raise ServiceError(_CODES.BadNoSubscription)
        return len(own), [ua.StatusCode(_acknowledged(own.get(one.SubscriptionId), one)) for one in acks or ()]

    def republish(self, params: ua.RepublishParameters) -> ua.NotificationMessage:
        """What is not there is an error: of asyncua's empty message a client asks for the next one, for ever."""
        unacknowledged = self._own(params.SubscriptionId)._not_acknowledged_results  # noqa: SLF001
        if params.RetransmitSequenceNumber not in unacknowledged:
            raise ServiceError(_CODES.BadMessageNotAvailable)
        message: ua.NotificationMessage = unacknowledged[params.RetransmitSequenceNumber].NotificationMessage
        return message

    async def create_monitored_items(self, params: Any) -> Any:
        self._own(params.SubscriptionId)
        _some(params.ItemsToCreate)
        items = sum(len(_items(one)._monitored_items) for one in self.own_subscriptions().values())  # noqa: SLF001
        if items + len(params.ItemsToCreate) > ITEMS_PER_SESSION:
            raise ServiceError(_CODES.BadTooManyMonitoredItems)
        return await super().create_monitored_items(params)

    async def modify_monitored_items(self, params: ua.ModifyMonitoredItemsParameters) -> Any:
        self._own(params.SubscriptionId)
        _some(params.ItemsToModify)
        return await super().modify_monitored_items(params)

    async def set_monitoring_mode(self, params: ua.SetMonitoringModeParameters) -> list[ua.StatusCode]:
        self._own(params.SubscriptionId)
        _some(params.MonitoredItemIds)
        return list(await super().set_monitoring_mode(params))

    async def delete_monitored_items(self, params: ua.DeleteMonitoredItemsParameters) -> list[ua.StatusCode]:
        self._own(params.SubscriptionId)
        _some(params.MonitoredItemIds)
        return list(await super().delete_monitored_items(params))

    def set_triggering(self, params: ua.SetTriggeringParameters) -> ua.SetTriggeringResult:
        """Which items are reported when another one changes."""
        subscription = self._own(params.SubscriptionId)
        _some([*(params.LinksToAdd or ()), *(params.LinksToRemove or ())])
        result = set_links(_items(subscription), params)
        if result is None:
            raise ServiceError(_CODES.BadMonitoredItemIdInvalid)
        return result

    async def get_monitored_items(self, number: int) -> list[ua.Variant]:
        """The method of the Server object: server's and client's handles."""
        both = handles(_items(self._owned(number)))
        kind = ua.VariantType.UInt32
        return [ua.Variant([one[i] for one in both], kind, is_array=True) for i in (0, 1)]

    async def resend_data(self, number: int) -> list[ua.Variant]:
        """The method of the Server object: every value again."""
        resend(_items(self._owned(number)))
        return []

    def _owned(self, number: int) -> Any:
        """As the methods of the Server object tell it: others' subscriptions are known, and not to be touched."""
        if number in self.subscription_service.subscriptions and number not in self.own_subscriptions():
            raise ServiceError(_CODES.BadUserAccessDenied)
        return self._own(number)


def _items(subscription: Any) -> Any:
    return subscription.monitored_item_srv


def _some(asked: Any) -> None:
    if not asked:
        raise ServiceError(_CODES.BadNothingToDo)


def _acknowledged(subscription: Any, one: ua.SubscriptionAcknowledgement) -> int:
    if subscription is None:
        return int(_CODES.BadSubscriptionIdInvalid)
    gone = subscription._not_acknowledged_results.pop(one.SequenceNumber, None)  # noqa: SLF001
    return int(_CODES.Good if gone else _CODES.BadSequenceNumberUnknown)
