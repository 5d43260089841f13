"""A client that was cut off asks for the messages it missed, until it is told that there are no more."""

import pytest
from asyncua import Client, ua
from asyncua.ua.ua_binary import struct_from_binary
from asyncua.ua.uaerrors import BadMessageNotAvailable, BadSubscriptionIdInvalid

from tests.protocols.opcua.test_opcua import Served, served

__all__ = ["served"]  # the fixture


async def republish(client: Client, subscription: int, number: int) -> None:
    request = ua.RepublishRequest()
    request.Parameters = ua.RepublishParameters(subscription, number)
    answer = struct_from_binary(ua.RepublishResponse, await client.uaclient.protocol.send_request(request))
    answer.ResponseHeader.ServiceResult.check()


class Nothing:
    def datachange_notification(self, *_: object) -> None: ...


async def test_a_message_that_is_not_there_is_an_error(served: Served) -> None:
    client, other = await served.client(), await served.client()
    try:
        own = (await client.create_subscription(100, Nothing())).subscription_id
        with pytest.raises(BadMessageNotAvailable):
            await republish(client, own, 99)
        for who, subscription in ((client, own + 1000), (other, own)):
            with pytest.raises(BadSubscriptionIdInvalid):
                await republish(who, subscription, 1)
    finally:
        await client.disconnect()
        await other.disconnect()
