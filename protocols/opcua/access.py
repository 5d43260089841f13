"""Who the server is, and who may come in."""

from dataclasses import dataclass, field
from pathlib import Path

from .people import People
from .sessions import Limits
from .trust import TrustList


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the server is."""

    name: str
    uri: str
    certificate: Path
    key: Path
    version: str


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in, and how."""

    token: str
    anonymous: bool
    policy_none: bool
    limits: Limits = field(default_factory=Limits)
    people: People | None = None  # None = the user `station` alone
    trust: TrustList | None = None  # None = a channel is opened with any certificate
