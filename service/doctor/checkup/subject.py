"""What is examined: the settings, the station that runs with them, and the machine."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from service.control.master import NoStation, find, of_others
from service.control.readiness import not_ready
from service.generations import RunState
from service.settings import Settings, SettingsError, config_path, load
from service.start_problems import start_problems

from .asked import Samples, scrape

PROGRAM = Path(__file__).resolve().parents[3]  # the folder with service, protocols and vision


@dataclass(frozen=True, slots=True)
class Subject:
    """All that the checks know; they ask the kernel and the system below `root` themselves."""

    settings: Settings | None  # None: they do not hold
    problems: tuple[str, ...] = ()  # of the settings
    config: Path | None = None  # their file; None = embedded defaults
    running: RunState | None = None  # the station with this data folder; None = none runs
    others: tuple[int, ...] = ()  # processes of stations that this user may not look into
    not_ready: Mapping[str, str] | None = None  # the reason of each part; None: nobody answered
    silence: str = ""  # why not
    samples: Samples = field(default_factory=Samples)  # what /metrics told
    root: Path = Path("/")
    program: Path = PROGRAM

    @property
    def serves(self) -> bool:
        """A station runs and answers."""
        return self.not_ready is not None

    def of_system(self, path: str) -> Path:
        """A file of kernel or system, for example ``proc/meminfo``."""
        return self.root / path

    @property
    def user(self) -> int:
        """Of the station: who runs it, else who asks."""
        return _user_of(self.running.master) if self.running else os.geteuid()


def look(root: Path = Path("/")) -> Subject:
    """The settings of this process, and the station that keeps their data folder."""
    settings, problems = _settings()
    state = running()
    parts, silence, samples = None, "", Samples()
    if state and state.url:
        try:
            parts = not_ready(state.url)
        except OSError as exc:
            silence = str(exc)
        if parts is not None and settings:
            samples = scrape(state.url, settings.station.data_folder / "token")
    others = () if state else tuple(of_others())
    return Subject(settings, problems, config_path(), state, others, parts, silence, samples, root)


def _settings() -> tuple[Settings | None, tuple[str, ...]]:
    try:
        settings = load()
    except SettingsError as exc:
        return None, tuple(exc.problems)
    return settings, tuple(start_problems(settings))


def running() -> RunState | None:
    """The station of this process' data folder; None where none runs, or only another user's."""
    try:
        master = find()
        if master is None:
            return None
        with master:
            return master.state()
    except NoStation:
        return None


def _user_of(pid: int) -> int:
    try:
        return Path(f"/proc/{pid}").stat().st_uid
    except OSError:  # it has just ended
        return os.geteuid()
