"""The catalogues: one file for each language, read by whoever shows what they say."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "de")


@cache
def section(name: str, language: str) -> Mapping[int, Any]:
    """One table of a catalogue, by number; a number that it lacks is in English.

    Raises:
        KeyError: There is no such language.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    content = tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text("utf-8"))
    found = {int(number): text for number, text in content[name].items()}
    return found if language == "en" else dict(section(name, "en")) | found
