"""What a bundle says of itself: the version, what it runs on, and the SHA-256 of each of its files."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

from .errors import ReleaseError

FORMAT = 1
NAME = "manifest.json"
PROGRAM = "vision-inspection"
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOST_FILES = 20_000


@dataclass(frozen=True, slots=True)
class Manifest:
    """Of one bundle."""

    version: str
    python: str  # whose wheels these are, as "3.11"
    platform: str  # as sysconfig has it, for example "linux-x86_64"
    schema: int  # of the results database, which this release brings it to
    files: dict[str, str]  # SHA-256 by name, this one left out
    format: int = FORMAT

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode() + b"\n"

    @classmethod
    def read(cls, data: bytes) -> "Manifest":
        """
        Raises:
            ReleaseError: It is none, or a newer one than this release understands.
        """
        try:
            said = json.loads(data)
            if said["format"] != FORMAT:
                raise ReleaseError(f"the bundle has format {said['format']}, this release reads {FORMAT}")
            found = cls(*(said[name] for name in ("version", "python", "platform", "schema", "files")))
            good = (
                _VERSION.fullmatch(found.version) and isinstance(found.schema, int) and len(found.files) <= _MOST_FILES
            )
            strange = [n for n, digest in found.files.items() if not (safe(n) and _SHA256.fullmatch(digest))]
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise ReleaseError(f"its {NAME} is none: {exc!r}") from exc
        if not good or strange:
            raise ReleaseError(f"its {NAME} names what no bundle has: {(strange or [found.version])[0]!r}")
        return found


def safe(name: str) -> bool:
    """It leads nowhere but below the folder that it is unpacked in, written in one way only."""
    parts = PurePosixPath(name).parts
    plain = name.isprintable() and "\\" not in name and len(name) <= 250
    return bool(parts) and plain and ".." not in parts and not name.startswith("/") and str(PurePosixPath(name)) == name
