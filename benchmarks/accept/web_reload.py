"""Browsers and REST clients through a reload: no request fails, and whoever is told to connect again is back soon."""

import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import processors
from benchmarks.generators import BROWSERS, REQUESTS_PER_S, Generator
from service.generations import Generations, Mark
from tests.conftest import Running
from tests.types_cache import give_types

from .polling_plc import PollingPlc
from .reload import LIMIT_S, LINE, until

FEWEST_CLIENTS, CONSOLES = 100, 12
BACK_S = 5.0
AROUND_S = 2.0  # of load before and after the reload


def web_reload(folder: Path, scale: float, seed: int) -> Mapping[str, object]:
    """1000 requests/s and 1000 Socket.IO clients, times `scale`, beside a PLC that triggers.

    Args:
        seed: Of nothing: every run is the same.
    """
    rate, clients = REQUESTS_PER_S * scale, max(FEWEST_CLIENTS, round(BROWSERS * scale))
    running = Running(folder, LINE)
    give_types(folder / "data", asset=True)
    try:
        running.start()
        running.wait_ready()
        before = processors.now()
        with (
            Generator("browsers", running.http, clients, ready=True) as browsers,
            Generator("consoles", running.http, CONSOLES, ready=True) as consoles,
            Generator("http", running.http, rate) as requests,
            PollingPlc(running.modbus) as plc,
        ):
            time.sleep(AROUND_S)
            reload_ms = _reload(running)
            plc.until(lambda: plc.results > 5)
            time.sleep(AROUND_S)
            said: dict[str, Any] = {"http": requests.end(), "browsers": browsers.end(), "consoles": consoles.end()}
            said["others"] = round(processors.now().others_since(before), 2)  # cores that other programs kept busy
        _compare(said, clients)
    except AssertionError:
        print(running.log)
        raise
    finally:
        running.stop()
        running.forget()
    return {"reload_ms": round(reload_ms), "gap_ms": round(plc.gap_ms, 1)} | said


def _reload(running: Running) -> float:
    """Ends when the successor is alone. Time to its first HTTP answer (ms)."""
    assert running.process
    shared = Generations.of(running.process.pid)
    before, old, began = shared[Mark.SERVING], set(running.workers()), time.monotonic()
    running.process.send_signal(signal.SIGHUP)
    until(lambda: shared[Mark.SERVING] > before, f"no new generation serves within {LIMIT_S:g} s")
    took = time.monotonic() - began
    until(lambda: not old & set(running.workers()), "the old generation does not go")
    return 1000 * took


def _compare(said: Mapping[str, Any], clients: int) -> None:
    assert said["http"].get("answered"), f"the requests' program died: {said}"
    assert not said["http"]["failed"], f"requests failed: {said}"
    for kind, count in (("browsers", clients), ("consoles", CONSOLES)):
        assert said[kind].get("clients") == count, f"not all are back: {said}"
        assert said[kind]["lost"] == count, f"each is told once to connect again: {said}"
        assert said[kind]["slowest_back_s"] <= BACK_S, f"not back within {BACK_S:g} s: {said}"
