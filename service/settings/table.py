"""Every setting as a row: its names, what it takes in words, its default. Errors and the manual are made from it."""

import difflib
import json
import math
import re
import types
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from vision.field_docs import description

from .models import Settings

PREFIX, NESTED = "VISION_", "__"


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of one section; `variant` is the `type` that it belongs to, where the section has types."""

    section: str
    key: str
    variant: str | None
    owner: type[BaseModel]

    @property
    def name(self) -> str:
        return f"{self.section}.{self.key}"

    @property
    def field(self) -> FieldInfo:
        return self.owner.model_fields[self.key]

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"{PREFIX}{self.section}{NESTED}{self.key}".upper()

    @property
    def meaning(self) -> str:
        return description(self.owner, self.key)

    @property
    def expected(self) -> str:
        """What it takes, in words."""
        return in_words(self.field.annotation, self.field.metadata)

    @property
    def entry(self) -> str:
        """What one entry of a list or table is."""
        return in_words([each for each in get_args(self.field.annotation) if each is not ...][-1])

    @property
    def model(self) -> type[BaseModel] | None:
        """Of an entry of a list of tables; None = it is none."""
        inner = [each for each in get_args(self.field.annotation) if isinstance(each, type)]
        return next((each for each in inner if issubclass(each, BaseModel)), None)

    def of_entry(self, key: str) -> FieldInfo | None:
        """A key of such an entry; None = there is none."""
        return self.model.model_fields.get(key) if self.model else None

    @property
    def compound(self) -> bool:
        """A list or a table: JSON in the environment."""
        return get_origin(self.field.annotation) in (tuple, dict)


@cache
def settings_table() -> tuple[Setting, ...]:
    """In the order of the models."""
    return tuple(
        Setting(section, key, variant, model)
        for section in Settings.model_fields
        for variant, model in variants(section).items()
        for key in model.model_fields
    )


@cache
def variants(section: str) -> dict[str | None, type[BaseModel]]:
    """The models of a section by their `type`; None where it has but one."""
    annotation = Settings.model_fields[section].annotation
    models: Sequence[type[BaseModel]] = get_args(annotation)
    if not models:
        return {None: annotation}  # type: ignore[dict-item]
    return {get_args(model.model_fields["type"].annotation)[0]: model for model in models}


def in_words(kind: Any, limits: Iterable[Any] = ()) -> str:
    """What a type takes, as an operator would say it."""
    limits = tuple(limits)
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"a table with {', '.join(kind.model_fields)}"
    if origin is Annotated:
        return _annotated(inner[0], (*limits, *inner[1:]))
    if origin is Literal:
        return ("one of " if len(inner) > 1 else "") + ", ".join(as_toml(value) for value in inner)
    if origin is tuple:
        return f"a list, each entry {in_words(inner[0])}"
    if origin is dict:
        return f"a table, each value {in_words(inner[1])}"
    if origin in (Union, types.UnionType):
        return " or ".join(in_words(each, limits) for each in inner if each is not type(None))
    simple = {bool: "true or false", int: "a whole number", float: "a number", str: "text", Path: "a path in quotes"}
    return simple[kind] + _bounds(kind, limits)


def _annotated(kind: Any, extra: Sequence[Any]) -> str:
    fields = [each for each in extra if isinstance(each, FieldInfo)]
    said = next((field.description for field in fields if field.description), None)
    return said or in_words(kind, [limit for field in fields for limit in field.metadata])


def _bounds(kind: type, limits: Iterable[Any]) -> str:
    found = {
        name: getattr(limit, name)
        for limit in limits
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length")
        if getattr(limit, name, None) is not None
    }
    if kind is str and found:
        return f" of {found.get('min_length', 0)} to {found['max_length']} characters"
    low = f"{found['ge']}" if "ge" in found else f"above {found['gt']}" if "gt" in found else ""
    if "le" in found:
        return f", {low} to {found['le']}"
    return (f", {low}" if low.startswith("above") else f", {low} or more") if low else ""


def as_toml(value: Any) -> str:
    """`value` as it would stand in station.toml."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        entries = ", ".join(f"{_key(key)} = {as_toml(each)}" for key, each in value.items())
        return f"{{ {entries} }}" if entries else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(as_toml(each) for each in value)}]"
    return json.dumps(str(value), ensure_ascii=False)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def nearest(given: str, names: Iterable[str]) -> str | None:
    """The right name that a wrong one most likely means."""
    return next(iter(difflib.get_close_matches(given, list(names), 1, 0.6)), None)
