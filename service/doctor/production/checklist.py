"""Every point of the checklist, and what became of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum, unique

from service.doctor.checkup import Finding, Subject, Verdict, examine

from . import account, alerts, backup, clock, encryption, errors, files, firewall, health, origins, rotation, secrets

Look = Callable[[Subject], Iterable[Finding]]


@unique
class State(StrEnum):
    """A point that nobody can see into is open, until somebody vouches for it."""

    DONE = "done"
    ACCEPTED = "accepted"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Point:
    """One row of the checklist; `name` is its key in ``[production] accepted``."""

    name: str
    title: str
    look: Look


@dataclass(frozen=True, slots=True)
class Entry:
    """What was seen of a point, and what to do while it is open."""

    name: str
    title: str
    state: State
    seen: str
    remedy: str = ""


POINTS = (
    Point("settings", "Settings hold", account.settings),
    Point("secrets", "Secrets made, and the station's alone", secrets.look),
    Point("user", "Not root", account.user),
    Point("file_modes", "Files closed to others", files.look),
    Point("firewall", "Firewall", firewall.look),
    Point("tls", "Encryption", encryption.look),
    Point("cors", "Pages of other origins", origins.look),
    Point("log_rotation", "Logs are rotated", rotation.look),
    Point("health_checks", "Health is watched", health.look),
    Point("error_tracking", "Errors are collected", errors.look),
    Point("alerts", "Somebody is alerted", alerts.look),
    Point("backup", "Backup", backup.look),
    Point("time", "Time synchronised", clock.look),
)


def go_through(subject: Subject, points: Iterable[Point] = POINTS) -> Iterator[Entry]:
    """Each point, as it is seen."""
    accepted = dict(subject.settings.production.accepted) if subject.settings else {}
    for point in points:
        findings = list(examine(subject, (point.look,)))
        opened = [each for each in findings if each.verdict is not Verdict.OK]
        seen = "; ".join(each.seen for each in opened or findings)
        if not opened and findings:
            yield Entry(point.name, point.title, State.DONE, seen)
        elif reason := accepted.get(point.name):
            yield Entry(point.name, point.title, State.ACCEPTED, f"{reason} ({seen})")
        else:
            remedy = "; ".join(dict.fromkeys(each.remedy for each in opened if each.remedy))
            yield Entry(point.name, point.title, State.OPEN, seen or "the settings do not hold", remedy)
