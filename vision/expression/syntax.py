"""What a formula is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, unique

Value = float | str | bool


@unique
class Kind(StrEnum):
    """Of a value, as people are told."""

    NUMBER = "a number"
    TEXT = "a text"
    TRUTH = "a condition"


@dataclass(frozen=True, slots=True)
class Literal:
    """Written as it is."""

    at: int
    value: Value


@dataclass(frozen=True, slots=True)
class Mention:
    """A measure or reading of another step, as ``step``, ``step.name`` or ``step[i].name``."""

    at: int
    target: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with what stands left and right of it, or right of it alone."""

    at: int
    sign: str
    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the table `FUNCTIONS`."""

    at: int
    name: str
    arguments: tuple["Node", ...]


Node = Literal | Mention | Operation | Call


def walk(node: Node) -> Iterator[Node]:
    """It and all below, as they stand in the text."""
    yield node
    match node:
        case Operation(operands=below) | Call(arguments=below):
            for one in below:
                yield from walk(one)
