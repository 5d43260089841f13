"""What the server says of itself: capabilities, limits, diagnostics; and browsing in pages."""

import asyncio
import contextlib
from typing import Any

import pytest
from asyncua import Client, ua

from protocols.opcua.browsing import POINTS_PER_SESSION

from .test_limits import Nothing
from .test_opcua import TOKEN, Served, served

__all__ = ["served"]
SUMMARY = "Server_ServerDiagnostics_ServerDiagnosticsSummary"


async def value(client: Client, name: str) -> Any:
    return await client.get_node(ua.NodeId(getattr(ua.ObjectIds, name))).read_value()


async def comes_to(client: Client, name: str, wanted: object) -> None:
    async with asyncio.timeout(60):
        while await value(client, name) != wanted:
            await asyncio.sleep(0.05)


async def test_no_capability_is_null(served: Served) -> None:
    client = await served.client()
    try:
        for name in dir(ua.ObjectIds):
            if not name.startswith(("Server_ServerCapabilities_Max", "Server_ServerCapabilities_OperationLimits_")):
                continue
            if name.endswith("MaxLogObjectContinuationPoints") or "Clause" in name:
                continue
            assert isinstance(await value(client, name), int), name
        assert await value(client, "Server_ServerCapabilities_LocaleIdArray") == ["en"]
        assert await value(client, "Server_ServerCapabilities_MinSupportedSampleRate") == 100.0
        assert await value(client, "Server_ServerCapabilities_MaxSessions") == 64
        assert await value(client, "Server_ServerRedundancy_RedundancySupport") == 0
        assert await value(client, "Server_ServerDiagnostics_EnabledFlag") is True
        profiles = await value(client, "Server_ServerCapabilities_ServerProfileArray")
        assert "http://opcfoundation.org/UA-Profile/Server/EmbeddedUA2017" in profiles
        assert not [one for one in profiles if "Historical" in one or "MachineVision" in one], "there is neither here"
    finally:
        await client.disconnect()


async def test_sessions_and_subscriptions_are_counted_as_they_come_and_go(served: Served) -> None:
    watching, other = await served.client(), await served.client()
    try:
        await comes_to(watching, f"{SUMMARY}_CurrentSessionCount", 2)
        first = await other.create_subscription(500, Nothing())
        await other.create_subscription(1000, Nothing())
        await first.subscribe_data_change(other.get_node("ns=2;s=Status.State"))
        await comes_to(watching, f"{SUMMARY}_CurrentSubscriptionCount", 2)
        await comes_to(watching, f"{SUMMARY}_PublishingIntervalCount", 2)
        own = await value(watching, "Server_ServerDiagnostics_SubscriptionDiagnosticsArray")
        assert sorted(one.PublishingInterval for one in own) == [500, 1000]
        sessions = await value(watching, "Server_ServerDiagnostics_SessionsDiagnosticsSummary_SessionDiagnosticsArray")
        assert sorted(one.CurrentSubscriptionsCount for one in sessions) == [0, 2]
        assert max(one.CreateSubscriptionCount.TotalCount for one in sessions) == 2
        assert all(one.SessionName and one.TotalRequestCount.TotalCount for one in sessions)
    finally:
        await other.disconnect()
    try:
        await comes_to(watching, f"{SUMMARY}_CurrentSessionCount", 1)
        summary = await value(watching, SUMMARY)
        assert (summary.CumulatedSessionCount, summary.CumulatedSubscriptionCount) == (2, 2)
        assert (summary.SessionAbortCount, summary.SessionTimeoutCount) == (0, 0)
    finally:
        await watching.disconnect()


async def test_what_is_refused_is_counted(served: Served) -> None:
    with pytest.raises(ua.UaStatusCodeError):
        await served.client("station", "wrong", encrypted=True)
    client = await served.client("station", TOKEN, encrypted=True)
    try:
        with pytest.raises(ua.uaerrors.BadTooManyOperations):
            await client.uaclient.read_attributes([ua.NodeId(2253)] * 301, ua.AttributeIds.NodeId)
        await comes_to(client, f"{SUMMARY}_RejectedRequestsCount", 2)
        summary = await value(client, SUMMARY)
        assert (summary.RejectedSessionCount, summary.RejectedRequestsCount) == (1, 2)
        assert summary.SecurityRejectedRequestsCount == 1
    finally:
        await client.disconnect()


async def test_a_cut_connection_is_an_aborted_session(served: Served) -> None:
    watching, cut = await served.client(), await served.client()
    try:
        cut.uaclient.protocol.transport.abort()
        await comes_to(watching, f"{SUMMARY}_SessionAbortCount", 1)
        await comes_to(watching, f"{SUMMARY}_CurrentSessionCount", 1)
    finally:
        with contextlib.suppress(ConnectionError, ua.UaError, TimeoutError):
            await cut.disconnect()
        await watching.disconnect()


async def browse(client: Client, node: ua.NodeId, most: int, times: int = 1) -> list[ua.BrowseResult]:
    one = ua.BrowseDescription(
        NodeId=node,
        BrowseDirection=ua.BrowseDirection.Forward,
        ReferenceTypeId=ua.NodeId(ua.ObjectIds.References),
        IncludeSubtypes=True,
        NodeClassMask=0,
        ResultMask=63,
    )
    params = ua.BrowseParameters(NodesToBrowse=[one] * times, RequestedMaxReferencesPerNode=most)
    return list(await client.uaclient.browse(params))


async def following(client: Client, *points: bytes, release: bool = False) -> list[ua.BrowseResult]:
    params = ua.BrowseNextParameters(ReleaseContinuationPoints=release, ContinuationPoints=list(points))
    return list(await client.uaclient.browse_next(params))


async def test_a_folder_is_browsed_in_pages(served: Served) -> None:
    client = await served.client()
    status = ua.NodeId("Status", 2)
    try:
        (whole,) = await browse(client, status, 0)
        assert not whole.ContinuationPoint
        (page,) = await browse(client, status, 5)
        names = [one.BrowseName.Name for one in page.References]
        while page.ContinuationPoint:
            assert len(page.References) == 5
            used = page.ContinuationPoint
            (page,) = await following(client, used)
            names += [one.BrowseName.Name for one in page.References]
        assert names == [one.BrowseName.Name for one in whole.References]
        (again,) = await following(client, used)
        assert again.StatusCode.name == "BadContinuationPointInvalid"
    finally:
        await client.disconnect()


async def test_a_session_holds_ten_pages_and_another_cannot_have_them(served: Served) -> None:
    client, other = await served.client(), await served.client()
    status = ua.NodeId("Status", 2)
    try:
        found = await browse(client, status, 1, POINTS_PER_SESSION + 1)
        assert [one.StatusCode.is_good() for one in found] == [True] * POINTS_PER_SESSION + [False]
        assert found[-1].StatusCode.name == "BadNoContinuationPoints"
        (theirs,) = await following(other, found[0].ContinuationPoint)
        assert theirs.StatusCode.name == "BadContinuationPointInvalid"
        released = await following(client, *[one.ContinuationPoint for one in found[:-1]], release=True)
        assert all(one.StatusCode.is_good() and not one.References for one in released)
        (page,) = await browse(client, status, 1)
        assert page.StatusCode.is_good()
        with pytest.raises(ua.uaerrors.BadNothingToDo):
            await following(client)
    finally:
        await client.disconnect()
        await other.disconnect()
