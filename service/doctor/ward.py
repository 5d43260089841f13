"""Where cases are looked at: in a process of its own.

Thousands of requests are read with the map in hand there. In a thread that would take the interpreter from the loop
for a second, and leave the garbage collector a hundred thousand objects to look through.
"""

import logging
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from protocols.modbus import Recording
from protocols.settings import ModbusSettings
from service.offload import Offload

from .case import Case, make_case
from .record import Part, PartRecorder

if TYPE_CHECKING:
    from service.hub import ModbusTraffic

T = TypeVar("T")
LIMIT_S = 60.0
SLICE = 200  # entries that are packed at once: the packing of one holds the interpreter for 0.2 ms
ROOT = str(Path(__file__).resolve().parents[2])
COMMAND = (
    sys.executable,
    "-c",
    f"import sys; sys.path.insert(0, {ROOT!r}); from service.doctor.ward import main; main()",
)

log = logging.getLogger(__name__)


class Unfinished(Exception):
    """The process ended without an answer; the message says how."""


@dataclass(frozen=True)
class _Task:
    """What is told before the entries."""

    look: Callable[[Case], Any]
    settings: ModbusSettings
    zone: tzinfo
    clients: Sequence[Any]
    utc_offset_us: int


class Ward:
    """Calls what it is given with the case of this moment."""

    def __init__(
        self, modbus: "ModbusTraffic", recorder: PartRecorder, settings: ModbusSettings, zone: tzinfo, thread: Offload
    ) -> None:
        self._modbus, self._recorder, self._settings = modbus, recorder, settings
        self._zone, self._thread = zone, thread

    def parts(self) -> Sequence[Part]:
        """The last 2,000 parts, oldest first."""
        return self._recorder.parts()

    async def __call__(self, look: Callable[[Case], T]) -> T:
        """What `look` says of the case: a function of a module, or a partial of one.

        Raises:
            Unfinished: It failed, or took longer than 60 s.
        """
        recording, parts = self._modbus.trace.recording(), self.parts()
        task = _Task(look, self._settings, self._zone, self._modbus.clients(), recording.utc_offset_us)
        found: T = await self._thread(_ask, task, recording, parts)
        return found


def _ask(task: _Task, recording: Recording, parts: Sequence[Part]) -> Any:
    """In the thread: everything into the process, its answer back."""
    packed = b"".join(_packed(task, recording, parts))
    try:
        done = subprocess.run(COMMAND, input=packed, capture_output=True, timeout=LIMIT_S, check=True)  # noqa: S603 - nothing in it is given from outside
    except subprocess.TimeoutExpired as exc:
        raise Unfinished(f"not within {LIMIT_S:g} s") from exc
    except subprocess.CalledProcessError as exc:
        raise Unfinished(exc.stderr.decode("utf-8", "replace")[-2000:]) from exc
    if done.stderr:
        log.warning("the handshake doctor says: %s", done.stderr.decode("utf-8", "replace")[-2000:])
    return pickle.loads(done.stdout)  # noqa: S301 - of our own process


def _packed(task: _Task, recording: Recording, parts: Sequence[Part]) -> Iterator[bytes]:
    """The task, then three lists in slices, each ended by an empty one."""
    yield pickle.dumps(task)
    for entries in (recording.last, recording.longer, parts):
        for start in range(0, len(entries), SLICE):
            yield pickle.dumps(entries[start : start + SLICE])
        yield pickle.dumps([])


def _unpacked(stream: IO[bytes]) -> list[Any]:
    entries: list[Any] = []
    while some := pickle.load(stream):  # noqa: S301 - of our own process
        entries += some
    return entries


def main() -> None:
    """In the process: read the case, look at it, answer."""
    os.nice(10)
    task: _Task = pickle.load(sys.stdin.buffer)  # noqa: S301 - of our own process
    last, longer, parts = (_unpacked(sys.stdin.buffer) for _ in range(3))
    recording = Recording(last, longer, task.utc_offset_us)
    case = make_case(recording, parts, task.clients, task.settings, task.zone)
    sys.stdout.buffer.write(pickle.dumps(task.look(case)))
