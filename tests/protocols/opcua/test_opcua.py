"""The flat tags, seen by asyncua's client on a real socket."""

import asyncio
import math
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from protocols import tags
from protocols.forcing import outputs, overlay
from protocols.image import Overlay, ProcessImage
from protocols.opcua import Access, Identity, OpcUaServer, Quality
from protocols.opcua.certificate import ensure_certificate
from protocols.standstill import Standstill
from protocols.user_block import Layout
from tests.types_cache import cached_types

TOKEN = "the-token-of-this-station"


class Asked:
    """What came in."""

    def __init__(self) -> None:
        self.triggers: list[tuple[int, bytes]] = []
        self.jobs: list[int] = []
        self.resets = 0
        self.made: list[tuple[str, str]] = []
        self.latched: list[tuple[str, int]] = []
        self.disk = True

    async def trigger(self, value: int, part_id: bytes) -> None:
        self.triggers.append((value, part_id))

    async def select_job(self, job: int) -> bool:
        self.jobs.append(job)
        return job == 7

    async def reset_counters(self) -> None:
        self.resets += 1

    async def set_production(self, name: str, text: str) -> bool:
        self.made.append((name, text))
        return len(text.encode()) <= 64

    async def latch_lot(self, number: int) -> bool:
        self.latched.append(("lot", number))
        return self.disk

    async def latch_shift(self, number: int) -> bool:
        self.latched.append(("shift", number))
        return self.disk


class Served:
    """A server on a free port."""

    def __init__(self, folder: Path, **access: bool) -> None:
        self.image, self.asked = ProcessImage(), Asked()
        cert, key, uri = ensure_certificate(folder, "Station 1", ["127.0.0.1"])
        rights = {"anonymous": True, "policy_none": True} | access
        self.identity = Identity("Station 1", uri, cert, key, "0.1.0")
        self.server = OpcUaServer(self.image, self.asked, Access(TOKEN, **rights))
        self.server._internal.max_pending_activation_seconds = 60  # a busy machine
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"opc.tcp://127.0.0.1:{self.listener.getsockname()[1]}/"
        self.folder = folder

    async def client(self, user: str | None = None, password: str | None = None, encrypted: bool = False) -> Client:
        client = Client(self.url, timeout=60, watchdog_intervall=60)
        if encrypted:
            cert, key, uri = ensure_certificate(self.folder / "client", "client", [])
            client.application_uri = uri
            await client.set_security(SecurityPolicyBasic256Sha256, str(cert), str(key))
        if user:
            client.set_user(user)
            client.set_password(password)
        await client.connect()
        return client


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    made = Served(tmp_path)
    await made.server.build(cached_types())
    await made.server.start(made.listener, made.identity)
    yield made
    await made.server.stop()


def rows(seq: int, judgement: int = 1) -> list[tuple[tags.Tag, object]]:
    values: list[tuple[tags.Tag, object]] = [(tags.UA_RESULT_SEQ_BEGIN, seq), (tags.UA_RESULT_CODE, judgement)]
    for slot in range(tags.SLOTS):
        used = slot == 0
        values += [
            (tags.SLOT_VALUE[slot], 1.5 if used else math.nan),
            (tags.SLOT_PASS[slot], used),
            (tags.SLOT_STATUS[slot], int(used)),
            (tags.SLOT_NAME[slot], "pin 1" if used else ""),
        ]
    return [*values, (tags.UA_RESULT_SEQ, seq)]


async def value_of(client: Client, node: str) -> ua.DataValue:
    return await client.get_node(f"ns=2;s={node}").read_data_value(raise_on_bad_status=False)


async def eventually(client: Client, node: str, value: object) -> ua.DataValue:
    async with asyncio.timeout(60):
        while True:
            got = await value_of(client, node)
            if got.Value and got.Value.Value == value:
                return got
            await asyncio.sleep(0.02)


