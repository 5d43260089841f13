"""What can be forced: single values that the station says in registers, and bits that it says as discrete inputs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .. import tags
from ..codec import Orders
from ..errors import TagError
from ..tag import IR, STATUS, Address, Area, Tag, Wire
from ..user_block import Layout, UserValue, span
from ..user_block.places import FIRST_OUTPUT, WIRE

Value = bool | int | float | str

NEVER = frozenset(  # whole words are forced by their bits; the rest says what the map is, or is made when it is read
    (
        *(tags.STATUS_WORD, tags.STATUS_WORD_2, tags.FORCED, tags.MAP_VERSION_TAG, tags.ORDER_CODE),
        *(tags.TEST_UINT32, tags.TEST_FLOAT, tags.TEST_INT32, tags.TEST_STRING),
        *(tags.UPTIME_SECONDS, tags.CAMERA_TIME, tags.CONTROLLING_CLIENT, tags.UTC_MILLISECONDS, tags.UTC_SECONDS),
        *(tags.COMPACT_PASS_BITS, tags.COMPACT_VALUES),  # they follow what they are copies of
    )
)
SPEAK_OF_RESULT = frozenset((tags.RESULTS_VALID, tags.INSPECTION_COMPLETED, tags.JOB_PASS))
COMPACT_VALUES = 7


@dataclass(frozen=True, slots=True)
class Point:
    """One value of the map, in all its places."""

    name: str
    wire: Wire[Any]
    orders: Orders
    places: tuple[Address, ...] = ()  # registers or bits, each with the whole value
    tag: Tag[Any] | None = None  # its row of the table; None = a user-defined value
    length_at: Address | None = None  # how many bytes a user-defined string has
    low_word_at: Address | None = None  # of a number of two registers
    output: int | None = None  # a user-defined discrete input, 0 = 96
    of_result: bool = False

    def check(self, value: Value) -> Value:
        """`value` as this point's type.

        Raises:
            TagError: It does not fit; says what would.
        """
        kind = self.wire.python
        if kind is bool:
            if value not in (0, 1) or isinstance(value, str | float):
                raise TagError("true or false is needed")
            return bool(value)
        if kind is str:
            return self._text(value)
        if isinstance(value, bool | str):
            raise TagError("a number is needed")
        if kind is int and not (float(value).is_integer() and self.wire.low <= value <= self.wire.high):
            raise TagError(f"a whole number from {self.wire.low:.0f} to {self.wire.high:.0f} is needed")
        value = int(value) if kind is int else float(value)
        self.orders.encode(self.wire, value)
        return value

    def _text(self, value: Value) -> str:
        if not isinstance(value, str):
            raise TagError("a text is needed")
        if len(value.encode()) > self.most_bytes:
            raise TagError(f"at most {self.most_bytes} bytes in UTF-8, this has {len(value.encode())}")
        return value

    @property
    def most_bytes(self) -> int:
        """Of a text."""
        return 2 * self.wire.words


def outputs(layout: Layout) -> Mapping[str, Point]:
    """All that can be forced, by name: rows of the tag table, elements as ``ResultValues[3]``, user-defined values."""
    found = [point for tag in tags.ALL if _is_output(tag) for point in _of_tag(tag, layout.orders)]
    found += [_of_user(value, layout.orders) for value in layout.block.values]
    found += [
        Point(output.name, Wire.BOOL, layout.orders, output=output.input - FIRST_OUTPUT, of_result=True)
        for output in layout.block.outputs
    ]
    return {point.name: point for point in reversed(found)}  # a row of the table before a user's value of its name


def _is_output(tag: Tag[Any]) -> bool:
    return tag.access is STATUS and tag.address is not None and tag.address.area is Area.INPUT and tag not in NEVER


def _of_tag(tag: Tag[Any], orders: Orders) -> Iterator[Point]:
    assert tag.address is not None
    of_result = tag in SPEAK_OF_RESULT or tag.address.register >= tags.RESULT_BASE
    whole = Point(tag.name, tag.wire, orders, (tag.address, *tag.copies), tag, of_result=of_result)
    item, _, count = tag.wire.name.partition("[")
    if not count:
        yield replace(whole, low_word_at=IR(915)) if tag is tags.TOOL_PASS_BITS else whole
        return
    wire = WIRE[item]
    for i in range(int(count[:-1])):
        places = [IR(tag.address.register + i * wire.words)]
        if tag is tags.RESULT_VALUES and i < COMPACT_VALUES:
            places.append(IR(916 + i * wire.words))
        yield replace(whole, name=f"{tag.name}[{i}]", wire=wire, places=tuple(places))


def _of_user(value: UserValue, orders: Orders) -> Point:
    """As the register has it: scaled, in its own word order."""
    own = Orders(value.word_order or orders.word, orders.string)
    if value.type == "string":
        wire, at = Wire.text(span("string", value.length) - 1), IR(value.address)
        return Point(value.name, wire, own, (IR(value.address + 1),), length_at=at, of_result=True)
    return Point(value.name, WIRE[value.type], own, (IR(value.address),), of_result=True)
