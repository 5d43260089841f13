"""Whether the station answers, and whether somebody starts it again where it does not."""

from collections.abc import Iterator
from pathlib import Path

from service.doctor.checkup import Finding, Subject
from service.doctor.checkup.finding import ok, unknown, wrong

KEEPERS = {"docker": "a container engine", "kubepods": "Kubernetes", "libpod": "a container engine"}
UNIT = "vision-inspection"


def look(subject: Subject) -> Iterator[Finding]:
    """/readyz is green, and systemd, a container engine or Kubernetes stands behind it."""
    if subject.running is None:
        yield unknown("health_checks", "no station runs", "Start it, and look again")
        return
    if not subject.serves:
        yield wrong("health_checks", f"/readyz does not answer: {subject.silence}", "See the log")
    for part, reason in (subject.not_ready or {}).items():
        yield wrong("health_checks", f"/readyz: {part}: {reason}", "docs/troubleshooting.md")
    keeper = _keeper(subject.running.master)
    if keeper:
        yield ok("health_checks", f"/healthz and /readyz answer, {keeper} starts it again")
    else:
        remedy = "Let systemd keep it (deploy/install.sh), or vouch for another one ([production] accepted)"
        yield wrong("health_checks", "nobody would start the station again", remedy)


def _keeper(master: int) -> str:
    """Who keeps this process, by its control group."""
    group = Path(f"/proc/{master}/cgroup").read_text()
    if any(f"{UNIT}{end}" in group for end in (".service", "@")):
        return "systemd"
    if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists():
        return "a container engine"
    return next((keeper for mark, keeper in KEEPERS.items() if mark in group), "")
