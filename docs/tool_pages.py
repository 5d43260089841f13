"""A page for each tool, from its docstrings and fields: ``docs/tools/<type>.md``."""

import inspect
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from docs.markdown import table
from docs.tool_examples import EXAMPLES
from vision.declarations import Measure
from vision.field_docs import DescribedSchema
from vision.recipe.any_tool import tool_class
from vision.tool import Tool
from vision.tools import TOOLS

FOLDER = Path(__file__).parent / "tools"
MADE = "<!-- Made by `python -m docs.make` from the tool's code: change that. -->\n\n"
UNITS = {"length": "px or mm", "area": "px² or mm²", "deg": "°"}
KINDS = {"count": "a count", "score": "x 1000"}


def tools() -> dict[str, type[Tool]]:
    """Every tool by its type, in the order of the alphabet."""
    return {kind: tool_class(kind) for kind in sorted(TOOLS)}


def pages() -> Mapping[Path, str]:
    """Every page by its path, and a list of them all."""
    made = {FOLDER / f"{kind}.md": _page(kind, tool) for kind, tool in tools().items()}
    rows = [(f"[`{kind}`]({kind}.md)", _summary(tool)) for kind, tool in tools().items()]
    words = "What a step of a recipe can do. [A first recipe](../first-recipe.md) says how steps are put together."
    return made | {
        FOLDER / "README.md": f"{MADE}# The tools\n\n{words}\n\n" + table(("tool", "what it does"), rows) + "\n"
    }


def _page(kind: str, tool: type[Tool]) -> str:
    parts = [
        f"# {kind}",
        inspect.getdoc(tool) or "",
        _example(kind),
        _regions(tool),
        "## Parameters",
        _parameters(tool),
    ]
    parts += ["## What it measures", _measures(tool.measures)] if tool.measures else []
    parts += [_gives(tool)]
    return MADE + "\n\n".join(part for part in parts if part) + "\n"


def _summary(tool: type[Tool]) -> str:
    return (inspect.getdoc(tool) or "").partition("\n\n")[0].replace("\n", " ")


def _example(kind: str) -> str:
    if kind not in EXAMPLES:
        return ""
    example = EXAMPLES[kind]
    step = json.dumps(example.shown, ensure_ascii=False, indent=1)
    return f"![{example.caption}]({kind}.jpg)\n\n*{example.caption}*, by this step:\n\n```json\n{step}\n```"


def _regions(tool: type[Tool]) -> str:
    fewest, most = tool.regions
    kinds = ", ".join(f"`{kind}`" for kind in tool.region_kinds)
    if most == 0:
        return "It looks at what earlier steps found, and has no regions."
    if (fewest, most) == (0, 1):
        count = "One region, or none: the whole frame"
    elif fewest == most:
        count = f"{fewest} region{'s' if fewest > 1 else ''}"
    else:
        count = f"{fewest} to {most} regions" + ("; none: the whole frame" if fewest == 0 else "")
    taught = " It is taught: `vision-inspection teach`." if tool.learns else ""
    located = " It locates: the regions of later steps can move with what it finds (`fixture`)." if tool.locates else ""
    return f"{count}, each a {kinds}.{taught}{located}"


def _parameters(tool: type[Tool]) -> str:
    properties = TypeAdapter(tool).json_schema(schema_generator=DescribedSchema).get("properties", {})
    rows = [
        (f"`{name}`", _takes(field), _default(field), " ".join(field.get("description", "").split()))
        for name, field in properties.items()
        if name != "type"
    ]
    return table(("parameter", "takes", "default", "meaning"), rows) if rows else "None."


def _takes(field: Mapping[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_takes(one) for one in field["anyOf"])
    if "enum" in field or "const" in field:
        return ", ".join(f"`{one}`" for one in field.get("enum", [field.get("const")]))
    words = {"integer": "a whole number", "number": "a number", "string": "text", "boolean": "true or false"}
    words |= {"null": "nothing", "array": "a list"}
    word = words.get(str(field.get("type")), f"the name of {_a(field['x-ref'])}" if "x-ref" in field else "an object")
    if "x-ref" in field:
        word = f"the name of {_a(field['x-ref'])}"
    ends = [
        f"{sign} {field[key]:g}"
        for key, sign in (("exclusiveMinimum", ">"), ("minimum", "≥"), ("maximum", "≤"), ("exclusiveMaximum", "<"))
        if key in field
    ]
    return f"{word} {', '.join(ends)}".strip()


def _a(kind: str) -> str:
    return f"a {kind.lower()}" if kind else "something that another step gives"


def _default(field: Mapping[str, Any]) -> str:
    return f"`{json.dumps(field['default'], ensure_ascii=False)}`" if "default" in field else "must be given"


def _measures(measures: tuple[Measure, ...]) -> str:
    rows = [
        (f"`{one.name}`", UNITS.get(one.unit, one.unit), " ".join(one.help.split()), _travels(one)) for one in measures
    ]
    return table(("measure", "unit", "meaning", "to the PLC"), rows)


def _travels(measure: Measure) -> str:
    told = ["ToolValue"] if measure.main else []
    told += [f"ToolInt16, {KINDS[measure.int16]}"] if measure.int16 else []
    told += ["one of each region"] if measure.each_region else []
    return "; ".join(told)


def _gives(tool: type[Tool]) -> str:
    lines = []
    if tool.features:
        named = ", ".join(f"`{name}` (a {kind.__name__.lower()})" for name, kind in tool.features.items())
        lines.append(f"Features for later steps: {named}.")
    if tool.readings:
        lines.append(f"Readings: {', '.join(f'`{name}`' for name in tool.readings)}.")
    if tool.layers:
        lines.append(f"Intermediate images: {', '.join(f'`{name}`' for name in tool.layers)}.")
    return " ".join(lines)
