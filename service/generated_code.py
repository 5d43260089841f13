"""What a start would else work out anew of code that is always the same: kept for a release.

`dataclasses` makes text of a class's fields and compiles that: some 3000 times in a station, mostly for OPC UA, a fifth
of what all imports take. `re` works out its patterns (`kept_patterns`). `service.precompile` keeps what comes of both
beside the bytecode of the modules, trusted as that is and no more. A text is found by its hash, so what has changed
since is compiled as ever.
"""

import dataclasses
import hashlib
import importlib.util
import marshal
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any

from . import kept_patterns

FILE = Path(__file__).with_name("__pycache__") / f"generated.{sys.implementation.cache_tag}.bin"
_MAGIC = importlib.util.MAGIC_NUMBER  # bytecode of another Python is no use


@dataclass(frozen=True, slots=True)
class Kept:
    """Classes' code, as marshal writes it, by the hash of its text: a start needs few of them. And patterns."""

    classes: dict[bytes, bytes] = field(default_factory=dict)
    patterns: kept_patterns.Known = field(default_factory=dict)


def use(file: Path = FILE) -> None:
    """From now on, for every dataclass and pattern that is made; without the file all is as it was."""
    if kept := read(file):
        kept_patterns.use(kept.patterns)
        execute_by(kept.classes)


def record() -> Kept:
    """What is compiled from now on."""
    kept = Kept(patterns=kept_patterns.record())
    execute_by(kept.classes)
    return kept


def write(kept: Kept, file: Path = FILE) -> None:
    """Whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    file.parent.mkdir(exist_ok=True)
    temporary.write_bytes(_MAGIC + marshal.dumps((kept.classes, kept.patterns)))
    temporary.chmod(0o644)  # who installs is not who runs
    temporary.replace(file)


def read(file: Path) -> Kept | None:
    """None: there is none, or it is of no use to this Python."""
    try:
        content = file.read_bytes()
        if content.startswith(_MAGIC):
            classes, patterns = marshal.loads(content[len(_MAGIC) :])  # noqa: S302 - as a .pyc
            return Kept(classes, patterns)
    except (OSError, EOFError, ValueError, TypeError):
        pass
    return None


def execute_by(known: dict[bytes, bytes]) -> None:
    """Have `dataclasses` execute what is known, and note the rest; it looks its `exec` up as any module does."""

    def execute(text: str, *places: dict[str, Any]) -> None:
        key = hashlib.blake2b(text.encode(), digest_size=16).digest()
        kept = known.get(key)
        code: CodeType
        if kept is None:
            code = compile(text, "<string>", "exec", dont_inherit=True)
            known[key] = marshal.dumps(code)
        else:
            code = marshal.loads(kept)  # noqa: S302
        exec(code, *places)  # noqa: S102

    vars(dataclasses)["exec"] = execute
