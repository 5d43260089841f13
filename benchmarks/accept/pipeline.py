"""Locate, two calipers, golden template, blob count and code on a frame of 1280 x 960, back to back."""

import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import cv2

from benchmarks.start_stop import station
from benchmarks.trigger_to_result import Run, idle, several, trigger_parts
from benchmarks.yard import yard
from vision.frame import Acquisition, Inputs
from vision.pipeline import PreparedRecipe, inspect, prepare
from vision.result import Judgement

from .pipeline_parts import as_acquired, parts, taught_recipe

FRAMES, ROUNDS, LEAST_ROUNDS = 20, 10, 2
PARTS, LEAST_PARTS, RUNS, MOST_RUNS = 200, 20, 5, 15
BACK_TO_BACK_HZ = 1000.0  # sooner than any part is ready
LIMIT_MS = 45.0  # times the yard, on one core
LAG_MS, OVERHEAD_MS = 5.0, 3.0  # p99, as of a station at 10 parts a second


def pipeline(folder: Path, scale: float, seed: int) -> dict[str, object]:
    """Every part passes. The times hold for the full size on a machine that does nothing else, else they are told."""
    full = scale >= 1
    told = pipeline_times(folder, max(LEAST_ROUNDS, round(ROUNDS * scale)), seed)
    assert not full or told["ms_per_yard"] <= LIMIT_MS, f"{told['ms_per_yard']} ms a yard, {LIMIT_MS} at most: {told}"
    return told | on_a_station(folder, full, max(LEAST_PARTS, round(PARTS * scale)))


def pipeline_times(folder: Path, rounds: int, seed: int = 1) -> dict[str, float]:
    """Of parts that are made and taught below `folder`: milliseconds, yards and their ratio."""
    images, recipes = list(parts(seed, FRAMES)), folder / "recipes" / "pipeline"
    (folder / "parts").mkdir()
    for number, image in enumerate(images):
        cv2.imwrite(str(folder / "parts" / f"{number:02}.png"), image)
    ready = prepare(taught_recipe(recipes, images[0]), recipes)
    return tool_times(ready, [as_acquired(image) for image in images], rounds)


def tool_times(ready: PreparedRecipe, frames: Sequence[Acquisition], rounds: int) -> dict[str, float]:
    """Processor time of a part on one core, by rounds with the yard between them; medians."""
    threads, measure = cv2.getNumThreads(), yard()
    cv2.setNumThreads(1)
    try:
        measure()
        both = [(_round_ms(ready, frames), min(measure() for _ in range(3))) for _ in range(rounds)]
    finally:
        cv2.setNumThreads(threads)
    return {
        "ms": round(statistics.median(ms for ms, _ in both), 2),
        "yard": round(statistics.median(long for _, long in both), 3),
        "ms_per_yard": round(statistics.median(ms / long for ms, long in both), 2),
    }


def on_a_station(folder: Path, full: bool, count: int) -> dict[str, object]:
    """The same recipe on a station whose PLC asks for the next part as soon as it may."""
    own = {
        "VISION_STATION__RECIPE_FOLDER": str(folder / "recipes"),
        "VISION_CAMERA__TYPE": "folder",
        "VISION_CAMERA__PATH": str(folder / "parts"),
    }
    with station(**own) as running:
        trigger_parts(running.modbus, 10, BACK_TO_BACK_HZ)  # warm
        wanted, most = (RUNS, MOST_RUNS) if full else (1, 1)
        runs, thrown = several("pipeline", lambda: idle(running, count, BACK_TO_BACK_HZ), wanted, most)
    counted = runs or thrown
    lag = statistics.median(run.lag_p99 for run in counted)
    overhead = statistics.median(run.share("overhead_us", 0.99) for run in counted)
    assert not full or runs, f"noisy: all {len(thrown)} runs had to be thrown away"
    assert not full or lag <= LAG_MS, f"the loop was {lag} ms late, p99"
    assert not full or overhead <= OVERHEAD_MS, f"own overhead {overhead} ms, p99"
    return {
        "parts_per_s": round(statistics.median(_rate(run) for run in counted), 1),
        "tools_p50_ms": round(statistics.median(run.share("processing_us", 0.5) for run in counted), 2),
        "lag_p99_ms": round(lag, 2),
        "overhead_p99_ms": round(overhead, 2),
        "thrown_away": len(thrown),
    }


def _round_ms(ready: PreparedRecipe, frames: Sequence[Acquisition]) -> float:
    took = []
    for frame in frames:
        began = time.thread_time()
        result = inspect(frame, ready, Inputs())
        took.append(1000 * (time.thread_time() - began))
        assert result.judgement is Judgement.PASS, f"a good part is {result.judgement}: {result.message}"
    return statistics.median(took)


def _rate(run: Run) -> float:
    return 1000 * len(run.latency) / sum(run.latency)
