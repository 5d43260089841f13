"""What the scorer says is held to its bars, and an open set is called open."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.accuracy import Detector
from benchmarks.accuracy_bars import BARS, Bar, rows, share
from benchmarks.accuracy_run import METHODS, TASKS, score
from benchmarks.accuracy_sets import ROOT, halves, seeded

TIME = Bar("x", "median ms", ("ms",), "≤", 20, yard=True)


@pytest.mark.parametrize(("ms", "met"), [(40.0, True), (40.1, False)])
def test_a_time_is_told_in_yards(ms: float, met: bool) -> None:
    assert TIME.measured({"ms": ms, "yard": 2.0}) == ms / 2
    assert TIME.met({"ms": ms, "yard": 2.0}) is met


def test_what_was_not_measured_is_not_met() -> None:
    assert TIME.measured({"yard": 1.0}) is None
    assert not TIME.met({"yard": 1.0})


@pytest.mark.parametrize(("value", "number"), [("24/24", 1.0), ("3/4", 0.75), (0.5, 0.5), (0, 0.0)])
def test_shares(value: object, number: float) -> None:
    assert share(value) == number


@pytest.mark.parametrize(("worst", "met"), [("17/20", True), ("16/20", False)])
def test_the_worst_symbology_counts(worst: str, met: bool) -> None:
    answer = {"by_symbology": {"QR": "20/20", "Aztec": worst}, "yard": 1.0}
    assert [(b.figure, good) for b, _, good in rows("codes_gen", answer) if b.figure.startswith("read, worst")] == [
        ("read, worst symbology", met)
    ]


def test_every_bar_is_of_a_task_and_every_method_of_the_detector_has_bars() -> None:
    public = {name.removesuffix("_teach") for name in vars(Detector) if not name.startswith("_")}
    assert public <= {METHODS.get(task, task) for task in TASKS}
    assert {bar.task for bar in BARS} == set(TASKS)


def test_without_the_images_it_says_so_and_is_no_failure(tmp_path: Path) -> None:
    code = "from benchmarks import accuracy_run as a; a.shared_data = lambda: None; raise SystemExit(a.main([]))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("skipped: the image sets are not here; set VISION_DATA")


def test_other_seeds_and_halves_are_roots_for_the_scorer(shared_data: Path, tmp_path: Path) -> None:
    root = seeded(shared_data, tmp_path, 7, ocr=False)
    assert json.loads((root / "generated.json").read_text())["seeds"]["caliper"] == 7
    parts = [
        json.loads((r / "deeppcb" / "manifest.json").read_text())["items"] for _, r in halves(shared_data, tmp_path)
    ]
    assert [len(part) for part in parts] == [100, 100]
    assert not {i["id"] for i in parts[0]} & {i["id"] for i in parts[1]}
    assert all(os.access(tmp_path / "second-half" / "deeppcb" / i["test"], os.R_OK) for i in parts[1])


@pytest.mark.acceptance
def test_the_scorer_measures_the_calipers(shared_data: Path) -> None:
    assert all(met for bar, _, met in rows("caliper", score(shared_data, "caliper")) if not bar.yard)
