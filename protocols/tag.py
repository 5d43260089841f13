"""One value that PLCs and SCADA systems see: its place on the wire, its type and its meaning."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import ClassVar, Generic, TypeVar

T = TypeVar("T")


@unique
class Area(Enum):
    """The two register areas; coils and discrete inputs are views of their bits."""

    HOLDING = "HR"
    INPUT = "IR"


@dataclass(frozen=True, slots=True)
class Address:
    """A zero-based protocol address; `bit` 0 is the least significant one."""

    area: Area
    register: int
    bit: int | None = None

    def __str__(self) -> str:
        return f"{self.area.value} {self.register}" + ("" if self.bit is None else f".{self.bit}")


def HR(register: int, bit: int | None = None) -> Address:  # noqa: N802 - the field's own abbreviation
    """Holding register: what the PLC writes."""
    return Address(Area.HOLDING, register, bit)


def IR(register: int, bit: int | None = None) -> Address:  # noqa: N802
    """Input register: what the station says."""
    return Address(Area.INPUT, register, bit)


@dataclass(frozen=True, slots=True)
class Wire(Generic[T]):
    """A type as it travels: `words` registers, and the Python values it carries."""

    name: str
    words: int
    python: type
    low: float = float("-inf")
    high: float = float("inf")

    BOOL: ClassVar["Wire[bool]"]
    U16: ClassVar["Wire[int]"]
    I16: ClassVar["Wire[int]"]
    U32: ClassVar["Wire[int]"]
    I32: ClassVar["Wire[int]"]
    U64: ClassVar["Wire[int]"]
    F32: ClassVar["Wire[float]"]
    F64: ClassVar["Wire[float]"]
    TIME: ClassVar["Wire[int]"]

    @staticmethod
    def text(words: int) -> "Wire[str]":
        """A string of up to ``2 * words`` bytes, UTF-8, two bytes a register, no terminator."""
        return Wire("text", words, str)

    @staticmethod
    def array(item: "Wire[T]", count: int) -> "Wire[Sequence[T]]":
        """`count` values of one type, one behind the other."""
        return Wire(f"{item.name}[{count}]", item.words * count, tuple)


Wire.BOOL = Wire("bool", 1, bool)
Wire.U16 = Wire("uint16", 1, int, 0, 0xFFFF)
Wire.I16 = Wire("int16", 1, int, -0x8000, 0x7FFF)
Wire.U32 = Wire("uint32", 2, int, 0, 0xFFFFFFFF)
Wire.I32 = Wire("int32", 2, int, -0x80000000, 0x7FFFFFFF)
Wire.U64 = Wire("uint64", 4, int, 0, 0xFFFFFFFFFFFFFFFF)
Wire.F32 = Wire("float32", 2, float)
Wire.F64 = Wire("float64", 4, float)  # OPC UA only
Wire.TIME = Wire("time", 4, int, 0, 0xFFFFFFFFFFFFFFFF)  # UTC microseconds; a DateTime in OPC UA


@unique
class Access(Enum):
    """Who writes: the PLC or SCADA system (COMMAND) or the station (STATUS)."""

    COMMAND = "command"
    STATUS = "status"


COMMAND, STATUS = Access.COMMAND, Access.STATUS


@dataclass(frozen=True, slots=True, eq=False)
class Tag(Generic[T]):
    """One row of the tag table: the manual, both servers, the console and the tests derive from it."""

    name: str
    address: Address | None  # None: not on Modbus
    wire: Wire[T]
    access: Access
    node: str | None = None  # ``<group>.<name>``, the string id in OPC UA; None: not there
    unit: str = ""  # as shown to people; its UNECE code is the OPC UA adapter's affair
    help: str = ""
    copies: tuple[Address, ...] = field(default=())  # further places of the same value
