"""What a program waits for: a bit that toggles, or one that is gone before it looks."""

from collections.abc import Iterable, Sequence

from ..case import Case, Program
from ..rule import ERROR, WARNING, Found, Rule
from ..seen import Seen

ACQUIRING, COMPLETED = 2, 9  # bits of StatusWord, and discrete inputs
POLLS = 3


def _blind(program: Program, polls: Sequence[Seen]) -> bool:
    """From poll to poll it can see neither ResultsValid nor which result stands there: it must go by another bit."""
    meanwhile = program.seen[program.place(polls[0]) : program.place(polls[-1])]
    return not any(seen.shows_valid or seen.result_seqs for seen in meanwhile)


def _toggle(case: Case) -> Iterable[Found]:
    """InspectionCompleted is all it waits for."""
    for program in case.programs:
        found = [seen for seen in program.seen if COMPLETED in seen.inputs]
        if len(found) >= POLLS and _blind(program, found) and case.parts:
            yield Found(program.address, found, {}, len(found))


def _pulse(case: Case) -> Iterable[Found]:
    for program in case.programs:
        found = [seen for seen in program.seen if ACQUIRING in seen.inputs and COMPLETED not in seen.inputs]
        caught = any(seen.status_word and seen.status_word & 1 << ACQUIRING for seen in found)
        if len(found) >= POLLS and not caught and _blind(program, found) and case.parts:
            yield Found(program.address, found, {}, len(found))


RULES = (
    Rule(311, "toggle_as_level", ERROR, _toggle),
    Rule(312, "waits_for_pulse", WARNING, _pulse),
)
