"""Services as OPC UA Part 4 has them, where asyncua's server does otherwise."""

import asyncio
from typing import Any

import pytest
from asyncua import Client, ua

from protocols import tags
from tests.protocols.opcua.raw import Heard, ask, read_of
from tests.protocols.opcua.test_limits import Nothing
from tests.protocols.opcua.test_opcua import TOKEN, Served, eventually, served

__all__ = ["served"]  # the fixture


async def read(client: Client, *items: ua.ReadValueId, stamps: int = 2, max_age: float = 0) -> list[ua.DataValue]:
    params = ua.ReadParameters(max_age, ua.TimestampsToReturn(stamps), list(items))
    return list(await client.uaclient.read(params))


async def test_a_range_of_an_array_or_a_text_is_read(served: Served) -> None:
    client = await served.client()
    try:
        served.image.set(tags.JOB_NUMBERS, (3, 5, 8))
        await eventually(client, "Job.Numbers", [3, 5, 8])
        found = await read(
            client,
            *(read_of(client, "Job.Numbers", one) for one in ("1", "1:2", "2:9", "3", "2:1", "0,0", "x")),
            read_of(client, "Status.MapVersion", "0"),
        )
        assert [one.Value.Value for one in found[:3]] == [[5], [5, 8], [8]]
        assert [one.StatusCode.name for one in found[3:]] == [
            "BadIndexRangeNoData",
            *["BadIndexRangeInvalid"] * 3,
            "BadIndexRangeNoData",
        ]
    finally:
        await client.disconnect()


async def test_a_reader_gets_the_time_stamps_it_asks_for_and_a_wrong_question_is_told(served: Served) -> None:
    client = await served.client()
    item = read_of(client, "Job.Current")
    try:
        served.image.set(tags.CURRENT_JOB, 12)
        await eventually(client, "Job.Current", 12)
        given = [(await read(client, item, stamps=stamps))[0] for stamps in range(4)]
        both = [(one.SourceTimestamp is not None, one.ServerTimestamp is not None) for one in given]
        assert both == [(True, False), (False, True), (True, True), (False, False)]
        with pytest.raises(ua.uaerrors.BadTimestampsToReturnInvalid):
            await read(client, item, stamps=4)
        with pytest.raises(ua.uaerrors.BadMaxAgeInvalid):
            await read(client, item, max_age=-1)
        encodings = ("Default Binary", "Default XML")
        found = await read(client, *(read_of(client, "Job.Current", encoding=one) for one in encodings))
        assert [one.StatusCode.name for one in found] == ["Good", "BadDataEncodingUnsupported"]
    finally:
        await client.disconnect()


async def test_a_variable_is_read_and_written_in_one_piece_and_says_so(served: Served) -> None:
    client = await served.client("station", TOKEN, encrypted=True)
    part = read_of(client, "Cmd.PartId")
    part.AttributeId = ua.AttributeIds.AccessLevelEx
    folder = ua.ReadValueId(ua.NodeId("Status", 2), ua.AttributeIds.AccessLevelEx)
    try:
        level, none = await read(client, part, folder)
        assert (level.Value.Value, none.StatusCode.name) == (0x400 | 0x3, "BadAttributeIdInvalid")
        write = ua.WriteValue(part.NodeId, ua.AttributeIds.Value, "0", ua.DataValue(ua.Variant("x")))
        (code,) = await client.uaclient.write(ua.WriteParameters([write]))
        assert code.name == "BadWriteNotSupported"
    finally:
        await client.disconnect()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        pytest.param({"NodeId": ua.NodeId("Nothing", 2)}, "BadNodeIdUnknown", id="no such node"),
        pytest.param({"ReferenceTypeId": ua.NodeId("Status", 2)}, "BadReferenceTypeIdInvalid", id="no reference type"),
        pytest.param({"BrowseDirection": ua.BrowseDirection.Invalid}, "BadBrowseDirectionInvalid", id="no direction"),
    ],
)
async def test_a_wrong_browse_is_told(served: Served, change: dict[str, Any], status: str) -> None:
    client = await served.client()
    asked = {"NodeId": ua.NodeId("Status", 2), "IncludeSubtypes": True, "ResultMask": 63} | change
    try:
        (result,) = await client.uaclient.browse(ua.BrowseParameters(NodesToBrowse=[ua.BrowseDescription(**asked)]))
        assert result.StatusCode.name == status
    finally:
        await client.disconnect()


async def test_only_the_fields_that_are_wanted_are_browsed_and_there_are_no_views(served: Served) -> None:
    client = await served.client()
    asked = ua.BrowseDescription(NodeId=ua.NodeId("Status", 2), ResultMask=int(ua.BrowseResultMask.BrowseName))
    params = ua.BrowseParameters(NodesToBrowse=[asked])
    try:
        (result,) = await client.uaclient.browse(params)
        assert {one.BrowseName.Name for one in result.References} >= {"State", "Ready"}
        assert all(one.TypeDefinition.is_null() and not one.DisplayName.Text for one in result.References)
        params.View.ViewId = ua.NodeId("Status", 2)
        with pytest.raises(ua.uaerrors.BadViewIdUnknown):
            await client.uaclient.browse(params)
    finally:
        await client.disconnect()


