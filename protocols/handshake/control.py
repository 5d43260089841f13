"""The command image: what PLCs may write, and where it stands."""

from collections.abc import Mapping
from typing import Any, cast

from .. import tags
from ..image import ProcessImage
from ..tag import HR, Address, Area, Tag
from .types import Refused

TRIGGER_ENABLE, TRIGGER, BUFFER_RESULTS, RESULTS_ACK = 1, 2, 4, 8  # bits of ControlWord
EXECUTE_COMMAND, SET_USER_DATA, CLEAR_ERROR, SET_OFFLINE = 16, 32, 64, 128
CONTROL_BITS = 8  # the bits above are reserved


def _register(tag: Tag[Any]) -> int:
    return cast("Address", tag.address).register


CONTROL_WORD, COMMAND_SEQ = _register(tags.CONTROL_WORD), _register(tags.COMMAND_SEQ)
TRIGGER_SEQ, RESULT_ACK_SEQ = _register(tags.TRIGGER_SEQ), _register(tags.RESULT_ACK_SEQ)
PLC_HEARTBEAT, PART_ID_LENGTH = _register(tags.PLC_HEARTBEAT), _register(tags.PART_ID_LENGTH)
COMMAND_CODE, COMMAND_ARG = _register(tags.COMMAND_CODE), _register(tags.COMMAND_ARG)
PART_ID, PARAMETERS = _register(tags.PART_ID), _register(tags.RECIPE_PARAMETERS)
COMMAND_TEXT_LENGTH, COMMAND_TEXT = _register(tags.COMMAND_TEXT_LENGTH), _register(tags.COMMAND_TEXT)
LIMITS = {CONTROL_WORD: (1 << CONTROL_BITS) - 1, PART_ID_LENGTH: 64, COMMAND_TEXT_LENGTH: 64}
KEPT_AT_ONCE = {COMMAND_SEQ, RESULT_ACK_SEQ}  # a change of these is committed before its answer


def _tags_by_register() -> dict[int, list[Tag[Any]]]:
    found: dict[int, list[Tag[Any]]] = {}
    for tag in tags.ALL:
        if tag.address and tag.address.area is Area.HOLDING and tag.address.bit is None:
            for register in range(tag.address.register, tag.address.register + tag.wire.words):
                found.setdefault(register, []).append(tag)
    return found


TAGS = _tags_by_register()
BIT_TAGS = {
    1 << tag.address.bit: tag
    for tag in tags.ALL
    if tag.address and tag.address.area is Area.HOLDING and tag.address.bit is not None
}
LIMITS |= {register: 0 for register in range(tags.COMMAND_WORDS) if register not in TAGS}  # reserved


def check_registers(registers: Mapping[int, int]) -> None:
    """Refuse a write before it has any effect.

    Raises:
        Refused: 2 for a register outside 0-199, 3 for a value that its register cannot take.
    """
    for register in registers:
        if not 0 <= register < tags.COMMAND_WORDS:
            raise Refused(2)
    for register, value in registers.items():
        if not 0 <= value <= LIMITS.get(register, 0xFFFF):
            raise Refused(3)


def check_bits(bits: Mapping[int, int]) -> None:
    """Refuse a write of single bits of ControlWord before it has any effect.

    Raises:
        Refused: 2 for a bit outside 0-15, 3 for a reserved bit that is not written as 0.
    """
    for bit in bits:
        if not 0 <= bit < 16:
            raise Refused(2)
    for bit, value in bits.items():
        if value and bit >= CONTROL_BITS:
            raise Refused(3)


class CommandImage:
    """Holding registers 0-199 as the PLC last wrote them."""

    def __init__(self, image: ProcessImage) -> None:
        self._image = image
        self._bytes = image.holding

    @property
    def word(self) -> int:
        """ControlWord."""
        return self._bytes[1]

    @word.setter
    def word(self, value: int) -> None:
        changed = self.word ^ value
        if changed:
            self._bytes[1] = value
            self._image.touch(tags.CONTROL_WORD, *(tag for bit, tag in BIT_TAGS.items() if bit & changed))

    def register(self, register: int) -> int:
        """One register as a number."""
        return self._bytes[2 * register] << 8 | self._bytes[2 * register + 1]

    def store(self, registers: Mapping[int, int]) -> bool:
        """Take over a checked write but for ControlWord; return whether it must be committed before the answer."""
        kept = False
        for register, value in registers.items():
            if register == CONTROL_WORD or value == self.register(register):
                continue
            kept = kept or register in KEPT_AT_ONCE
            self._bytes[2 * register : 2 * register + 2] = value.to_bytes(2, "big")
            self._image.touch(*TAGS.get(register, ()))
        return kept

    def part_id(self) -> bytes:
        """The text in PartId, in reading order."""
        return self._text(PART_ID, PART_ID_LENGTH)

    def command_text(self) -> bytes:
        """The argument of command 9, in reading order."""
        return self._text(COMMAND_TEXT, COMMAND_TEXT_LENGTH)

    def _text(self, register: int, length: int) -> bytes:
        text = bytes(self._bytes[2 * register : 2 * register + 64])
        return self._image.orders.text_bytes(text)[: self.register(length)]

    def parameters(self) -> tuple[int, ...]:
        """The 64 words of RecipeParameters."""
        return self._image.words(HR(PARAMETERS), 64)

    def number(self, tag: Tag[int]) -> int:
        """A number of several registers in the order of the settings."""
        return self._image.get(tag)

    def dump(self) -> bytes:
        """All registers as they travel, without the zeros at the end."""
        return bytes(self._bytes).rstrip(b"\0")

    def load(self, dump: bytes) -> None:
        """Bring back what `dump` gave."""
        self._image.put(HR(0), dump.ljust(len(self._bytes), b"\0"))
        self._image.touch(*BIT_TAGS.values(), *(tag for found in TAGS.values() for tag in found))