async def test_every_row_with_a_node_is_there_with_type_description_and_value(served: Served) -> None:
    client = await served.client()
    try:
        for tag in tags.ALL:
            if tag.node:
                node = client.get_node(f"ns=2;s={tag.node}")
                assert (await node.read_description()).Text == (tag.help or None)
                assert (await node.read_data_type_as_variant_type()).name
        assert (await client.get_node("i=2255").read_value())[2] == "urn:vision-inspection:station"
    finally:
        await client.disconnect()


async def test_a_changed_tag_arrives_with_a_source_time(served: Served) -> None:
    client = await served.client()
    try:
        served.image.set(tags.CURRENT_JOB, 12)
        got = await eventually(client, "Job.Current", 12)
        assert abs((datetime.now(UTC) - got.SourceTimestamp.replace(tzinfo=UTC)).total_seconds()) < 5
    finally:
        await client.disconnect()


async def test_a_forced_tag_is_uncertain_for_as_long_as_it_is(served: Served) -> None:
    client = await served.client()
    try:
        served.image.lay_over(overlay({outputs(Layout())["JobPass"]: True}))
        assert (await eventually(client, "Status.JobPass", True)).StatusCode.name == "UncertainSubstituteValue"
        served.image.lay_over(Overlay())
        assert (await eventually(client, "Status.JobPass", False)).StatusCode.name == "Good"
    finally:
        await client.disconnect()


async def test_all_tags_of_one_result_carry_one_time_and_the_sequence_comes_last(served: Served) -> None:
    client = await served.client()
    try:
        assert (await value_of(client, "Result.Seq")).StatusCode.name == "UncertainInitialValue"
        served.server.publish(rows(77), 1_700_000_000_000_000)
        last = await eventually(client, "Result.Seq", 77)
        first, slot = await value_of(client, "Result.SeqBegin"), await value_of(client, "Slot.00.Value")
        assert first.Value.Value == 77
        assert first.SourceTimestamp == slot.SourceTimestamp == last.SourceTimestamp
        assert slot.Value.Value == 1.5
        assert (await value_of(client, "Slot.01.Value")).StatusCode.name == "BadConfigurationError"
    finally:
        await client.disconnect()


async def test_a_lost_camera_takes_good_from_old_results(served: Served) -> None:
    client = await served.client()
    try:
        served.server.publish(rows(1), 1_700_000_000_000_000)
        await eventually(client, "Result.Seq", 1)
        served.server.set_quality(Quality.NO_CAMERA)
        async with asyncio.timeout(60):
            while (await value_of(client, "Result.Seq")).StatusCode.name != "BadNoCommunication":
                await asyncio.sleep(0.02)
        served.server.publish(rows(2), 1_700_000_001_000_000)
        assert (await eventually(client, "Result.Seq", 2)).StatusCode.is_good()
    finally:
        await client.disconnect()


async def test_the_user_station_triggers_over_an_encrypted_channel(served: Served) -> None:
    client = await served.client("station", TOKEN, encrypted=True)
    try:
        await client.get_node("ns=2;s=Cmd.PartId").write_value("A-17")
        trigger = client.get_node("ns=2;s=Cmd.Trigger")
        await trigger.write_value(ua.Variant(5, ua.VariantType.UInt32))
        await trigger.write_value(ua.Variant(5, ua.VariantType.UInt32))
        assert served.asked.triggers == [(5, b"A-17")]
        await client.get_node("ns=2;s=Cmd.JobSelect").write_value(ua.Variant(7, ua.VariantType.UInt16))
        with pytest.raises(ua.UaStatusCodeError):
            await client.get_node("ns=2;s=Cmd.JobSelect").write_value(ua.Variant(8, ua.VariantType.UInt16))
        await client.get_node("ns=2;s=Cmd.ResetCounters").write_value(True)
        assert (served.asked.jobs, served.asked.resets) == ([7, 8], 1)
    finally:
        await client.disconnect()


