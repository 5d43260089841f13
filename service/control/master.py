"""The Gunicorn master of a station, found and watched from outside."""

import os
import select
import signal
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from service.generations import Generations, RunState
from service.settings import data_folder

from .process import is_station, pid_in, stations


class NoStation(Exception):
    """This process cannot be handled as a station's master; the message says why."""


class AnotherUsers(NoStation):
    """Only that user and root may look into it."""


class Master:
    """A running master; its descriptor stays that process's, whatever becomes of the id."""

    def __init__(self, pid: int) -> None:
        """

        Raises:
            OSError: There is no such process.
        """
        self.pid = pid
        self._fd = os.pidfd_open(pid)
        self._shared: Generations | None = None

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

    @property
    def shared(self) -> Generations:
        """What its generations share; once looked at, also when it has ended.

        Raises:
            NoStation: It is no master, or not one yet, or another user's.
        """
        if self._shared is None:
            try:
                self._shared = Generations.of(self.pid)
            except PermissionError:
                raise AnotherUsers(f"Process {self.pid} is another user's: be that user, or root.") from None
            except OSError:
                raise NoStation(f"There is no process {self.pid}.") from None
            except LookupError as exc:
                raise NoStation(f"{exc}.") from None
        return self._shared

    def state(self) -> RunState:
        """What became of its generations; nothing yet is generation 0.

        Raises:
            AnotherUsers
        """
        try:
            return self.shared.state()
        except NoStation as exc:
            if isinstance(exc, AnotherUsers) and not self.ended_within(0):
                raise
            return RunState(self.pid)


def named(pid: int) -> Master:
    """By its process id.

    Raises:
        NoStation: It is none.
    """
    try:
        master = Master(pid)
    except OSError:
        raise NoStation(f"There is no process {pid}.") from None
    _ = master.shared
    return master


def find(pid_file: Path | None = None) -> Master | None:
    """By its pid file, else by the data folder of the settings; None where none runs."""
    return _told_by(pid_file) if pid_file else _keeper_of(str(data_folder().resolve()))


def _told_by(pid_file: Path) -> Master | None:
    pid = pid_in(pid_file)
    with suppress(OSError):
        mine = pid_file.stat().st_uid in (0, Path(f"/proc/{pid}").stat().st_uid)  # nobody else says whom to signal
        if mine and is_station(pid):
            return Master(pid)
    return None


def _keeper_of(folder: str) -> Master | None:
    for pid in stations():
        with suppress(OSError, LookupError):
            if Generations.of(pid).folder == folder:
                return Master(pid)
    return None


def of_others() -> list[int]:
    """Processes of stations that this user may not look into."""
    found = []
    for pid in stations():
        try:
            Generations.of(pid)
        except PermissionError:
            found.append(pid)
        except (OSError, LookupError):
            continue
    return found
