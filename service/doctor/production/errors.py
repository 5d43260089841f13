"""Whether errors of the program reach somebody who can mend it."""

from collections.abc import Iterator
from importlib.util import find_spec

from service.doctor.checkup import Finding, Subject
from service.doctor.checkup.finding import ok, wrong


def look(subject: Subject) -> Iterator[Finding]:
    if subject.settings is None:
        return
    if not subject.settings.log.sentry_dsn:
        remedy = (
            "Set [log] sentry_dsn to a collector (docs/logging.md), or vouch for another way ([production] accepted)"
        )
        yield wrong("error_tracking", "errors stand in the log alone", remedy)
    elif find_spec("sentry_sdk") is None:
        remedy = "pip install --require-hashes --no-deps -r deploy/requirements-sentry.lock"
        yield wrong("error_tracking", "a collector is set, and sentry-sdk is not installed", remedy)
    else:
        yield ok("error_tracking", "errors go to the collector of [log] sentry_dsn")
