"""A step's tool, of whichever type: only the tools that a recipe uses are imported."""

import json
from functools import cache, partial
from typing import Annotated, Any, Union

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from .. import tools
from ..tool import Tool

TAG = "type"


@cache
def tool_class(kind: str) -> type[Tool]:
    """What a recipe calls by this type.

    Raises:
        KeyError: There is no such tool.
    """
    found: type[Tool] = getattr(tools, tools.TOOLS[kind])
    return found


class _ByType:
    """Validates as pydantic's union of all tools does; its schema is that one's."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        known = core_schema.tagged_union_schema(dict.fromkeys(tools.TOOLS, core_schema.any_schema()), TAG)
        lax, strict = (
            core_schema.with_info_plain_validator_function(partial(_validated, strict)) for strict in (False, True)
        )
        return core_schema.chain_schema(
            [known, core_schema.lax_or_strict_schema(lax, strict)],
            serialization=core_schema.simple_ser_schema("any"),  # as the tool's own class has it
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        every: Any = Union[tuple(map(tool_class, tools.TOOLS))]  # noqa: UP007 - of as many as there are
        return handler(TypeAdapter(Annotated[every, Field(discriminator=TAG)]).core_schema)


AnyTool = Annotated[Tool, _ByType()]


def _validated(strict: bool, value: Any, info: core_schema.ValidationInfo) -> Tool:
    union = _union_of(value[TAG] if isinstance(value, dict) else value.type)
    if info.mode == "json":  # where strict means JSON's own types
        return union.validate_json(json.dumps(value), strict=strict)
    return union.validate_python(value, strict=strict)


@cache
def _union_of(kind: str) -> TypeAdapter[Tool]:
    """Of one tool: what is wrong with that has the same place as in the union of all."""
    tool = tool_class(kind)
    tool.model_rebuild()
    union: Any = Annotated[tool, Field(discriminator=TAG)]
    return TypeAdapter(union)
