"""Whether what the station writes to a log is cut off some day."""

import re
import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from service.doctor.checkup import Finding, Subject
from service.doctor.checkup.finding import ok, unknown, wrong
from service.settings import Settings

RULE = re.compile(r'^\s*((?:"[^"]+"|/\S+)(?:\s+(?:"[^"]+"|/\S+))*)\s*\{?\s*$', re.MULTILINE)
REMEDY = "Install logrotate and deploy/logrotate/vision-inspection, with these paths in it: docs/logging.md"


def look(subject: Subject) -> Iterator[Finding]:
    """The journal and a container's engine rotate by themselves; files need a rule of logrotate."""
    if subject.settings is None:
        return
    files = _files(subject.settings, subject)
    if not files and subject.running is None:
        yield unknown("log_rotation", "no station runs: where its log goes cannot be seen", "Start it, and look again")
        return
    uncovered = [path for path in files if not _covered(path, subject)]
    for path in uncovered:
        yield wrong("log_rotation", f"no rule of logrotate covers {path}", REMEDY)
    if files and not shutil.which("logrotate", path="/usr/sbin:/usr/bin:/sbin:/bin"):
        yield wrong("log_rotation", "logrotate is not installed", "apt-get install logrotate")
    if not uncovered:
        yield ok("log_rotation", ", ".join(map(str, files)) or "the log goes to the journal, which rotates itself")


def _files(settings: Settings, subject: Subject) -> list[Path]:
    """That grow: those of the settings, and what the running station's standard error is."""
    named = [settings.log.file, settings.gunicorn.accesslog, settings.gunicorn.errorlog]
    found = [Path(name).absolute() for name in named if name and str(name) not in ("-", "none")]
    if subject.running:
        stderr = Path(f"/proc/{subject.running.master}/fd/2").resolve()
        if stderr.is_file():
            found.append(stderr)
    return list(dict.fromkeys(found))


def _covered(path: Path, subject: Subject) -> bool:
    configured = [subject.of_system("etc/logrotate.conf"), *subject.of_system("etc/logrotate.d").glob("*")]
    for file in configured:
        if file.is_file():
            for rule in RULE.findall(file.read_text("utf-8", "replace")):
                if any(fnmatch(str(path), pattern.strip('"')) for pattern in rule.split()):
                    return True
    return False
