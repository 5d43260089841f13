"""Numbers and bits say what they mean: units with a range, states in words."""

from typing import Any

import pytest
from asyncua import ua

from protocols import tags
from protocols.opcua.meanings import RANGES, UNITS, meaning_of
from protocols.state_words import MANY_STATES, TWO_STATES
from protocols.tag import Tag, Wire


@pytest.mark.parametrize("tag", [tag for tag in tags.ALL if tag.node and tag.unit], ids=lambda tag: tag.name)
def test_a_tag_with_a_unit_has_a_range(tag: Tag[Any]) -> None:
    kind, given = meaning_of(tag)
    assert tag.unit in UNITS
    assert kind == ua.ObjectIds.AnalogUnitRangeType
    assert RANGES[tag][0] < RANGES[tag][1]
    assert [name for name, _, _ in given] == ["EngineeringUnits", "EURange"]


@pytest.mark.parametrize("tag", TWO_STATES, ids=lambda tag: tag.name)
def test_a_bit_has_a_word_for_each_state(tag: Tag[Any]) -> None:
    kind, given = meaning_of(tag)
    assert tag.wire is Wire.BOOL
    assert kind == ua.ObjectIds.TwoStateDiscreteType
    assert [name for name, _, _ in given] == ["TrueState", "FalseState"]
    assert all(value.Value.Text for _, value, _ in given)


@pytest.mark.parametrize("tag", MANY_STATES, ids=lambda tag: tag.name)
def test_a_code_has_a_word_for_each_number(tag: Tag[Any]) -> None:
    kind, ((name, value, _),) = meaning_of(tag)
    assert kind == ua.ObjectIds.MultiStateDiscreteType, "its value is an unsigned integer"
    assert tag.wire in (Wire.U16, Wire.U32)
    assert name == "EnumStrings"
    assert [text.Text for text in value.Value] == list(MANY_STATES[tag])
