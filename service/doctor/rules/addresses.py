"""Addresses: one too high, one too low, the other area, the number from the catalogue."""

from collections.abc import Callable, Iterable, Iterator

from protocols import tags
from protocols.modbus.areas import HOLDING_ENDS, INPUT_ENDS, fits
from protocols.modbus.blocks import Block, read_block, written_block
from protocols.modbus.clients import WRITES
from protocols.modbus.codec import Code

from ..case import Case, Program
from ..rule import ERROR, Found, Rule
from ..seen import Seen

CATALOGUE = (400001, 300001, 40001, 30001)  # first numbers of holding and input registers in 1-based catalogues


def _pairs() -> frozenset[int]:
    """Input registers at which a number of two registers begins."""
    found: set[int] = set()
    for tag in tags.ALL:
        if tag.address and tag.address.area.value == "IR" and tag.address.bit is None:
            places = (tag.address, *tag.copies)
            if tag.wire.words == 2 and tag.wire.name != "text":
                found |= {place.register for place in places}
            elif tag.wire.name.startswith("float32["):
                found |= {at for place in places for at in range(place.register, place.register + tag.wire.words, 2)}
    return frozenset(found)


PAIRS = _pairs()


def missing(program: Program) -> Iterator[tuple[Seen, Block]]:
    """Requests that were refused because there is no such address, with the block that is not there."""
    for seen in program.seen:
        if seen.exchange.exception != Code.ADDRESS:
            continue
        pdu = seen.exchange.request
        block = written_block(pdu) if seen.exchange.function in WRITES else read_block(pdu)
        if block:
            yield seen, block


def would_fit(seen: Seen, block: Block, by: int) -> bool:
    """Whether the block would be there at another distance."""
    function, start = seen.exchange.function, block.address + by
    if start < 0 or function in (1, 2, 5, 15):
        return False
    if function in WRITES:
        return start + block.count <= tags.COMMAND_WORDS
    return fits(INPUT_ENDS if function == 4 else HOLDING_ENDS, start, block.count)


def _shifted(by: int) -> Callable[[Case], Iterable[Found]]:
    def look(case: Case) -> Iterable[Found]:
        for program in case.programs:
            found = [(s, b) for s, b in missing(program) if would_fit(s, b, -by) and not _elsewhere(s, b)]
            found += [(s, Block(s.registers.start, 2)) for s in program.seen if by == 1 and _second_half(s)]
            if len(found) >= 2:
                _seen, block = found[-1]
                values = {"asked": block.address, "right": block.address - by}
                yield Found(program.address, [s for s, _ in found], values, len(found))

    return look


def _second_half(seen: Seen) -> bool:
    """Two registers of which the first is the second half of a number."""
    at, count = seen.registers.start, len(seen.registers)
    return count == 2 and at not in PAIRS and at - 1 in PAIRS


def _elsewhere(seen: Seen, block: Block) -> bool:
    return _other_area(seen, block) is not None


def _other_area(seen: Seen, block: Block) -> tuple[str, str] | None:
    """What was asked for and what was meant."""
    function, start = seen.exchange.function, block.address
    if function == 3 and fits(INPUT_ENDS, start, block.count):
        return f"HR {start}", f"IR {start}"
    if function == 4 and start >= tags.MIRROR_BASE and fits(INPUT_ENDS, start - tags.MIRROR_BASE, block.count):
        return f"IR {start}", f"IR {start - tags.MIRROR_BASE}"
    return None


def _command_image_as_result(seen: Seen) -> bool:
    """The result was looked for where the PLC writes: 100 is a recipe parameter there, and reads 0."""
    block = read_block(seen.exchange.request)
    return bool(seen.exchange.function == 3 and block and block.address == tags.RESULT_BASE and block.count > 2)


def _wrong_area(case: Case) -> Iterable[Found]:
    for program in case.programs:
        found = [(s, places) for s, b in missing(program) if (places := _other_area(s, b))]
        found += [(s, ("HR 100", "IR 100")) for s in program.seen if _command_image_as_result(s)]
        if len(found) >= 2:
            asked, meant = found[-1][1]
            yield Found(program.address, [s for s, _ in found], {"asked": asked, "meant": meant}, len(found))


def _catalogue_number(case: Case) -> Iterable[Found]:
    for program in case.programs:
        found = [(s, b.address, right) for s, b in missing(program) if (right := _from_catalogue(s, b)) is not None]
        if found:
            values = {"asked": found[-1][1], "right": found[-1][2]}
            yield Found(program.address, [s for s, *_ in found], values, len(found))


def _from_catalogue(seen: Seen, block: Block) -> int | None:
    for first in CATALOGUE:
        if block.address >= first and would_fit(seen, block, -first):
            return block.address - first
    return None


def _writes_shifted(case: Case) -> Iterable[Found]:
    """A counter where the neighbour of TriggerSeq is, and never a TriggerSeq."""
    for program in case.programs:
        if any(4 in seen.written or seen.control.get(1) is not None for seen in program.writes):
            continue
        read = frozenset().union(*(seen.result_seqs for seen in program.seen))
        high = [s for s, value in program.new_values(5) if value and value not in read]
        low = [s for s, value in program.new_values(3) if value and s.stand and s.stand.command_error == 1]
        for found, register in ((high, 5), (low, 3)):
            if len(found) >= 3:
                yield Found(program.address, found, {"register": register}, len(found))


RULES = (
    Rule(101, "one_too_high", ERROR, _shifted(1)),
    Rule(102, "one_too_low", ERROR, _shifted(-1)),
    Rule(103, "wrong_area", ERROR, _wrong_area),
    Rule(104, "catalogue_number", ERROR, _catalogue_number),
    Rule(105, "writes_beside_trigger_seq", ERROR, _writes_shifted),
)
