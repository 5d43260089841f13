"""Everything that a form shows of recipe and tools, in every language."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vision.recipe import recipe_schema
from vision.words import LANGUAGES, translated

TEXTS = Path(__file__).parents[2] / "vision/texts"
OTHERS = [language for language in LANGUAGES if language != "en"]


def described(node: Any) -> Iterator[tuple[str, str]]:
    """Every (kind, English) of a schema that a person reads."""
    if isinstance(node, list):
        for each in node:
            yield from described(each)
    if isinstance(node, dict):
        if isinstance(text := node.get("description"), str):
            yield "text", " ".join(text.split())
        for name, field in node.get("properties", {}).items():
            if isinstance(field, dict) and "const" not in field:
                yield "title", name
        for measure in node.get("measures", []) if isinstance(node.get("measures"), list) else []:
            yield "measure", measure["name"]
            yield "text", " ".join(measure["help"].split())
        for value in node.values():
            yield from described(value)


@pytest.fixture(scope="module")
def said() -> set[tuple[str, str]]:
    return set(described(recipe_schema()))


@pytest.mark.parametrize("language", OTHERS)
def test_every_word_is_there_and_none_is_left_over(language: str, said: set[tuple[str, str]]) -> None:
    catalogue = tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))
    there = {(kind, key) for kind in ("title", "measure", "text") for key in catalogue[kind]}
    assert said - there == set()
    assert there - said == set()


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_is_left_english(language: str) -> None:
    schema = translated(recipe_schema(), language)
    english = {text for kind, text in described(recipe_schema()) if kind == "text" and " " in text}
    assert not english & {text for kind, text in described(schema) if kind == "text"}


def test_german_names_the_fields_choices_and_measures_of_a_tool() -> None:
    caliper = translated(recipe_schema(), "de")["$defs"]["Caliper"]
    polarity = caliper["properties"]["polarity"]
    assert polarity["x-title"] == "Polarität"
    assert polarity["x-options"]["dark_to_light"] == "dunkel nach hell"
    assert polarity["enum"] == ["any", "dark_to_light", "light_to_dark"]
    assert caliper["x-tool"]["measures"][0] | {"help": ""} == {
        "each_region": False,
        "help": "",
        "int16": "",
        "main": True,
        "name": "width",
        "title": "Breite",
        "unit": "length",
    }


def test_english_is_as_it_was_written() -> None:
    schema = recipe_schema()
    assert translated(schema, "en") is schema
