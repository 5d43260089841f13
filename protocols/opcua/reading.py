"""What a reader asks for beyond the value: a range of an array, an encoding, time stamps. asyncua ignores all three."""

import re
from dataclasses import replace
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError

_CODES, _STAMPS = ua.StatusCodes, ua.TimestampsToReturn
_RANGE = re.compile(r"(\d{1,9})(?::(\d{1,9}))?")


def check_read(params: ua.ReadParameters) -> None:
    """
    Raises:
        ServiceError: The call is wrong as a whole.
    """
    if params.TimestampsToReturn == _STAMPS.Invalid:
        raise ServiceError(_CODES.BadTimestampsToReturnInvalid)
    if params.MaxAge < 0:
        raise ServiceError(_CODES.BadMaxAgeInvalid)


def as_asked(value: ua.DataValue, item: ua.ReadValueId, stamps: ua.TimestampsToReturn) -> ua.DataValue:
    """`value` as this reader wants it; itself, where nothing is to be left out."""
    code = fault(item)
    if code:
        return bad(code)
    if item.IndexRange and value.StatusCode is not None and not value.StatusCode.is_bad():
        value = _part(value, item.IndexRange)
    return value if stamps == _STAMPS.Both else stamped(value, stamps)


def whole(level: ua.DataValue) -> ua.DataValue:
    """AccessLevelEx by the AccessLevel: everything is read and written in one piece, an array not in parts."""
    if level.Value is None or level.Value.Value is None:
        return bad(_CODES.BadAttributeIdInvalid)
    bits = level.Value.Value | ua.AccessLevelExType.WriteFullArrayOnly
    return ua.DataValue(ua.Variant(int(bits), ua.VariantType.UInt32))


def fault(item: ua.ReadValueId) -> int:
    """Why this cannot be read, whatever the value is; 0 = it can."""
    encoding = item.DataEncoding.Name if item.DataEncoding else None
    if encoding and item.AttributeId != ua.AttributeIds.Value:
        return int(_CODES.BadDataEncodingInvalid)
    if encoding and encoding != "Default Binary":
        return int(_CODES.BadDataEncodingUnsupported)
    return int(_CODES.BadIndexRangeInvalid) if item.IndexRange and _ends(item.IndexRange) is None else 0


def stamped(value: ua.DataValue, stamps: ua.TimestampsToReturn) -> ua.DataValue:
    """With these time stamps alone."""
    source, server = stamps == _STAMPS.Source, stamps == _STAMPS.Server
    return replace(
        value,
        SourceTimestamp=value.SourceTimestamp if source else None,
        SourcePicoseconds=value.SourcePicoseconds if source else None,
        ServerTimestamp=value.ServerTimestamp if server else None,
        ServerPicoseconds=value.ServerPicoseconds if server else None,
    )


def bad(code: int) -> ua.DataValue:
    return ua.DataValue(StatusCode=ua.StatusCode(code))


def _ends(text: str) -> tuple[int, int] | None:
    """First and one behind the last; None = no range of one dimension, and no value here has more."""
    found = _RANGE.fullmatch(text)
    if not found:
        return None
    first = int(found[1])
    if found[2] is None:
        return first, first + 1
    return (first, int(found[2]) + 1) if int(found[2]) > first else None


def _part(value: ua.DataValue, text: str) -> ua.DataValue:
    whole: Any = value.Value.Value if value.Value else None
    ends = _ends(text)
    if ends is None or not isinstance(whole, list | str | bytes):
        return bad(_CODES.BadIndexRangeNoData)
    part = whole[ends[0] : ends[1]]
    if not part:
        return bad(_CODES.BadIndexRangeNoData)
    return replace(value, Value=ua.Variant(part, value.Value.VariantType, is_array=isinstance(whole, list)))
