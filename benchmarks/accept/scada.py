"""SCADA systems beside the line: 10 clients that watch 200 tags, all of which change with every part.

The same parts are triggered without them and with them; what the station's process spends more is theirs.
"""

import json
import os
import statistics
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from benchmarks import trigger_to_result as line  # as a module: it takes its PLC from this package
from benchmarks.generators import PUBLISH_MS, SCADA_CLIENTS, Generator
from tests.conftest import Running

HZ, PARTS, ROUNDS, TAGS = 10.0, 200, 3, 200
MOST_CORES, MOST_OVERHEAD_MS = 0.35, 15.0
STEPS = 32
SETTLE_S = 2.0
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def scada(folder: Path, scale: float, seed: int) -> Mapping[str, object]:
    """Medians over the rounds; a bar that is not met fails where the run has its full size.

    Args:
        seed: Of nothing: every run is the same.
    """
    parts, rounds = max(10, int(PARTS * scale)), max(1, int(ROUNDS * scale))
    write_line(folder)
    running = Running(folder, _environment(folder))
    try:
        running.start()
        line.trigger_parts(running.modbus, 20, HZ)
        both = [_round(running, parts) for _ in range(rounds)]
    finally:
        running.stop()
        running.forget()
    more = statistics.median(with_.cores - without.cores for without, with_, _ in both)
    overhead = statistics.median(with_.overhead_p99_ms for _, with_, _ in both)
    found = {
        "cores_without": round(statistics.median(without.cores for without, _, _ in both), 3),
        "cores_more": round(more, 3),
        "overhead_p99_ms": round(overhead, 2),
        "notifications_per_s": statistics.median(said["notifications_per_s"] for _, _, said in both),
        "tags": both[0][2]["tags"],
    }
    wanted = 0.75 * SCADA_CLIENTS * TAGS * 1000 / PUBLISH_MS
    assert scale < 1 or float(str(found["notifications_per_s"])) >= wanted, f"the load was not applied: {found}"
    assert scale < 1 or more <= MOST_CORES, f"the clients cost {more:.2f} of a core: {found}"
    assert scale < 1 or overhead <= MOST_OVERHEAD_MS, f"own overhead p99 {overhead:.1f} ms: {found}"
    return found


class Spent:
    """What a run of parts took."""

    def __init__(self, running: Running, parts: int) -> None:
        time.sleep(SETTLE_S)
        (worker,) = running.workers()
        before, began = _seconds(worker), time.perf_counter()
        line.trigger_parts(running.modbus, parts, HZ)
        self.cores = (_seconds(worker) - before) / (time.perf_counter() - began)
        url = f"{running.url}/api/v1/station/timings?limit={min(parts, 1000)}&seconds=60"
        with urllib.request.urlopen(url, timeout=10) as answer:
            said = json.load(answer)["parts"][-parts:]
        self.overhead_p99_ms = line.percentile([part["overhead_us"] / 1000 for part in said], 0.99)


def _round(running: Running, parts: int) -> tuple[Spent, Spent, dict[str, float]]:
    without = Spent(running, parts)
    with Generator("scada", running.opcua, SCADA_CLIENTS, TAGS, PUBLISH_MS, "parts", ready=True) as clients:
        loaded = Spent(running, parts)
        return without, loaded, clients.end()


def _seconds(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def write_line(folder: Path) -> None:
    """Bright and dark parts in turn, so that all of 32 steps change their value, judgement and status each time."""
    images, recipe = folder / "parts", folder / "recipes" / "many"
    images.mkdir(parents=True)
    recipe.mkdir(parents=True)
    noise = np.random.default_rng(1)
    for number in range(20):
        level = 60 if number % 2 else 200
        cv2.imwrite(str(images / f"part{number:02}.png"), noise.integers(level - 20, level + 20, (64, 256), np.uint8))
    steps = [_step(number) for number in range(STEPS)]
    content = {"format": 1, "job": 1, "name": "many", "version": 1, "released": True, "time_limit_ms": 20000}
    (recipe / "recipe.json").write_text(json.dumps(content | {"steps": steps}))


def _step(number: int) -> dict[str, object]:
    region = {"kind": "rectangle", "x": 8 * (number % 16), "y": 32 * (number // 16), "width": 8, "height": 24}
    return {
        "name": f"place {number + 1}",
        "tool": {"type": "brightness"},
        "regions": [region],
        "slot": number,
        "limits": {"mean": {"low": 128, "high": 255}},
    }


def _environment(folder: Path) -> dict[str, str]:
    return {
        "VISION_STATION__RECIPE_FOLDER": str(folder / "recipes"),
        "VISION_CAMERA__TYPE": "folder",
        "VISION_CAMERA__PATH": str(folder / "parts"),
        "VISION_ARCHIVE__KEEP": "none",
        "VISION_STATION__COMMIT_LIMIT_MS": "20000",
        "VISION_STATION__ACQUISITION_LIMIT_MS": "20000",
    }
