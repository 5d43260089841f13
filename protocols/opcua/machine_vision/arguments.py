"""The arguments of a call, held to the method's signature: asyncua does not look at them."""

from collections.abc import Sequence
from typing import Any

from asyncua import ua

_TYPES = {
    ua.ObjectIds.Boolean: ua.VariantType.Boolean,
    ua.ObjectIds.Byte: ua.VariantType.Byte,
    ua.ObjectIds.Int32: ua.VariantType.Int32,
    ua.ObjectIds.UInt32: ua.VariantType.UInt32,
    ua.ObjectIds.IntegerId: ua.VariantType.UInt32,
    ua.ObjectIds.UInt64: ua.VariantType.UInt64,
    ua.ObjectIds.String: ua.VariantType.String,
    ua.ObjectIds.ByteString: ua.VariantType.ByteString,
    ua.ObjectIds.LocalizedText: ua.VariantType.LocalizedText,
}
_ANY = ua.NodeId(ua.ObjectIds.BaseDataType)
_EMPTY: dict[ua.VariantType, Any] = {
    ua.VariantType.String: "",
    ua.VariantType.ByteString: b"",
    ua.VariantType.LocalizedText: ua.LocalizedText(),
}
# of the nodeset
_DERIVED = {3018: ua.VariantType.UInt32, 3009: ua.VariantType.Int32, 3014: ua.VariantType.Int32}


class BadCall(Exception):
    """The call is answered with `status`; `arguments` are the statuses of each input, where they say more.

    `words` say what was wrong, to who asks for diagnostics.
    """

    def __init__(self, status: int, arguments: Sequence[int] = (), words: str = "") -> None:
        super().__init__(words or ua.StatusCode(status).name)
        self.status, self.arguments, self.words = status, arguments, words


def values_of(given: Sequence[ua.Variant], signature: Sequence[ua.Argument]) -> list[Any]:
    """The values, in their order; a structure that was left null is one with empty fields.

    Raises:
        BadCall: BadArgumentsMissing, BadTooManyArguments, or BadInvalidArgument with BadTypeMismatch at the wrong ones.
    """
    if len(given) < len(signature):
        raise BadCall(ua.StatusCodes.BadArgumentsMissing)
    if len(given) > len(signature):
        raise BadCall(ua.StatusCodes.BadTooManyArguments)
    fits = [_fits(value, argument) for value, argument in zip(given, signature, strict=True)]
    if not all(fits):
        codes = [ua.StatusCodes.Good if fit else ua.StatusCodes.BadTypeMismatch for fit in fits]
        raise BadCall(ua.StatusCodes.BadInvalidArgument, codes)
    return [_value(value, argument) for value, argument in zip(given, signature, strict=True)]


def out_of_range(position: int, count: int) -> BadCall:
    """The input at `position` of `count` has the right type and a value that cannot be."""
    codes = [ua.StatusCodes.Good] * count
    codes[position] = ua.StatusCodes.BadOutOfRange
    return BadCall(ua.StatusCodes.BadInvalidArgument, codes)


def _fits(given: ua.Variant, argument: ua.Argument) -> bool:
    if argument.ValueRank >= 0:
        return given.Value is None or given.is_array
    scalar = _scalar(argument)
    if argument.DataType == _ANY:
        return True
    if scalar is not None:
        null = scalar in _EMPTY and given.Value is None  # a null string is an empty one
        return null or (given.VariantType == scalar and not given.is_array and given.Value is not None)
    if given.is_array or given.VariantType not in (ua.VariantType.ExtensionObject, ua.VariantType.Null):
        return False
    return given.Value is None or getattr(given.Value, "data_type", None) == argument.DataType


def _scalar(argument: ua.Argument) -> ua.VariantType | None:
    kinds = _DERIVED if argument.DataType.NamespaceIndex else _TYPES
    return kinds.get(argument.DataType.Identifier)


def _value(given: ua.Variant, argument: ua.Argument) -> Any:
    if argument.ValueRank >= 0:
        return given.Value or []
    if given.Value is not None:
        return given.Value
    if (scalar := _scalar(argument)) in _EMPTY:
        return _EMPTY[scalar]
    if argument.DataType == _ANY:
        return None
    return ua.extension_objects_by_datatype[argument.DataType]()
