"""What one check has to say."""

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Verdict(StrEnum):
    """Only `WRONG` makes the exit code 1."""

    OK = "ok"
    SLOW = "slow"  # it works, later or under less load than it could
    WRONG = "wrong"
    UNKNOWN = "unknown"  # nobody could look; the remedy says how


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, what was seen there, what to do about it."""

    name: str  # group and thing, "disk.sync"
    verdict: Verdict
    seen: str
    remedy: str = ""  # "" = nothing is to be done


def ok(name: str, seen: str) -> Finding:
    return Finding(name, Verdict.OK, seen)


def slow(name: str, seen: str, remedy: str) -> Finding:
    return Finding(name, Verdict.SLOW, seen, remedy)


def wrong(name: str, seen: str, remedy: str) -> Finding:
    return Finding(name, Verdict.WRONG, seen, remedy)


def unknown(name: str, seen: str, remedy: str = "") -> Finding:
    return Finding(name, Verdict.UNKNOWN, seen, remedy)
