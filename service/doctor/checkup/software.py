"""Whether the program is whole: Python, packages, the console's page."""

import platform
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version

from vision.cameras.settings import PiCameraSettings

from .finding import Finding, ok, unknown, wrong
from .subject import Subject

OLDEST, NEWEST = (3, 11), (3, 13)
LOCK = "deploy/requirements.lock"
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(\s*;)?", re.MULTILINE)
_AGAIN = "Install the release again: deploy/install.sh, or deploy/start_production.sh in a checkout"


def python(subject: Subject) -> Iterator[Finding]:
    here = sys.version_info[:2]
    seen = f"Python {platform.python_version()} on {platform.machine()}, {_system(subject)}"
    if OLDEST <= here <= NEWEST:
        yield ok("software.python", seen)
    else:
        yield wrong("software.python", seen, "Install Python 3.11 to 3.13, then the release again")


def packages(subject: Subject) -> Iterator[Finding]:
    """Against the lock that lies beside the program."""
    try:
        locked = LOCKED.findall((subject.program / LOCK).read_text("utf-8"))
    except FileNotFoundError:
        yield unknown("software.packages", f"no {LOCK} lies beside the program to compare them with")
        return
    missing, other = [], []
    for name, (wanted, always) in _versions(locked).items():
        found = _version(name)
        if not found and always:
            missing.append(name)
        elif found and found not in wanted:
            other.append(f"{name} {found} (locked {' or '.join(wanted)})")
    if missing:
        yield wrong("software.packages", f"missing: {', '.join(missing)}", _AGAIN)
    if other:
        yield unknown("software.packages", f"not as locked, so not tested together: {', '.join(other)}", _AGAIN)
    if not missing and not other:
        yield ok("software.packages", "all as locked")


def wanted_by_settings(subject: Subject) -> Iterator[Finding]:
    """Packages that only some stations need."""
    if subject.settings is None:
        return
    if isinstance(subject.settings.camera, PiCameraSettings) and not _version("picamera2"):
        remedy = "In the environment: pip install --require-hashes -r deploy/requirements-picamera2.lock"
        yield wrong("software.picamera2", "[camera] type is picamera2, which is not installed", remedy)
    if subject.settings.log.sentry_dsn and not _version("sentry-sdk"):
        remedy = "In the environment: pip install --require-hashes -r deploy/requirements-sentry.lock"
        yield wrong("software.sentry", "[log] sentry_dsn is set and sentry-sdk is not installed", remedy)


def console(subject: Subject) -> Iterator[Finding]:
    page = subject.program / "service/console/dist/index.html"
    if page.exists():
        yield ok("software.console", "the console's page is built")
    else:
        remedy = f"{_AGAIN}; it builds the page"
        yield wrong("software.console", "the console's page is not built: browsers get none", remedy)


def _versions(locked: Iterable[tuple[str, str, str]]) -> dict[str, tuple[list[str], bool]]:
    """By name: the versions, one for each kind of machine or Python, and whether every one needs it."""
    found: dict[str, tuple[list[str], bool]] = {}
    for name, version_, condition in locked:
        wanted, always = found.get(name, ([], True))
        found[name] = ([*wanted, version_], always and not condition)
    return found


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _system(subject: Subject) -> str:
    """The distribution, and the board where the kernel names one."""
    release = subject.of_system("etc/os-release")
    model = subject.of_system("proc/device-tree/model")
    pretty = re.search(r'^PRETTY_NAME="?([^"\n]+)', release.read_text(), re.MULTILINE) if release.exists() else None
    board = f", {model.read_text().rstrip(chr(0))}" if model.exists() else ""
    return f"{pretty[1] if pretty else platform.system()}{board}"


CHECKS = (python, packages, wanted_by_settings, console)
