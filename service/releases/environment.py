"""The environment of a release, made of its bundle's wheels alone: no index is asked, and each has its hash.

By uv, which comes in the bundle: it takes seconds where pip takes minutes beside a running line, and needs no package
of Debian beside Python, which a plant without internet could not fetch.
"""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .errors import ReleaseError

WHEELS = "wheels"
PINS = "wheels.txt"  # in that folder: each wheel's name, version and hash
TOOLS = "tools"  # the folder with uv's wheel
_LIMIT_S = 1800
_BESIDE = ("ionice", "-c3", "nice", "-n19")  # a line may be running on this machine
_VARIABLES = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "UV_NO_CONFIG": "1",  # whatever index this machine is used to
    "UV_NO_CACHE": "1",
    "UV_OFFLINE": "1",
    "UV_PYTHON_DOWNLOADS": "never",
    "UV_LINK_MODE": "copy",
}


def find_python(version: str) -> str:
    """The interpreter to make it with.

    Raises:
        ReleaseError: There is no Python of this version.
    """
    for path in _candidates(version):
        asked = [path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        if subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == version:  # noqa: S603
            return path
    raise ReleaseError(
        f"it is for Python {version}, which is not here (Debian: python{version}); take the bundle of a Python that is"
    )


def _candidates(version: str) -> Iterator[str]:
    base = str(getattr(sys, "_base_executable", "") or sys.executable)
    for name in (base, f"/usr/bin/python{version}", shutil.which(f"python{version}")):
        if name and Path(name).exists():
            yield name


def make(folder: Path, python: str) -> None:
    """In ``folder/.venv``; wheels and tools are gone afterwards.

    Raises:
        ReleaseError: With the end of what uv said.
    """
    uv, environment, wheels = _uv(folder / TOOLS), str(folder / ".venv"), folder / WHEELS
    _run(uv, "venv", "--quiet", "--no-project", "--python", python, environment)
    install = ("pip", "install", "--quiet", "--compile-bytecode", "--no-index", "--no-deps", "--require-hashes")
    inside = str(folder / ".venv" / "bin" / "python")
    _run(uv, *install, "--python", inside, "--find-links", str(wheels), "-r", str(wheels / PINS))
    for spent in (wheels, folder / TOOLS):
        shutil.rmtree(spent)
    _precompile(folder, inside)
    # Hundreds of megabytes in memory would reach the disk while the station inspects, and its commits would wait.
    subprocess.run(["sync", "-f", str(folder)], check=False)  # noqa: S603, S607


def _precompile(folder: Path, python: str) -> None:
    """Who runs a release may not write there, so each of its starts would do this anew; what fails, a start says."""
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(  # noqa: S603
            [*_BESIDE, python, "-m", "service.precompile"],
            cwd=folder,
            env=_VARIABLES,
            capture_output=True,
            timeout=_LIMIT_S,
            check=False,
        )


def _uv(folder: Path) -> str:
    """Out of its wheel.

    Raises:
        ReleaseError: It is not in the bundle.
    """
    for wheel in folder.glob("uv-*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                if member.endswith(".data/scripts/uv"):
                    (folder / "uv").write_bytes(archive.read(member))
                    (folder / "uv").chmod(0o755)
                    return str(folder / "uv")
    raise ReleaseError(f"it holds no uv in {TOOLS}/")


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
