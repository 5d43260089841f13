"""A few values that outlive the process and belong to nobody's table: active job, production strings."""

import logging
import os
from pathlib import Path
from typing import Any

import orjson

from .offload import Offload

log = logging.getLogger(__name__)


class Remembered:
    """One JSON file, replaced as a whole; the newest value wins, writing never holds anybody up."""

    def __init__(self, path: Path, thread: Offload) -> None:
        self._path, self._thread = path, thread
        try:
            self._values: dict[str, Any] = orjson.loads(path.read_bytes())
        except FileNotFoundError:
            self._values = {}
        except (OSError, orjson.JSONDecodeError) as exc:
            log.error("%s cannot be read, its values are lost: %s", path, exc)
            self._values = {}

    def get(self, name: str, default: Any = None) -> Any:
        return self._values.get(name, default)

    def set(self, name: str, value: Any) -> None:
        if self._values.get(name) == value:
            return
        self._values[name] = value
        self._thread.submit(self._write, orjson.dumps(self._values)).add_done_callback(_tell)

    def _write(self, data: bytes) -> None:
        temporary = self._path.with_suffix(".new")
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)


def _tell(written: Any) -> None:
    if not written.cancelled() and written.exception():
        log.error("a value could not be kept: %s", written.exception())
