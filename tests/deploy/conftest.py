"""A station that ``deploy/install.sh`` installed below a folder of the test's."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT, Running, free_port
from tests.deploy.unit_file import LOW_RUNTIME, Unit, UnitFile
from tests.notify_socket import NotifySocket

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
    """Run ``deploy/install.sh --root`` of the checkout, or another; it has to succeed unless `succeeds` is false."""
    ours = checkout

    def run(
        *options: str, succeeds: bool = True, checkout: Path = ours, **variables: str
    ) -> "subprocess.CompletedProcess[str]":
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


@dataclass
class Installed:
    """One installed station, and what the service manager gives it."""

    unit: Unit
    running: Running
    manager: NotifySocket
    runtime: Path
    user: int

    @property
    def variables(self) -> dict[str, str]:
        return {"NOTIFY_SOCKET": self.manager.address, "RUNTIME_DIRECTORY": str(self.runtime)}

    def start(self) -> int:
        """Its main process; ends when it says READY."""
        self.running.process = self.unit.start(self.running.folder / "station.log", **self.variables)
        self.manager.until("READY")
        self.running.wait_healthy()
        return self.running.process.pid

    def reload(self) -> "subprocess.CompletedProcess[str]":
        assert self.running.process
        return self.unit.reload(self.running.process.pid, **self.variables)


@pytest.fixture
def installed(install: Install, target: Path, tmp_path: Path) -> Iterator[Callable[..., Installed]]:
    """Install, and map what the unit names to where it was installed; ends what was started."""
    made: list[Installed] = []

    def make(*options: str, camera: str = "", port_502: bool = False, modbus: int = 0) -> Installed:
        install(*options, *(["--port-502"] if port_502 else []), *(["--camera", camera] if camera else []))
        units = target / "etc/systemd/system"
        file = UnitFile().read(units / f"vision-inspection{'@' if camera else ''}.service")
        name = f"vision-inspection{f'@{camera}' if camera else ''}.service.d"
        for drop_in in sorted((units / name).glob("*.conf")):
            file.read(drop_in)
        folder = tmp_path / f"run{len(made)}"
        folder.mkdir()
        running = Running(folder, modbus=modbus or free_port())
        _moved(target, camera or "station", running)
        runtime = Path(tempfile.mkdtemp(prefix="vision-tests-", dir=LOW_RUNTIME))
        data = target / "var/lib" / (f"vision-inspection-{camera}" if camera else "vision-inspection")
        made.append(Installed(Unit(file, target, camera), running, NotifySocket(), runtime, data.stat().st_uid))
        return made[-1]

    yield make
    for each in made:
        each.running.stop()
        each.manager.__exit__()
        shutil.rmtree(each.runtime)


def _moved(target: Path, name: str, running: Running) -> None:
    """Its settings with the paths of the test, and free ports from the file of variables."""
    settings = target / "etc/vision-inspection" / f"{name}.toml"
    settings.write_text(settings.read_text().replace('"/var/lib/', f'"{target}/var/lib/'))
    variables = settings.with_name("environment" if name == "station" else f"{name}.environment")
    servers = (("HTTP", running.http), ("MODBUS", running.modbus), ("OPCUA", running.opcua))
    variables.write_text("".join(f"VISION_{server}__PORT={port}\n" for server, port in servers))
    for path in (settings, variables):
        path.chmod(0o644)
        path.parent.chmod(0o755)
