"""A station that ``deploy/install.sh`` installed below a folder of the test's."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

INSTALL_S = 300  # the bar of a whole one, from the first line to the first answer
SHIPPED = ("config", "deploy", "docs", "protocols", "service", "vision", "pyproject.toml", "README.md")
Install = Callable[..., "subprocess.CompletedProcess[str]"]

# In place of deploy/environment.sh: the packages are this test's own, fetched from nowhere.
ENVIRONMENT = """
find_python() {{ echo "${{PYTHON:-{python}}}"; }}
make_environment() {{
  [ -x .venv/bin/gunicorn ] && return 0
  local packages script
  "{python}" -m venv --without-pip .venv
  packages="$(echo .venv/lib/python3.*/site-packages)"
  printf '%s\\n' "$PWD" "{packages}" >"$packages/station.pth"
  for script in "gunicorn gunicorn.app.wsgiapp run" "vision-inspection service.cli main"; do
    set -- $script
    printf '%s\\n' "#!$PWD/.venv/bin/python" "import sys" "from $2 import $3" "sys.exit($3())" >".venv/bin/$1"
    chmod 755 ".venv/bin/$1"
  done
}}
"""


def python_of_everybody() -> str:
    """The tests' own may lie in a home that nobody else enters; the system's of the same version then."""
    base = Path(sys.executable).resolve()
    system = Path("/usr/bin", f"python3.{sys.version_info.minor}")
    closed = any(not folder.stat().st_mode & 0o001 for folder in base.parents)
    return str(system if closed and system.exists() else sys.executable)


@pytest.fixture
def checkout(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """What is installed, with an environment that costs nothing; the real one for the bar."""
    folder, whole = tmp_path / "checkout", request.node.get_closest_marker("acceptance")
    ignored = shutil.ignore_patterns("node_modules", "__pycache__", "dist", *([] if whole else ["src"]))
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder / name)
    if not whole:
        made = ENVIRONMENT.format(python=python_of_everybody(), packages=sysconfig.get_path("purelib"))
        (folder / "deploy" / "environment.sh").write_text(made)
    return folder


@pytest.fixture
def target() -> Iterator[Path]:
    """The root to install below; every user may enter it."""
    folder = Path(tempfile.mkdtemp(prefix="installed-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def install(checkout: Path, target: Path) -> Install:
    """Run ``deploy/install.sh --root``; it has to succeed unless `succeeds` is false."""

    def run(*options: str, succeeds: bool = True, **variables: str) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [checkout / "deploy" / "install.sh", "--root", str(target), *options],
            capture_output=True,
            text=True,
            timeout=INSTALL_S,
            check=False,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHON": ""} | variables,
        )
        assert (done.returncode == 0) is succeeds, done.stderr
        return done

    return run
