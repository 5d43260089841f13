"""The Gunicorn master of a station, found and watched from outside."""

import os
import select
import signal
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from service import run_state
from service.memory_paths import run_state_path
from service.run_state import RunState
from service.settings import data_folder, runtime_folder

APPLICATION = b"service.app:factory"  # stands in the command line of every master


class Master:
    """A running master; its descriptor stays that process's, whatever becomes of the id."""

    def __init__(self, pid: int) -> None:
        """

        Raises:
            ProcessLookupError: There is no such process.
        """
        self.pid = pid
        self._fd = os.pidfd_open(pid)

    def __enter__(self) -> "Master":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)

    def signal(self, number: signal.Signals) -> None:
        """

        Raises:
            PermissionError: It is another user's.
        """
        signal.pidfd_send_signal(self._fd, number)

    def ended_within(self, limit_s: float) -> bool:
        return bool(select.select([self._fd], [], [], limit_s)[0])

    def environment(self) -> dict[str, str]:
        """The variables that it was started with: its settings come from them.

        Raises:
            PermissionError: It is another user's.
        """
        raw = Path(f"/proc/{self.pid}/environ").read_bytes().decode("utf-8", "surrogateescape")
        return dict(each.split("=", 1) for each in raw.split("\0") if "=" in each)

    def take_its_place(self) -> None:
        """From here on this process has its variables and its folder, and so its settings."""
        variables, folder = self.environment(), Path(f"/proc/{self.pid}/cwd").readlink()
        os.environ.clear()
        os.environ.update(variables)
        os.chdir(folder)

    def state(self) -> RunState:
        """What its generations told; nothing yet is generation 0."""
        found = run_state.read(state_path())
        return found if found and found.master == self.pid else RunState(self.pid)


def state_path() -> Path:
    """By the settings of this process."""
    return run_state_path(data_folder(), runtime_folder())


def find(pid_file: Path | None) -> Master | None:
    """By its pid file, else by the data folder of the settings; None where none runs."""
    path = pid_file or state_path()
    pid = pid_in(path)
    with suppress(OSError):
        mine = path.stat().st_uid in (0, Path(f"/proc/{pid}").stat().st_uid)  # nobody else says whom to signal
        if mine and is_station(pid):
            return Master(pid)
    return None


def is_station(pid: int) -> bool:
    """Whether this process is a station's, master or worker."""
    with suppress(OSError):
        return pid > 0 and APPLICATION in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return False


def pid_in(path: Path) -> int:
    """Of a pid file, or of what `run_state` wrote; 0 = of neither."""
    with suppress(OSError, ValueError):
        return int(path.read_text("ascii"))
    return getattr(run_state.read(path), "master", 0)
