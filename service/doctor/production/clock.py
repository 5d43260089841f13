"""Whether results carry the right time."""

from collections.abc import Iterator

from service.doctor.checkup import Finding, Subject
from service.doctor.checkup.clock import synchronisation


def look(subject: Subject) -> Iterator[Finding]:
    yield from synchronisation(subject)
