"""Where clauses: subtypes, fields that an event does not have, and clauses that cannot be evaluated."""

import logging
from typing import Any

import pytest
from asyncua import ua
from asyncua.common.events import Event
from asyncua.server.address_space import AddressSpace, NodeManagementService
from asyncua.server.standard_address_space.standard_address_space import fill_address_space

from protocols.opcua.filters import MOST_ELEMENTS, Where, trouble

OP = ua.FilterOperator
BASE, SYSTEM, DEVICE, REFRESH_START, AUDIT = (ua.NodeId(number) for number in (2041, 2130, 2131, 2787, 2052))


@pytest.fixture(scope="module")
def space() -> AddressSpace:
    """asyncua's standard nodes."""
    space = AddressSpace()
    fill_address_space(NodeManagementService(space))
    return space


def event(kind: ua.NodeId = REFRESH_START, severity: int = 500) -> Event:
    made = Event()
    made.add_property("EventType", kind, ua.VariantType.NodeId)
    made.add_property("Severity", severity, ua.VariantType.UInt16)
    made.add_property("AckedState/Id", True, ua.VariantType.Boolean)
    return made


def literal(value: Any) -> ua.LiteralOperand:
    return ua.LiteralOperand(ua.Variant(value))


def field(path: str) -> ua.SimpleAttributeOperand:
    return ua.SimpleAttributeOperand(BASE, [ua.QualifiedName(name) for name in path.split("/")], 13)


def clause(*elements: tuple[Any, ...]) -> ua.ContentFilter:
    return ua.ContentFilter([ua.ContentFilterElement(how, list(operands)) for how, *operands in elements])


def passes(space: AddressSpace, *elements: tuple[Any, ...], of: Event | None = None) -> bool:
    wanted = clause(*elements)
    assert trouble(ua.EventFilter([], wanted)) == 0
    return Where(logging.getLogger(), space, wanted).eval(of or event())


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(REFRESH_START, True, id="the type itself"),
        pytest.param(SYSTEM, True, id="the type above"),
        pytest.param(BASE, True, id="the type of all"),
        pytest.param(AUDIT, False, id="another branch"),
        pytest.param(ua.NodeId("no such type", 7), False, id="unknown"),
        pytest.param(5, False, id="not a node"),
    ],
)
def test_of_type_takes_subtypes(space: AddressSpace, wanted: Any, expected: bool) -> None:
    assert passes(space, (OP.OfType, literal(wanted))) is expected


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        pytest.param([(OP.GreaterThanOrEqual, field("Severity"), literal(500))], True, id="at the bound"),
        pytest.param([(OP.GreaterThan, field("Severity"), literal(500))], False, id="not above it"),
        pytest.param([(OP.Between, field("Severity"), literal(500), literal(600))], True, id="between"),
        pytest.param([(OP.InList, field("Severity"), literal(1), literal(500))], True, id="in the list"),
        pytest.param([(OP.Equals, field("AckedState/Id"), literal(True))], True, id="a nested field"),
        pytest.param([(OP.IsNull, field("Retain"))], True, id="a field that the event lacks is null"),
        pytest.param([(OP.GreaterThan, field("Retain"), literal(1))], False, id="null is not greater"),
        pytest.param([(OP.LessThan, field("Severity"), literal("x"))], False, id="nor is a text than a number"),
        pytest.param(
            [(OP.Not, ua.ElementOperand(1)), (OP.LessThan, field("Retain"), literal(1))], False, id="not null is null"
        ),
        pytest.param(
            [
                (OP.And, ua.ElementOperand(1), ua.ElementOperand(2)),
                (OP.OfType, literal(SYSTEM)),
                (OP.LessThan, field("Severity"), literal(501)),
            ],
            True,
            id="both",
        ),
        pytest.param(
            [
                (OP.Or, ua.ElementOperand(1), ua.ElementOperand(2)),
                (OP.OfType, literal(AUDIT)),
                (OP.LessThan, field("Severity"), literal(501)),
            ],
            True,
            id="either",
        ),
    ],
)
def test_operators(space: AddressSpace, elements: list[tuple[Any, ...]], expected: bool) -> None:
    assert passes(space, *elements) is expected


def test_no_clause_lets_everything_through(space: AddressSpace) -> None:
    assert passes(space)


def test_a_clause_costs_no_more_than_its_elements(space: AddressSpace) -> None:
    """Each element means the next one twice: evaluated as a tree this would not end."""
    doubled = [(OP.And, ua.ElementOperand(i + 1), ua.ElementOperand(i + 1)) for i in range(MOST_ELEMENTS - 1)]
    assert passes(space, *doubled, (OP.OfType, literal(SYSTEM)))


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        pytest.param(None, "BadEventFilterInvalid", id="no filter"),
        pytest.param(ua.DataChangeFilter(), "BadEventFilterInvalid", id="a filter of values"),
        pytest.param(
            ua.EventFilter([], clause((OP.Like, field("Message"), literal("a%")))),
            "BadMonitoredItemFilterUnsupported",
            id="an operator that is not there",
        ),
        pytest.param(
            ua.EventFilter([], clause((OP.Not, ua.ElementOperand(0)))), "BadEventFilterInvalid", id="means itself"
        ),
        pytest.param(
            ua.EventFilter([], clause((OP.Not, ua.ElementOperand(1)))), "BadEventFilterInvalid", id="means nothing"
        ),
        pytest.param(ua.EventFilter([], clause((OP.Equals, literal(1)))), "BadEventFilterInvalid", id="one operand"),
        pytest.param(
            ua.EventFilter([], clause(*[(OP.IsNull, literal(1))] * (MOST_ELEMENTS + 1))),
            "BadEventFilterInvalid",
            id="too long",
        ),
    ],
)
def test_what_cannot_be_evaluated_is_refused(wanted: Any, status: str) -> None:
    assert ua.StatusCode(trouble(wanted)).name == status
