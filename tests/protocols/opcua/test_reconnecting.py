"""A session whose connection was lost goes on over another one, for whoever made it."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from protocols import tags
from protocols.opcua.certificate import ensure_certificate
from tests.protocols.opcua.raw import ask, read_of
from tests.protocols.opcua.test_opcua import TOKEN, Served, eventually, served

__all__ = ["served"]  # the fixture


async def lost(served: Served, client: Client) -> None:
    """The connection is cut, and the server has seen it."""
    client.uaclient.protocol.transport.abort()
    async with asyncio.timeout(60):
        while served.server.sessions():
            await asyncio.sleep(0.01)


async def another_channel(served: Served, before: Client, folder: Path | None = None) -> Client:
    """It says that it is the session of `before`."""
    client = Client(served.url, timeout=60, watchdog_intervall=60)
    if before.security_policy.host_certificate:
        cert, key, client.application_uri = ensure_certificate(folder or served.folder / "client", "client", [])
        await client.set_security(SecurityPolicyBasic256Sha256, str(cert), str(key))
    await client.connect_socket()
    await client.send_hello()
    await client.open_secure_channel()
    client.uaclient.protocol.authentication_token = before.uaclient.protocol.authentication_token
    client._server_nonce, client._policy_ids = before._server_nonce, before._policy_ids
    return client


async def subscribed(client: Client) -> int:
    """The id of a subscription to the job, whose first value was heard."""
    heard = asyncio.Event()
    params = ua.CreateSubscriptionParameters(100, 3000, 1000, 0, True, 0)
    made = await client.uaclient.create_subscription(params, lambda _: heard.set())
    wanted = ua.MonitoringParameters(ClientHandle=1, QueueSize=10, DiscardOldest=True)
    item = ua.MonitoredItemCreateRequest(read_of(client, "Job.Current"), ua.MonitoringMode.Reporting, wanted)
    await client.uaclient.create_monitored_items(
        ua.CreateMonitoredItemsParameters(made.SubscriptionId, ua.TimestampsToReturn.Both, [item])
    )
    await asyncio.wait_for(heard.wait(), 60)
    return int(made.SubscriptionId)


async def closed(client: Client) -> None:
    for end in (client.close_session, client.close_secure_channel):
        with contextlib.suppress(ua.UaError, ConnectionError, TimeoutError):
            await end()
    client.disconnect_socket()


async def values_of(client: Client, *wanted: int) -> None:
    """Published until these came."""
    seen: list[Any] = []
    async with asyncio.timeout(60):
        while not set(wanted) <= set(seen):
            answer = await ask(client, ua.PublishRequest(), ua.PublishResponse)
            for one in answer.Parameters.NotificationMessage.NotificationData or ():
                seen += [item.Value.Value.Value for item in one.MonitoredItems]


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "anonymous"])
async def test_a_session_goes_on_over_another_connection_with_what_it_missed(served: Served, encrypted: bool) -> None:
    user = ("station", TOKEN) if encrypted else (None, None)
    client = await served.client(*user, encrypted=encrypted)
    await subscribed(client)
    await lost(served, client)
    served.image.set(tags.CURRENT_JOB, 7)
    again = await another_channel(served, client)
    try:
        await again.activate_session(*user)
        await eventually(again, "Job.Current", 7)
        await values_of(again, 7)
        served.image.set(tags.CURRENT_JOB, 8)
        await values_of(again, 8)
    finally:
        await closed(again)
        await client.disconnect()


async def test_a_session_goes_on_for_nobody_else(served: Served, tmp_path: Path) -> None:
    client = await served.client("station", TOKEN, encrypted=True)
    await subscribed(client)
    await lost(served, client)
    stranger = await another_channel(served, client, tmp_path / "stranger")
    nobody = await another_channel(served, client)
    try:
        with pytest.raises(ua.uaerrors.BadSecurityChecksFailed):
            await stranger.activate_session("station", TOKEN)
        with pytest.raises(ua.uaerrors.BadUserAccessDenied):
            await nobody.activate_session("station", "wrong")
        with pytest.raises(ua.uaerrors.BadUserAccessDenied):
            await nobody.activate_session()
        nobody._server_nonce = bytes(32)
        with pytest.raises(ua.uaerrors.BadApplicationSignatureInvalid):
            await nobody.activate_session("station", TOKEN)
        for one in (stranger, nobody):
            with pytest.raises(ua.uaerrors.BadSessionIdInvalid):
                await one.get_node("ns=2;s=Job.Current").read_value()
    finally:
        for one in (stranger, nobody):
            await closed(one)
        await client.disconnect()
