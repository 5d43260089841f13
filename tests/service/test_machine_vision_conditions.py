"""Alarms as conditions of the Machine Vision model: a client hears of them, answers them, and finds them again."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from asyncua import Client, ua
from asyncua.common.subscription import Subscription

from tests.service.in_process import InProcess, station_running
from tests.service.test_machine_vision import MV, OUTER, ROOT, Heard, call, raw_call, running, scada, shows, until

pytestmark = pytest.mark.interop  # seconds each

__all__ = ["running", "scada"]  # fixtures
WARNING, ERROR, PERSISTENT = (ua.NodeId(number, MV) for number in (1034, 1035, 1036))
CONDITION_TYPE, REFRESH, REFRESH_2 = ua.NodeId(2782), ua.NodeId(3875), ua.NodeId(12912)
ACKNOWLEDGE, CONFIRM, ADD_COMMENT = ua.NodeId(9111), ua.NodeId(9113), ua.NodeId(9029)
ENABLE, DISABLE = ua.NodeId(9027), ua.NodeId(9028)
MARKS = (ua.NodeId(2787), ua.NodeId(2788))
CAMERA_LOST = ua.NodeId("Alarm.101", 2)


async def listen(client: Client, node: str = f"ns=2;s={ROOT}", kind: int = 1033) -> tuple[Heard, Subscription]:
    """Every field of `kind` and its subtypes; the where clause is OfType, as other people's clients write it."""
    heard = Heard()
    subscription = await client.create_subscription(100, heard)
    wanted = await filter_of(client, kind)
    await subscription._subscribe(client.get_node(node), ua.AttributeIds.EventNotifier, wanted, queuesize=100)
    return heard, subscription


async def filter_of(client: Client, *kinds: int) -> ua.EventFilter:
    from asyncua.common.events import get_filter_from_event_type

    nodes = [client.get_node(ua.NodeId(kind, MV)) for kind in kinds]
    wanted = await get_filter_from_event_type(nodes, where_clause_generation=False)
    more = [ua.SimpleAttributeOperand(ua.NodeId(2915), [ua.QualifiedName(n)], 13) for n in ("ActiveState",)]
    path = [ua.QualifiedName("ActiveState"), ua.QualifiedName("Id")]
    wanted.SelectClauses = [*wanted.SelectClauses, *more, ua.SimpleAttributeOperand(ua.NodeId(2915), path, 13)]
    operand = ua.LiteralOperand(ua.Variant(ua.NodeId(kinds[0], MV)))
    wanted.WhereClause.Elements = [ua.ContentFilterElement(ua.FilterOperator.OfType, [operand])]
    return wanted


async def ask(client: Client, owner: ua.NodeId, method: ua.NodeId, *given: ua.Variant) -> str:
    """The name of the status."""
    request = ua.CallMethodRequest()
    request.ObjectId, request.MethodId, request.InputArguments = owner, method, list(given)
    return (await client.uaclient.call([request]))[0].StatusCode.name


def about(event: Any, text: str | None = None) -> tuple[ua.Variant, ua.Variant]:
    words = ua.LocalizedText(text, "en") if text is not None else ua.LocalizedText()
    return ua.Variant(event.EventId, ua.VariantType.ByteString), ua.Variant(words)


def states(event: Any) -> tuple[bool, bool, bool, bool]:
    """Retain, active, acknowledged, confirmed."""
    names = ("Retain", "ActiveState/Id", "AckedState/Id", "ConfirmedState/Id")
    return tuple(getattr(event, name) for name in names)  # type: ignore[return-value]


async def lost(running: InProcess, heard: Heard) -> Any:
    """Unplug the camera; the condition's event."""
    running.camera.unplug()
    await until(lambda: heard.events)
    return heard.events[-1]


async def test_a_lost_camera_is_a_condition_with_every_field(running: InProcess, scada: Client) -> None:
    heard, one = await listen(scada)
    at_server, other = await listen(scada, "i=2253")
    event = await lost(running, heard)
    await until(lambda: at_server.events)
    assert at_server.events[0].EventId == event.EventId
    assert event.EventType == ERROR
    assert (event.NodeId, event.BranchId) == (CAMERA_LOST, ua.NodeId())
    assert (event.SourceNode, event.SourceName) == (ua.NodeId(ROOT, 2), ROOT)
    assert (event.ConditionName, event.ErrorCode, event.ErrorString) == ("camera_lost", 101, "The camera is lost")
    assert event.CausePath == "UDT/Hardware Related Error/Sensor Unit/Camera"
    assert (event.StopReaction, event.BlockReaction) == (True, False)
    assert states(event) == (True, True, False, False)
    assert (event.EnabledState.Text, getattr(event, "EnabledState/Id")) == ("Enabled", True)
    assert event.ConditionClassId == ua.NodeId(ua.ObjectIds.SystemConditionClassType)
    assert event.InternalRecipeId.Id == event.ExternalRecipeId.Id == "1"
    assert event.InternalConfigurationId.Id
    assert event.Severity == 700
    assert event.Message.Text.startswith("The camera is lost: ")
    empty = {name for name, value in vars(event).items() if value is None and not name.startswith("_")}
    assert empty <= {"server_handle"}
    await one.delete()
    await other.delete()


