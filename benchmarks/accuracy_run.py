"""Score the tools on images that nobody here made: ``python -m benchmarks accuracy [SET ...] [--further]``.

Runs the scorer of the image sets in place, in a process of its own with one thread, and writes docs/accuracy.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .accuracy import Detector
from .accuracy_bars import BARS, FURTHER, rows
from .accuracy_sets import ROOT, halves, seeded, shared_data

SEEDS = (1001, 1002, 1003, 1004, 1005)
TASKS = tuple(dict.fromkeys(bar.task for bar in BARS))
METHODS = {"codes_gen": "codes", "screws_any": "screws"}  # where it is not the task's own name
OUT = ROOT / "docs" / "accuracy.md"
HEAD = """# Accuracy

Made by `python -m benchmarks accuracy`: do not edit. The tools, taught by nothing but their ordinary teaching, on
images and generators with ground truth. One core; times are the median of one call in *yards*: divided by what a fixed
piece of work takes here, relative to the machine that the bars were set for. A set that no tool serves yet is *open*.

deeppcb: Tang, He, Huang, Yang, *Online PCB defect detector on a new PCB defect dataset*, 2019.
ballscrew: Schlagenhauf, Landwehr, *Industrial machine tool element surface defect dataset*, 2021 (CC BY-SA 4.0).

| set | figure | bar | measured | |
| --- | --- | ---: | ---: | --- |
"""


def main(arguments: Sequence[str]) -> int:
    """Exit code 1: a bar of a set that the tools serve is not met."""
    parser = argparse.ArgumentParser("python -m benchmarks accuracy", description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(TASKS)}; default: all, and the document")
    parser.add_argument("--further", action="store_true", help="five other seeds and each half of deeppcb as well")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.sets) - set(TASKS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(TASKS)}")
    data = shared_data()
    if data is None:
        print("skipped: the image sets are not here; set VISION_DATA to their folder (the one with score.py)")
        return 0
    lines, good = [], True
    for line, met in _scored(data, chosen.sets or TASKS, chosen.further):
        print(line, flush=True)
        lines.append(line)
        good &= met
    if not chosen.sets:
        OUT.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
    return 0 if good else 1


def _scored(data: Path, tasks: Sequence[str], further: bool) -> Iterator[tuple[str, bool]]:
    """Lines of the table, each with whether it may stand."""
    with tempfile.TemporaryDirectory(prefix="accuracy-") as folder:
        for task in tasks:
            if not hasattr(Detector, METHODS.get(task, task)):
                yield f"| {task} | | | | open: no tool yet |", True
                continue
            yield from _lines(task, task, score(data, task))
            for name, root in _others(data, Path(folder), task) if further else ():
                yield from _lines(task, f"{task}, {name}", score(data, task, root))


def _others(data: Path, folder: Path, task: str) -> Iterator[tuple[str, Path]]:
    if task == "deeppcb":
        yield from halves(data, folder)
    for seed in SEEDS if task in FURTHER else ():
        with tempfile.TemporaryDirectory(dir=folder) as place:
            yield f"seed {seed}", seeded(data, Path(place), seed, ocr=task == "ocr")


def score(data: Path, task: str, root: Path | None = None) -> Mapping[str, Any]:
    """What the scorer says of a task, on its own images or those below `root`."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    detector = f"{ROOT / 'benchmarks' / 'accuracy.py'}:Detector"
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        command = [sys.executable, str(data / "score.py"), task, detector, "--json", out.name]
        command += ["--root", str(root)] if root else []
        environment = {**os.environ, **threads, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        return dict(json.loads(Path(out.name).read_text())[task])


def _lines(task: str, shown: str, answer: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for bar, value, met in rows(task, answer):
        limit = f"{bar.sign} {bar.limit:.4g}{' yd' if bar.yard else ''}"
        measured = "open" if value is None else f"{value:.4g}"
        yield f"| {shown} | {bar.figure} | {limit} | {measured} | {'ok' if met else '**not met**'} |", met