@pytest.mark.parametrize(
    ("node", "value", "error"),
    [
        pytest.param("Cmd.PartId", ua.Variant("x" * 65), "BadOutOfRange", id="part id of 65 bytes"),
        pytest.param("Cmd.Trigger", ua.Variant("5"), "BadTypeMismatch", id="text for a number"),
        pytest.param("Status.State", ua.Variant(6, ua.VariantType.UInt16), "BadNotWritable", id="a status"),
        pytest.param("Plc.TriggerEnable", ua.Variant(True), "BadNotWritable", id="the PLC's own image"),
        pytest.param("Cmd.Nothing", ua.Variant(1), "BadNodeIdUnknown", id="no such node"),
    ],
)
async def test_a_bad_write_is_refused_with_its_reason(served: Served, node: str, value: ua.Variant, error: str) -> None:
    client = await served.client("station", TOKEN, encrypted=True)
    try:
        with pytest.raises(ua.UaStatusCodeError) as caught:
            await client.get_node(f"ns=2;s={node}").write_value(value)
        assert type(caught.value).__name__ == error
    finally:
        await client.disconnect()


async def test_anonymous_reads_and_writes_nothing(served: Served) -> None:
    client = await served.client()
    try:
        with pytest.raises(ua.uaerrors.BadUserAccessDenied):
            await client.get_node("ns=2;s=Cmd.Trigger").write_value(ua.Variant(1, ua.VariantType.UInt32))
        with pytest.raises(ua.UaStatusCodeError):
            await client.nodes.objects.add_object(2, "mine")
    finally:
        await client.disconnect()


@pytest.mark.parametrize(
    ("user", "password", "encrypted"),
    [
        pytest.param("station", "wrong", True, id="wrong password"),
        pytest.param("admin", "admin", True, id="asyncua's own admin"),
        pytest.param("station", TOKEN, False, id="right password in the open"),
    ],
)
async def test_who_is_not_the_station_user_stays_out(served: Served, user: str, password: str, encrypted: bool) -> None:
    with pytest.raises(ua.UaStatusCodeError):
        await served.client(user, password, encrypted)


async def test_without_anonymous_and_policy_none_only_the_user_comes_in(tmp_path: Path) -> None:
    made = Served(tmp_path, anonymous=False, policy_none=False)
    await made.server.build(cached_types())
    await made.server.start(made.listener, made.identity)
    try:
        with pytest.raises((ua.UaStatusCodeError, ConnectionError, TimeoutError, ua.UaError)):
            await made.client()
        endpoints = await Client(made.url, timeout=60).connect_and_get_server_endpoints()
        assert {e.SecurityMode.name for e in endpoints} == {"Sign", "SignAndEncrypt"}
        await (await made.client("station", TOKEN, encrypted=True)).disconnect()
    finally:
        await made.server.stop()


async def test_session_tokens_are_random_and_a_second_channel_is_refused(served: Served) -> None:
    first, second = await served.client(), await served.client()
    try:
        tokens = [c.uaclient.protocol.authentication_token for c in (first, second)]
        assert len({t.Identifier for t in tokens}) == 2
        assert all(len(t.Identifier) == 32 for t in tokens)
    finally:
        await first.disconnect()
        await second.disconnect()


async def test_a_publishing_interval_of_one_millisecond_becomes_the_smallest_allowed(served: Served) -> None:
    client = await served.client()
    try:
        subscription = await client.create_subscription(1, _Nothing())
        assert subscription.parameters is not None
        assert (
            next(
                iter(served.server._internal.subscription_service.subscriptions.values())
            ).data.RevisedPublishingInterval
            == 100.0
        )
        await subscription.delete()
    finally:
        await client.disconnect()


class _Nothing:
    def datachange_notification(self, *args: object) -> None: ...


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="HTTP"),
        pytest.param(b"MSGF\xff\xff\xff\x7f" + bytes(8), id="announces 2 GiB"),
        pytest.param(b"HELF\x09\x00\x00\x00\x00", id="cut hello"),
    ],
)
async def test_malformed_bytes_end_the_connection(served: Served, sent: bytes) -> None:
    served.server._internal.max_pending_activation_seconds = 600  # it is not its silence that ends it
    reader, writer = await asyncio.open_connection("127.0.0.1", served.listener.getsockname()[1])
    writer.write(sent)
    async with asyncio.timeout(60):
        while await reader.read(1000):
            pass
    writer.close()
    await (await served.client()).disconnect()


