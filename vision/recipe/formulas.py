"""What is wrong with a step's formulas, as far as that hangs on other steps."""

import re
from collections.abc import Callable, Iterator, Sequence

from ..expression import Expression, ExpressionError, Kind, kind_of
from .references import Reference, Told, expressions
from .step import Step
from .wording import listed, suggestion

Problem = tuple[str, str]
_NUMBERED = re.compile(r"\[([1-9]\d*)\]$")


def problems_of_formulas(
    step: Step, named: Callable[[str], Step | None], parameters: Sequence[str] | None
) -> Iterator[Problem]:
    """Each with its place: what does not fit together, and parameters that there are not.

    Args:
        parameters: Names of the PLC's numbers; None = they cannot be read.
    """
    for place, formula in expressions(step):
        if (what := _unfit(formula, named)) is not None:
            yield place, what
        for at, name in formula.parameters:
            if parameters is not None and name not in parameters:
                hint = suggestion(name, parameters) or f"; there are: {listed(parameters)}"
                yield place, f"at character {at + 1}: there is no parameter {name!r}{hint}"


def untold(reference: Reference, other: Step) -> str:
    """Why a formula may not name this; empty = it may."""
    if reference.number is not None and other.group is None:
        return f"the parts that step {other.name!r} finds have no numbers of their own"
    numbers = {measure.name: measure for measure in other.tool.measures}
    known = [*numbers, *other.tool.readings]
    if not known:
        return f"step {other.name!r} ({other.tool.type}) measures nothing and reads nothing"
    if not reference.name:
        return ""
    name = _NUMBERED.sub("", reference.name)
    if name not in known:
        return f"step {other.name!r} has no {name!r}{suggestion(name, known)}; it has: {listed(known)}"
    if (measure := numbers.get(name)) is None:
        return ""
    number, regions = _NUMBERED.search(reference.name), max(1, len(other.regions))
    several = measure.each_region and regions > 1
    if number is not None and not (several and int(number[1]) <= regions):
        words = f"it has {regions}, one for each region" if several else "it is a single number"
        return f"step {other.name!r} has no {reference.name!r}: {words}"
    if number is None and several and not measure.main:
        return f"step {other.name!r} has one {name} for each region: say which, for example {name}[1]"
    return ""


def _unfit(formula: Expression, named: Callable[[str], Step | None]) -> str | None:
    def kind(target: str) -> Kind | None:
        reference = Reference("", target, Told)
        other = named(reference.step)
        return None if other is None else _kind(other, reference.name)

    try:
        found = kind_of(formula.node, kind)
    except ExpressionError as exc:
        return str(exc)
    if found is None or found in formula.gives:
        return None
    hint = "; write text(...) around it" if found is Kind.NUMBER else ""
    return f"its result is {found}, {' or '.join(formula.gives)} is wanted{hint}"


def _kind(step: Step, name: str) -> Kind | None:
    measures = [measure.name for measure in step.tool.measures]
    name = _NUMBERED.sub("", name)
    if name in measures or (not name and measures):
        return Kind.NUMBER
    return Kind.TEXT if name in step.tool.readings or (not name and step.tool.readings) else None
