"""Milliseconds per tool on a frame of 1280 x 960: ``python -m benchmarks.tool_rate [--frames 40]``.

Frames of the simulated line, the shipped recipe for the bracket; one thread, so that figures compare.
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import cv2

from vision.cameras import SimulatedCamera, SimulatedSettings
from vision.frame import Acquisition, Inputs, Shot
from vision.pipeline import PreparedRecipe, inspect, make_ready, prepare
from vision.recipe import Recipe, load_recipe
from vision.teach import Example, teach_step

RECIPE = Path(__file__).resolve().parent.parent / "config" / "recipes" / "bracket"
WHOLE: dict[str, object] = {"kind": "rectangle", "x": 0, "y": 0, "width": 1280, "height": 960}
PLATE: dict[str, object] = {"kind": "rectangle", "x": 284, "y": 160, "width": 712, "height": 488}
MARK: dict[str, object] = {"kind": "rectangle", "x": 284, "y": 160, "width": 120, "height": 120}
LEARN = ("locate", "locate_blob", "pattern_match", "pattern_count", "golden_template", "color_area", "color_match")
ALONE: tuple[tuple[str, dict[str, object], dict[str, object]], ...] = (
    ("brightness", {}, WHOLE),
    ("blob_count", {"polarity": "dark"}, WHOLE),
    ("area", {"method": "bright"}, WHOLE),
    ("contrast", {}, WHOLE),
    ("edge_density", {}, WHOLE),
    ("histogram", {}, WHOLE),
    ("color_area", {}, WHOLE),
    ("color_match", {}, WHOLE),
    ("caliper", {}, {"kind": "rectangle", "x": 361, "y": 730, "width": 68, "height": 20}),
    ("golden_template", {}, PLATE),
    ("locate", {"angle_range_deg": 15}, PLATE),
    ("locate", {"angle_range_deg": 180}, PLATE),
    ("locate_blob", {}, WHOLE),
    ("pattern_match", {}, MARK),
    ("pattern_match", {"angle_range_deg": 15}, MARK),
    ("pattern_count", {}, MARK),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=40)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    frames = photographed(args.frames)
    print(f"{'tool alone':<44} {'region':>10}  {'p50':>7}  {'p99':>7} ms")
    for tool, parameters, region in ALONE:
        shown = ", ".join(f"{key} {value}" for key, value in parameters.items())
        took = [step_ms(frame, recipe) for recipe in [alone(tool, parameters, region, frames[0])] for frame in frames]
        row(f"{tool} {shown}", f"{region['width']}x{region['height']}", took)
    print()
    print(f"{'step of the recipe bracket':<44} {'':>10}")
    began = time.perf_counter()
    bracket = prepare(load_recipe(RECIPE), RECIPE)
    ready_ms = (time.perf_counter() - began) * 1000
    of_step, whole = by_step(frames, bracket)
    for name, took in of_step.items():
        row(name, "", took)
    row("the whole recipe", "", whole)
    print(f"loading and preparing it: {ready_ms:.0f} ms")


def photographed(count: int) -> list[Acquisition]:
    camera = SimulatedCamera(SimulatedSettings(defect_rate=0))
    camera.open()
    return [camera.acquire([Shot()], time.monotonic_ns() + 10_000_000_000) for _ in range(count)]


def alone(tool: str, parameters: dict[str, object], region: dict[str, object], good: Acquisition) -> PreparedRecipe:
    """A recipe of one step, taught on `good` where the tool learns; nothing is written."""
    step = {"name": tool, "tool": {"type": tool, **parameters}, "regions": [region]}
    if tool in LEARN:
        step["taught"] = tool
    recipe = Recipe.model_validate({"job": 1, "name": tool, "steps": [step]})
    if "taught" not in step:
        return make_ready(recipe, Path())
    return make_ready(recipe, Path(), lessons={tool: teach_step(recipe, Path(), tool, [Example(good)])})


def step_ms(frame: Acquisition, recipe: PreparedRecipe) -> float:
    return inspect(frame, recipe, Inputs()).steps[0].duration_us / 1000


def by_step(frames: Sequence[Acquisition], recipe: PreparedRecipe) -> tuple[dict[str, list[float]], list[float]]:
    took: dict[str, list[float]] = defaultdict(list)
    whole = []
    for frame in frames:
        result = inspect(frame, recipe, Inputs())
        whole.append(result.duration_us / 1000)
        for step in result.steps:
            took[step.name].append(step.duration_us / 1000)
    return took, whole


def row(name: str, region: str, took: list[float]) -> None:
    took = sorted(took)
    p99 = took[min(len(took) - 1, int(len(took) * 0.99))]
    print(f"{name:<44} {region:>10}  {statistics.median(took):7.2f}  {p99:7.2f}")


if __name__ == "__main__":
    main()