async def with_status(client: Client, node: str, name: str) -> ua.DataValue:
    async with asyncio.timeout(60):
        while True:
            got = await value_of(client, node)
            if got.StatusCode.name == name:
                return got
            await asyncio.sleep(0.02)


async def test_every_value_says_when_the_server_had_it(served: Served) -> None:
    client = await served.client()
    try:
        served.image.set(tags.CURRENT_JOB, 12)
        served.server.publish(rows(1), 1_700_000_000_000_000)
        for node, value in (("Job.Current", 12), ("Result.Seq", 1)):
            await eventually(client, node, value)
            asked = ua.ReadValueId(NodeId=client.get_node(f"ns=2;s={node}").nodeid, AttributeId=ua.AttributeIds.Value)
            params = ua.ReadParameters(TimestampsToReturn=ua.TimestampsToReturn.Both, NodesToRead=[asked])
            (got,) = await client.uaclient.read(params)
            assert abs((datetime.now(UTC) - got.ServerTimestamp.replace(tzinfo=UTC)).total_seconds()) < 5
    finally:
        await client.disconnect()


async def test_before_the_first_result_online_again_is_still_initial(served: Served) -> None:
    client = await served.client()
    try:
        served.server.set_quality(Quality.OFFLINE)
        await with_status(client, "Result.Seq", "BadOutOfService")
        served.server.set_quality(Quality.LAST_USABLE)
        assert (await with_status(client, "Result.Seq", "UncertainInitialValue")).Value.Value == 0
    finally:
        await client.disconnect()


async def test_a_slot_without_a_tool_says_so_again_after_the_camera_was_lost(served: Served) -> None:
    client = await served.client()
    try:
        served.server.publish(rows(1), 1_700_000_000_000_000)
        await eventually(client, "Result.Seq", 1)
        served.server.set_quality(Quality.NO_CAMERA)
        await with_status(client, "Result.Seq", "BadNoCommunication")
        served.server.set_quality(Quality.LAST_USABLE)
        usable = await with_status(client, "Result.Seq", "UncertainLastUsableValue")
        assert usable.Value.Value == 1
        assert (await value_of(client, "Slot.00.Value")).Value.Value == 1.5
        assert (await value_of(client, "Slot.01.Value")).StatusCode.name == "BadConfigurationError"
        served.server.publish(rows(2), 1_700_000_001_000_000)
        await eventually(client, "Result.Seq", 2)
        assert (await value_of(client, "Slot.01.Value")).StatusCode.name == "BadConfigurationError"
    finally:
        await client.disconnect()


async def test_a_result_that_comes_after_the_camera_was_lost_does_not_stay_good(served: Served) -> None:
    client = await served.client()
    try:
        served.server.set_quality(Quality.NO_CAMERA)
        served.server.publish(rows(1, judgement=3), 1_700_000_000_000_000)
        assert (await eventually(client, "Result.Code", 3)).StatusCode.is_good(), "long enough to be sampled"
        await with_status(client, "Result.Seq", "BadNoCommunication")
        assert await client.get_node("i=2267").read_value() < 200, "ServiceLevel"
    finally:
        await client.disconnect()


async def test_a_change_of_quality_is_dated_by_the_change_and_shows_whole_sets(served: Served) -> None:
    client = await served.client()
    try:
        served.server.publish(rows(1), 1_700_000_000_000_000)
        await eventually(client, "Result.Seq", 1)
        served.server.set_quality(Quality.LAST_USABLE)
        last = await with_status(client, "Result.Seq", "UncertainLastUsableValue")
        first = await value_of(client, "Result.SeqBegin")
        assert first.SourceTimestamp == last.SourceTimestamp
        assert abs((datetime.now(UTC) - last.SourceTimestamp.replace(tzinfo=UTC)).total_seconds()) < 5
    finally:
        await client.disconnect()


