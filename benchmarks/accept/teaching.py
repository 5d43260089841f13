"""Whether teaching keeps what it promises: no more good parts are rejected than it said, in nearly all cases."""

import json
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.conftest import ROOT
from vision.cameras.settings import SimulatedSettings
from vision.cameras.simulated import SimulatedCamera
from vision.frame import Acquisition, Inputs, Shot
from vision.pipeline import inspect, prepare
from vision.recipe import Recipe
from vision.result import Judgement
from vision.teach import Example, hold_trial, save_lesson, teach_step, teaching_order, with_limits

REPEATS, LEAST_REPEATS = 200, 10
TAUGHT, JUDGED, LEAST_POOL, POOL = 20, 150, 250, 600  # parts
HOLDS = 0.93
STEPS = ("pin 1 width", "pin 2 length", "hole 2", "surface", "code contrast")


def teaching(folder: Path, scale: float, seed: int) -> Mapping[str, object]:
    """Teach from 20 good parts of the simulated line, judge 150 others, 200 times: the bound holds in 93 %."""
    chance = random.Random(seed)
    repeats = max(LEAST_REPEATS, round(REPEATS * scale))
    parts = _good_parts(seed % 2**31, max(LEAST_POOL, round(POOL * scale)))
    recipe = _untaught()
    held, shares, bounds = 0, [], []
    for number in range(repeats):
        chosen = chance.sample(parts, TAUGHT + JUDGED)
        share, bound = _taught_and_judged(recipe, folder / str(number), chosen[:TAUGHT], chosen[TAUGHT:])
        held += share <= bound
        shares.append(share)
        bounds.append(bound)
    found = {
        "repeats": repeats,
        "held": held,
        "rejected_mean": round(sum(shares) / repeats, 4),
        "rejected_most": round(max(shares), 4),
        "bound_mean": round(sum(bounds) / repeats, 4),
    }
    assert held >= HOLDS * repeats, f"the bound held in {held} of {repeats}: {found}"
    return found


def _taught_and_judged(
    recipe: Recipe, folder: Path, good: Sequence[Acquisition], others: Sequence[Acquisition]
) -> tuple[float, float]:
    """Share of the others that it rejects, and what it said that share would be at most."""
    examples = [Example(one) for one in good]
    for name in teaching_order(recipe):
        recipe = save_lesson(recipe, folder, name, teach_step(recipe, folder, name, examples))
    trial = hold_trial(recipe, folder, examples)
    ready = prepare(with_limits(recipe, trial.proposals), folder)
    rejected = sum(inspect(one, ready, Inputs()).judgement is not Judgement.PASS for one in others)
    return rejected / len(others), trial.bound


def _untaught() -> Recipe:
    """Steps of the shipped recipe that measure, compare and count; parts lie where they are drawn, so none locates."""
    whole = json.loads((ROOT / "config" / "recipes" / "bracket" / "recipe.json").read_text())
    steps = [
        step | {"fixture": None, "limits": {}, "run_if": None, "slot": None}
        for step in whole["steps"]
        if step["name"] in STEPS
    ]
    assert len(steps) == len(STEPS)
    limits = {"time_limit_ms": 60_000, "calibration": whole["calibration"]}
    return Recipe.model_validate({"job": 1, "name": "bracket", "steps": steps} | limits)


def _good_parts(seed: int, count: int) -> list[Acquisition]:
    settings = SimulatedSettings(seed=seed, defect_rate=0, jitter_px=0, rotation_deg=0)
    camera = SimulatedCamera(settings)
    camera.open()
    return [camera.acquire([Shot()], time.monotonic_ns() + 60 * 10**9) for _ in range(count)]
