"""What many tests share: the image sets, and a real station in processes of its own."""

import asyncio
import contextlib
import ctypes
import errno
import gc
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web_app

from service.retentive import memory_path
from service.settings import runtime_folder

ROOT = Path(__file__).resolve().parent.parent
PR_CAPBSET_DROP, CAP_SYS_NICE = 24, 23  # linux/prctl.h, linux/capability.h: programs that are started lose it
GUNICORN = Path(sys.executable).with_name("gunicorn")
PORTS = random.SystemRandom()  # hypothesis seeds the common one


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real image sets; the test is skipped where it is absent."""
    candidates = [os.environ.get("VISION_DATA", ""), *(str(p / "shared" / "data") for p in ROOT.parents)]
    for candidate in filter(None, candidates):
        if (folder := Path(candidate)).is_dir():
            return folder
    pytest.skip("the image sets are not here: set VISION_DATA to their folder")


@pytest.fixture(scope="session", autouse=True)
def memory_of_this_run() -> Iterator[None]:
    """As a unit has one: the retentive memory of every station of this run lies there, and goes with it."""
    with tempfile.TemporaryDirectory(prefix="vision-tests-", dir="/dev/shm") as folder:
        os.environ["RUNTIME_DIRECTORY"] = folder
        yield


@pytest.fixture(scope="session", autouse=True)
def ordinary_stations() -> None:
    """What tests start runs in ordinary priorities: real-time threads of one test's station would hold up all others.

    Stations that benchmarks start themselves are as in production.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_CAPBSET_DROP, CAP_SYS_NICE, 0, 0, 0):
        assert ctypes.get_errno() == errno.EPERM  # who is not root has nothing to give up


@pytest.fixture(scope="session", autouse=True)
def interruptible_programs() -> None:
    """A shell starts what runs in its background deaf to Ctrl-C, and a program inherits that from this one."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def memory_is_given_back() -> Iterator[None]:
    """A station is a circle of objects, with images in it: Python counts objects, not bytes, and would keep dozens.

    And aiohttp keeps the applications of the last 1024 handlers that were called, in one cache of the process.
    """
    yield
    if _resident_mb() > _roomy_mb[0]:
        web_app._cached_build_middleware.cache_clear()
        gc.collect()
        _roomy_mb[0] = _resident_mb() + 150


def _resident_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


_roomy_mb = [300]  # from here on it is worth a collection


@pytest.fixture(autouse=True)
async def no_leaked_tasks() -> AsyncIterator[None]:
    """A task that outlives its test is a defect."""
    before = asyncio.all_tasks()
    yield
    await asyncio.sleep(0)
    leaked = [task for task in asyncio.all_tasks() - before - {asyncio.current_task()} if not task.done()]
    assert not leaked, f"leaked tasks: {leaked}"


def free_port() -> int:
    """A port that nobody listens on, for a station that is still to start, or to start again.

    Below the kernel's ephemeral ports (32768 to 60999): one of those would now and then be taken meanwhile, by any
    connection that any other test makes.
    """
    while True:
        port = PORTS.randrange(10_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class Running:
    """A station started by Gunicorn, as in production."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    http: int = field(default_factory=free_port)
    modbus: int = field(default_factory=free_port)
    opcua: int = field(default_factory=free_port)
    root: Path = ROOT  # of the release that it runs
    gunicorn: Path = GUNICORN
    options: tuple[str, ...] = ()  # of Gunicorn's command line
    before: tuple[str, ...] = ()  # a command that ends by executing the rest of its line, for example unshare
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http}"

    @property
    def log(self) -> str:
        return (self.folder / "station.log").read_text()

    def has_logged(self, text: str, wait_s: float = 10) -> bool:
        """Whether it says so; a thread of its own writes the log, a moment after what it tells of."""
        end = time.monotonic() + wait_s
        while text not in self.log:
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def start(self, wait_s: float = 60) -> None:
        """Start and wait until it is healthy."""
        self.launch()
        self.wait_healthy(wait_s)

    def launch(self) -> None:
        """Start, and wait for nothing."""
        own = {
            "VISION_STATION__DATA_FOLDER": str(self.folder / "data"),
            "VISION_HTTP__PORT": str(self.http),
            "VISION_MODBUS__PORT": str(self.modbus),
            "VISION_OPCUA__PORT": str(self.opcua),
            "PYTHONPATH": str(self.root),
        }
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        with (self.folder / "station.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *self.before,
                    str(self.gunicorn),
                    "-c",
                    "config/gunicorn.conf.py",
                    *self.options,
                    "service.app:factory",
                ],
                cwd=self.root,
                env=inherited | own | self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_healthy(self, wait_s: float = 60) -> None:
        assert self.process
        end = time.monotonic() + wait_s
        while time.monotonic() < end:
            assert self.process.poll() is None, f"the station ended:\n{self.log}"
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.02)
        raise AssertionError(f"not healthy within {wait_s} s:\n{self.log}")

    def wait_ready(self, wait_s: float = 60) -> None:
        """Until every part of the station is: the camera is opened after the first answer."""
        assert self.process
        end = time.monotonic() + wait_s
        said = ""
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2):
                    return
            except urllib.error.HTTPError as error:
                said = error.read().decode()
            time.sleep(0.02)
        raise AssertionError(f"not ready within {wait_s} s: {said}\n{self.log}")

    def workers(self) -> list[int]:
        """Process ids of the worker generations."""
        assert self.process
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def kill_worker(self) -> None:
        for pid in self.workers():
            os.kill(pid, signal.SIGKILL)

    def forget(self) -> None:
        """Its retentive memory, where its folder goes."""
        memory_path(self.folder / "data", runtime_folder()).unlink(missing_ok=True)

    def stop(self) -> int:
        """SIGTERM to the master, and its exit code."""
        if self.process is None:
            return 0
        self.process.terminate()
        try:
            return self.process.wait(10)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process = None


@pytest.fixture
def make_station(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start real stations with settings from the environment, one folder each; all end with the test."""
    started: list[Running] = []

    def make(start: bool = True, **environment: str) -> Running:
        folder = tmp_path / f"station{len(started)}"
        folder.mkdir()
        running = Running(folder, environment)
        started.append(running)
        if start:
            running.start()
        return running

    yield make
    for running in started:
        running.stop()


@pytest.fixture
def station(make_station: Callable[..., Running]) -> Running:
    """A real station on embedded defaults."""
    return make_station()
