"""Requests that asyncua's client has no call for, over its channel."""

from typing import Any

from asyncua import Client, ua
from asyncua.ua.ua_binary import struct_from_binary


async def ask(client: Client, request: Any, response: type) -> Any:
    """The answer; raises what the server refuses with."""
    answer = struct_from_binary(response, await client.uaclient.protocol.send_request(request))
    answer.ResponseHeader.ServiceResult.check()
    return answer


class Heard:
    """Values as they were notified, by the client's handle or in order."""

    def __init__(self) -> None:
        self.values: list[tuple[str, Any]] = []
        self.data: list[ua.DataValue] = []

    def datachange_notification(self, node: Any, value: object, data: Any) -> None:
        self.values.append((str(node.nodeid.Identifier), value))
        self.data.append(data.monitored_item.Value)

    def status_change_notification(self, *args: object) -> None: ...


def read_of(client: Client, name: str, index_range: str | None = None, encoding: str | None = None) -> ua.ReadValueId:
    """The value of a flat tag."""
    return ua.ReadValueId(
        NodeId=client.get_node(f"ns=2;s={name}").nodeid,
        AttributeId=ua.AttributeIds.Value,
        IndexRange=index_range,
        DataEncoding=ua.QualifiedName(encoding) if encoding else ua.QualifiedName(),
    )
