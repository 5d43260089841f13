"""The words of the recipe's schema in other languages: titles, help, choices and measures, as a form shows them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

ENGLISH = "en"
LANGUAGES = (ENGLISH, "de")


def translated(schema: Any, language: str) -> Any:
    """A copy of a JSON Schema, or a part of one, in `language`; what has no translation stays English.

    A field gets its name as `x-title` (a form takes that as it is), a choice the words of its options as `x-options`,
    a measure of `x-tool` its name as `title`. English schemas are not changed.
    """
    return schema if language == ENGLISH else Words(_catalogue(language)).of(schema)


@cache
def _catalogue(language: str) -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("vision").joinpath(f"texts/{language}.toml").read_text("utf-8"))


class Words:
    """Puts the words of a catalogue into schemas: its tables are title, option, measure and text."""

    def __init__(self, catalogue: Mapping[str, Mapping[str, str]]) -> None:
        self._titles, self._options = catalogue["title"], catalogue["option"]
        self._measures, self._texts = catalogue["measure"], catalogue["text"]

    def of(self, node: Any) -> Any:
        """A copy of a schema, or of a part of one."""
        if isinstance(node, list | tuple):
            return [self.of(each) for each in node]
        if not isinstance(node, Mapping):
            return node
        return {key: self._entry(key, value) for key, value in node.items()} | self._options_of(node)

    def _entry(self, key: str, value: Any) -> Any:
        match key:
            case "properties":
                return {name: self._named(name, field) for name, field in value.items()}
            case "description" if isinstance(value, str):
                return self._text(value)
            case "measures" if isinstance(value, list | tuple):
                return [self._measure(each) for each in value]
            case "default" | "enum" | "const" | "examples":
                return value
            case _:
                return self.of(value)

    def _named(self, name: str, field: Any) -> Any:
        words = self.of(field)
        return words | {"x-title": self._titles[name]} if name in self._titles and isinstance(words, dict) else words

    def _measure(self, measure: Mapping[str, Any]) -> dict[str, Any]:
        name = measure["name"]
        return {**measure, "title": self._measures.get(name, name), "help": self._text(measure["help"])}

    def _options_of(self, node: Mapping[str, Any]) -> dict[str, Any]:
        options = node.get("enum")
        if not isinstance(options, list | tuple):
            return {}
        return {"x-options": {str(each): self._options.get(str(each), str(each)) for each in options}}

    def _text(self, english: str) -> str:
        return self._texts.get(" ".join(english.split()), english)
