"""What is wrong with a recipe's text, in words with their place."""

import copy
import difflib
import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from .strict import NAME_PATTERN

WHOLE = "the file"
TAGS = ("type", "kind", "rule", "filter")
BOUNDS = {
    "less_than_equal": ("le", "is more than"),
    "less_than": ("lt", "is not less than"),
    "greater_than_equal": ("ge", "is less than"),
    "greater_than": ("gt", "is not more than"),
}


def read(model: Any, data: Any, at: str = "") -> tuple[Any, list[str]]:
    """`data` as `model`, or None and every problem as ``place: what is wrong``."""
    try:
        # By way of JSON, where strict means JSON's own types: a list is a tuple, but "5" is no number.
        return _adapter(model).validate_json(json.dumps(data), strict=True), []
    except ValidationError as exc:
        errors = exc.errors(include_url=False)
    if untagged := [_path(error, data) for error in errors if error["type"] == "union_tag_not_found"]:
        return read(model, _tagged(data, untagged), at)
    return None, [f"{place(at, *_path(error, data))}: {_words(error)}" for error in errors]


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    if isinstance(model, type) and issubclass(model, BaseModel):
        model.model_rebuild()  # where that was deferred: an adapter would build one for itself alone
    return TypeAdapter(model)


def _tagged(data: Any, paths: Sequence[Sequence[int | str]]) -> Any:
    """A copy with the names of kinds that are missing as "": of a wrong one pydantic says what it might have been."""
    data = copy.deepcopy(data)
    for *path, tag in paths:
        entry = data
        for part in path:
            entry = entry[part]
        entry[tag] = ""
    return data


def place(at: str, *path: int | str) -> str:
    """``steps[2].tool.threshold``."""
    for part in path:
        at += f"[{part}]" if isinstance(part, int) else f".{part}" if at else str(part)
    return at or WHOLE


def pointer(place: str) -> str:
    """The JSON pointer (RFC 6901) of such a place: ``/steps/2/tool/threshold``; "" = the whole."""
    if place == WHOLE:
        return ""
    parts = [one or other for one, other in re.findall(r"\[(\d+)\]|([^.\[\]]+)", place)]
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def listed(names: Iterable[str]) -> str:
    """Names for a person to choose from."""
    return ", ".join(names) or "none"


def suggestion(name: str, names: Iterable[str]) -> str:
    """A hint at what was meant, or nothing."""
    close = difflib.get_close_matches(name, list(names), 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _path(error: ErrorDetails, data: Any) -> Sequence[int | str]:
    """The error's place without the names of the chosen kinds that pydantic puts in."""
    path: list[int | str] = []
    tagged = False
    for part in error["loc"]:
        if part == "[key]":
            continue
        if not tagged and isinstance(data, dict) and part in [data.get(tag) for tag in TAGS]:
            tagged = True
            continue
        path.append(part)
        data, tagged = _inside(data, part), False
    if error["type"].startswith("union_tag"):
        path.append(error["ctx"]["discriminator"].strip("'"))
    return path


def _inside(data: Any, part: int | str) -> Any:
    try:
        return data[part]
    except (KeyError, IndexError, TypeError):
        return None


def _words(error: ErrorDetails) -> str:
    kind, context, given = error["type"], error.get("ctx", {}), error["input"]
    if kind in BOUNDS:
        bound, words = BOUNDS[kind]
        return f"{given!r} {words} {context[bound]:g}"
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "unknown key"
    if kind == "union_tag_invalid":
        known = [name.strip(" '") for name in context["expected_tags"].split(",")]
        if not context["tag"]:
            tag = context["discriminator"].strip("'")
            return f'is missing: one of {listed(known)}; for example "{tag}": "{known[0]}"'
        return f"{context['tag']!r} is unknown{suggestion(context['tag'], known)}; known: {listed(known)}"
    if kind == "too_short":
        return f"has {context['actual_length']} entries, at least {context['min_length']} are needed"
    if kind == "literal_error":
        return f"{given!r} is not {context['expected']}"
    if kind == "string_pattern_mismatch" and context["pattern"] == NAME_PATTERN:
        number = "; a step that repeats has no number here" if str(given).endswith("]") else ""
        return f"{_short(given)} is no name: it begins with a space or has a dot, bracket or control character{number}"
    if kind == "value_error":
        return str(context["error"])
    return f"{_short(given)}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _short(given: Any) -> str:
    text = repr(given)
    return text if len(text) <= 60 else f"{text[:57]}..."
