"""A unit file, run as systemd would, as far as one may without being systemd: paths below another root."""

import os
import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

LOW_RUNTIME = "/dev/shm"  # where a test may have a folder in memory


@dataclass
class UnitFile:
    """``[Service]`` with its drop-ins: all values of each key, in order."""

    values: dict[str, list[str]] = field(default_factory=dict)

    def read(self, path: Path) -> "UnitFile":
        section = ""
        for line in path.read_text().splitlines():
            if line.startswith("["):
                section = line
            elif section == "[Service]" and "=" in line and not line.startswith("#"):
                key, _, value = line.partition("=")
                self.values.setdefault(key, []).append(value)
        return self

    def last(self, key: str) -> str:
        return self.values[key][-1]


@dataclass
class Unit:
    """One instance of it, installed below `root`."""

    file: UnitFile
    root: Path
    instance: str = ""
    before: tuple[str, ...] = ()  # a command that ends by executing the rest of its line

    def start(self, log: Path, **variables: str) -> "subprocess.Popen[bytes]":
        """ExecStart=; its output goes to `log`. `variables` are the service manager's."""
        command = ["sh", "-c", 'WATCHDOG_PID=$$ exec "$@"', "sh", *self._command("ExecStart")]
        with log.open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=self._here(self.file.last("WorkingDirectory")),
                env=self._environment() | variables,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def reload(self, main: int, **variables: str) -> "subprocess.CompletedProcess[str]":
        """ExecReload=, until it ends."""
        return subprocess.run(
            [word.replace("$MAINPID", str(main)) for word in self._command("ExecReload")],
            cwd=self._here(self.file.last("WorkingDirectory")),
            env=self._environment() | variables | {"MAINPID": str(main)},
            capture_output=True,
            text=True,
            timeout=float(self.file.last("TimeoutStartSec")),
            check=False,
        )

    def _command(self, key: str) -> list[str]:
        return [*self.before, *map(self._here, shlex.split(self.file.last(key)))]

    def _environment(self) -> dict[str, str]:
        """What systemd gives a system service, the unit's own and its file's; nothing of this process."""
        found = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "LANG": "C.UTF-8"}
        for line in self.file.values["Environment"]:
            found |= _variables([self._here(line)])
        for named in self.file.values["EnvironmentFile"]:
            path = Path(self._here(named.removeprefix("-")))
            if path.exists() or not named.startswith("-"):
                found |= _variables(path.read_text().splitlines())
        limit_us = str(1_000_000 * int(self.file.last("WatchdogSec")))
        return found | {"WATCHDOG_USEC": limit_us}

    def _here(self, text: str) -> str:
        for folder in ("/opt/", "/etc/"):
            text = text.replace(folder, f"{self.root}{folder}")
        return text.replace("%i", self.instance)


def _variables(lines: list[str]) -> dict[str, str]:
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def syscalls(unit: UnitFile) -> list[str]:
    """Names that SystemCallFilter= allows, as systemd reads its lines: an allow list from the first of them on."""
    allowed = _group("@default")
    for line in unit.values["SystemCallFilter"]:
        named = {name for word in line.removeprefix("~").split() for name in _group(word)}
        allowed = allowed - named if line.startswith("~") else allowed | named
    return sorted(allowed | _group("@default"))


def _group(name: str) -> set[str]:
    if not name.startswith("@"):
        return {name}
    listed = subprocess.run(
        ["systemd-analyze", "syscall-filter", "--no-pager", name],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"SYSTEMD_COLORS": "0"},
    ).stdout.splitlines()
    members = [line.strip() for line in listed[1:] if line.strip() and not line.strip().startswith("#")]
    return {found for member in members for found in _group(member)}
