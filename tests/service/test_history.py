"""History as a SCADA client reads it: out of the results database, in order of time, page by page."""

import asyncio
import math
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from asyncua import Client, ua

from protocols import tags
from protocols.image import ProcessImage
from protocols.opcua import Access, Identity, OpcUaServer
from protocols.opcua.certificate import ensure_certificate
from protocols.opcua.history import HISTORIZED
from service.history import COLUMNS, ResultHistory
from service.recipes import RecipeBook
from service.scada import ScadaCommands
from service.settings import Settings, StoreSettings
from service.store import Store
from service.vision_system import VisionSystem
from tests.service.in_process import InProcess, listener, station_running
from tests.service.store.parts import BEGIN_US, inspection
from tests.types_cache import cached_types
from vision.result import Judgement

SECOND_US = 1_000_000
COUNT = 40
BEGIN = datetime.fromtimestamp(BEGIN_US / 1e6, UTC)  # a whole second, as each of the parts


def part(number: int) -> Any:
    judgement = Judgement.FAIL if number % 10 == 0 else Judgement.PASS
    made = inspection(number, judgement)
    at_us = BEGIN_US + number * SECOND_US
    outcome = replace(made.outcome, acquisition_time_us=at_us)
    counted = (number, 0, number, number - number // 10, number // 10, 0, 0)
    return replace(made, outcome=outcome, finished_at_us=at_us + 20_000, counted=counted if number > 5 else ())


class Served:
    """A server whose history is a database of forty parts, one a second."""

    def __init__(self, client: Client, store: Store) -> None:
        self.client, self.store = client, store

    def node(self, name: str) -> Any:
        return self.client.get_node(f"ns=2;s={name}")

    async def raw(self, name: str, **details: Any) -> ua.HistoryReadResult:
        return (await self.call(_raw(**details), name))[0]

    async def call(self, details: Any, *names: str, point: bytes | None = None, release: bool = False) -> Any:
        params = ua.HistoryReadParameters()
        params.HistoryReadDetails, params.ReleaseContinuationPoints = details, release
        params.NodesToRead = [ua.HistoryReadValueId(NodeId=self.node(n).nodeid, ContinuationPoint=point) for n in names]
        return await self.client.uaclient.history_read(params)


def _raw(**details: Any) -> ua.ReadRawModifiedDetails:
    return ua.ReadRawModifiedDetails(**{"IsReadModified": False} | details)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with Store.open(tmp_path, StoreSettings(min_free_mb=0), ZoneInfo("UTC")) as store:
        await asyncio.gather(*[store.save(part(number)) for number in range(1, COUNT + 1)])
        history = ResultHistory(VisionSystem(Settings(), RecipeBook(tmp_path)))
        history.begin(store)
        server = OpcUaServer(
            image := ProcessImage(), ScadaCommands(image), Access("token", True, True), history=history
        )
        cert, key, uri = ensure_certificate(tmp_path / "opcua", "Station", ["127.0.0.1"])
        await server.build(cached_types())
        sock = listener()
        await server.start(sock, Identity("Station", uri, cert, key, "1"))
        async with Client(f"opc.tcp://127.0.0.1:{sock.getsockname()[1]}/", timeout=60, watchdog_intervall=60) as client:
            yield Served(client, store)
        await server.stop()


def after(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


async def test_every_tag_with_a_history_says_so_and_has_its_columns(served: Served) -> None:
    assert set(COLUMNS) == HISTORIZED
    for tag in tags.ALL:
        if not tag.node:
            continue
        node = served.node(tag.node)
        historizing = (await node.read_attribute(ua.AttributeIds.Historizing)).Value.Value
        may_read = ua.AccessLevel.HistoryRead in await node.get_access_level()
        assert historizing == may_read == (tag in HISTORIZED), tag.node


async def test_a_tag_is_read_back_with_its_own_type(served: Served) -> None:
    for tag in HISTORIZED - {*tags.SLOT_VALUE[2:], *tags.SLOT_PASS[2:], *tags.SLOT_STATUS[2:]}:
        node = served.node(str(tag.node))
        kind = await node.read_data_type_as_variant_type()
        values = await node.read_raw_history(after(10), after(12), return_bounds=False)
        assert [one.SourceTimestamp for one in values] == [after(10), after(11)], tag.node
        assert {one.Value.VariantType for one in values} == {kind}, tag.node


async def test_values_carry_the_time_of_the_exposure_also_on_whole_seconds(served: Served) -> None:
    values = await served.node("Result.Seq").read_raw_history(after(1), after(5), return_bounds=False)
    assert [(one.Value.Value, one.SourceTimestamp) for one in values] == [(n, after(n)) for n in range(1, 5)]
    newest = await served.node("Result.Seq").read_raw_history(None, after(40), 3)
    assert [one.Value.Value for one in newest] == [40, 39, 38]


async def test_each_kind_of_value_is_what_was_published(served: Served) -> None:
    async def one(node: str, second: int) -> Any:
        (value,) = await served.node(node).read_raw_history(after(second), None, 1)
        return value.Value.Value if value.StatusCode.is_good() else value.StatusCode.name

    assert await one("Result.Pass", 10) is False
    assert await one("Result.Pass", 11) is True
    assert await one("Result.Judgement", 10) == "FAIL"
    assert await one("Result.PartId", 11) == "P000011"
    assert await one("Result.CycleTimeMs", 11) == 30.0
    assert await one("Result.Time", 11) == after(11)
    assert await one("Result.Decoded", 11) == "AB�"
    assert await one("Slot.01.Value", 11) == 12.25
    assert await one("Slot.01.Status", 11) == 1
    assert await one("Slot.00.Pass", 11) is True
    assert await one("Slot.02.Value", 11) == "BadConfigurationError"
    assert await one("Counters.Total", 11) == 11
    assert await one("Counters.Fail", 20) == 2
    assert await one("Counters.Yield", 20) == 90.0


async def test_counters_begin_where_they_began_to_be_kept(served: Served) -> None:
    values = await served.node("Counters.Total").read_raw_history(after(0), after(8), return_bounds=False)
    assert [one.Value.Value for one in values] == [6, 7]


async def test_a_page_leads_to_the_next_and_the_client_reads_all_of_them(served: Served) -> None:
    await asyncio.gather(*[served.store.save(part(number)) for number in range(COUNT + 1, 2101)])
    first = await served.raw("Result.Seq", StartTime=after(0), EndTime=after(9999), ReturnBounds=False)
    assert len(first.HistoryData.DataValues) == 2000
    assert first.ContinuationPoint
    everything = await served.node("Result.Seq").read_raw_history(after(0), after(9999), return_bounds=False)
    assert [one.Value.Value for one in everything] == list(range(1, 2101))
    many = await served.call(
        _raw(StartTime=after(0), EndTime=after(9999), ReturnBounds=False),
        *[f"Slot.{slot:02}.Value" for slot in range(20)],
    )
    assert {len(one.HistoryData.DataValues) for one in many} == {100}


async def test_what_cannot_be_answered_says_why(served: Served) -> None:
    one = {"StartTime": BEGIN, "NumValuesPerNode": 1}
    modified = {"StartTime": BEGIN, "EndTime": BEGIN, "IsReadModified": True}
    before = {"StartTime": BEGIN - timedelta(days=1), "EndTime": BEGIN, "ReturnBounds": False}
    for node, details, status in (
        ("Result.Seq", before, "GoodNoData"),
        ("Result.Seq", {"StartTime": BEGIN, "EndTime": ua.get_win_epoch()}, "BadHistoryOperationInvalid"),
        ("Result.Seq", modified, "BadHistoryOperationUnsupported"),
        ("Status.State", one, "BadHistoryOperationUnsupported"),
        ("Result.Json", one, "BadHistoryOperationUnsupported"),
        ("Nothing", one, "BadNodeIdUnknown"),
    ):
        assert (await served.raw(node, **details)).StatusCode.name == status, (node, details)


async def test_a_strange_continuation_point_is_refused_and_a_release_costs_nothing(served: Served) -> None:
    details = _raw(StartTime=BEGIN, NumValuesPerNode=1)
    (wrong,) = await served.call(details, "Result.Seq", point=b"somebody else's")
    assert wrong.StatusCode.name == "BadContinuationPointInvalid"
    (released,) = await served.call(details, "Result.Seq", point=b"somebody else's", release=True)
    assert released.StatusCode.is_good()
    with pytest.raises(ua.uaerrors.BadTooManyOperations):
        await served.call(details, *["Result.Seq"] * 33)
    assert [one.Value.Value for one in await served.node("Result.Seq").read_raw_history(after(3), None, 1)] == [3]


async def test_a_client_finds_out_what_there_is_without_asking_for_it(served: Served) -> None:
    for name in ("AccessHistoryDataCapability", "AccessHistoryEventsCapability"):
        assert await served.client.get_node(
            ua.NodeId(getattr(ua.ObjectIds, f"HistoryServerCapabilities_{name}"))
        ).read_value()
    (configuration,) = await served.node("Result.Seq").get_referenced_nodes(ua.ObjectIds.HasHistoricalConfiguration)
    assert await (await configuration.get_child("0:Stepped")).read_value() is True


async def test_eight_days_are_kept_by_default(tmp_path: Path) -> None:
    defaults = StoreSettings()
    assert (defaults.max_results, defaults.max_age_days) == (0, 0), "0 = no limit"
    async with Store.open(tmp_path, StoreSettings(min_free_mb=0), ZoneInfo("UTC")) as store:
        long_ago = int((datetime.now(UTC) - timedelta(days=8)).timestamp() * 1e6)
        for number in range(1, 101):
            await store.save(replace(part(number), finished_at_us=long_ago + number))
        await store.maintain()
        assert await store.get(1) is not None


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    async with station_running(tmp_path, monkeypatch, opcua=True) as running:
        await running.enable()
        yield running


class Heard:
    def __init__(self) -> None:
        self.events: list[Any] = []

    def event_notification(self, event: Any) -> None:
        self.events.append(event)


async def test_a_whole_station_reads_back_what_it_published(running: InProcess) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    for _ in range(3):
        await running.part()
    async with Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as client:
        live = await _good(client, "Slot.00.Value")
        values = await client.get_node("ns=2;s=Slot.00.Value").read_raw_history(
            None, datetime.now(UTC), 1, return_bounds=False
        )
        assert values[0].SourceTimestamp == live.SourceTimestamp
        assert math.isclose(values[0].Value.Value, live.Value.Value)
        totals = await client.get_node("ns=2;s=Counters.Total").read_raw_history(before, datetime.now(UTC))
        assert [one.Value.Value for one in totals if one.StatusCode.is_good()] == [1, 2, 3]


async def _good(client: Client, node: str) -> ua.DataValue:
    async with asyncio.timeout(60):
        while not (value := await client.get_node(f"ns=2;s={node}").read_data_value(False)).StatusCode.is_good():
            await asyncio.sleep(0.01)
    return value


async def test_events_are_read_back_as_they_were_raised(running: InProcess) -> None:
    heard = Heard()
    async with Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as client:
        await client.load_data_type_definitions()
        ready = ua.NodeId(1024, await client.get_namespace_index("http://opcfoundation.org/UA/MachineVision"))
        node = client.get_node("ns=2;s=VisionSystem")
        subscription = await client.create_subscription(100, heard)
        await subscription.subscribe_events(node, ready)
        for _ in range(2):
            await running.part()
        async with asyncio.timeout(60):
            while len(heard.events) < 2:
                await asyncio.sleep(0.01)
        past = await node.read_event_history(None, datetime.now(UTC), 10, evtypes=[ready])
        server = await client.nodes.server.read_event_history(None, datetime.now(UTC), 1, evtypes=[ready])
    assert len(past) == 2
    assert [one.EventId for one in server] == [past[0].EventId]
    for live, again in zip(reversed(heard.events), past, strict=True):
        for name in ("EventId", "EventType", "SourceNode", "Message", "ResultId", "ResultState", "PartId"):
            assert getattr(again, name) == getattr(live, name), name
        assert abs(again.Time - live.Time) < timedelta(milliseconds=1)


async def event_pages(
    client: Client, only: list[int] | None = None, count: int = 0, **times: datetime
) -> list[list[str]]:
    """The messages of the results' events, page by page; of `only` these failed jobs."""
    wanted = ua.EventFilter()
    message = ua.SimpleAttributeOperand(ua.NodeId(ua.ObjectIds.BaseEventType), [ua.QualifiedName("Message")])
    message.AttributeId = ua.AttributeIds.Value
    wanted.SelectClauses = [message]
    if only:
        words = [ua.LiteralOperand(ua.Variant(ua.LocalizedText(f"job {one}: FAIL", "en"))) for one in only]
        wanted.WhereClause.Elements = [ua.ContentFilterElement(ua.FilterOperator.InList, [message, *words])]
    details = ua.ReadEventDetails(NumValuesPerNode=count, Filter=wanted)
    details.StartTime = times.get("start", ua.get_win_epoch())
    details.EndTime = times.get("end", ua.get_win_epoch())
    pages: list[list[str]] = []
    node = ua.HistoryReadValueId(NodeId=ua.NodeId("VisionSystem", 2))
    while True:
        params = ua.HistoryReadParameters(HistoryReadDetails=details, NodesToRead=[node])
        params.ReleaseContinuationPoints = False
        (result,) = await client.uaclient.history_read(params)
        assert result.StatusCode.is_good(), result
        events = getattr(result.HistoryData, "Events", [])
        pages.append([one.EventFields[0].Value.Text for one in events])
        if not result.ContinuationPoint:
            return pages
        node.ContinuationPoint = result.ContinuationPoint


def joined(pages: list[list[str]]) -> list[str]:
    return [one for page in pages for one in page]


async def test_events_come_in_pages_and_a_filter_counts_what_it_lets_through(running: InProcess) -> None:
    await asyncio.gather(*[running.store.save(part(number)) for number in range(1, 131)])
    all_ = [f"job {number}: {'FAIL' if number % 10 == 0 else 'PASS'}" for number in range(1, 131)]
    async with Client(f"opc.tcp://127.0.0.1:{running.opcua_port}/", timeout=60, watchdog_intervall=60) as client:
        span = {"start": after(0), "end": after(999)}
        pages = await event_pages(client, **span)
        assert [len(page) for page in pages] == [10] * 13
        assert joined(pages) == all_
        assert [len(page) for page in await event_pages(client, count=4, **span)] == [4] * 32 + [2]
        newest = await event_pages(client, count=15, end=after(999))
        assert [len(page) for page in newest] == [10, 5]
        assert joined(newest) == all_[::-1][:15]
        found = await event_pages(client, [10, 20, 60, 120], **span)
        assert joined(found) == [all_[number - 1] for number in (10, 20, 60, 120)]
        first = await event_pages(client, [10, 20, 60, 120], count=3, start=after(0))
        assert joined(first) == [all_[number - 1] for number in (10, 20, 60)]
        wanted = await client.get_node("ns=2;s=VisionSystem").get_child("0:HistoricalEventFilter")
        assert (await wanted.read_value()).SelectClauses[0].BrowsePath[0].Name == "EventId"