async def test_it_is_acknowledged_over_and_confirmed_and_then_it_is_settled(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada)
    came = await lost(running, heard)
    assert await ask(scada, CAMERA_LOST, ACKNOWLEDGE, *about(came, "on my way")) == "Good"
    await until(lambda: len(heard.events) >= 2)
    acked = heard.events[1]
    assert states(acked) == (True, True, True, False)
    assert (acked.Comment.Text, acked.ClientUserId) == ("on my way", "OPC UA station 127.0.0.1")
    assert acked.EventId != came.EventId
    assert await ask(scada, CAMERA_LOST, ACKNOWLEDGE, *about(came)) == "BadConditionBranchAlreadyAcked"
    running.camera.plug()
    await until(lambda: len(heard.events) >= 3)
    assert states(heard.events[2]) == (True, False, True, False)
    assert heard.events[2].Message.Text == "Over: The camera is lost"
    assert await ask(scada, CAMERA_LOST, CONFIRM, *about(came)) == "Good", "any event of this occurrence will do"
    await until(lambda: len(heard.events) >= 4)
    assert states(heard.events[3]) == (False, False, True, True)
    assert heard.events[3].Comment.Text == "on my way"
    assert await ask(scada, CAMERA_LOST, CONFIRM, *about(came)) == "BadEventIdUnknown", "it is settled"
    await subscription.delete()


async def test_a_wrong_call_gets_the_status_that_says_so(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada)
    came = await lost(running, heard)
    strange = ua.Variant(b"no such event id", ua.VariantType.ByteString), ua.Variant(ua.LocalizedText())
    for method in (ACKNOWLEDGE, CONFIRM, ADD_COMMENT):
        assert await ask(scada, CAMERA_LOST, method, *strange) == "BadEventIdUnknown"
        assert await ask(scada, ua.NodeId("Alarm.201", 2), method, *about(came)) == "BadEventIdUnknown"
        assert await ask(scada, ua.NodeId("Alarm.999", 2), method, *about(came)) == "BadNodeIdUnknown"
        assert await ask(scada, CAMERA_LOST, method) == "BadArgumentsMissing"
        assert await ask(scada, CAMERA_LOST, method, *about(came, "x" * 501)) == "BadInvalidArgument"
    assert await ask(scada, CAMERA_LOST, ENABLE) == "BadConditionAlreadyEnabled"
    assert await ask(scada, CAMERA_LOST, DISABLE) == "BadNotSupported"
    assert await ask(scada, CAMERA_LOST, CONFIRM, *about(came)) == "Good"
    assert await ask(scada, CAMERA_LOST, CONFIRM, *about(came)) == "BadConditionBranchAlreadyConfirmed"
    assert await ask(scada, CAMERA_LOST, ADD_COMMENT, *about(came, "loose")) == "Good"
    await until(lambda: len(heard.events) >= 3)
    assert heard.events[-1].Comment.Text == "loose"
    await subscription.delete()


async def test_who_comes_later_asks_what_is_retained(running: InProcess, scada: Client) -> None:
    running.camera.unplug()
    await shows(scada, OUTER, "Error")
    heard, subscription = await listen(scada)
    also, other = await listen(scada, "i=2253")
    number = ua.Variant(subscription.subscription_id, ua.VariantType.UInt32)
    assert await ask(scada, CONDITION_TYPE, REFRESH, number) == "Good"
    await until(lambda: len(heard.events) >= 3)
    start, condition, end = heard.events
    assert (start.EventType, end.EventType) == MARKS
    assert condition.NodeId == CAMERA_LOST
    assert await ask(scada, CAMERA_LOST, CONFIRM, *about(condition)) == "Good", "a refreshed event is the event itself"
    assert also.events == [] or [one.EventType for one in also.events] == [ERROR], "another subscription"
    assert await ask(scada, CONDITION_TYPE, REFRESH, ua.Variant(999_999, ua.VariantType.UInt32)) == (
        "BadSubscriptionIdInvalid"
    )
    await subscription.delete()
    await other.delete()


