"""What a tool says of itself as data: its measures, and which fields of it name other steps."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, get_args

F = TypeVar("F")
Unit = Literal["", "px", "deg", "grey", "%", "length", "area"]
"""`length` and `area` become px or mm with the recipe's calibration."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that a tool takes."""

    name: str
    unit: Unit = ""
    help: str = ""
    main: bool = False  # the one the PLC gets as float32
    int16: Literal["count", "score", ""] = ""  # as the PLC's whole number; score is 0-1 and travels x 1000
    each_region: bool = False  # a tuple, one number a region: limits hold for each


class Ref(str, Generic[F]):
    """The name of an earlier step's feature or reading, as ``step`` or ``step.name``."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        # The kind goes into the schema, so that the console offers what fits.
        kind = next((one.__name__ for one in get_args(source) if isinstance(one, type)), "")
        extra = {"pydantic_js_extra": {"x-ref": kind}}
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema(min_length=1), metadata=extra)


def check_declarations(
    tool: str, measures: Sequence[Measure], given: Sequence[str], layers: Sequence[str], reserved: Collection[str]
) -> None:
    """Raises TypeError: what `tool` declares cannot be told apart; says which name.

    Args:
        given: Features and readings.
        reserved: What no measure may be called.
    """
    names = [measure.name for measure in measures]
    for kind, found in (("measure", names), ("feature or reading", given), ("layer", layers)):
        for name in found:
            if found.count(name) > 1:
                raise TypeError(f"{tool}: {kind} {name!r} is declared twice")
            if not name.isidentifier():
                raise TypeError(f"{tool}: {kind} {name!r} is no plain name")
    if taken := sorted(set(reserved) & set(names)):
        raise TypeError(f"{tool}: no measure can be called {taken[0]!r}, Findings takes that for itself")
    if names and sum(measure.main for measure in measures) != 1:
        raise TypeError(f"{tool}: one measure has to be main, the one that the PLC gets as float32")
    if sum(bool(measure.int16) for measure in measures) > 1:
        raise TypeError(f"{tool}: only one measure can be the PLC's int16")
