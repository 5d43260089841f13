"""Whose the process is, and whether it has settings."""

import pwd
from collections.abc import Iterator

from service.doctor.checkup import Finding, Subject
from service.doctor.checkup.finding import ok, unknown, wrong


def settings(subject: Subject) -> Iterator[Finding]:
    """The settings that a start would read, without a problem."""
    if subject.problems:
        yield wrong("settings", "; ".join(subject.problems), "vision-inspection check")
    else:
        yield ok("settings", str(subject.config or "embedded defaults"))


def user(subject: Subject) -> Iterator[Finding]:
    """Whose the running station is; without one, whose this process."""
    remedy = "deploy/install.sh makes a user of its own and a service; or start it as an ordinary user"
    if subject.others and not subject.running:
        yield unknown("user", "a station of another user runs", "Look as that user, or as root")
    elif subject.user == 0:
        yield wrong("user", "the station is root's", remedy)
    else:
        yield ok("user", f"the station is {name_of(subject.user)}'s")


def name_of(user_id: int) -> str:
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:  # a container's
        return f"user {user_id}"
