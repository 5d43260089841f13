"""The station's settings: what is in force, where it comes from, and how the file is changed. For administrators."""

import os
from typing import Any

import orjson
from aiohttp import web
from pydantic import Field, TypeAdapter

from service.backup.blanking import BLANK, blanked
from service.hub import Hub
from service.settings import Settings, editing
from service.settings.sources import read
from service.settings.table import variants
from service.settings.words import in_language
from vision.field_docs import DescribedSchema
from vision.words import ENGLISH

from .models import Payload
from .problem import Fault, Problem
from .route import get, put
from .station import Command, who
from .texts import Language, accepted

SECRET = frozenset({"log.sentry_dsn"})
AT_START = frozenset(  # what the master does once; the others change with a reload
    f"{section}.{key}"
    for section, keys in {
        "station": ("bind", "data_folder"),
        "http": ("port", "bind"),
        "modbus": ("port", "enabled"),
        "opcua": ("port", "enabled"),
        "ascii": ("port", "enabled"),
    }.items()
    for key in keys
)
NOT_SAID = "If-Match is missing: send the ETag of the settings that you have seen"


class SettingsSection(Payload):
    """One section of station.toml."""

    name: str
    schema_: dict[str, Any] = Field(alias="schema")
    """JSON Schema of its keys: types, bounds, defaults, meaning"""
    values: dict[str, Any]
    """In force after the next reload; a secret is ***"""
    running: dict[str, Any]
    """In force now, where it differs"""
    origins: dict[str, str]
    """Where a value that is not the default comes from: file, or the variable of the environment that stands over it"""
    at_start: tuple[str, ...]
    """Keys whose change needs a restart; for the others a reload is enough"""


class SettingsShown(Payload):
    """All settings."""

    file: str
    """That a change goes to"""
    writable: bool
    """The station may change it"""
    differ: int
    """Values that are not the default"""
    waiting: bool
    """The file says something else than what runs: a reload, or a restart, is due"""
    tag: str
    """Of the file, also the ETag: for the `If-Match` of a change"""
    sections: tuple[SettingsSection, ...]

    @property
    def etag(self) -> str:
        return self.tag


class SettingsChange(Command):
    """What changes."""

    values: dict[str, dict[str, Any]]
    """By section and key; null = back to the default"""


class SettingsQuery(Command):
    """In which words the schemas are."""

    language: Language | None = None
    """Left out: as `Accept-Language` says, else English"""


@get("/settings", 409)
async def show(hub: Hub, request: web.Request, query: SettingsQuery) -> SettingsShown:
    """Every setting with its schema, value and origin; the ETag is the file's."""
    return await _shown(hub, language_of(request, query))


@put("/settings", 409, 412, 428)
async def change(hub: Hub, request: web.Request, body: SettingsChange, query: SettingsQuery) -> SettingsShown:
    """Change the settings file, all of it or nothing; it counts from the next reload on, some values from a restart.

    The file's comments and order stay; the one before lies beside it as `station.toml.previous`.
    """
    known = [tag.value for tag in request.if_match or ()]
    if not known:
        raise Problem(428, NOT_SAID)
    await hub.doors.in_thread(_change, hub, body, known)
    names = ", ".join(f"{section}.{key}" for section, keys in body.values.items() for key in keys)
    hub.doors.journal("settings", f"settings changed: {names}", who(request))
    return await _shown(hub, language_of(request, query))


def language_of(request: web.Request, query: SettingsQuery) -> str:
    """That the words are wanted in."""
    return query.language or accepted(request)


def _change(hub: Hub, body: SettingsChange, known: list[str]) -> None:
    path = editing.settings_file()
    if editing.tag_of(path) not in known:
        raise Problem(412, "somebody has changed the settings meanwhile: look at them again")
    variables = read(None, os.environ).variables
    asked = {section: {k: v for k, v in keys.items() if v != BLANK} for section, keys in body.values.items()}
    over = [
        Fault(where=f"body.values.{section}.{key}", message=f"{name} stands over the file: change it there")
        for section, keys in asked.items()
        for key in keys
        if (name := variables.get((section, key)))
    ]
    if over:
        raise Problem(422, over[0].message, over)
    try:
        editing.change(path, asked)
    except editing.Refused as exc:
        faults = [
            Fault(where=f"body.values.{each.where}" if each.where else "body", message=each.what)
            for each in exc.problems
        ]
        raise Problem(422, str(exc), faults) from exc


async def _shown(hub: Hub, language: str) -> SettingsShown:
    found: SettingsShown = await hub.doors.in_thread(settings_told, hub, language)
    return found


def settings_told(hub: Hub, language: str = ENGLISH) -> SettingsShown:
    """Without secrets. Blocks. Raises Problem 409 where the file does not hold."""
    path = editing.settings_file()
    given = read(path if path.exists() else None, os.environ)
    try:
        found = Settings.model_validate(given.values)
    except ValueError as exc:
        raise Problem(409, f"{path} does not hold, mend it by hand first: vision-inspection check says how") from exc
    in_file = editing.given_in(path)
    sections = tuple(
        _section(name, found, hub.settings, in_file, given.variables, language) for name in Settings.model_fields
    )
    return SettingsShown(
        file=str(path.absolute()),
        writable=os.access(path if path.exists() else path.parent, os.W_OK) and os.access(path.parent, os.W_OK),
        differ=sum(len(section.origins) for section in sections),
        waiting=any(section.running for section in sections),
        tag=editing.tag_of(path),
        sections=sections,
    )


def _section(
    name: str,
    found: Settings,
    running: Settings,
    in_file: editing.Values,
    variables: dict[tuple[str, str], str],
    language: str,
) -> SettingsSection:
    wanted, now = getattr(found, name), getattr(running, name)
    kinds = variants(name)
    model = next((kind for kind in kinds.values() if isinstance(wanted, kind)), type(wanted))
    standard = {key: field.get_default(call_default_factory=True) for key, field in model.model_fields.items()}
    plain = _plain(TypeAdapter(Any).dump_python(standard, mode="json"))
    values, was = _plain(wanted.model_dump(mode="json")), _plain(now.model_dump(mode="json"))
    origins = {key: _origin(name, key, in_file, variables) for key in values if values[key] != plain[key]}
    return SettingsSection.model_validate(
        {
            "name": name,
            "schema": in_language(name, model.model_json_schema(schema_generator=DescribedSchema), language),
            "values": {key: _told(f"{name}.{key}", value) for key, value in values.items()},
            "running": {k: _told(f"{name}.{k}", was.get(k)) for k in values if was.get(k) != values[k]},
            "origins": origins,
            "at_start": tuple(key for key in values if name == "gunicorn" or f"{name}.{key}" in AT_START),
        }
    )


def _plain(values: Any) -> Any:
    """As JSON has them: not a number is null, and so equals itself."""
    return orjson.loads(orjson.dumps(values))


def _origin(section: str, key: str, in_file: editing.Values, variables: dict[tuple[str, str], str]) -> str:
    return variables.get((section, key)) or ("file" if key in in_file.get(section, {}) else "code")


def _told(name: str, value: Any) -> Any:
    """Never a secret."""
    if name in SECRET:
        return BLANK if value else value
    if isinstance(value, str):
        return blanked(value)[0]
    if isinstance(value, list):
        return [_told(name, each) for each in value]
    return {key: _told(name, each) for key, each in value.items()} if isinstance(value, dict) else value


ROUTES = (show, change)
"""Of this module."""
