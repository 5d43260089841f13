"""The environment of a release, made of its bundle's wheels alone: no index is asked, and each has its hash."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from .errors import ReleaseError

WHEELS = "wheels"
PINS = "wheels.txt"  # in that folder: each wheel's name, version and hash
_LIMIT_S = 1800
_BESIDE = ("ionice", "-c3", "nice", "-n19")  # a line may be running on this machine
_VARIABLES = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "PIP_CONFIG_FILE": "/dev/null",  # whatever index this machine is used to
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_CACHE_DIR": "1",
}


def find_python(version: str) -> str:
    """The interpreter to make it with.

    Raises:
        ReleaseError: There is no Python of this version.
    """
    for path in _candidates(version):
        asked = [path, "-c", "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"]
        said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
        if said == version:
            return path
    raise ReleaseError(
        f"it is for Python {version} with venv, which is not here (Debian: python{version} python{version}-venv);"
        " take the bundle of a Python that is"
    )


def _candidates(version: str) -> Iterator[str]:
    base = str(getattr(sys, "_base_executable", "") or sys.executable)
    for name in (base, f"/usr/bin/python{version}", shutil.which(f"python{version}")):
        if name and Path(name).exists():
            yield name


def make(folder: Path, python: str) -> None:
    """In ``folder/.venv``; the wheels are gone afterwards.

    Raises:
        ReleaseError: With the end of what pip said.
    """
    _run(python, "-m", "venv", str(folder / ".venv"))
    wheels = folder / WHEELS
    pip = (str(folder / ".venv" / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-index", "--no-deps")
    _run(*pip, "--require-hashes", "--find-links", str(wheels), "-r", str(wheels / PINS))
    shutil.rmtree(wheels)
    # Hundreds of megabytes in memory would reach the disk while the station inspects, and its commits would wait.
    subprocess.run(["sync", "-f", str(folder)], check=False)  # noqa: S603, S607


def _run(*command: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603
            [*_BESIDE, *command], env=_VARIABLES, capture_output=True, text=True, timeout=_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise ReleaseError(f"its environment cannot be made: {exc}") from exc
    if done.returncode:
        end = "\n".join(f"  | {line}" for line in (done.stdout + done.stderr).splitlines()[-8:])
        raise ReleaseError(f"its environment cannot be made:\n{end}")
