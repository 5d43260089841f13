"""What is wrong with settings, in the words of who wrote them."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from vision.field_docs import description

from .models import Settings
from .sources import Given, meant_by_gunicorn
from .table import Setting, as_toml, in_words, nearest, settings_table, variants


def in_lines(exc: ValidationError, given: Given) -> list[str]:
    """A line for each value that does not hold: where it came from, its name, what would be right, what was found."""
    lines: dict[str, str] = {}
    for error in exc.errors(include_url=False):
        where, what = _explained(error, given)
        lines.setdefault(where, f"{where}: {what}")  # a value of several types has an error for each
    return list(lines.values())


def _explained(error: Mapping[str, Any], given: Given) -> tuple[str, str]:
    section, *rest = error["loc"]
    if section not in Settings.model_fields:
        return f"{given.origin(section)}: {section}", f"unknown; {_section_meant(section)}"
    if not rest or (len(rest) == 1 and rest[0] in variants(section) and error["type"] != "missing"):
        return _of_section(section, error, given)
    variant = rest.pop(0) if rest[0] in variants(section) else None
    key, *place = rest
    setting = next((s for s in settings_table() if (s.section, s.key, s.variant) == (section, key, variant)), None)
    if error["type"] == "missing" and len(place) < 2:
        assert setting
        return (
            f"{given.origin(section, 'type')}: {section}.{key}",
            f"is missing: {setting.expected} ({setting.meaning})",
        )
    where = f"{given.origin(section, key)}: {section}.{key}"
    if setting is not None and setting.model and len(place) > 1:
        return where + _inside(setting, [p for p in place if p != "[key]"]), _in_entry(setting, place[1:], error)
    if setting is None:
        if section in given.untyped and (meant := _types_with(section, key)):
            named = f"{given.origin(section, 'type')}: {section}.type"
            return named, f"{_missing_type(section, meant)}, which has {key}"
        return where, _unknown(section, key, variant)
    return where + _inside(setting, place), _wrong(setting, bool(place), error)


def _of_section(section: str, error: Mapping[str, Any], given: Given) -> tuple[str, str]:
    """The section is no section, or has no known `type`."""
    if not error["type"].startswith("union_tag"):
        what = f"must be a section: [{section}] on a line, its keys below; found {as_toml(error['input'])}"
        return f"{given.origin(section)}: {section}", what
    types = ", ".join(as_toml(name) for name in variants(section))
    found = error["input"].get("type")
    said = f"must be one of {types}; found {as_toml(found)}" if found is not None else _missing_type(section, [])
    return f"{given.origin(section, 'type')}: {section}.type", said


def _missing_type(section: str, meant: list[str]) -> str:
    """`meant`: types that fit what else was given; empty = nothing hints at one."""
    types = [name for name in variants(section) if name is not None]
    return f"is missing: one of {', '.join(map(as_toml, types))}; for example type = {as_toml([*meant, *types][0])}"


def _types_with(section: str, key: str) -> list[str]:
    """Types of this section that have such a key."""
    return [s.variant for s in settings_table() if s.section == section and s.key == key and s.variant is not None]


def _inside(setting: Setting, place: list[Any]) -> str:
    """Which entry of a list or table; the names of a union's types are no places."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place if setting.compound)


def _wrong(setting: Setting, inside: bool, error: Mapping[str, Any]) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    expected = setting.entry if inside and setting.compound else setting.expected
    return f"must be {expected}; found {as_toml(error['input'])}"


def _in_entry(setting: Setting, place: list[Any], error: Mapping[str, Any]) -> str:
    """A key of one table of a list of tables."""
    key = str(place[0])
    field, keys = setting.of_entry(key), setting.model.model_fields if setting.model else {}
    if field is None:
        hint = f"did you mean {close}?" if (close := nearest(key, keys)) else f"there are {', '.join(keys)}"
        return f"unknown; {hint}"
    expected = field.description if key == "name" else in_words(field.annotation, field.metadata)
    if place[-1] == "[key]":
        return f"{as_toml(error['input'])} is no job number, 1 to 65535"  # the one table inside an entry
    if error["type"] == "missing":
        said = description(setting.model, key) if setting.model else ""
        return f"is missing: {expected}" + (f" ({said})" if said != expected else "")
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return f"must be {expected}; found {as_toml(error['input'])}"


def _unknown(section: str, key: str, variant: str | None) -> str:
    own = [s.key for s in settings_table() if s.section == section and s.variant == variant]
    if section == "gunicorn" and (meant := meant_by_gunicorn(key)):
        return meant
    if variant is not None:
        others = [as_toml(other) for other in _types_with(section, key)]
        if others:
            only = f"no setting of type {as_toml(variant)}, only of {', '.join(others)}"
            return f"{only}: take it out, or change {section}.type"
    if close := nearest(key, own):
        return f"unknown; did you mean {section}.{close}?"
    if elsewhere := [s.name for s in settings_table() if s.key == key]:
        return f"unknown; did you mean {' or '.join(dict.fromkeys(elsewhere))}?"
    return f"unknown; [{section}] has {', '.join(own)}"


def _section_meant(given: str) -> str:
    if close := nearest(given, Settings.model_fields):
        return f"did you mean [{close}]?"
    if keys := [s.name for s in settings_table() if s.key == given]:
        return f"did you mean {' or '.join(dict.fromkeys(keys))}?"
    return f"the sections are {', '.join(Settings.model_fields)}"
