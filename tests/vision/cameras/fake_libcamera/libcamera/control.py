"""What a control is."""

from dataclasses import dataclass, field
from enum import Enum


class ControlType(Enum):
    Null = 0
    Bool = 1
    Byte = 2
    Integer32 = 4
    Integer64 = 5
    Float = 6
    String = 7
    Rectangle = 8
    Size = 9


@dataclass(frozen=True)
class ControlId:
    id: int
    name: str
    type: ControlType


@dataclass
class ControlInfo:
    min: object
    max: object
    default: object
    values: list[object] = field(default_factory=list)
