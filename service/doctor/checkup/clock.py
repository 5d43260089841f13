"""Whether the time of results can be believed."""

import time
from collections.abc import Iterator

from service.clock import synchronised

from .finding import Finding, ok, wrong
from .subject import Subject

BUILT = 1_767_225_600  # 2026-01-01: no station has seen an earlier day
REMEDY = (
    "timedatectl set-ntp true, with the plant's time server in /etc/systemd/timesyncd.conf (NTP=); "
    "or chrony: see the clock in docs/deployment.md"
)


def synchronisation(subject: Subject) -> Iterator[Finding]:
    """By the running station, which may ask differently than this process, else by the kernel."""
    told = subject.samples.one("vision_clock_synchronised")
    if synchronised() if told is None else told:
        yield ok("clock.synchronisation", "the clock follows a time server")
    else:
        yield wrong("clock.synchronisation", "the clock follows no time server", REMEDY)
    if time.time() < BUILT:
        shown = time.strftime("%Y-%m-%d %H:%M", time.gmtime())
        yield wrong(
            "clock.date", f"the clock says {shown} UTC", "Set it; a Raspberry Pi 4 has no battery for its clock"
        )


CHECKS = (synchronisation,)
