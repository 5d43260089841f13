"""What a PLC reads: the state written into the process image, only where it changed."""

import struct

from .. import tags
from ..image import ProcessImage
from ..tag import IR, Address, Area, Tag
from .block import ERROR_CODE, FLAGS, NO_CLASS, PASS, REJECT_CLASS, TOOL_BITS, VALUES, Result
from .commands import Commands
from .gate import Gate
from .results import CAPACITY
from .state import State

STATION_BITS = (0x8000, 0b1_1010_0100)  # Error; Warning, Simulated, TimeSynchronised, Forced: others set them
_U16 = struct.Struct(">H")
_BITS = {
    register: [
        (1 << tag.address.bit, tag)
        for tag in tags.ALL
        if tag.address and tag.address.area is Area.INPUT and tag.address.bit is not None
        if tag.address.register == register
    ]
    for register in (0, 1)
}
_WORDS_AT = [(IR(register), IR(tags.COMPACT_BASE + register)) for register in (0, 1)]
_WORDS = (tags.STATUS_WORD, tags.STATUS_WORD_2)


def _in_block(address: Address | None) -> bool:
    if address is None or address.area is not Area.INPUT:
        return False
    in_result = tags.RESULT_BASE <= address.register < tags.RESULT_BASE + tags.RESULT_WORDS
    return in_result or tags.COMPACT_BASE <= address.register < tags.COMPACT_BASE + tags.COMPACT_WORDS


BLOCK_TAGS = tuple(tag for tag in tags.ALL if _in_block(tag.address))


