"""What an archive says of itself: ``manifest.json``."""

import hashlib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import ArchiveError

FILE = "manifest.json"
FORMAT: Literal["vision-inspection backup 1"] = "vision-inspection backup 1"
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Size = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Entry(_Part):
    """One file, unpacked (bytes)."""

    size: Size
    sha256: Sha256


class Judging(_Part):
    """A recipe that was whole and in production: a restored station judges by the same version."""

    folder: str
    job: int
    name: str
    version: int


class Manifest(_Part):
    """Written when all else is known; the seal of the identity covers it."""

    format: Literal["vision-inspection backup 1"] = FORMAT
    made_at: str
    """UTC, as 2026-11-25T12:00:00Z"""
    station: str
    """Its name"""
    origin: str
    """A hash of the data folder's id: tells whether the archive comes from the folder it goes back to"""
    release: str
    """The program's version"""
    database: Size
    """Number of the database's schema; 0 = there was none"""
    last_number: Size
    """Of the newest inspection"""
    last_seq: Size
    images: Size
    """How many images are in it; thumbnails are not counted"""
    identity: bool
    """Whether keys, certificates, users and token are in it, sealed"""
    secrets_blanked: Size
    """Secrets that stand in the settings as *** because they are in the identity alone"""
    left_out: tuple[str, ...]
    """What should be in it and could not be read, and why"""
    recipes: tuple[Judging, ...]
    files: dict[str, Entry]

    @property
    def unpacked(self) -> int:
        """Bytes of all files."""
        return sum(entry.size for entry in self.files.values())

    def to_json(self) -> bytes:
        """As it stands in the archive, and is sealed."""
        return self.model_dump_json(indent=1).encode()


def manifest_of(data: bytes) -> Manifest:
    """
    Raises:
        ArchiveError: It is none, or of a release that is newer than this one.
    """
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as exc:
        first = exc.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise ArchiveError(f"{FILE}: {place}: {first['msg']}") from exc


def origin_of(station_id: str) -> str:
    """The id itself opens the retentive memory and stays where it is."""
    return hashlib.sha256(f"backup of {station_id}".encode()).hexdigest()[:16] if station_id else ""
