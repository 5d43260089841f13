"""What ``deploy/install.sh --root`` installed, started from its unit file."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.conftest import Running, free_port
from tests.deploy.unit_file import LOW_RUNTIME, Unit, UnitFile
from tests.notify_socket import NotifySocket

INSTALL_S = 300  # the bar of a whole one, from the first line to the first answer


def run_installer(checkout: Path, target: Path, *options: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [checkout / "deploy" / "install.sh", "--root", str(target), *options],
        capture_output=True,
        text=True,
        timeout=INSTALL_S,
        check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHON": ""} | variables,
    )


@dataclass
class Installed:
    """One installed station, and what the service manager gives it."""

    unit: Unit
    running: Running
    manager: NotifySocket
    runtime: Path
    user: int

    @classmethod
    def below(cls, target: Path, folder: Path, camera: str = "", modbus: int = 0) -> Self:
        """Of what is installed there; `folder` takes its log. It gets free ports, and the paths of its settings."""
        units = target / "etc/systemd/system"
        file = UnitFile().read(units / f"vision-inspection{'@' if camera else ''}.service")
        name = f"vision-inspection{f'@{camera}' if camera else ''}.service.d"
        for drop_in in sorted((units / name).glob("*.conf")):
            file.read(drop_in)
        running = Running(folder, modbus=modbus or free_port())
        _moved(target, camera or "station", running)
        runtime = Path(tempfile.mkdtemp(prefix="vision-tests-", dir=LOW_RUNTIME))
        data = target / "var/lib" / (f"vision-inspection-{camera}" if camera else "vision-inspection")
        return cls(Unit(file, target, camera), running, NotifySocket(), runtime, data.stat().st_uid)

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

    def end(self) -> None:
        self.running.stop()
        self.manager.__exit__()
        shutil.rmtree(self.runtime)


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
