"""The methods of the Server object that every subscription may need: which items there are, and their values again."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError

from .subscribing import SubscribingSession

Answer = Callable[[int], Awaitable[list[ua.Variant]]]
SERVER = ua.NodeId(ua.ObjectIds.Server)
_GET_MONITORED_ITEMS = ua.NodeId(ua.ObjectIds.Server_GetMonitoredItems)
_RESEND_DATA = ua.NodeId(ua.ObjectIds.Server_ResendData)
_CODES = ua.StatusCodes


def methods_of(session: SubscribingSession) -> Mapping[tuple[ua.NodeId, ua.NodeId], Answer]:
    """Who answers, by object and method; each takes the id of a subscription, and whoever may read may call."""
    return {
        (SERVER, _GET_MONITORED_ITEMS): session.get_monitored_items,
        (SERVER, _RESEND_DATA): session.resend_data,
    }


async def called(answer: Answer, given: Sequence[Any]) -> ua.CallMethodResult:
    """The outputs, or the status that says what was wrong."""
    result = ua.CallMethodResult()
    try:
        _check(given, result)
        result.OutputArguments = await answer(given[0].Value)
        result.InputArgumentResults = [ua.StatusCode()]
    except ServiceError as exc:
        result.StatusCode = ua.StatusCode(exc.code)
    return result


def _check(given: Sequence[Any], result: ua.CallMethodResult) -> None:
    if len(given) != 1:
        raise ServiceError(_CODES.BadArgumentsMissing if not given else _CODES.BadTooManyArguments)
    if given[0].VariantType != ua.VariantType.UInt32 or given[0].is_array:
        result.InputArgumentResults = [ua.StatusCode(_CODES.BadTypeMismatch)]
        raise ServiceError(_CODES.BadInvalidArgument)