async def test_one_monitored_item_is_refreshed_alone(running: InProcess, scada: Client) -> None:
    running.camera.unplug()
    await shows(scada, OUTER, "Error")
    heard = Heard()
    subscription = await scada.create_subscription(100, heard)
    wanted = await filter_of(scada, 1033)
    items = [
        await subscription._subscribe(scada.get_node(node), ua.AttributeIds.EventNotifier, wanted, queuesize=100)
        for node in (f"ns=2;s={ROOT}", "i=2253")
    ]
    number, item, none = (
        ua.Variant(value, ua.VariantType.UInt32) for value in (subscription.subscription_id, items[1], 999)
    )
    assert await ask(scada, CONDITION_TYPE, REFRESH_2, number, item) == "Good"
    await until(lambda: len(heard.events) >= 3)
    assert [event.EventType for event in heard.events] == [MARKS[0], ERROR, MARKS[1]]
    assert await ask(scada, CONDITION_TYPE, REFRESH_2, number, none) == "BadMonitoredItemIdInvalid"
    await subscription.delete()


async def test_the_subscription_of_somebody_else_is_not_refreshed(running: InProcess, scada: Client) -> None:
    _, subscription = await listen(scada)
    async with Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as stranger:
        number = ua.Variant(subscription.subscription_id, ua.VariantType.UInt32)
        assert await ask(stranger, CONDITION_TYPE, REFRESH, number) == "BadSubscriptionIdInvalid"
        assert await ask(stranger, CAMERA_LOST, ENABLE) == "BadUserAccessDenied"
    await subscription.delete()


async def test_who_only_reads_may_refresh_what_is_his(running: InProcess) -> None:
    running.camera.unplug()
    async with Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as reader:
        await shows(reader, OUTER, "Error")
        await reader.load_data_type_definitions()
        heard, subscription = await listen(reader)
        number = ua.Variant(subscription.subscription_id, ua.VariantType.UInt32)
        assert await ask(reader, CONDITION_TYPE, REFRESH, number) == "Good"
        await until(lambda: len(heard.events) >= 3)
        assert await ask(reader, CAMERA_LOST, CONFIRM, *about(heard.events[1])) == "BadUserAccessDenied"
        await subscription.delete()


async def test_a_filter_that_cannot_be_evaluated_is_refused_when_it_comes(scada: Client) -> None:
    subscription = await scada.create_subscription(100, Heard())
    like = ua.ContentFilterElement(ua.FilterOperator.Like, [ua.LiteralOperand(ua.Variant("a"))] * 2)
    itself = ua.ContentFilterElement(ua.FilterOperator.Not, [ua.ElementOperand(0)])
    for element, status in ((like, "BadMonitoredItemFilterUnsupported"), (itself, "BadEventFilterInvalid")):
        wanted = await filter_of(scada, 1033)
        wanted.WhereClause.Elements = [element]
        with pytest.raises(ua.UaStatusCodeError, match=status):
            await subscription._subscribe(scada.get_node("i=2253"), ua.AttributeIds.EventNotifier, wanted, queuesize=9)
    await subscription.delete()


async def test_a_filter_that_is_modified_counts_from_then_on(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada, "i=2253", kind=1037)  # of conditions it lets none through
    (item,) = subscription._monitored_items.values()
    request = ua.MonitoredItemModifyRequest()
    request.MonitoredItemId = item.server_handle
    request.RequestedParameters.ClientHandle, request.RequestedParameters.QueueSize = item.client_handle, 100
    request.RequestedParameters.Filter = await filter_of(scada, 1033)
    params = ua.ModifyMonitoredItemsParameters()
    params.SubscriptionId, params.ItemsToModify = subscription.subscription_id, [request]
    (result,) = await scada.uaclient.modify_monitored_items(params)
    assert (result.StatusCode.name, result.RevisedQueueSize) == ("Good", 100)
    await lost(running, heard)
    request.MonitoredItemId = 999
    (result,) = await scada.uaclient.modify_monitored_items(params)
    assert result.StatusCode.name == "BadMonitoredItemIdInvalid"
    await subscription.delete()


async def test_confirm_all_confirms_what_stands(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada)
    await lost(running, heard)
    await call(scada, f"{OUTER}.ConfirmAll", ua.LocalizedText("all seen to", "en"))
    await until(lambda: len(heard.events) >= 2)
    assert states(heard.events[1]) == (True, True, True, True)
    assert heard.events[1].Comment.Text == "all seen to"
    running.camera.plug()
    await until(lambda: len(heard.events) >= 3)
    assert states(heard.events[2]) == (False, False, True, True)
    too_long = await raw_call(scada, f"{OUTER}.ConfirmAll", ua.Variant(ua.LocalizedText("x" * 501)))
    assert too_long.StatusCode.name == "BadInvalidArgument"
    await subscription.delete()


