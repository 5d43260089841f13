"""The recipes that ship: made by their script, and right about the simulated line's parts, place by place."""

import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from deploy.shipped_recipes import CLASSES, make_recipes
from vision.cameras import SimulatedCamera, SimulatedSettings
from vision.cameras.bracket import Defect, DefectKind, Part
from vision.frame import Acquisition, Inputs, Shot
from vision.pipeline import PreparedRecipe, inspect, prepare
from vision.recipe import Recipe, check_folder, load_recipe
from vision.result import InspectionResult, Judgement
from vision.taught import load_taught

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "recipes"
FALSE_REJECTS = 0.02  # of good parts, at most
FOUND = 0.9  # of each kind of defect, at least
Judged = list[tuple[Part, InspectionResult]]


def prepared(name: str) -> PreparedRecipe:
    return prepare(load_recipe(SHIPPED / name), SHIPPED / name)


def parts(seed: int, count: int, rate: float) -> Iterator[tuple[Part, Acquisition]]:
    camera = SimulatedCamera(SimulatedSettings(seed=seed, defect_rate=rate))
    camera.open()
    for _ in range(count):
        acquisition = camera.acquire([Shot()], time.monotonic_ns() + 10_000_000_000)
        yield camera.truth(acquisition.first.frame_id), acquisition


@pytest.fixture(scope="module")
def judged() -> Judged:
    """Two lines, the second with another plate and light than the one that was taught."""
    recipe = prepared("bracket")
    return [(part, inspect(shot, recipe, Inputs())) for seed in (1, 2) for part, shot in parts(seed, 120, 0.6)]


def place(defect: Defect) -> str:
    """The step that has to say it."""
    number = defect.place + 1
    return {
        DefectKind.THIN_PIN: f"pin {number} width",
        DefectKind.MISSING_PIN: f"pin {number} present",
        DefectKind.BENT_PIN: f"pin {number} bend",
        DefectKind.SHORT_PIN: f"pin {number} length",
        DefectKind.BURR: f"pin {number} burr",
        DefectKind.BLOCKED_HOLE: f"hole {number}",
        DefectKind.SCRATCH: "surface",
        DefectKind.SMUDGED_CODE: "code contrast",
        DefectKind.DARK_FRAME: "light",
    }[defect.kind]


def failing(result: InspectionResult) -> set[str]:
    return {step.name for step in result.steps if step.counts and step.judgement is not Judgement.PASS}


def test_good_parts_pass(judged: Judged) -> None:
    good = [result for part, result in judged if part.good]
    rejected = [result.message for result in good if result.judgement is not Judgement.PASS]
    assert len(good) >= 80
    assert len(rejected) <= FALSE_REJECTS * len(good), rejected


@pytest.mark.parametrize("kind", DefectKind, ids=lambda kind: kind.value.replace(" ", "-"))
def test_a_defect_is_found_at_its_place(judged: Judged, kind: DefectKind) -> None:
    cases = [(defect, result) for part, result in judged for defect in part.defects if defect.kind is kind]
    missed = [place(defect) for defect, result in cases if place(defect) not in failing(result)]
    assert len(cases) >= 8
    assert len(missed) <= (1 - FOUND) * len(cases), missed


def test_nothing_fails_where_nothing_is_wrong(judged: Judged) -> None:
    innocent = {part.index: failing(result) - {place(defect) for defect in part.defects} for part, result in judged}
    assert sum(map(bool, innocent.values())) <= FALSE_REJECTS * len(judged), {k: v for k, v in innocent.items() if v}


def test_the_reject_class_is_the_defects(judged: Judged) -> None:
    names: dict[DefectKind, set[str]] = defaultdict(set)
    for part, result in judged:
        if len(part.defects) == 1 and result.judgement is Judgement.FAIL:
            names[part.defects[0].kind].add(CLASSES[result.reject_class])
    assert names == {
        DefectKind.THIN_PIN: {"pin width"},
        DefectKind.MISSING_PIN: {"pin missing"},
        DefectKind.BENT_PIN: {"pin bent"},
        DefectKind.SHORT_PIN: {"pin length"},
        DefectKind.BURR: {"burr"},
        DefectKind.BLOCKED_HOLE: {"hole blocked"},
        DefectKind.SCRATCH: {"scratch"},
        DefectKind.SMUDGED_CODE: {"code smudged"},
        DefectKind.DARK_FRAME: {"too dark or too bright"},
    }


def test_a_pins_width_is_right_to_two_micrometres(judged: Judged) -> None:
    off = []
    for part, result in judged:
        widths = {step.name: step.main.value for step in result.steps if step.main and step.name.endswith("width")}
        off += [
            widths[f"pin {i} width"] - 0.02 * pin.width
            for i, pin in enumerate(part.pins, 1)
            if part.good and f"pin {i} width" in widths
        ]
    assert float(np.std(off)) < 0.002
    assert abs(float(np.mean(off))) < 0.005  # the lens blurs, and the table's glow eats into the steel


def test_the_light_recipe_passes_good_parts_and_sees_the_dark() -> None:
    recipe = prepared("bracket-light")
    for part, shot in parts(1, 20, 0.5):
        dark = part.has(DefectKind.DARK_FRAME)
        assert inspect(shot, recipe, Inputs()).judgement is (Judgement.FAIL if dark else Judgement.PASS)


def test_they_are_in_order_and_released() -> None:
    assert check_folder(SHIPPED) == []
    shipped = {name: load_recipe(SHIPPED / name) for name in ("bracket", "bracket-light")}
    assert {name: (r.job, r.released) for name, r in shipped.items()} == {
        "bracket": (1, True),
        "bracket-light": (2, True),
    }


def without_hashes(recipe: Recipe) -> dict[str, object]:
    return recipe.content() | {"taught": sorted(recipe.taught)}


def test_the_script_makes_what_is_shipped(tmp_path: Path) -> None:
    """Masters may differ by one grey level: not every processor rounds alike."""
    make_recipes(tmp_path)
    for name in ("bracket", "bracket-light"):
        made, shipped = load_recipe(tmp_path / name), load_recipe(SHIPPED / name)
        assert without_hashes(made) == without_hashes(shipped)
        for key, entry in made.taught.items():
            new = load_taught(tmp_path / name, key, entry.sha256, entry.tool, entry.tool_version)
            entry = shipped.taught[key]
            old = load_taught(SHIPPED / name, key, entry.sha256, entry.tool, entry.tool_version)
            assert new.arrays.keys() == old.arrays.keys()
            for array in new.arrays:
                np.testing.assert_allclose(new.arrays[array].astype(float), old.arrays[array].astype(float), atol=1)
