"""Thirty who watch the live stream: what they cost in memory, and what a trigger takes beside them."""

import json
import statistics
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from benchmarks.generators import Generator
from tests.conftest import Running
from tests.types_cache import give_types

VIEWERS = 30
TRIGGERS, WATCHED_S = 200, 60.0  # at full size
FEWEST_TRIGGERS, SHORTEST_S = 10, 5.0
MOST_MB, MOST_MS = 5.0, 1.0


def viewers(folder: Path, scale: float, seed: int) -> Mapping[str, object]:
    """Memory and trigger time without viewers and with thirty at 10 frames/s; compared at full size alone.

    Args:
        seed: Of nothing: every run is the same.
    """
    count, watched_s = max(FEWEST_TRIGGERS, round(TRIGGERS * scale)), max(SHORTEST_S, WATCHED_S * scale)
    running = Running(folder)
    give_types(folder / "data", asset=True)
    try:
        running.start()
        running.wait_ready()
        _triggered_ms(running, count)  # warm
        with Generator("viewers", running.http, 1, ready=True) as one:
            time.sleep(1)  # what the first frame of a process allocates once is nobody's
            one.end()
        before_ms, before_mb = _triggered_ms(running, count), _resident_mb(running)
        with Generator("viewers", running.http, VIEWERS, ready=True) as watching:
            time.sleep(watched_s)
            with_ms, with_mb = _triggered_ms(running, count), _resident_mb(running)
            said = watching.end()
    except AssertionError:
        print(running.log)
        raise
    finally:
        running.stop()
        running.forget()
    assert said["ended"] == 0, f"viewers were closed: {said}"
    assert said["disordered"] == 0, f"an older frame came after a newer one: {said}"
    assert said["fewest_frames"] > 0, f"somebody saw nothing: {said}"
    figures = {"trigger_ms": [before_ms, with_ms], "resident_mb": [before_mb, with_mb], **said}
    if scale >= 1:
        assert with_mb - before_mb < MOST_MB, figures
        assert with_ms - before_ms < MOST_MS, figures
    return figures


def _triggered_ms(running: Running, count: int) -> float:
    """Median time from a trigger by hand to its acceptance (ms)."""
    took: list[float] = []
    while len(took) < count:
        request = urllib.request.Request(
            f"{running.url}/api/v1/station/trigger", b"{}", {"Content-Type": "application/json"}
        )
        began = time.perf_counter()
        with urllib.request.urlopen(request) as answer:
            json.load(answer)
        took.append(1000 * (time.perf_counter() - began))
        time.sleep(0.25)  # the part is judged before the next one comes
    return round(statistics.median(took), 2)


def _resident_mb(running: Running) -> float:
    """Of the worker."""
    (worker,) = running.workers()
    line = next(row for row in Path(f"/proc/{worker}/status").read_text().splitlines() if row.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024, 1)