async def test_order_lot_and_shift_are_written_and_a_text_that_is_too_long_is_refused(served: Served) -> None:
    client = await served.client("station", TOKEN, encrypted=True)
    try:
        for name in ("Order", "Lot", "Shift"):
            await client.get_node(f"ns=2;s=Cmd.{name}").write_value("§" * 32)
        with pytest.raises(ua.UaStatusCodeError) as refused:
            await client.get_node("ns=2;s=Cmd.Lot").write_value("§" * 32 + "1")
        assert refused.value.code == ua.StatusCodes.BadOutOfRange
        assert served.asked.made[:3] == [(name, "§" * 32) for name in ("order", "lot", "shift")]
    finally:
        await client.disconnect()


async def test_while_the_station_stands_still_it_is_read_and_takes_no_command(served: Served) -> None:
    standstill = Standstill()
    served.server.pause_with(standstill)
    client = await served.client("station", TOKEN, encrypted=True)
    try:
        lot = client.get_node("ns=2;s=Cmd.Lot")
        await standstill.begin(0)
        for refused in (lot.write_value("A"), client.nodes.server.call_method("0:GetMonitoredItems", ua.UInt32(1))):
            with pytest.raises(ua.uaerrors.BadShutdown):
                await refused
        assert served.asked.made == []
        assert await client.get_node("ns=2;s=Status.State").read_value() is not None
        standstill.end()
        await lot.write_value("B")
        assert served.asked.made == [("lot", "B")]
    finally:
        await client.disconnect()


async def test_a_new_number_latches_and_a_disk_that_fails_is_told(served: Served) -> None:
    client = await served.client("station", TOKEN, encrypted=True)
    try:
        lot, shift = (client.get_node(f"ns=2;s=Cmd.Latch{name}") for name in ("Lot", "Shift"))
        for number in (5, 5, 6):
            await lot.write_value(ua.Variant(number, ua.VariantType.UInt32))
        served.asked.disk = False
        with pytest.raises(ua.UaStatusCodeError) as refused:
            await shift.write_value(ua.Variant(1, ua.VariantType.UInt32))
        assert refused.value.code == ua.StatusCodes.BadResourceUnavailable
        served.asked.disk = True
        await shift.write_value(ua.Variant(1, ua.VariantType.UInt32))
        assert served.asked.latched == [("lot", 5), ("lot", 6), ("shift", 1), ("shift", 1)]
    finally:
        await client.disconnect()


async def test_a_repeated_command_number_leaves_the_part_id_for_the_next_part(served: Served) -> None:
    client = await served.client("station", TOKEN, encrypted=True)
    try:
        part, trigger = client.get_node("ns=2;s=Cmd.PartId"), client.get_node("ns=2;s=Cmd.Trigger")
        await trigger.write_value(ua.Variant(5, ua.VariantType.UInt32))
        await part.write_value("B-18")
        for number in (5, 6, 7):
            await trigger.write_value(ua.Variant(number, ua.VariantType.UInt32))
        assert served.asked.triggers == [(5, b""), (6, b"B-18"), (7, b"")]
    finally:
        await client.disconnect()


@pytest.mark.parametrize(
    ("limit", "count"), [("MaxNodesPerRead", 300), ("MaxNodesPerWrite", 300), ("MaxNodesPerBrowse", 300)]
)
async def test_a_call_with_too_many_nodes_is_refused_and_the_limit_can_be_read(
    served: Served, limit: str, count: int
) -> None:
    client = await served.client("station", TOKEN, encrypted=True)
    node = client.get_node("ns=2;s=Cmd.PartId").nodeid
    value = ua.DataValue(ua.Variant("A"))
    calls = {
        "MaxNodesPerRead": lambda n: client.uaclient.read_attributes([node] * n, ua.AttributeIds.Value),
        "MaxNodesPerWrite": lambda n: client.uaclient.write_attributes([node] * n, [value] * n),
        "MaxNodesPerBrowse": lambda n: client.uaclient.browse(
            ua.BrowseParameters(NodesToBrowse=[ua.BrowseDescription(NodeId=node)] * n)
        ),
    }
    try:
        object_id = getattr(ua.ObjectIds, f"Server_ServerCapabilities_OperationLimits_{limit}")
        assert await client.get_node(ua.NodeId(object_id)).read_value() == count
        assert len(await calls[limit](count)) == count
        with pytest.raises(ua.uaerrors.BadTooManyOperations):
            await calls[limit](count + 1)
        with pytest.raises(ua.uaerrors.BadNothingToDo):
            await calls[limit](0)
        assert await client.get_node("ns=2;s=Status.MapVersion").read_value() == 0x0101, "the session goes on"
    finally:
        await client.disconnect()


