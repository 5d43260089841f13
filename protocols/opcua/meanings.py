"""What a tag's value means: its unit and range, or the words of its states."""

from collections.abc import Mapping
from typing import Any

from asyncua import ua

from protocols import tags
from protocols.state_words import MANY_STATES, TWO_STATES
from protocols.tag import Tag

NAMESPACE = "urn:vision-inspection:station"
Property = tuple[str, ua.Variant, int]  # name, value, data type

# UNECE codes (Recommendation 20); unitId = the code's bytes as a big-endian number (OPC UA Part 8).
UNITS = {"ms": "C26", "us": "B98", "s": "SEC", "%": "P1", "mm": "MMT", "mm²": "MMK", "px": "E37", "deg": "DD"}
SIGNS = {"us": "µs", "deg": "°"}  # shown for what the station writes without them
NO_CODE = -1  # unitId of a unit that UNECE has no code for (OPC UA Part 8)
RANGES: Mapping[Tag[Any], tuple[float, float]] = {  # of the units that do not follow the recipe
    tags.UPTIME_SECONDS: (0, 0xFFFFFFFF),
    tags.LAST_CYCLE_TIME: (0, 65_535_000),
    tags.RESULT_TIME_LIMIT: (0, 65_535),
    tags.YIELD: (0, 100),
    tags.UA_RESULT_CYCLE_TIME: (0, 65_535),
}


def meaning_of(tag: Tag[Any]) -> tuple[int, list[Property]]:
    """Its type definition and the properties that it has."""
    if tag in tags.SLOT_VALUE:  # both follow the recipe
        return ua.ObjectIds.AnalogUnitRangeType, analogue("", (0.0, 0.0))
    if tag.unit in UNITS:
        return ua.ObjectIds.AnalogUnitRangeType, analogue(tag.unit, RANGES.get(tag, (0, 0)))
    if tag in TWO_STATES:
        words = zip(("TrueState", "FalseState"), TWO_STATES[tag], strict=True)
        return ua.ObjectIds.TwoStateDiscreteType, [(n, _text(word), ua.ObjectIds.LocalizedText) for n, word in words]
    if tag in MANY_STATES:
        texts = [ua.LocalizedText(word, "en") for word in MANY_STATES[tag]]
        value = ua.Variant(texts, ua.VariantType.LocalizedText, is_array=True)
        return ua.ObjectIds.MultiStateDiscreteType, [("EnumStrings", value, ua.ObjectIds.LocalizedText)]
    return ua.ObjectIds.BaseDataVariableType, []


def analogue(unit: str, ends: tuple[float, float]) -> list[Property]:
    """EngineeringUnits and EURange."""
    band = ua.Variant(ua.Range(*map(float, ends)), ua.VariantType.ExtensionObject)
    return [
        ("EngineeringUnits", unit_of(unit), ua.ObjectIds.EUInformation),
        ("EURange", band, ua.ObjectIds.Range),
    ]


def unit_of(shown: str) -> ua.Variant:
    """EUInformation of a unit as people are shown it; what has no code, "" too, only has its name."""
    unit = ua.EUInformation()
    unit.NamespaceUri = "http://www.opcfoundation.org/UA/units/un/cefact" if shown in UNITS else NAMESPACE
    unit.UnitId = int.from_bytes(UNITS[shown].encode(), "big") if shown in UNITS else NO_CODE
    unit.DisplayName = unit.Description = ua.LocalizedText(SIGNS.get(shown, shown))
    return ua.Variant(unit, ua.VariantType.ExtensionObject)


def _text(word: str) -> ua.Variant:
    return ua.Variant(ua.LocalizedText(word, "en"))
