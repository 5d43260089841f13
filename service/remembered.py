"""A few values that outlive the process and belong to nobody's table: active job, production strings."""

import asyncio
import logging
import os
from pathlib import Path
from typing import Any

import orjson

from .offload import Offload
from .store.copies import sync_folder

log = logging.getLogger(__name__)

FILE = "remembered.json"  # in the data folder


class Remembered:
    """One JSON file, replaced as a whole; the newest value wins, writing never holds anybody up."""

    def __init__(self, path: Path, thread: Offload) -> None:
        self._path, self._thread = path, thread
        self._newest: asyncio.Future[None] | None = None  # write
        self._values: dict[str, Any] = {}
        self.read()

    def read(self) -> None:
        """Anew, where another process has written meanwhile."""
        try:
            self._values = orjson.loads(self._path.read_bytes())
        except FileNotFoundError:
            self._values = {}
        except (OSError, orjson.JSONDecodeError) as exc:
            log.error("%s cannot be read, its values are lost: %s", self._path, exc)
            self._values = {}

    def get(self, name: str, default: Any = None) -> Any:
        return self._values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        if self._values.get(name) == value:
            return
        self._values[name] = value
        self._newest = self._thread.submit(self._write, orjson.dumps(self._values))
        self._newest.add_done_callback(_tell)

    async def written(self, limit_s: float) -> None:
        """Wait until all that was set stands on the disk, or cannot; at most `limit_s`."""
        if self._newest:
            await asyncio.wait({self._newest}, timeout=limit_s)

    def _write(self, data: bytes) -> None:
        temporary = self._path.with_suffix(".new")
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
        sync_folder(self._path.parent)


def job_of(data_folder: Path) -> int:
    """The job that is active, or was when the station last ran; 0 = nobody knows."""
    try:
        job = orjson.loads((data_folder / FILE).read_bytes()).get("job", 0)
    except (OSError, orjson.JSONDecodeError, AttributeError):
        return 0
    return job if isinstance(job, int) else 0


def _tell(written: Any) -> None:
    if not written.cancelled() and written.exception():
        log.error("a value could not be kept: %s", written.exception())
