"""Commands: the same again and again, and those that fail."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from protocols.handshake.types import CommandError

from ..case import Case, Program
from ..rule import ERROR, WARNING, Found, Rule
from ..seen import Seen

LOAD_JOB, FAILED = 1, 3
SOON_NS = 10_000_000_000  # a new order may well load the job of the last one
FALSE = (CommandError.UNKNOWN, CommandError.BAD_ARGUMENT, CommandError.NO_SUCH_JOB)


def _starts(program: Program) -> Iterator[Seen]:
    """Its writes that start a command."""
    number, level = 0, False
    for seen in program.writes:
        value, bit = seen.written.get(3), seen.control.get(4)
        if (value and value != number) or (bit and not level):
            yield seen
        number, level = value or number, level if bit is None else bit


def _loads_again(case: Case) -> Iterable[Found]:
    for program in case.programs:
        loads = [
            s for s in _starts(program) if (s.written.get(1), s.stand and s.stand.job) == (LOAD_JOB, s.written.get(2))
        ]
        repeated = [b for a, b in pairwise(loads) if b.at_ns - a.at_ns < SOON_NS]  # the first may have changed it
        if len(repeated) >= 3:
            yield Found(program.address, repeated, {"job": repeated[-1].written[2]}, len(repeated))


def _fails(case: Case) -> Iterable[Found]:
    for program in case.programs:
        found = [s for s in _starts(program) if s.stand and s.stand.command_status == FAILED]
        found = [s for s in found if s.stand and s.stand.command_error in FALSE]
        if len(found) >= 2:
            last = found[-1]
            error = last.stand.command_error if last.stand else 0
            yield Found(program.address, found, {"code": last.written.get(1, "?"), "error": error}, len(found))


RULES = (
    Rule(221, "loads_job_again", WARNING, _loads_again),
    Rule(222, "command_fails", ERROR, _fails),
)
