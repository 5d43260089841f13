"""Output arguments that several methods give."""

from typing import Any

from asyncua import ua


def error(code: int) -> ua.Variant:
    """Error: 0 is done, see `codes`."""
    return ua.Variant(int(code), ua.VariantType.Int32)


def flag(value: bool) -> ua.Variant:
    return ua.Variant(value, ua.VariantType.Boolean)


def count(value: int) -> ua.Variant:
    return ua.Variant(value, ua.VariantType.UInt32)


def handle() -> ua.Variant:
    """0: answers are values, there is nothing to release."""
    return count(0)


def structure(value: Any) -> ua.Variant:
    return ua.Variant(value, ua.VariantType.ExtensionObject)


def structures(values: list[Any]) -> ua.Variant:
    return ua.Variant(values, ua.VariantType.ExtensionObject, is_array=True)
