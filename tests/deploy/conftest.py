"""A station that ``deploy/install.sh`` installed below a folder of the test's."""

import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.deploy.installed import Installed, run_installer

SHIPPED = ("config", "deploy", "docs", "examples", "protocols", "service", "vision", "pyproject.toml", "README.md")
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
    """Run ``deploy/install.sh --root`` of the checkout, or another; it has to succeed unless `succeeds` is false."""
    ours = checkout

    def run(
        *options: str, succeeds: bool = True, checkout: Path = ours, **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        done = run_installer(checkout, target, *options, **variables)
        assert (done.returncode == 0) is succeeds, done.stderr
        return done

    return run


@pytest.fixture
def installed(install: Install, target: Path, tmp_path: Path) -> Iterator[Callable[..., Installed]]:
    """Install, and map what the unit names to where it was installed; ends what was started."""
    made: list[Installed] = []

    def make(*options: str, camera: str = "", port_502: bool = False, modbus: int = 0) -> Installed:
        install(*options, *(["--port-502"] if port_502 else []), *(["--camera", camera] if camera else []))
        folder = tmp_path / f"run{len(made)}"
        folder.mkdir()
        made.append(Installed.below(target, folder, camera, modbus))
        return made[-1]

    yield make
    for each in made:
        each.end()
