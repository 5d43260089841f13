"""The services that asyncua 2.1.0 lacks or only pretends to: what each takes, and who answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from asyncua import ua

from .sessions import Session


@dataclass(frozen=True, slots=True)
class Service:
    """`answer` fills the response from the parameters."""

    parameters: type
    answer: Callable[[Session, Any], Awaitable[Any]]


async def _browse_next(session: Session, params: ua.BrowseNextParameters) -> ua.BrowseNextResponse:
    response = ua.BrowseNextResponse()
    response.Parameters.Results = await session.browse_next(params)
    return response


async def _register(session: Session, params: ua.RegisterNodesParameters) -> ua.RegisterNodesResponse:
    response = ua.RegisterNodesResponse()
    response.Parameters.RegisteredNodeIds = await session.register_nodes(params.NodesToRegister)
    return response


async def _unregister(session: Session, params: ua.UnregisterNodesParameters) -> ua.UnregisterNodesResponse:
    await session.unregister_nodes(params.NodesToUnregister)
    return ua.UnregisterNodesResponse()


async def _set_triggering(session: Session, params: ua.SetTriggeringParameters) -> ua.SetTriggeringResponse:
    response = ua.SetTriggeringResponse()
    response.Parameters = session.set_triggering(params)
    return response


def _request(name: str) -> ua.NodeId:
    return ua.NodeId(getattr(ua.ObjectIds, f"{name}Request_Encoding_DefaultBinary"))


SERVICES: Mapping[ua.NodeId, Service] = {
    _request("BrowseNext"): Service(ua.BrowseNextParameters, _browse_next),
    _request("RegisterNodes"): Service(ua.RegisterNodesParameters, _register),
    _request("UnregisterNodes"): Service(ua.UnregisterNodesParameters, _unregister),
    _request("SetTriggering"): Service(ua.SetTriggeringParameters, _set_triggering),
}
"""By the type of the request."""
