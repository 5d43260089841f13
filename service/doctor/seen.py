"""One request as the rules look at it: which registers, bits and values it named, whatever function it used."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from protocols import tags
from protocols.modbus import Exchange, Stand
from protocols.modbus.blocks import read_block, written_block, written_values

NOTHING = range(0)
RESULTS_VALID_BIT, JOB_PASS_INPUT, TOOL_INPUTS = 11, 20, 32  # discrete inputs
HEAD = range(102, 127)  # of the current result: all but its numbers and their guard
BODY = range(128, 331)
COMPACT_CONTENT = range(912, 931)
RING = range(tags.RING_BASE, tags.RING_BASE + tags.RING_SLOTS * tags.SLOT_WORDS)
GUARDS = (100, 127, 331, 368, 910, 931)


def overlap(a: range, b: range) -> bool:
    """Whether two ranges of step 1 share an address."""
    return a.start < b.stop and b.start < a.stop


@dataclass(frozen=True, eq=False)
class Seen:
    """An exchange, read with the map in hand. An exception has read and written nothing."""

    exchange: Exchange
    stand: Stand | None  # after it; of a repetition the last one known
    fresh: bool  # `stand` was taken with this very exchange

    @property
    def at_ns(self) -> int:
        """When it was answered (CLOCK_MONOTONIC)."""
        return self.exchange.monotonic_ns + self.exchange.duration_ns

    @cached_property
    def registers(self) -> range:
        """Input registers that were read, also where they were read in their mirror."""
        block = read_block(self.exchange.request)
        if block is None or self.exchange.exception or self.exchange.function in (1, 2):
            return NOTHING
        start = block.address if self.exchange.function == 4 else block.address - tags.MIRROR_BASE
        return range(start, start + block.count) if start >= 0 else NOTHING

    @cached_property
    def inputs(self) -> range:
        """Discrete inputs that were read."""
        block = read_block(self.exchange.request)
        if block is None or self.exchange.exception or self.exchange.function != 2:
            return NOTHING
        return range(block.address, block.address + block.count)

    def word(self, register: int) -> int | None:
        """What it read in an input register; None where it did not."""
        if register not in self.registers:
            return None
        at = 2 + 2 * (register - self.registers.start)
        return int.from_bytes(self.exchange.answer[at : at + 2], "big")

    @cached_property
    def written(self) -> Mapping[int, int]:
        """Holding registers and the values they got, of functions 6, 16 and 23."""
        block = written_block(self.exchange.request)
        if block is None or self.exchange.exception or self.exchange.function not in (6, 16, 23):
            return {}
        return dict(enumerate(written_values(self.exchange.request), block.address))

    @cached_property
    def control(self) -> Mapping[int, bool]:
        """Bits of ControlWord that it wrote, of every function."""
        request, function = self.exchange.request, self.exchange.function
        if 0 in self.written:
            return {bit: bool(self.written[0] >> bit & 1) for bit in range(8)}
        block = written_block(request)
        if block is None or self.exchange.exception:
            return {}
        if function in (5, 15):
            return {block.address + i: bool(v) for i, v in enumerate(written_values(request))}
        if function == 22 and block.address == 0:
            keep, value = written_values(request)
            return {bit: bool(value >> bit & 1) for bit in range(8) if not keep >> bit & 1}
        return {}

    @property
    def writes(self) -> bool:
        """It wrote something."""
        return bool(self.written or self.control)

    @cached_property
    def content(self) -> bool:
        """It read a judgement or values: of the current result, the compact block, a ring slot, or the tools' bits."""
        blocks = (HEAD, BODY, COMPACT_CONTENT, RING)
        return any(overlap(self.registers, block) for block in blocks) or self.inputs.stop > TOOL_INPUTS

    @cached_property
    def job_pass(self) -> bool:
        """It read JobPass."""
        return 1 in self.registers or 901 in self.registers or JOB_PASS_INPUT in self.inputs

    @cached_property
    def shows_valid(self) -> bool:
        """ResultsValid could be seen in it."""
        return 0 in self.registers or 900 in self.registers or RESULTS_VALID_BIT in self.inputs

    @cached_property
    def result_seq(self) -> int | None:
        """A ResultSeq of the current result that it read."""
        return next((word for guard in GUARDS if (word := self.word(guard)) is not None), None)

    @cached_property
    def result_seqs(self) -> frozenset[int]:
        """Every ResultSeq that it read, those of ring slots and NewestResultSeq too."""
        slots = range(RING.start, RING.stop, tags.SLOT_WORDS)
        guards = (at + tags.SLOT_WORDS - 1 for at in slots) if overlap(self.registers, RING) else ()
        places = (14, *GUARDS, *(slots if overlap(self.registers, RING) else ()), *guards)
        return frozenset(word for at in places if (word := self.word(at)))

    @cached_property
    def status_word(self) -> int | None:
        """StatusWord, as far as it read it; of discrete inputs those it asked for."""
        word = self.word(0)
        if word is None:
            word = self.word(900)
        if word is None and overlap(self.inputs, range(16)):
            bits = int.from_bytes(self.exchange.answer[2:], "little")
            word = bits << self.inputs.start & 0xFFFF
        return word

    @property
    def raw(self) -> tuple[int, ...]:
        """The registers of its answer; none where it answered with bits or an exception."""
        answer = self.exchange.answer
        if self.exchange.function not in (3, 4, 23) or self.exchange.exception:
            return ()
        return struct.unpack_from(f">{answer[1] // 2}H", answer, 2)
