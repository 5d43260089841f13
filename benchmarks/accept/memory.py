"""What a station under load keeps in memory: worker, vision and all that they start, as shares of the machine's."""

import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from benchmarks.generators import PUBLISH_MS, TAGS, Generator
from tests.conftest import Running
from tests.types_cache import give_types

from .polling_plc import PollingPlc
from .reload import LINE

LOAD_S, LEAST_S = 600.0, 30.0
LOOK_S = 2.0
MOST_MB = 600.0
BROWSERS, CONSOLES, SCADA_CLIENTS, POLLS, POLL_MS, REQUESTS_PER_S = 2, 2, 3, 4, 20, 10


def memory(folder: Path, scale: float, seed: int) -> Mapping[str, object]:
    """Triggers 5 times a second, HMIs that poll, browsers, REST and OPC UA subscribers, ten minutes long.

    The slope is of the second half: caches, pools and the collector's first rounds are behind it.

    Args:
        seed: Of nothing: every run is the same.
    """
    running = Running(folder, LINE)
    give_types(folder / "data", asset=True)
    load_s = max(LEAST_S, LOAD_S * scale)
    try:
        running.start()
        running.wait_ready()
        with ExitStack() as stack:
            generators = [stack.enter_context(one) for one in _load(running)]
            plc = stack.enter_context(PollingPlc(running.modbus))
            seen = list(_watched(running, load_s))
            said = [one.end() for one in generators]
    finally:
        running.stop()
        running.forget()
    assert all(said), f"the load was not applied: {said}"
    assert plc.results >= load_s, f"only {plc.results} parts in {load_s:g} s"
    most = max(mb for _, mb in seen)
    found = {
        "load_s": load_s,
        "parts": plc.results,
        "first_mb": round(seen[0][1]),
        "last_mb": round(seen[-1][1]),
        "most_mb": round(most),
        "mb_per_h": round(_slope(seen[len(seen) // 2 :]) * 3600, 1),
    }
    assert most <= MOST_MB, f"{most:.0f} MB: {found}"
    return found


def _load(running: Running) -> Iterator[Generator]:
    yield Generator("browsers", running.http, BROWSERS, ready=True)
    yield Generator("consoles", running.http, CONSOLES, ready=True)
    yield Generator("scada", running.opcua, SCADA_CLIENTS, TAGS, PUBLISH_MS, ready=True)
    yield Generator("polls", running.modbus, POLLS, POLL_MS, ready=True)
    yield Generator("http", running.http, REQUESTS_PER_S)


def _watched(running: Running, load_s: float) -> Iterator[tuple[float, float]]:
    """Seconds, and MB then."""
    assert running.process
    began = time.monotonic()
    while (now := time.monotonic() - began) < load_s:
        yield now, resident_mb(running.process.pid)
        time.sleep(LOOK_S)


def resident_mb(pid: int) -> float:
    """Of a process and all that it started; a page that several share counts once (PSS)."""
    found = 0.0
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                found = int(line.split()[1]) / 1024
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return found
    return found + sum(resident_mb(int(child)) for child in children)


def _slope(seen: list[tuple[float, float]]) -> float:
    """MB/s."""
    times, values = zip(*seen, strict=True)
    return statistics.linear_regression(times, values).slope