async def test_one_connection_more_than_the_setting_allows_is_refused(tmp_path: Path) -> None:
    made = Served(tmp_path)
    made.server._internal.max_connections = 2
    await made.server.build(cached_types())
    await made.server.start(made.listener, made.identity)
    first, second = await made.client(), await made.client()
    try:
        with pytest.raises((ConnectionError, TimeoutError, ua.UaError, asyncio.IncompleteReadError)):
            await made.client()
        await second.disconnect()
        second = await made.client()
        assert await first.get_node("ns=2;s=Status.MapVersion").read_value() == 0x0101
    finally:
        await first.disconnect()
        await second.disconnect()
        await made.server.stop()


GROUPS = {
    "Status": ("State", "Ready", "Online", "Heartbeat", "ErrorCode", "ErrorText"),
    "Job": ("Current", "Name", "Numbers", "Names"),
    "Result": ("SeqBegin", "Seq", "Pass", "Time", "PartId", "Code", "CycleTimeMs", "Json", "CmdTrigger", "Last16Seq"),
    "Counters": ("Total", "Pass", "Fail", "Missed", "Yield"),
    "Cmd": ("Trigger", "TriggerAck", "TriggerRejected", "TriggerRejectCode", "JobSelect", "ResetCounters", "PartId"),
}
NORM = [f"{group}.{name}" for group, names in GROUPS.items() for name in names]


async def test_the_ids_that_scada_projects_hold_never_move(served: Served) -> None:
    client = await served.client()
    slots = [f"Slot.{i:02}.{name}" for i in range(32) for name in ("Value", "Pass", "Status", "Name")]
    writable = {"Cmd.Trigger", "Cmd.JobSelect", "Cmd.ResetCounters", "Cmd.PartId"}
    try:
        assert await client.get_namespace_index("urn:vision-inspection:station") == 2
        for name in [*NORM, *slots, "Plc.TriggerEnable", "Plc.TriggerSeq"]:
            node = client.get_node(f"ns=2;s={name}")
            assert (await node.read_browse_name()).Name == name.rpartition(".")[2]
            may_write = ua.AccessLevel.CurrentWrite in await node.get_access_level()
            assert may_write == (name in writable), name
    finally:
        await client.disconnect()


async def test_a_scada_system_that_is_gone_is_noticed_by_the_kernel(served: Served) -> None:
    client = await served.client()
    try:
        assert served.server._sockets is not None
        (connection,) = served.server._sockets.clients
        sock = connection.transport.get_extra_info("socket")
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 6000
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 3
    finally:
        await client.disconnect()


async def test_momentary_commands_show_what_still_waits(served: Served) -> None:
    client = await served.client("station", TOKEN, encrypted=True)
    try:
        await client.get_node("ns=2;s=Cmd.PartId").write_value("A-17")
        assert (await value_of(client, "Cmd.PartId")).Value.Value == "A-17"
        await client.get_node("ns=2;s=Cmd.Trigger").write_value(ua.Variant(5, ua.VariantType.UInt32))
        await eventually(client, "Cmd.PartId", "")
        for resets in (1, 2):
            await client.get_node("ns=2;s=Cmd.ResetCounters").write_value(True)
            await eventually(client, "Cmd.ResetCounters", False)
            assert served.asked.resets == resets
    finally:
        await client.disconnect()
