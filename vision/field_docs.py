"""What the docstring under a model's field says: read from the source when somebody asks, which a station seldom does.

Pydantic's own `use_attribute_docstrings` reads it as each class is made, at every start.
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema


def description(model: type[BaseModel], name: str) -> str:
    """Of the field: what its declaration gives, else the docstring under it; "" = neither."""
    if said := model.model_fields[name].description:
        return said
    owner = next((one for one in model.__mro__ if name in _declared(one)), model)
    return _of_module(owner.__module__).get(owner.__qualname__, {}).get(name, "")


class DescribedSchema(GenerateJsonSchema):
    """JSON Schema with these descriptions."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        model, properties = schema["cls"], made.get("properties", {})
        for name, field in model.model_fields.items():
            keys = (name, field.alias, field.serialization_alias, field.validation_alias)
            key = next((key for key in keys if isinstance(key, str) and key in properties), None)
            if key and (said := description(model, name)):
                properties[key]["description"] = said
        return made


def _declared(model: type) -> dict[str, object]:
    """The annotations of its own; a generic model with its parameters filled in has but those of its origin."""
    filled = getattr(model, "__pydantic_generic_metadata__", {}).get("origin")
    return {} if filled else inspect.get_annotations(model)


@cache
def _of_module(name: str) -> dict[str, dict[str, str]]:
    """By the class's qualified name and the field's name."""
    try:
        source = inspect.getsource(sys.modules[name])
    except (OSError, TypeError):  # typed in, or without its source
        return {}
    return {name: dict(_documented(node.body)) for name, node in _classes(ast.parse(source).body, "")}


def _classes(body: Sequence[ast.stmt], inside: str) -> Iterator[tuple[str, ast.ClassDef]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield inside + node.name, node
            yield from _classes(node.body, f"{inside}{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _classes(node.body, f"{inside}{node.name}.<locals>.")


def _documented(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    for field, below in pairwise(body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                yield name, inspect.cleandoc(said).strip()
