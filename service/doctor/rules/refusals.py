"""What was refused on the wire: unit id, function, write control, value, and exceptions in a row."""

from collections.abc import Callable, Iterable

from protocols.modbus.blocks import read_block, written_block
from protocols.modbus.clients import WRITES, in_words
from protocols.modbus.codec import MAX_READ_REGISTERS, Code

from ..case import Case, Program
from ..rule import ERROR, WARNING, Found, Rule
from ..seen import Seen
from .addresses import missing

IN_A_ROW = 5


def _each(case: Case, when: Callable[[Seen], bool], least: int = 1) -> Iterable[tuple[Program, list[Seen]]]:
    """The programs with at least so many requests for which it holds."""
    for program in case.programs:
        found = [seen for seen in program.seen if when(seen)]
        if len(found) >= least:
            yield program, found


def _unit_id(case: Case) -> Iterable[Found]:
    served = ", ".join(map(str, case.settings.unit_ids))
    for program, found in _each(case, lambda s: s.exchange.exception == Code.UNIT):
        yield Found(program.address, found, {"unit": found[-1].exchange.unit, "served": served}, len(found))


def _no_write_control(case: Case) -> Iterable[Found]:
    holder = ", ".join(c.address for c in case.clients if c.controls) or "-"
    for program, found in _each(
        case, lambda s: s.exchange.exception == Code.FUNCTION and s.exchange.function in WRITES
    ):
        yield Found(program.address, found, {"holder": holder}, len(found))


def _unknown_function(case: Case) -> Iterable[Found]:
    def unknown(seen: Seen) -> bool:
        return seen.exchange.exception == Code.FUNCTION and seen.exchange.function not in WRITES

    for program, found in _each(case, unknown):
        yield Found(program.address, found, {"function": found[-1].exchange.function}, len(found))


def _too_long(case: Case) -> Iterable[Found]:
    def long(seen: Seen) -> bool:
        block = read_block(seen.exchange.request) if seen.exchange.function in (3, 4, 23) else None
        return bool(seen.exchange.exception == Code.VALUE and block and block.count > MAX_READ_REGISTERS)

    for program, found in _each(case, long):
        block = read_block(found[-1].exchange.request)
        yield Found(program.address, found, {"count": block.count if block else 0}, len(found))


def _read_only(case: Case) -> Iterable[Found]:
    for program in case.programs:
        found = [(s, b) for s, b in missing(program) if s.exchange.function in WRITES and b.address >= 200]
        if found and found[-1][1].address < 10000:
            yield Found(program.address, [s for s, _ in found], {"address": found[-1][1].address}, len(found))


def _bad_value(case: Case) -> Iterable[Found]:
    def bad(seen: Seen) -> bool:
        return seen.exchange.exception == Code.VALUE and seen.exchange.function in WRITES

    for program, found in _each(case, bad, 2):
        block = written_block(found[-1].exchange.request)
        yield Found(program.address, found, {"address": block.address if block else "?"}, len(found))


def _in_a_row(case: Case) -> Iterable[Found]:
    for program in case.programs:
        last = program.seen[-IN_A_ROW:]
        if len(last) == IN_A_ROW and all(seen.exchange.exception not in (0, Code.STARTING) for seen in last):
            exchange = last[-1].exchange
            yield Found(program.address, last, {"words": in_words(exchange.function, exchange.exception)}, IN_A_ROW)


def _connections(case: Case) -> Iterable[Found]:
    for client in case.clients:
        if client.refused:
            values = {"refused": client.refused, "limit": case.settings.max_connections_per_address}
            yield Found(client.address, (), values, client.refused)


RULES = (
    Rule(111, "unit_id", ERROR, _unit_id),
    Rule(112, "no_write_control", ERROR, _no_write_control),
    Rule(113, "unknown_function", WARNING, _unknown_function),
    Rule(114, "read_too_long", ERROR, _too_long),
    Rule(115, "writes_read_only", ERROR, _read_only),
    Rule(116, "value_not_allowed", ERROR, _bad_value),
    Rule(117, "exceptions_in_a_row", ERROR, _in_a_row),
    Rule(118, "connections_refused", WARNING, _connections),
)
