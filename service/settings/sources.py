"""What operators gave: the settings file, and the environment over it; every value remembers where it came from."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.gunicorn_options import BY_VARIABLE, OF_GUNICORN, OPTIONS, RESERVED, VARIABLE, Option

from .models import Settings
from .table import PREFIX, Setting, as_toml, nearest, settings_table

ENVIRONMENT = "environment"
DEFAULT_CAMERA = Settings().camera.type
NOT_SETTINGS = ("VISION_DATA",)  # where tests look for their image sets


@dataclass(slots=True)
class Given:
    """Values by section and key, nothing validated yet, and what could not be read at all."""

    file: str  # "" = there is none
    values: dict[str, Any] = field(default_factory=dict)
    variables: dict[tuple[str, str], str] = field(default_factory=dict)  # by section and key
    problems: list[str] = field(default_factory=list)
    untyped: set[str] = field(default_factory=set)  # sections that left their `type` to its default

    def origin(self, section: str, key: str = "") -> str:
        """The variable or the file that gave this value."""
        if name := self.variables.get((section, key)):
            return f"{ENVIRONMENT}: {name}"
        named_after_section = not key and any(of == section for of, _ in self.variables)
        return ENVIRONMENT if named_after_section or not self.file else self.file


def read(path: Path | None, environment: Mapping[str, str]) -> Given:
    """Read both; a camera type in the environment replaces the file's whole ``[camera]`` section."""
    given = Given(str(path) if path else "")
    if path is not None:
        given.values = _read_file(path, given.problems)
    _lay_over(given, environment)
    camera = given.values.get("camera")
    if isinstance(camera, dict) and "type" not in camera:
        given.untyped.add("camera")
        camera["type"] = DEFAULT_CAMERA
    return given


def _read_file(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as exc:
        problems.append(_syntax(path, str(exc)))
    except UnicodeDecodeError as exc:
        problems.append(f"{path}: is no UTF-8 text (byte {exc.start})")
    except FileNotFoundError:
        problems.append(f"{path}: there is no such file (CONFIG_PATH)")
    except OSError as exc:
        problems.append(f"{path}: cannot be read: {exc.strerror}")
    return {}


def _syntax(path: Path, said: str) -> str:
    """`said` as ``tomllib`` words it: what, then where in brackets."""
    found = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", said, re.DOTALL)
    what, line, column = found.groups() if found else (said, "", "")
    where = f"line {line}, column {column}: " if found else "at its end: "
    return f"{path}: {where}is no TOML: {what[:1].lower()}{what[1:].removesuffix(' (at end of document)')}"


def _lay_over(given: Given, environment: Mapping[str, str]) -> None:
    known = {setting.variable: setting for setting in settings_table()}
    for name in sorted(environment):
        if not name.upper().startswith(PREFIX) or name in NOT_SETTINGS:
            continue
        setting = known.get(name.upper())
        if setting is None:
            given.problems.append(f"{ENVIRONMENT}: {name}: unknown; {_meant(name.upper(), known)}")
        else:
            given.variables[setting.section, setting.key] = name
    _take_gunicorns(given, environment)
    for (section, key), name in sorted(given.variables.items(), key=lambda item: item[0][1] != "type"):
        _put(given, known[f"{PREFIX}{section}__{key}".upper()], environment[name])


def _take_gunicorns(given: Given, environment: Mapping[str, str]) -> None:
    """The names that Gunicorn's operators know; our own name of the same setting stands over it."""
    for name in sorted(environment):
        if not name.startswith(VARIABLE) or name in OF_GUNICORN or not environment[name]:
            continue
        option = BY_VARIABLE.get(name)
        if option is not None and option.setting:
            section, _, key = option.setting.partition(".")
            if option.name != "bind":  # two settings at once: see `gunicorn_bind`
                given.variables.setdefault((section, key), name)
        elif option is None or environment[name] not in option.holds:
            given.problems.append(f"{ENVIRONMENT}: {name}: {_refused(name, environment[name], option)}")


def _refused(name: str, value: str, option: Option | None) -> str:
    if option is not None:
        return f"{value}: {option.refusal}"
    if name in RESERVED:
        return RESERVED[name]
    close = nearest(name.removeprefix(VARIABLE), [known.removeprefix(VARIABLE) for known in BY_VARIABLE])
    if close:
        return f"unknown; did you mean {VARIABLE}{close}?"
    return "Gunicorn has no such option; docs/configuration.md lists all"


def meant_by_gunicorn(key: str) -> str:
    """What to say of one of Gunicorn's options that stands in ``[gunicorn]``; "" = it is none, or it belongs there."""
    option = OPTIONS.get(key)
    if option is None or option.setting.startswith("gunicorn."):
        return ""
    return f"is {option.setting} here" if option.setting else f"not here: {option.why}"


def _put(given: Given, setting: Setting, text: str) -> None:
    section = given.values.setdefault(setting.section, {})
    if not isinstance(section, dict):
        return  # the file has no section there: said by the validation
    if setting.key == "type" and section.get("type", DEFAULT_CAMERA) != text:
        section.clear()
    value: Any = text
    if setting.compound and given.variables.get((setting.section, setting.key), "").startswith(VARIABLE):
        value = [each.strip() for each in text.split(",") if each.strip()]  # as Gunicorn writes lists
    elif setting.compound:
        try:
            value = json.loads(text)
        except ValueError:
            given.problems.append(
                f"{ENVIRONMENT}: {setting.variable}: must be {setting.expected}, as JSON; found {as_toml(text)}"
            )
            return
    section[setting.key] = value


def _meant(name: str, known: Mapping[str, Setting]) -> str:
    same_key = [right for right in known if right.endswith(f"__{name.removeprefix(PREFIX)}")]
    close = nearest(name.removeprefix(PREFIX), [right.removeprefix(PREFIX) for right in known])
    meant = [f"{PREFIX}{close}"] if close else same_key
    return f"did you mean {' or '.join(meant)}?" if meant else "docs/configuration.md lists every name"
