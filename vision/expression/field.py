"""A formula as the field of a tool: text that is read when the recipe is."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar, Self

from pydantic_core import CoreSchema, core_schema

from .parsing import MOST_CHARACTERS, parse
from .syntax import Call, Kind, Literal, Mention, Node, walk


class Expression(str):
    """The text of a formula, and what it is made of."""

    gives: ClassVar[tuple[Kind, ...]] = (Kind.NUMBER, Kind.TRUTH)

    def __new__(cls, text: str) -> Self:
        """
        Raises:
            ExpressionError: It is no formula; says where and why.
        """
        made = super().__new__(cls, text)
        _ = made.node
        return made

    @cached_property
    def node(self) -> Node:
        """The whole."""
        return parse(str(self))

    @property
    def mentions(self) -> Iterator[Mention]:
        """Of measures and readings of other steps, as they stand in the text."""
        return (one for one in walk(self.node) if isinstance(one, Mention))

    @property
    def parameters(self) -> Iterator[tuple[int, str]]:
        """Names of the PLC's numbers, each with its place in the text."""
        for one in walk(self.node):
            match one:
                case Call(name="parameter", arguments=(Literal(at=at, value=str(name)),)):
                    yield at, name

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        # The kind goes into the schema, so that an editor knows the text for a formula.
        text = core_schema.str_schema(min_length=1, max_length=MOST_CHARACTERS)
        return core_schema.no_info_after_validator_function(
            cls, text, metadata={"pydantic_js_extra": {"x-ref": "Expression"}}
        )


class TextExpression(Expression):
    """A formula whose result is a text."""

    gives = (Kind.TEXT,)