async def test_one_wrong_path_does_not_spoil_the_others(served: Served) -> None:
    client = await served.client()
    objects = ua.NodeId(ua.ObjectIds.ObjectsFolder)

    def path(start: ua.NodeId, *names: str) -> ua.BrowsePath:
        elements = [ua.RelativePathElement(TargetName=ua.QualifiedName(name, 2)) for name in names]
        for one in elements:
            one.ReferenceTypeId = ua.NodeId(ua.ObjectIds.HierarchicalReferences)
            one.IncludeSubtypes, one.IsInverse = True, False
        return ua.BrowsePath(start, ua.RelativePath(elements))

    try:
        found = await client.uaclient.translate_browsepaths_to_nodeids(
            [
                path(objects, "Station", "Tags", "Job", "Current"),
                path(objects),
                path(objects, "Nothing"),
                path(ua.NodeId("Nothing", 2), "Job"),
                path(objects, ""),
            ]
        )
        names = ["Good", "BadNothingToDo", "BadNoMatch", "BadNodeIdUnknown", "BadBrowseNameInvalid"]
        assert [one.StatusCode.name for one in found] == names
        assert found[0].Targets[0].TargetId == ua.NodeId("Job.Current", 2)
    finally:
        await client.disconnect()


async def test_nodes_are_registered_as_many_as_a_call_may_name(served: Served) -> None:
    client = await served.client()
    node = ua.NodeId("Job.Current", 2)
    try:
        assert await client.uaclient.register_nodes([node]) == [node]
        await client.uaclient.unregister_nodes([node])
        with pytest.raises(ua.uaerrors.BadTooManyOperations):
            await client.uaclient.register_nodes([node] * 301)
        with pytest.raises(ua.uaerrors.BadNothingToDo):
            await client.uaclient.register_nodes([])
    finally:
        await client.disconnect()


async def test_the_server_is_found_with_its_endpoints_of_the_wanted_transport(served: Served) -> None:
    client = Client(served.url, timeout=60, watchdog_intervall=60)
    (found,) = await client.connect_and_find_servers()
    assert found.ApplicationUri == served.identity.uri
    await client.connect_socket()
    try:
        await client.send_hello()
        await client.open_secure_channel()
        for profile, there in (("uatcp-uasc-uabinary", True), ("https-uabinary", False)):
            uri = f"http://opcfoundation.org/UA-Profile/Transport/{profile}"
            params = ua.GetEndpointsParameters(EndpointUrl=served.url, ProfileUris=[uri])
            assert bool(await client.uaclient.get_endpoints(params)) == there
        with pytest.raises(ua.uaerrors.BadServiceUnsupported):
            await ask(client, ua.RegisterServerRequest(), ua.RegisterServerResponse)
        await client.close_secure_channel()
    finally:
        client.disconnect_socket()


async def test_a_request_names_its_own_session(served: Served) -> None:
    client, other = await served.client(), await served.client()
    own = client.uaclient.protocol.authentication_token
    try:
        client.uaclient.protocol.authentication_token = other.uaclient.protocol.authentication_token
        with pytest.raises(ua.uaerrors.BadSessionIdInvalid):
            await client.get_node("ns=2;s=Job.Current").read_value()
        client.uaclient.protocol.authentication_token = own
        assert await client.get_node("ns=2;s=Status.MapVersion").read_value() == 0x0101
    finally:
        client.uaclient.protocol.authentication_token = own
        await client.disconnect()
        await other.disconnect()


async def test_a_session_is_of_use_once_it_is_activated(served: Served) -> None:
    client = Client(served.url, timeout=60, watchdog_intervall=60)
    await client.connect_socket()
    try:
        await client.send_hello()
        await client.open_secure_channel()
        with pytest.raises(ua.uaerrors.BadSessionIdInvalid):
            await client.get_node("ns=2;s=Job.Current").read_value()
        await client.create_session()
        with pytest.raises(ua.uaerrors.BadSessionNotActivated):
            await client.get_node("ns=2;s=Job.Current").read_value()
        await client.activate_session()
        assert await client.get_node("ns=2;s=Status.MapVersion").read_value() == 0x0101
        await client.close_session()
        await client.close_secure_channel()
    finally:
        client.disconnect_socket()


async def test_bytes_that_are_no_request_are_told_as_such_and_the_session_goes_on(served: Served) -> None:
    client = await served.client()

    request = ua.BrowseRequest()
    request.TypeId = ua.FourByteNodeId(ua.ObjectIds.CreateMonitoredItemsRequest_Encoding_DefaultBinary)
    try:
        with pytest.raises(ua.uaerrors.BadDecodingError):
            await ask(client, request, ua.BrowseResponse)
        assert await client.get_node("ns=2;s=Status.MapVersion").read_value() == 0x0101
    finally:
        await client.disconnect()


