"""Monitored items: what is queued, what is reported, and what waits for another."""

from typing import Any

import pytest
from asyncua import Client, ua
from asyncua.common.subscription import Subscription

from protocols import tags
from tests.patience import until
from tests.protocols.opcua.raw import ask, read_of
from tests.protocols.opcua.test_opcua import Served, eventually, served

__all__ = ["served"]  # the fixture
MODE = ua.MonitoringMode


class Watching:
    """One subscription whose items are made by hand."""

    def __init__(self, client: Client, subscription: Subscription, heard: list[tuple[int, ua.DataValue]]) -> None:
        self.client, self.subscription, self.heard = client, subscription, heard
        self.number = subscription.SubscriptionId  # type: ignore[attr-defined]

    async def item(self, name: str, handle: int, mode: MODE = MODE.Reporting, **given: Any) -> Any:
        wanted = ua.MonitoringParameters(**{"QueueSize": 1, "DiscardOldest": True, "ClientHandle": handle} | given)
        request = ua.MonitoredItemCreateRequest(read_of(self.client, name), mode, wanted)
        params = ua.CreateMonitoredItemsParameters(self.number, ua.TimestampsToReturn.Both, [request])
        (result,) = await self.client.uaclient.create_monitored_items(params)
        return result

    async def modify(self, item: int, **given: Any) -> Any:
        params = ua.ModifyMonitoredItemsParameters(self.number, ua.TimestampsToReturn.Both)
        params.ItemsToModify = [ua.MonitoredItemModifyRequest(item, ua.MonitoringParameters(**given))]
        return (await self.client.uaclient.modify_monitored_items(params))[0]

    async def mode(self, item: int, mode: MODE) -> ua.StatusCode:
        params = ua.SetMonitoringModeParameters(self.number, mode, [item])
        return (await self.client.uaclient.set_monitoring_mode(params))[0]

    async def publish(self, on: bool) -> None:
        params = ua.SetPublishingModeParameters(on, [self.number])
        await self.client.uaclient.set_publishing_mode(params)

    async def method(self, name: str, *given: ua.Variant) -> Any:
        return await self.client.nodes.server.call_method(ua.NodeId(getattr(ua.ObjectIds, f"Server_{name}")), *given)

    def values(self, handle: int) -> list[Any]:
        return [value.Value.Value for number, value in self.heard if number == handle]


async def watching(client: Client) -> Watching:
    heard: list[tuple[int, ua.DataValue]] = []

    def take(result: ua.PublishResult) -> None:
        for notification in result.NotificationMessage.NotificationData or ():
            if isinstance(notification, ua.DataChangeNotification):
                heard.extend((one.ClientHandle, one.Value) for one in notification.MonitoredItems)

    params = ua.CreateSubscriptionParameters(100, 3000, 1000, 0, True, 0)
    return Watching(client, await client.uaclient.create_subscription(params, take), heard)  # type: ignore[arg-type]


async def job(served: Served, client: Client, number: int) -> None:
    """The server shows this job."""
    served.image.set(tags.CURRENT_JOB, number)
    await eventually(client, "Job.Current", number)


async def test_what_is_sampled_waits_until_it_is_reported(served: Served) -> None:
    client = await served.client()
    try:
        watch = await watching(client)
        item = await watch.item("Job.Current", 7, MODE.Sampling, QueueSize=10)
        marker = await watch.item("Status.MapVersion", 8)
        assert marker.StatusCode.is_good()
        await job(served, client, 3)
        await job(served, client, 4)
        await until(lambda: watch.values(8))
        assert watch.values(7) == []
        assert (await watch.mode(item.MonitoredItemId, MODE.Reporting)).is_good()
        await until(lambda: watch.values(7) == [0, 3, 4])
    finally:
        await client.disconnect()


async def test_an_item_triggers_what_others_sampled(served: Served) -> None:
    client = await served.client()
    try:
        watch = await watching(client)
        trigger = await watch.item("Job.Current", 1)
        sampled = await watch.item("Job.Name", 2, MODE.Sampling)
        request = ua.SetTriggeringRequest()
        request.Parameters = ua.SetTriggeringParameters(
            watch.number, trigger.MonitoredItemId, [sampled.MonitoredItemId, 9999], []
        )
        answer = await ask(client, request, ua.SetTriggeringResponse)
        assert [one.name for one in answer.Parameters.AddResults] == ["Good", "BadMonitoredItemIdInvalid"]
        served.image.set(tags.JOB_NAME, "bracket")
        await eventually(client, "Job.Name", "bracket")
        assert watch.values(2) == []
        await job(served, client, 5)
        await until(lambda: watch.values(2) == ["bracket"])
        assert watch.values(1)[-1] == 5
        request.Parameters.LinksToAdd, request.Parameters.LinksToRemove = [], [sampled.MonitoredItemId]
        await ask(client, request, ua.SetTriggeringResponse)
        served.image.set(tags.JOB_NAME, "other")
        await eventually(client, "Job.Name", "other")
        await job(served, client, 6)
        await until(lambda: watch.values(1)[-1] == 6)
        assert watch.values(2) == ["bracket"]
        request.Parameters.TriggeringItemId = 9999
        with pytest.raises(ua.uaerrors.BadMonitoredItemIdInvalid):
            await ask(client, request, ua.SetTriggeringResponse)
        request.Parameters.LinksToRemove = []
        with pytest.raises(ua.uaerrors.BadNothingToDo):
            await ask(client, request, ua.SetTriggeringResponse)
    finally:
        await client.disconnect()


