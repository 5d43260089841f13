"""Change station.toml so that it stays the file of who wrote it: order and comments are kept. Blocks."""

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from .loading import SettingsError, config_path, load
from .models import Settings

DEFAULT = Path("config/station.toml")
PREVIOUS = ".previous"  # beside it: the file before the last change
Values = Mapping[str, Mapping[str, Any]]  # by section and key; None = back to the default


@dataclass(frozen=True, slots=True)
class Wrong:
    """One value that does not hold."""

    where: str  # section.key; "" = the file as a whole
    what: str


class Refused(Exception):
    """Nothing was changed; every reason at once."""

    def __init__(self, problems: list[Wrong]) -> None:
        super().__init__("; ".join(f"{each.where}: {each.what}" if each.where else each.what for each in problems))
        self.problems = problems


def settings_file() -> Path:
    """The file that a change goes to; it need not be there yet."""
    return config_path() or DEFAULT


def tag_of(path: Path) -> str:
    """Of the file's content."""
    return hashlib.blake2b(_text(path).encode(), digest_size=12).hexdigest()


def given_in(path: Path) -> Values:
    """What stands in the file; nothing where it cannot be read."""
    with suppress(TOMLKitError):
        found: Values = tomlkit.parse(_text(path)).unwrap()
        return found
    return {}


def change(path: Path, values: Values) -> Settings:
    """Put these values into the file, if all of it holds then; the settings as they are from the next start on.

    Raises:
        Refused: Something does not hold, or the file cannot be written.
    """
    try:
        document = tomlkit.parse(_text(path))
    except TOMLKitError as exc:
        raise Refused([Wrong("", f"{path} is no TOML, mend it by hand first: {exc}")]) from exc
    for section, keys in values.items():
        _put(document, section, keys)
    new = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(tomlkit.dumps(document), "utf-8")
        found = _held(new)
        if path.exists():
            new.chmod(path.stat().st_mode & 0o777)
            path.with_name(path.name + PREVIOUS).write_bytes(path.read_bytes())
        _synced(new)
        new.replace(path)
    except OSError as exc:
        raise Refused([Wrong("", f"{path} cannot be written: {exc.strerror}; change it on the machine")]) from exc
    finally:
        with suppress(OSError):
            new.unlink()
    return found


def _put(document: tomlkit.TOMLDocument, section: str, keys: Mapping[str, Any]) -> None:
    if section not in document:
        document.add(section, tomlkit.table())
    table: Any = document[section]
    for key, value in keys.items():
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
    if not table:
        document.pop(section)


def _held(new: Path) -> Settings:
    try:
        return load(new)
    except SettingsError as exc:
        raise Refused([_wrong(line, new) for line in exc.problems]) from exc


def _wrong(line: str, new: Path) -> Wrong:
    """A line is ``ORIGIN: section.key: what``."""
    where, _, what = line.removeprefix(f"{new}: ").partition(": ")
    return Wrong(where, what) if what and "." in where and " " not in where else Wrong("", line)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _synced(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
