"""Values to registers and back, in the word and character order of the settings."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .errors import TagError
from .tag import Wire

WordOrder = Literal["ABCD", "CDAB", "BADC", "DCBA"]
StringOrder = Literal["high-first", "low-first"]
FORMATS = {"uint16": ">H", "int16": ">h", "uint32": ">I", "int32": ">i", "uint64": ">Q", "float32": ">f", "time": ">Q"}


@dataclass(frozen=True, slots=True)
class Orders:
    """How numbers of several registers and the characters of a string follow each other."""

    word: WordOrder = "ABCD"
    string: StringOrder = "high-first"

    @property
    def code(self) -> int:
        """The map's OrderCode: bits 0-1 word order, bit 2 string order."""
        return ("ABCD", "CDAB", "BADC", "DCBA").index(self.word) | (self.string == "low-first") << 2

    def encode(self, wire: Wire[Any], value: object) -> bytes:
        """Return ``2 * wire.words`` bytes, each register big-endian as the protocol wants it.

        Raises:
            TagError: The value does not fit the type.
        """
        item, _, rest = wire.name.partition("[")
        if rest:
            assert isinstance(value, Sequence)
            return b"".join(self._number(item, v) for v in value)
        if item == "text":
            return self._text(wire, str(value))
        return (b"\0\1" if value else b"\0\0") if item == "bool" else self._number(item, value)

    def decode(self, wire: Wire[Any], data: bytes) -> object:
        """The value that `data`, ``2 * wire.words`` bytes, stands for."""
        item, _, rest = wire.name.partition("[")
        if rest:
            size = len(data) // int(rest[:-1])
            return tuple(self._value(item, data[i : i + size]) for i in range(0, len(data), size))
        if item == "text":
            return self._swap_characters(data).rstrip(b"\0").decode("utf-8", "replace")
        return data != b"\0\0" if item == "bool" else self._value(item, data)

    def _number(self, item: str, value: object) -> bytes:
        try:
            return self.reorder(struct.pack(FORMATS[item], value))
        except (struct.error, OverflowError) as exc:
            raise TagError(f"{value!r} does not fit {item}") from exc

    def _value(self, item: str, data: bytes) -> object:
        return struct.unpack(FORMATS[item], self.reorder(data))[0]

    def reorder(self, data: bytes) -> bytes:
        """The registers of one number, most significant first, in this order; its own inverse."""
        if len(data) == 2 or self.word == "ABCD":
            return data
        words = [data[i : i + 2] for i in range(0, len(data), 2)]
        if self.word in ("CDAB", "DCBA"):
            words.reverse()
        return b"".join(w[::-1] if self.word in ("BADC", "DCBA") else w for w in words)

    def _text(self, wire: Wire[Any], value: str) -> bytes:
        data = value.encode()
        if len(data) > 2 * wire.words:
            raise TagError(f"{len(data)} bytes of text where {2 * wire.words} fit")
        return self._swap_characters(data.ljust(2 * wire.words, b"\0"))

    def text_bytes(self, data: bytes) -> bytes:
        """The bytes of a string area in reading order (and back)."""
        return self._swap_characters(data)

    def _swap_characters(self, data: bytes) -> bytes:
        if self.string == "high-first":
            return data
        return b"".join(data[i : i + 2][::-1] for i in range(0, len(data), 2))