async def test_a_recipe_that_is_missing_is_an_error_that_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = tmp_path / "recipes"
    empty.mkdir()
    async with (
        station_running(tmp_path, monkeypatch, opcua=True, connect=False, station={"recipe_folder": empty}) as running,
        Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as reader,
    ):
        await shows(reader, OUTER, "Preoperational")
        await reader.load_data_type_definitions()
        heard, subscription = await listen(reader)
        number = ua.Variant(subscription.subscription_id, ua.VariantType.UInt32)
        assert await ask(reader, CONDITION_TYPE, REFRESH, number) == "Good"
        await until(lambda: len(heard.events) >= 3)
        found = {event.ErrorCode: event for event in heard.events[1:-1]}
        assert found[201].EventType == PERSISTENT
        assert (found[201].StopReaction, found[201].BlockReaction) == (True, True)
        assert found[201].InternalRecipeId.Id == ""
        state = await reader.get_node(f"ns=2;s={ROOT}.SystemState").read_value()
        assert state.StateDescription == "UDT/Software Related Error/Recipe"
        await subscription.delete()


async def test_what_only_warns_is_a_warning_condition(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada)
    running.station.simulate(2, "gate test", "anna")
    await until(lambda: heard.events)
    warning = heard.events[0]
    assert (warning.EventType, warning.ErrorCode, warning.Severity) == (WARNING, 704, 400)
    assert (warning.StopReaction, warning.BlockReaction) == (False, False)
    assert warning.Message.Text.startswith("Judgements are simulated: every part is FAIL. ")
    await subscription.delete()


async def test_rest_and_opc_ua_answer_the_same_alarms(running: InProcess, scada: Client) -> None:
    heard, subscription = await listen(scada)
    came = await lost(running, heard)
    async with aiohttp.ClientSession() as web:
        async with web.get(f"{running.url}/api/v1/alarms") as answer:
            (alarm,) = await answer.json()
        assert (alarm["number"], alarm["active"], alarm["acknowledged"]) == (101, True, False)
        body = {"comment": "seen in the console"}
        async with web.post(f"{running.url}/api/v1/alarms/101/acknowledge", json=body) as answer:
            (alarm,) = await answer.json()
        assert (alarm["acknowledged"], alarm["comment"]) == (True, "seen in the console")
        assert alarm["acknowledged_by"] == "web 127.0.0.1"
        await until(lambda: len(heard.events) >= 2)
        assert (heard.events[1].Comment.Text, heard.events[1].ClientUserId) == (
            "seen in the console",
            "web 127.0.0.1",
        )
        async with web.post(f"{running.url}/api/v1/alarms/101/acknowledge", json={}) as answer:
            assert answer.status == 409
        assert await ask(scada, CAMERA_LOST, CONFIRM, *about(came, "plugged in")) == "Good"
        running.camera.plug()
        await until(lambda: 101 not in running.alarms)
        async with web.post(f"{running.url}/api/v1/alarms/101/confirm", json={}) as answer:
            assert answer.status == 404, "it is settled"
    await subscription.delete()


async def test_an_alarm_that_is_over_waits_over_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station_running(tmp_path, monkeypatch, opcua=True) as running:
        await running.ready()
        running.camera.unplug()
        await until(lambda: 101 in running.alarms)
        async with aiohttp.ClientSession() as web:
            await web.post(f"{running.url}/api/v1/alarms/101/acknowledge", json={"comment": "on my way"})
        running.camera.plug()
        await until(lambda: 101 not in running.alarms)
    async with station_running(tmp_path, monkeypatch, opcua=True) as running:
        async with aiohttp.ClientSession() as web:
            async with web.get(f"{running.url}/api/v1/alarms?over=true") as answer:
                found = {alarm["number"]: alarm for alarm in await answer.json()}
            assert (found[101]["active"], found[101]["acknowledged"]) == (False, True)
            async with web.get(f"{running.url}/api/v1/alarms") as answer:
                assert 101 not in {alarm["number"] for alarm in await answer.json()}
        async with Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as reader:
            await reader.load_data_type_definitions()
            heard, subscription = await listen(reader)
            number = ua.Variant(subscription.subscription_id, ua.VariantType.UInt32)
            assert await ask(reader, CONDITION_TYPE, REFRESH, number) == "Good"
            await until(lambda: [event.EventType for event in heard.events][-1:] == [MARKS[1]])
            event = next(event for event in heard.events if event.NodeId == CAMERA_LOST)
            assert states(event) == (True, False, True, False)
            assert event.Comment.Text == "on my way"
            await subscription.delete()
