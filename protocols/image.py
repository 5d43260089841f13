"""The process image: the values all protocols serve, kept as the bytes that Modbus sends.

One `bytearray` per area, so that a read is a slice. Everything here runs on the event loop; readers never see half a
result because related tags are set without an `await` in between.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from . import tags
from .codec import Orders
from .tag import Address, Area, Tag

T = TypeVar("T")
INPUT_WORDS = tags.RING_BASE + tags.RING_SLOTS * tags.SLOT_WORDS

Follower = set[Tag[Any]]


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a person prescribes: readers get it in place of the real values, which go on beneath."""

    registers: Mapping[int, tuple[int, int]] = field(default_factory=dict)  # input register: which bits, and these bits
    outputs: tuple[int, int] = (0, 0)  # of `user_outputs`, likewise
    tags: frozenset[Tag[Any]] = frozenset()  # of which any bit is prescribed


class ProcessImage:
    """Values by tag, and the register areas they stand in."""

    def __init__(self, orders: Orders | None = None) -> None:
        self.orders = orders or Orders()
        self.holding = bytearray(2 * tags.COMMAND_WORDS)
        self.input = bytearray(2 * INPUT_WORDS)
        self.user_outputs = 0  # discrete inputs 96-127, bit 0 = 96
        self.overlay = Overlay()
        self._values: dict[Tag[Any], Any] = {}
        self._changed: set[Tag[Any]] = set()  # for whoever drains
        self._followers: list[set[Tag[Any]]] = [self._changed]
        for tag in tags.ALL:
            if tag.address is None and tag.wire.words == 0:
                self._values[tag] = "" if tag.wire.python is str else ()
        self.set(tags.MAP_VERSION_TAG, tags.MAP_VERSION)
        self.set(tags.ORDER_CODE, self.orders.code)
        self.set(tags.TEST_UINT32, 0x12345678)
        self.set(tags.TEST_FLOAT, 3.1415927)
        self.set(tags.TEST_INT32, -123456789)
        self.set(tags.TEST_STRING, "ABCD")

    def set(self, tag: Tag[T], value: T) -> None:
        """Give `tag` a value, in all its places.

        Raises:
            TagError: The value does not fit the tag's type.
        """
        if tag.address is None:
            if self._values.get(tag) != value:
                self._values[tag] = value
                self.touch(tag)
            return
        data = self.orders.encode(tag.wire, value)
        if self._put(tag.address, data):
            self.touch(tag)
            for copy in tag.copies:
                self._put(copy, data)

    def get(self, tag: Tag[T]) -> T:
        """The value of `tag` now; zero, false or empty where nothing was set."""
        if tag.address is None:
            value = self._values.get(tag)
            return cast("T", tag.wire.python() if value is None else value)
        start = 2 * tag.address.register
        return self._value(tag, tag.address, self._area(tag.address)[start : start + 2 * tag.wire.words])

    def shown(self, register: int, count: int) -> bytearray:
        """`count` input registers as readers get them."""
        data = self.input[2 * register : 2 * (register + count)]
        for at, (mask, bits) in self.overlay.registers.items():
            if register <= at < register + count:
                start = 2 * (at - register)
                word = data[start] << 8 | data[start + 1]
                data[start : start + 2] = (word & ~mask | bits).to_bytes(2, "big")
        return data

    def seen(self, tag: Tag[T]) -> T:
        """The value of `tag` as readers get it."""
        if tag.address is None or tag not in self.overlay.tags:
            return self.get(tag)
        return self._value(tag, tag.address, self.shown(tag.address.register, tag.wire.words))

    @property
    def shown_outputs(self) -> int:
        """Discrete inputs 96-127 as readers get them."""
        mask, bits = self.overlay.outputs
        return self.user_outputs & ~mask | bits

    def lay_over(self, overlay: Overlay) -> None:
        """Readers get this from now on; what they got before and do not get any more counts as changed."""
        before, self.overlay = self.overlay, overlay
        self.touch(*before.tags, *overlay.tags)

    def words(self, at: Address, count: int) -> tuple[int, ...]:
        """`count` registers from `at` on."""
        return struct.unpack_from(f">{count}H", self._area(at), 2 * at.register)

    def put(self, at: Address, data: bytes) -> None:
        """Write raw registers; the tags in that range count as changed only when `touch` names them."""
        start = 2 * at.register
        self._area(at)[start : start + len(data)] = data

    def touch(self, *changed: Tag[Any]) -> None:
        """Say that `put` changed these tags."""
        for follower in self._followers:
            follower.update(changed)

    def follow(self) -> "Follower":
        """A set of its own that takes each tag that changes; whoever asked for it empties it."""
        follower = Follower()
        self._followers.append(follower)
        return follower

    def drain(self) -> frozenset[Tag[Any]]:
        """The tags that changed since the last call."""
        changed = frozenset(self._changed)
        self._changed.clear()
        return changed

    def _value(self, tag: Tag[T], at: Address, data: bytearray) -> T:
        if at.bit is not None:
            return cast("T", bool((data[0] << 8 | data[1]) >> at.bit & 1))
        return cast("T", self.orders.decode(tag.wire, bytes(data)))

    def _area(self, at: Address) -> bytearray:
        return self.holding if at.area is Area.HOLDING else self.input

    def _put(self, at: Address, data: bytes) -> bool:
        """Return whether anything changed."""
        area, start = self._area(at), 2 * at.register
        if at.bit is not None:
            word = area[start] << 8 | area[start + 1]
            new = word | 1 << at.bit if data[1] else word & ~(1 << at.bit)
            data = new.to_bytes(2, "big")
        if area[start : start + len(data)] == data:
            return False
        area[start : start + len(data)] = data
        return True
