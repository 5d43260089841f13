"""The code that `dataclasses` writes for each class, compiled once for a release instead of at each start.

It makes text of a class's fields and compiles that: some 3000 times in a station, mostly for OPC UA, a fifth of what
all imports take. `service.precompile` keeps what comes of it beside the bytecode of the modules, trusted as that is and
no more. A text is found by its hash, so what has changed since is compiled as ever.
"""

import dataclasses
import hashlib
import importlib.util
import marshal
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import CodeType
from typing import Any

FILE = Path(__file__).with_name("__pycache__") / f"dataclasses.{sys.implementation.cache_tag}.bin"
_MAGIC = importlib.util.MAGIC_NUMBER  # bytecode of another Python is no use


def use(file: Path = FILE) -> None:
    """From now on, for every dataclass that is made; without the file all is as it was."""
    if known := _read(file):
        _execute_by(known)


def record() -> dict[bytes, CodeType]:
    """What is compiled from now on, by hash."""
    found: dict[bytes, CodeType] = {}
    _execute_by(found)
    return found


def write(found: Mapping[bytes, CodeType], file: Path = FILE) -> None:
    """Whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    file.parent.mkdir(exist_ok=True)
    temporary.write_bytes(_MAGIC + marshal.dumps(dict(found)))
    temporary.chmod(0o644)  # who installs is not who runs
    temporary.replace(file)


def _read(file: Path) -> dict[bytes, CodeType]:
    try:
        content = file.read_bytes()
        known = marshal.loads(content[len(_MAGIC) :]) if content.startswith(_MAGIC) else {}  # noqa: S302 - as a .pyc
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return known if isinstance(known, dict) else {}


def _execute_by(known: dict[bytes, CodeType]) -> None:
    """Have `dataclasses` execute what is known, and note the rest; it looks its `exec` up as any module does."""

    def execute(text: str, *places: dict[str, Any]) -> None:
        key = hashlib.blake2b(text.encode(), digest_size=16).digest()
        code = known.get(key)
        if code is None:
            code = known[key] = compile(text, "<string>", "exec", dont_inherit=True)
        exec(code, *places)  # noqa: S102

    vars(dataclasses)["exec"] = execute
