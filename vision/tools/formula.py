"""A number or a text worked out from what other steps measured and read."""

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ..errors import ToolError
from ..expression import Expression, ExpressionError, TextExpression, evaluate
from ..result import Reading
from ..tool import Findings, Measure, Tool, View


class Formula(Tool):
    """Work out a value, a text or both from values of earlier steps, which stand in the formula by their names.

    ``width.width`` is the measure ``width`` of the step ``width``, ``width`` alone its main one; a name with spaces or
    signs stands in braces: ``{pin 3.width}``. Numbers are those that were judged, with gain and offset. Angles are in
    degrees.
    """

    type: Literal["formula"] = "formula"
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure("value", help="The result; of a condition 1 where it holds, else 0", main=True, int16="count"),
    )
    readings: ClassVar[tuple[str, ...]] = ("text",)
    regions: ClassVar[tuple[int, int]] = (0, 0)

    formula: Expression | None = None
    """The value, for example ``abs({left.width} - {right.width}) / 2``"""
    text: TextExpression | None = None
    """The text, for example ``left(code.text, 6) + "-" + text(width.width, 2)``"""
    unit: Annotated[str, Field(max_length=16)] = ""
    """Of the value, as it is shown; ``length`` and ``area`` are px or mm, as the recipe measures"""

    @model_validator(mode="after")
    def _gives_something(self) -> Self:
        if self.formula is None and self.text is None:
            raise ValueError("give formula, for a value, or text, or both")
        return self

    def unit_of(self, measure: Measure) -> str:
        return self.unit

    def measure(self, view: View) -> Findings:
        value = None if self.formula is None else float(_result(self.formula, "formula", view))
        readings = [] if self.text is None else [Reading("text", str(_result(self.text, "text", view)))]
        return Findings(value=value, readings=readings)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a view has for formulas."""

    view: View

    def value(self, name: str) -> float | str:
        return self.view.value(name)

    def part_id(self) -> str:
        return self.view.inputs.part_id

    def plc_string(self, number: int) -> str:
        given = self.view.inputs.strings[number - 1 : number]
        if not given or not given[0]:
            raise ValueError(f"the PLC gave no recipe string {number}")
        return given[0]

    def parameter(self, name: str) -> float:
        if name not in self.view.parameters:
            raise ValueError(f"the recipe has no parameter {name!r}")
        if not math.isfinite(given := self.view.parameters[name]):
            raise ValueError(f"the PLC gave {given} as parameter {name!r}")
        return given


def _result(formula: Expression, field: str, view: View) -> float | str | bool:
    try:
        return evaluate(formula.node, _Seen(view))
    except ExpressionError as exc:
        raise ToolError(f"{field}, {exc}") from exc
