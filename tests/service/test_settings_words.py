"""The settings' words in German: none is missing, none is left over."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.settings import Settings
from service.settings.table import variants
from service.settings.words import catalogue, in_language
from vision.field_docs import DescribedSchema


def schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    """Of every section, and of every variant of one."""
    for name in Settings.model_fields:
        for model in variants(name).values() or [type(getattr(Settings(), name))]:
            yield name, model.model_json_schema(schema_generator=DescribedSchema)


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Of a schema and of those that it refers to."""
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {}).items()


def options(field: dict[str, Any]) -> set[str]:
    """What a field may be, in so many words; those that are numbers need none."""
    return {str(each) for part in (field, *field.get("anyOf", ())) for each in part.get("enum", ())}


ALL = [(section, name, field) for section, schema in schemas() for name, field in fields(schema)]


@pytest.mark.parametrize("language", ["de"])
def test_every_field_has_a_name_help_and_words_for_its_choices(language: str) -> None:
    words = catalogue(language)
    missing = {name for _, name, _ in ALL} - set(words["title"])
    missing |= {" ".join(field.get("description", "no help").split()) for *_, field in ALL} - set(words["text"])
    missing |= {each for *_, field in ALL for each in options(field)} - set(words["option"])
    assert missing == set()


@pytest.mark.parametrize("language", ["de"])
def test_no_word_is_left_over(language: str) -> None:
    words = catalogue(language)
    assert set(words["text"]) == {" ".join(field["description"].split()) for *_, field in ALL}
    assert set(words["title"]) == {name for _, name, _ in ALL}
    assert set(words["option"]) == {each for *_, field in ALL for each in options(field)}
    known = {(section, name) for section, name, _ in ALL}
    assert {(section, name) for section, own in words["in"].items() for name in own} <= known


def test_a_schema_in_another_language_keeps_its_types_and_bounds() -> None:
    before = dict(schemas())["log"]
    after = in_language("log", before, "de")
    level = after["properties"]["level"]
    assert level["x-title"] == catalogue("de")["title"]["level"]
    assert level["x-options"]["error"] == "Fehler"
    assert level["enum"] == before["properties"]["level"]["enum"]
    assert level["description"] != before["properties"]["level"]["description"]
    assert in_language("log", before, "en") is before