class Panel:
    """Publishes the state. Readers never see half of it: a turn publishes once, ResultSeq after its block."""

    def __init__(self, state: State, commands: Commands, gate: Gate) -> None:
        self._state, self._commands, self._gate = state, commands, gate
        self._image: ProcessImage = state.image
        self._numbers: dict[Tag[int], int] = {}
        self._words = [0, 0]
        self._shown: tuple[Result | None, int, bool] | None = None  # head, flags, cleared

    def publish(self) -> None:
        """Bring the image up to date; the current result first, the bits that speak of it last."""
        self._publish_result()
        self._publish_numbers()
        self._publish_word(0, self._status_word())
        self._publish_word(1, self._status_word_2())

    def put_slot(self, result: Result) -> None:
        """Write the ring slot of a result, its ResultSeq last."""
        register = tags.RING_BASE + result.seq % tags.RING_SLOTS * tags.SLOT_WORDS
        slot = result.slot
        self._image.put(IR(register + 1), slot[2:])
        self._image.put(IR(register), slot[:2])

    def _publish_result(self) -> None:
        results = self._state.results
        head, flags, cleared = shown = results.head, results.flags, results.cleared
        if shown == self._shown:
            return
        if self._shown is None or head is not self._shown[0]:
            self._put_block(head.block if head else bytes(2 * tags.RESULT_WORDS))
        self._put_user(head, cleared)
        self._shown = shown
        self._put_fleeting(head.block if head and not cleared else None, flags)
        self._image.touch(*BLOCK_TAGS)

    def _put_block(self, block: bytes) -> None:
        """All of the current result that stays until the next one, and its copies."""
        put = self._image.put
        put(IR(tags.RESULT_BASE + 1), block[2:])
        put(IR(911), block[2:4])
        put(IR(913), block[6:8])
        put(IR(916), block[VALUES : VALUES + 28])
        put(IR(930), block[ERROR_CODE : ERROR_CODE + 2])
        for register in (931, 910, tags.RESULT_BASE):
            put(IR(register), block[:2])

    def _put_user(self, head: Result | None, cleared: bool) -> None:
        """The user-defined block of the same result."""
        layout = self._state.rules.user
        words = head.user.words if head else layout.blank
        self._image.put(IR(tags.USER_BASE), layout.cleared(words) if cleared else words)
        self._image.user_outputs = head.user.outputs if head and not cleared else 0

    def _put_fleeting(self, block: bytes | None, flags: int) -> None:
        """What a trigger clears; None = cleared."""
        put, flag_word = self._image.put, _U16.pack(flags)
        put(IR(tags.RESULT_BASE + FLAGS // 2), flag_word)
        put(IR(912), flag_word)
        tool_bits = block[TOOL_BITS : TOOL_BITS + 8] if block else bytes(8)
        put(IR(tags.RESULT_BASE + TOOL_BITS // 2), tool_bits)
        put(IR(915), self._image.orders.reorder(tool_bits[:4])[2:])
        reject_class = block[REJECT_CLASS : REJECT_CLASS + 2] if block else _U16.pack(NO_CLASS)
        put(IR(tags.RESULT_BASE + REJECT_CLASS // 2), reject_class)
        put(IR(914), reject_class)

    def _publish_numbers(self) -> None:
        known = self._numbers
        for tag, value in self._current_numbers():
            if known.get(tag) != value:
                known[tag] = value
                self._image.set(tag, value & (0xFFFF if tag.wire.words == 1 else 0xFFFFFFFF))

    def _current_numbers(self) -> tuple[tuple[Tag[int], int], ...]:
        state, commands = self._state, self._commands
        triggers, counters, results, shown = state.triggers, state.counters, state.results, commands.shown
        return (
            (tags.TRIGGER_SEQ_ACK, triggers.ack_seq),
            (tags.TRIGGER_SEQ_REJECTED, triggers.rejected_seq),
            (tags.TRIGGER_REJECT_CODE, triggers.reject_code),
            (tags.COMMAND_SEQ_ACK, commands.ack),
            (tags.COMMAND_STATUS, shown.status),
            (tags.COMMAND_ERROR_CODE, shown.error),
            (tags.CURRENT_JOB, state.conditions.job),
            (tags.RESULTS_IN_QUEUE, len(results.queue)),
            (tags.NEWEST_RESULT_SEQ, results.newest),
            (tags.QUEUE_CAPACITY, CAPACITY),
            (tags.TRIGGER_COUNT, counters.triggers),
            (tags.MISSED_TRIGGER_COUNT, counters.missed),
            (tags.INSPECTION_COUNT, counters.inspections),
            (tags.PASS_COUNT, counters.passes),
            (tags.FAIL_COUNT, counters.fails),
            (tags.FAILED_INSPECTIONS, counters.errors),
            (tags.QUEUE_OVERRUN_COUNT, counters.overruns),
            (tags.BOOT_COUNTER, state.boots),
            (tags.LAST_CYCLE_TIME, state.last_cycle_us),
        )

    def _status_word(self) -> int:
        state, shown, latches = self._state, self._commands.shown, self._state.latches
        reason = state.offline_reason
        return (
            self._gate.ready
            | latches.trigger_ack << 1
            | state.triggers.acquiring << 2
            | latches.missed << 3
            | reason << 4
            | (reason == 0) << 7
            | (state.triggers.count > 0) << 8
            | latches.toggle << 9
            | latches.overrun << 10
            | state.results_valid << 11
            | shown.executing << 12
            | shown.completed << 13
            | shown.failed << 14
        )

    def _status_word_2(self) -> int:
        latches = self._state.latches
        return (
            latches.user_data_ack
            | latches.tripped << 1
            | latches.exposed << 3
            | bool(self._state.results.flags & 1 << PASS) << 4
            | latches.config_changed << 6
        )

    def _publish_word(self, register: int, word: int) -> None:
        """Our bits of a status word, beside those that others set."""
        changed = self._words[register] ^ word
        if not changed:
            return
        self._words[register] = word
        place, copy = _WORDS_AT[register]
        others = self._image.words(place, 1)[0] & STATION_BITS[register]
        data = _U16.pack(word | others)
        self._image.put(place, data)
        self._image.put(copy, data)
        self._image.touch(_WORDS[register], *(tag for bit, tag in _BITS[register] if bit & changed))
