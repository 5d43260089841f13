"""The seal of a released version: who released it, and a hash by which a later change of the file shows."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field

from .strict import Strict

KEY = "release"


class Release(Strict):
    """One time that a version went into production: when it was released, or gone back to."""

    number: Annotated[int, Field(ge=1)]
    """Counts in this recipe's folder: the highest one of all versions is in production"""
    at: str
    """UTC, as 2026-11-25T12:00:00Z"""
    by: Annotated[str, Field(max_length=200)] = ""
    """Who did it; empty where nobody knows"""
    reason: Annotated[str, Field(max_length=1000)] = ""
    """Why, in words"""

    @property
    def at_us(self) -> int:
        return utc_us(self.at)


class Seal(Strict):
    """Written by releasing; whoever changes the file by hand breaks it."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """Over everything else in the file, however it is laid out"""
    times: Annotated[tuple[Release, ...], Field(min_length=1)]
    """Every time that this version went into production"""


def utc(moment: datetime | None = None) -> str:
    """`moment`, or now, as `Release.at` has it."""
    return f"{(moment or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def utc_us(at: str) -> int:
    """UTC microseconds of such a text; 0 where it is no time."""
    try:
        return int(datetime.fromisoformat(at).timestamp() * 1_000_000)
    except ValueError:
        return 0


def seal_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of a recipe file's JSON values without the hash itself; a missing or broken seal is left out too."""
    seal = content.get(KEY)
    rest = {key: value for key, value in content.items() if key != KEY}
    if isinstance(seal, Mapping):
        rest[KEY] = {key: value for key, value in seal.items() if key != "sha256"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def broken_seal(content: Mapping[str, Any]) -> bool:
    """Whether the file was changed since it was released; one that was never sealed has no seal to break."""
    seal = content.get(KEY)
    return seal is not None and not (isinstance(seal, Mapping) and seal.get("sha256") == seal_of(content))
