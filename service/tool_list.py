"""Every tool with all that an editor needs to know of it, in the reader's language."""

import re
from functools import cache
from typing import Any

import orjson
from pydantic import TypeAdapter

from vision.field_docs import DescribedSchema
from vision.pipeline import GENERAL
from vision.recipe.any_tool import tool_class
from vision.tool_catalogue import CATALOGUE, Entry, layer_title
from vision.words import translated

from .api import tool_models as models


@cache
def tool_list(language: str) -> tuple[models.Tool, ...]:
    """As they are listed: by group. It blocks for a second, the first time."""
    return tuple(_tool(kind, entry, language) for kind, entry in CATALOGUE.items())


@cache
def tool_list_json(language: str) -> bytes:
    """The same as JSON."""
    return orjson.dumps([tool.model_dump() for tool in tool_list(language)])


def _tool(kind: str, entry: Entry, language: str) -> models.Tool:
    tool = tool_class(kind)
    english = TypeAdapter(tool).json_schema(schema_generator=DescribedSchema)
    told = translated({"properties": {}, **english}, language)
    declared = told.pop("x-tool")
    help_ = " ".join(told.pop("description").split())
    told["properties"].pop("type", None)
    lessons = entry.taught_from and models.ToolLessons(
        needed=declared["must_learn"], taught_from=entry.taught_from, brings=tuple(declared["brings"])
    )
    fewest, most = declared["regions"]
    return models.Tool(
        type=kind,
        group=entry.group,
        title=entry.title(language),
        summary=_first_sentence(help_),
        help=help_,
        parameters=told,
        regions=models.ToolRegions(kinds=tuple(declared["region_kinds"]), fewest=fewest, most=most),
        measures=tuple(map(_measure, declared["measures"])),
        gives=tuple(_gives(name, kind) for name, kind in _given(declared)),
        layers=tuple(
            models.ToolLayer(name=name, title=layer_title(name, language)) for name in _layers(declared, most)
        ),
        locates=declared["locates"],
        lessons=lessons or None,
    )


def _first_sentence(words: str) -> str:
    """Without what follows; an abbreviation ends none."""
    return re.split(r"(?<=[a-zäöüß)]{2}[.]) (?=\S)", words, maxsplit=1)[0]


def _measure(told: dict[str, Any]) -> models.ToolMeasure:
    names = ("name", "unit", "help", "main", "each_region")
    title = told.get("title") or _plain(told["name"])
    return models.ToolMeasure(title=title, **{name: told[name] for name in names})


def _layers(declared: dict[str, Any], most: int) -> list[str]:
    return [*(GENERAL if most else ()), *declared["layers"]]


def _given(declared: dict[str, Any]) -> list[tuple[str, str]]:
    return [*declared["features"].items(), *((name, "Reading") for name in declared["readings"])]


def _gives(name: str, kind: str) -> models.ToolReading:
    return models.ToolReading(name=name, title=_plain(name), kind=kind)


def _plain(name: str) -> str:
    return name.replace("_", " ")