@pytest.mark.parametrize(
    ("size", "oldest", "kept", "marked"),
    [
        pytest.param(1, True, [5], None, id="the newest alone"),
        pytest.param(2, True, [4, 5], 0, id="the newest two"),
        pytest.param(2, False, [0, 5], 1, id="the oldest, and the newest in the last place"),
    ],
)
async def test_a_queue_keeps_what_the_client_wants_to_keep(
    served: Served, size: int, oldest: bool, kept: list[int], marked: int | None
) -> None:
    client = await served.client()
    try:
        watch = await watching(client)
        await watch.publish(False)
        await watch.item("Job.Current", 1, QueueSize=size, DiscardOldest=oldest)
        for number in (3, 4, 5):
            await job(served, client, number)
        await watch.publish(True)
        await until(lambda: watch.values(1))
        assert watch.values(1) == kept
        overflows = [value.StatusCode.value & 0x480 == 0x480 for _, value in watch.heard]
        assert overflows == [place == marked for place in range(len(kept))]
    finally:
        await client.disconnect()


async def test_a_deadband_counts_from_the_value_that_was_reported_last(served: Served) -> None:
    client = await served.client()
    wanted = ua.DataChangeFilter()
    wanted.DeadbandType, wanted.DeadbandValue = int(ua.DeadbandType.Absolute), 2.0
    wanted.Trigger = ua.DataChangeTrigger.StatusValue
    try:
        watch = await watching(client)
        result = await watch.item("Job.Current", 1, QueueSize=10, Filter=wanted)
        assert result.StatusCode.is_good()
        for number in (1, 2, 3, 4, 5, 6, 5):  # a creeping value: no step is larger than the deadband
            await job(served, client, number)
        await until(lambda: watch.values(1) == [0, 3, 6])
    finally:
        await client.disconnect()


@pytest.mark.parametrize(
    ("name", "kind", "value", "status"),
    [
        pytest.param("Job.Current", ua.DeadbandType.Percent, 1.0, "BadMonitoredItemFilterUnsupported", id="percent"),
        pytest.param("Job.Name", ua.DeadbandType.Absolute, 1.0, "BadFilterNotAllowed", id="of a text"),
        pytest.param("Job.Current", ua.DeadbandType.Absolute, -1.0, "BadDeadbandFilterInvalid", id="negative"),
    ],
)
async def test_a_filter_that_cannot_be_is_refused(
    served: Served, name: str, kind: ua.DeadbandType, value: float, status: str
) -> None:
    client, wanted = await served.client(), ua.DataChangeFilter()
    wanted.DeadbandType, wanted.DeadbandValue = int(kind), value
    try:
        watch = await watching(client)
        assert (await watch.item(name, 1, Filter=wanted)).StatusCode.name == status
        assert (await watch.item(name, 1, Filter=ua.EventFilter())).StatusCode.name == "BadFilterNotAllowed"
        assert (await watch.item("Nothing", 1)).StatusCode.name == "BadNodeIdUnknown"
    finally:
        await client.disconnect()


async def test_an_item_is_changed_switched_off_and_deleted(served: Served) -> None:
    client = await served.client()
    try:
        watch = await watching(client)
        item = (await watch.item("Job.Current", 1)).MonitoredItemId
        await until(lambda: watch.values(1) == [0])
        revised = await watch.modify(item, QueueSize=5000, DiscardOldest=True, ClientHandle=2)
        assert (revised.RevisedQueueSize, revised.StatusCode.name) == (1000, "Good")
        assert (await watch.modify(9999)).StatusCode.name == "BadMonitoredItemIdInvalid"
        await job(served, client, 3)
        await until(lambda: watch.values(2) == [3])
        await watch.mode(item, MODE.Disabled)
        await job(served, client, 4)
        await watch.mode(item, MODE.Reporting)
        await until(lambda: watch.values(2) == [3, 4])
        params = ua.DeleteMonitoredItemsParameters(watch.number, [item, item])
        found = await client.uaclient.delete_monitored_items(params)
        assert [one.name for one in found] == ["Good", "BadMonitoredItemIdInvalid"]
        assert await served_items(watch) == []
    finally:
        await client.disconnect()


async def served_items(watch: Watching) -> list[int]:
    server, _ = await watch.method("GetMonitoredItems", ua.Variant(watch.number, ua.VariantType.UInt32))
    return list(server)


async def test_a_client_asks_which_items_there_are(served: Served) -> None:
    client, other = await served.client(), await served.client()
    try:
        watch, theirs = await watching(client), await watching(other)
        item = (await watch.item("Job.Current", 41)).MonitoredItemId
        number = ua.Variant(watch.number, ua.VariantType.UInt32)
        assert await watch.method("GetMonitoredItems", number) == [[item], [41]]
        for given, status in (
            (ua.Variant(theirs.number, ua.VariantType.UInt32), "BadUserAccessDenied"),
            (ua.Variant(1, ua.VariantType.UInt32), "BadSubscriptionIdInvalid"),
            (ua.Variant("1"), "BadInvalidArgument"),
        ):
            with pytest.raises(ua.UaStatusCodeError) as refused:
                await watch.method("GetMonitoredItems", given)
            assert type(refused.value).__name__ == status
    finally:
        await client.disconnect()
        await other.disconnect()


async def test_every_value_is_sent_again_to_who_asks(served: Served) -> None:
    client = await served.client()
    try:
        watch = await watching(client)
        await watch.item("Job.Current", 1)
        await watch.item("Job.Name", 2, MODE.Sampling)
        await until(lambda: watch.values(1) == [0])
        await watch.method("ResendData", ua.Variant(watch.number, ua.VariantType.UInt32))
        await until(lambda: watch.values(1) == [0, 0])
        assert watch.values(2) == []
    finally:
        await client.disconnect()
