"""Values of one result to the registers of the user-defined block, and what a PLC is shown of them."""

import math
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .. import tags
from ..codec import Orders
from .places import ENDS, FIRST_OUTPUT, WIRE, is_bits, span
from .settings import UserBlockSettings, UserOutput, UserValue

Value = float | str | bytes | Sequence[bool] | None  # None: not measured, nothing read
Facts = Mapping[str, int | bytes]
_HEAD = struct.Struct(">IIB")  # checksum of the layout, outputs, whether something did not fit
_FLOAT_MAX = 3.4028234663852886e38


@dataclass(frozen=True, slots=True)
class Picked:
    """What one result has for each entry of the settings, in their order."""

    values: tuple[Value, ...] = ()
    outputs: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in the block while its result is the current one."""

    words: bytes  # all 256 registers
    outputs: int = 0  # bit 0 = discrete input 96
    clamped: bool = False  # something did not fit and stands at its limit, or was cut


class Layout:
    """The block as the settings lay it out.

    What is kept with a result begins with the layout's checksum: under other settings its registers mean something
    else, so they are then shown as not measured.
    """

    def __init__(
        self, block: UserBlockSettings | None = None, orders: Orders | None = None, not_measured: float = math.nan
    ) -> None:
        self.block = block or UserBlockSettings()
        self.orders, self._not_measured = orders or Orders(), not_measured
        told = f"{self.block.model_dump_json()}{self.orders}{not_measured!r}"
        self.checksum = zlib.crc32(told.encode())
        self._end = max((v.address + span(v.type, v.length) for v in self.block.values), default=tags.USER_BASE)
        self._bits = [2 * (v.address - tags.USER_BASE) for v in self.block.values if is_bits(v.type)]
        self._facts = [(v, v.bits) for v in self.block.values if _names_facts(v)]
        self._fact_outputs = [o for o in self.block.outputs if _is_fact(o)]
        self.blank = self._blank()

    def pack(self, picked: Picked) -> bytes:
        """What is kept with the result; empty where nothing is laid out."""
        if not self.block.values and not self.block.outputs:
            return b""
        words, clamped = bytearray(self.blank), False
        for entry, value in zip(self.block.values, picked.values, strict=True):
            clamped |= self._put(words, entry, value)
        outputs = sum(on << o.input - FIRST_OUTPUT for o, on in zip(self.block.outputs, picked.outputs, strict=True))
        return _HEAD.pack(self.checksum, outputs, clamped) + bytes(words[: 2 * (self._end - tags.USER_BASE)])

    def show(self, kept: bytes, facts: Facts) -> Shown:
        """The block of a result, with the facts that only its offer settles.

        Args:
            kept: As `pack` gave it, perhaps long ago; empty = nothing was measured.
            facts: By the names of `sources`.
        """
        words, outputs, clamped = bytearray(self.blank), 0, False
        if len(kept) >= _HEAD.size and _HEAD.unpack_from(kept)[0] == self.checksum:
            _, outputs, clamped = _HEAD.unpack_from(kept)
            words[: len(kept) - _HEAD.size] = kept[_HEAD.size :]
        for entry, bits in self._facts:
            clamped |= self._put_fact(words, entry, bits, facts)
        for output in self._fact_outputs:
            bit = 1 << output.input - FIRST_OUTPUT
            on = bool(facts[output.of_job(int(facts["job"])).removeprefix("@")])
            outputs = outputs | bit if on else outputs & ~bit
        return Shown(bytes(words), outputs, bool(clamped))

    def cleared(self, words: bytes) -> bytes:
        """As a trigger leaves it: numbers and strings stay until the next result, bits are 0."""
        if not self._bits:
            return words
        left = bytearray(words)
        for at in self._bits:
            left[at : at + 2] = b"\0\0"
        return bytes(left)

    def _blank(self) -> bytes:
        words = bytearray(2 * tags.USER_WORDS)
        for entry in self.block.values:
            self._put(words, entry, None)
        return bytes(words)

    def _put_fact(self, words: bytearray, entry: UserValue, bits: Sequence[str], facts: Facts) -> bool:
        at = 2 * (entry.address - tags.USER_BASE)
        if is_bits(entry.type):
            word = int.from_bytes(words[at : at + 2], "big")
            for i, source in enumerate(bits):
                if source.startswith("@"):
                    word = word | 1 << i if facts[source[1:]] else word & ~(1 << i)
            words[at : at + 2] = word.to_bytes(2, "big")
            return False
        source = entry.of_job(int(facts["job"]))
        return self._put(words, entry, facts[source[1:]]) if source.startswith("@") else False

    def _put(self, words: bytearray, entry: UserValue, value: Value) -> bool:
        """Write one value; whether it did not fit."""
        at = 2 * (entry.address - tags.USER_BASE)
        if entry.type == "string":
            data, clamped = self._text(entry, value)
        elif is_bits(entry.type):
            bits = value if isinstance(value, Sequence) and not isinstance(value, str | bytes) else ()
            data, clamped = sum(bool(on) << i for i, on in enumerate(bits)).to_bytes(2, "big"), False
        else:
            data, clamped = self._number(entry, value if isinstance(value, int | float) else math.nan)
        words[at : at + len(data)] = data
        return clamped

    def _number(self, entry: UserValue, value: float) -> tuple[bytes, bool]:
        orders = Orders(entry.word_order or self.orders.word, self.orders.string)
        scaled = value * entry.scale + entry.offset
        if entry.type == "float32":
            if not math.isfinite(value) or not math.isfinite(scaled):
                return orders.encode(WIRE["float32"], self._missing(entry)), math.isfinite(value)
            within = max(-_FLOAT_MAX, min(scaled, _FLOAT_MAX))
            return orders.encode(WIRE["float32"], within), within != scaled
        low, high, _ = ENDS[entry.type]
        if not math.isfinite(value):
            return orders.encode(WIRE[entry.type], int(self._missing(entry))), False
        whole = math.floor(max(low - 1.0, min(scaled, high + 1.0)) + 0.5)
        within = max(low, min(whole, high))
        return orders.encode(WIRE[entry.type], within), within != whole

    def _missing(self, entry: UserValue) -> float:
        """What stands where nothing was measured: the entry's own, the station's, or what no value can be."""
        own = self._not_measured if entry.not_measured is None else entry.not_measured
        if entry.type == "float32":
            return own if abs(own) <= _FLOAT_MAX else math.nan
        low, high, nothing = ENDS[entry.type]
        return max(min(low, nothing), min(round(own), max(high, nothing))) if math.isfinite(own) else nothing

    def _text(self, entry: UserValue, value: Value) -> tuple[bytes, bool]:
        data = value.encode() if isinstance(value, str) else value if isinstance(value, bytes) else b""
        room = entry.length or 0
        padded = data[:room].ljust(2 * (span("string", room) - 1), b"\0")
        return min(len(data), room).to_bytes(2, "big") + self.orders.text_bytes(padded), len(data) > room


def _names_facts(entry: UserValue) -> bool:
    return any(source.startswith("@") for source in (entry.source, *entry.by_job.values(), *entry.bits))


def _is_fact(entry: UserOutput) -> bool:
    return any(source.startswith("@") for source in (entry.source, *entry.by_job.values()))


EMPTY = Layout()