async def waiting(served: Served) -> list[Any]:
    """The Publish requests of the only connection."""
    assert served.server._sockets is not None
    (connection,) = served.server._sockets.clients
    requests = connection.processor._publish_requests
    async with asyncio.timeout(60):
        while not requests:
            await asyncio.sleep(0.01)
    return list(requests)


async def publishing(client: Client) -> asyncio.Task[Any]:
    """A Publish request that waits, sent by hand."""
    return asyncio.ensure_future(ask(client, ua.PublishRequest(), ua.PublishResponse))


async def quiet(client: Client) -> Any:
    """A subscription that says nothing but that it is there, whose first word was heard; nobody publishes for it."""
    params = ua.CreateSubscriptionParameters(1000, 3000, 2000, 0, True, 0)
    subscription = await client.uaclient.create_subscription(params, lambda *_: None)
    task = client.uaclient._publish_task
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await asyncio.wait_for(await publishing(client), 60)
    return subscription


async def test_waiting_publish_requests_end_with_the_session(served: Served) -> None:
    client = await served.client()
    await quiet(client)
    task = await publishing(client)
    await waiting(served)
    await client.uaclient.close_session(True)
    with pytest.raises(ua.uaerrors.BadSessionClosed):
        await asyncio.wait_for(task, 60)
    await client.disconnect()


async def test_waiting_publish_requests_end_with_the_last_subscription(served: Served) -> None:
    client = await served.client()
    try:
        made = await quiet(client)
        task = await publishing(client)
        await waiting(served)
        await client.uaclient.delete_subscriptions([made.SubscriptionId])
        with pytest.raises(ua.uaerrors.BadNoSubscription):
            await asyncio.wait_for(task, 60)
        with pytest.raises(ua.uaerrors.BadNoSubscription):
            await ask(client, ua.PublishRequest(), ua.PublishResponse)
    finally:
        await client.disconnect()


async def test_a_waiting_publish_request_is_cancelled_by_its_handle(served: Served) -> None:
    client = await served.client()
    try:
        await quiet(client)
        task = await publishing(client)
        (one,) = await waiting(served)
        request = ua.CancelRequest()
        for handle, count in ((one.requesthdr.RequestHandle + 7, 0), (one.requesthdr.RequestHandle, 1)):
            request.Parameters.RequestHandle = handle
            assert (await ask(client, request, ua.CancelResponse)).Parameters.CancelCount == count
        with pytest.raises(ua.uaerrors.BadRequestCancelledByClient):
            await asyncio.wait_for(task, 60)
    finally:
        await client.disconnect()


async def test_a_session_does_not_touch_the_subscriptions_of_another(served: Served) -> None:
    client, other = await served.client(), await served.client()
    try:
        theirs = (await other.create_subscription(100, Nothing())).subscription_id
        await client.create_subscription(100, Nothing())
        (code,) = await client.uaclient.delete_subscriptions([theirs])
        assert code.name == "BadSubscriptionIdInvalid"
        with pytest.raises(ua.uaerrors.BadSubscriptionIdInvalid):
            await client.uaclient.create_monitored_items(
                ua.CreateMonitoredItemsParameters(theirs, ua.TimestampsToReturn.Both, [ua.MonitoredItemCreateRequest()])
            )
        assert theirs in served.server._internal.subscription_service.subscriptions
    finally:
        await client.disconnect()
        await other.disconnect()


async def test_five_publish_requests_may_wait_and_the_oldest_of_too_many_is_refused(served: Served) -> None:
    client = await served.client()
    try:
        await quiet(client)
        tasks = [await publishing(client) for _ in range(12)]
        with pytest.raises(ua.uaerrors.BadTooManyPublishRequests):
            await asyncio.wait_for(tasks[0], 60)
        assert not any(task.done() for task in tasks[1:])
        await client.uaclient.close_session(True)
        await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        await client.disconnect()


async def test_a_modified_subscription_publishes_at_its_new_interval(served: Served) -> None:
    client, heard = await served.client(), Heard()
    try:
        subscription = await client.create_subscription(3_600_000, heard)
        await subscription.subscribe_data_change(client.get_node("ns=2;s=Job.Current"))
        params = ua.ModifySubscriptionParameters(subscription.subscription_id, 100, 1000, 10)
        revised = await client.uaclient.modify_subscription(params)
        assert (revised.RevisedPublishingInterval, revised.RevisedLifetimeCount) == (100, 1000)
        served.image.set(tags.CURRENT_JOB, 12)
        async with asyncio.timeout(60):
            while ("Job.Current", 12) not in heard.values:
                await asyncio.sleep(0.02)
    finally:
        await client.disconnect()
