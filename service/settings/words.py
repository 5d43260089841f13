"""The words of the settings' schemas in other languages: names, help and choices, as a form shows them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from vision.words import ENGLISH, Words


def in_language(section: str, schema: dict[str, Any], language: str) -> dict[str, Any]:
    """A section's schema with `x-title`, `x-options` and help in `language`; English ones are not changed."""
    if language == ENGLISH:
        return schema
    found = catalogue(language)
    own: Mapping[str, str] = found["in"].get(section, {})
    translated: dict[str, Any] = Words({**found, "title": {**found["title"], **own}, "measure": {}}).of(schema)
    return translated


@cache
def catalogue(language: str) -> Mapping[str, Any]:
    """Tables: title (by key), in (titles of one section), option, and text (by the English words)."""
    return tomllib.loads(files(__package__).joinpath(f"texts/{language}.toml").read_text("utf-8"))
