"""The tables of docs/configuration.md, and ``config/station.toml``."""

import re
from collections.abc import Callable, Mapping, Sequence

from docs.markdown import table
from service.settings import Settings
from service.settings.table import Setting, as_toml, settings_table

HEAD = """\
# The station's settings: every one with its default. All of these may be left out.
# Made by `python -m docs.make`. Names of the environment variables: docs/configuration.md.
# A variable, for example VISION_MODBUS__PORT=502, stands over this file.
"""
EXAMPLES = {"path": "/path/to/images"}  # of what has no default
ENTRIES = {  # of lists of tables
    "values": '[{ name = "HoleWidth", address = 400, type = "int32", source = "hole.width", scale = 1000 }]',
    "run": '[{ name = "share", command = ["/usr/bin/mountpoint", "-q", "/mnt/results"], limit_s = 2 }]',
    "outputs": '[{ name = "HoleGood", input = 96, source = "hole.passed" }]',
}
OPTIONAL = {
    "bind": "127.0.0.1",
    "anonymous": True,
    "policy_none": False,
    "trust": "list",
    "certificate": "/path/to/certificate.der",
    "private_key": "/path/to/key.pem",
    "folder": "/mnt/backups",
    "passphrase_file": "/etc/vision-inspection/passphrase",
    "file": "/var/log/vision-inspection/station.log",
}  # of what is unset


def settings() -> str:
    """Every section with its keys."""
    parts = []
    for section in Settings.model_fields:
        rows = [setting for setting in settings_table() if setting.section == section]
        for variant in dict.fromkeys(setting.variant for setting in rows):
            title = f"[{section}]" + (f" type = {as_toml(variant)}" if variant else "")
            parts.append(f"### {title}\n\n{_table([s for s in rows if s.variant == variant])}")
    return "\n\n".join(parts)


def _table(rows: Sequence[Setting]) -> str:
    heads = ("key", "takes", "default", "meaning", "environment")
    return table(heads, [(f"`{s.key}`", s.expected, _default(s), s.meaning, f"`{s.variable}`") for s in rows])


def _default(setting: Setting) -> str:
    if setting.field.is_required():
        return "must be given"
    default = setting.field.default
    return "unset" if default is None else f"`{as_toml(default)}`"


def station_toml() -> str:
    """Every setting with its default; what is unset, and the other camera types, as comments."""
    parts = [HEAD]
    chosen = Settings().camera.type
    for section in Settings.model_fields:
        rows = [setting for setting in settings_table() if setting.section == section]
        for variant in sorted(dict.fromkeys(setting.variant for setting in rows), key=lambda name: name != chosen):
            mine = [setting for setting in rows if setting.variant == variant]
            parts.append(_section(section, mine, aside=variant not in (None, chosen)))
    return "\n".join(parts)


def _section(section: str, rows: Sequence[Setting], *, aside: bool) -> str:
    mark = "#" if aside else ""
    lines = [f"{mark}[{section}]"]
    for setting in rows:
        lines += [f"# {_comment(setting)}", f"{mark}{_line(setting)}"]
    if aside:
        lines.insert(0, "# Another camera: take these lines instead of the section [camera] above.")
    return "\n".join(lines) + "\n"


def _line(setting: Setting) -> str:
    if setting.model:
        return f"#{setting.key} = {ENTRIES[setting.key]}"
    if setting.field.is_required():
        return f"{setting.key} = {as_toml(EXAMPLES[setting.key])}"
    default = setting.field.default
    if default is None:
        return f"#{setting.key} = {as_toml(OPTIONAL[setting.key])}"
    return f"{setting.key} = {as_toml(default)}"


def _comment(setting: Setting) -> str:
    """The meaning, and what it takes where neither default nor meaning say it."""
    words = re.sub(r"^(a whole number|a number|text|true or false|a path in quotes)(, | of |$)", "", setting.expected)
    if not words or setting.key in ("type", "source"):
        return setting.meaning
    return f"{setting.meaning.removesuffix(')')}{'; ' if setting.meaning.endswith(')') else ' ('}{words})"


TABLES: Mapping[str, Callable[[], str]] = {"settings": settings}
