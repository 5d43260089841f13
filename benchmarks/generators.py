"""Start the load generators, each in a process of its own, and hear what they did."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import Running

ROOT = Path(__file__).resolve().parent.parent
REQUESTS_PER_S, BROWSERS, SCADA_CLIENTS, TAGS, PUBLISH_MS = 1000, 1000, 10, 20, 500
ENOUGH = 0.95  # of the requests


class Generator:
    """Runs until `end`; made to print when it is ready, where `ready` says so."""

    def __init__(self, kind: str, *arguments: object, ready: bool = False) -> None:
        command = [sys.executable, "-m", f"benchmarks.load.{kind}", *map(str, arguments)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        if ready:
            assert self._process.stdout
            self._process.stdout.readline()

    def end(self) -> dict[str, Any]:
        """What it says at its end; nothing where it died."""
        lines = self._process.communicate(timeout=60)[0].strip().splitlines()
        return dict(json.loads(lines[-1])) if lines and lines[-1].startswith("{") else {}

    def __enter__(self) -> "Generator":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


@dataclass(slots=True)
class Load:
    """What was asked of the station; known at the end."""

    scale: float
    said: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def missing(self) -> str:
        """What of the load was not applied; empty when all was."""
        http, browsers, scada = (self.said.get(kind, {}) for kind in ("http", "browsers", "scada"))
        clients = int(BROWSERS * self.scale)
        wrong = {
            "requests": http.get("per_s", 0) < ENOUGH * REQUESTS_PER_S * self.scale or http.get("failed"),
            "browsers": browsers.get("clients") != clients or browsers.get("lost") != 0,
            "OPC UA": not scada.get("notifications_per_s") or scada.get("tags") != TAGS,
        }
        return ", ".join(kind for kind, bad in wrong.items() if bad)


@contextmanager
def under_load(running: Running, scale: float = 1.0) -> Iterator[Load]:
    """1000 requests/s, 1000 browsers, 10 SCADA clients with 20 tags each at 500 ms, times `scale`."""
    load = Load(scale)
    rate, clients, scada = (max(1, int(full * scale)) for full in (REQUESTS_PER_S, BROWSERS, SCADA_CLIENTS))
    with ExitStack() as stack:
        generators = {
            "browsers": stack.enter_context(Generator("browsers", running.http, clients, ready=True)),
            "scada": stack.enter_context(Generator("scada", running.opcua, scada, TAGS, PUBLISH_MS, ready=True)),
            "http": stack.enter_context(Generator("http", running.http, rate)),
        }
        yield load
        load.said = {kind: generator.end() for kind, generator in generators.items()}
