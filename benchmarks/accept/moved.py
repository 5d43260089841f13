"""Whether a recipe judges the same on another machine: exported here, imported in a fresh install, bit for bit."""

import json
import os
import random
import subprocess
import sys
import sysconfig
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.conftest import ROOT
from tests.deploy.bundles import ours
from vision.cameras.settings import SimulatedSettings
from vision.cameras.simulated import SimulatedCamera
from vision.frame import Shot

IMAGES = 500
GOOD = 8  # parts that are taught
LABEL = (30, 880, 300, 60)  # a paper label beside the part: x, y, width, height
HOLE = (405, 243, 20)  # of the bracket: x, y, radius
PIN = (380, 690, 30, 66)  # x, y, width, height
DIGITS = "0123456789"
COPIED = ("part", "surface")  # steps of the shipped recipe
LIMIT_S = 3600.0


def moved(folder: Path, scale: float, seed: int) -> Mapping[str, object]:
    """A recipe with what seven steps of six tools learned judges 500 images in a fresh install as where it is from."""
    camera = SimulatedCamera(SimulatedSettings(seed=seed % 2**31))
    camera.open()
    lessons, images = _drawn(folder, camera, random.Random(seed), max(5, round(IMAGES * scale)))
    here, there = _Station(folder / "here", Path(sys.executable), ROOT), _fresh(folder / "there")
    _taught(here, lessons)
    archive = folder / "plate.zip"
    here.does("export", "plate", str(archive))
    there.does("import", str(archive))
    first, second = here.judges(images), there.judges(images)
    numbers = _compared(first, second)
    judged = [one["verdicts"][0]["judgement"] for one in first]
    assert set(judged) >= {"PASS", "FAIL"}, f"the images show nothing: {judged}"
    steps = {step["name"] for one in first for step in one["verdicts"][0]["steps"] if step["measurements"]}
    assert steps == {"part", "surface", "face", "hole", "pin", "lot"}, f"only {steps} measured anything"
    return {"images": len(first), "numbers": numbers, "archive_kb": archive.stat().st_size // 1000} | {
        word: judged.count(word) for word in ("PASS", "FAIL", "ERROR")
    }


@dataclass(frozen=True)
class _Station:
    """Folders of its own, and the program that works on them, from a folder of its own."""

    folder: Path
    python: Path
    directory: Path

    def does(self, *words: str) -> None:
        """One command of ``vision-inspection``."""
        for name in ("recipes", "data"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        own = {
            "VISION_STATION__RECIPE_FOLDER": str(self.folder / "recipes"),
            "VISION_STATION__DATA_FOLDER": str(self.folder / "data"),
        }
        inherited = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "CONFIG_PATH")}
        done = subprocess.run(
            [self.python, "-m", "service.cli", *words],
            cwd=self.directory,
            env=inherited | own,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stderr[-2000:]}"

    def judges(self, images: Path) -> list[dict[str, Any]]:
        """Every verdict, in the order of the images."""
        out = self.folder / "out"
        self.does("evaluate", "plate", str(images), "--version=production", f"--out={out}", "--json")
        found: list[dict[str, Any]] = json.loads((out / "report.json").read_bytes())["images"]
        return found


def _fresh(folder: Path) -> _Station:
    """Our wheel, in an environment and a folder of its own; the packages that it needs are lent to it."""
    environment, directory = folder / "environment", folder / "directory"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    directory.mkdir()
    python = environment / "bin" / "python"
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    with zipfile.ZipFile(ours(folder, "0", {})) as wheel:
        wheel.extractall(packages)
    lent = sysconfig.get_path("purelib")
    (packages / "lent.pth").write_text(f"{lent}\n")
    where = [python, "-c", "import service; print(service.__file__)"]
    said = subprocess.run(where, cwd=directory, env={}, capture_output=True, text=True, check=True).stdout
    assert said.startswith(str(packages)), f"that is not the fresh install: {said}"
    return _Station(folder, python, directory)


def _drawn(folder: Path, camera: SimulatedCamera, chance: random.Random, count: int) -> tuple[Path, Path]:
    """Images to learn from, by what they show, and others to be judged."""
    lessons, images = folder / "lessons", folder / "images"
    for name in ("good", "missing", "closed"):
        (lessons / name).mkdir(parents=True)
    images.mkdir()
    taught = 0
    while taught < GOOD:
        image, good = _next(camera)
        if good:
            _labelled(image, DIGITS)
            _write(lessons / "good" / f"{taught}.png", image)
            _write(lessons / "missing" / f"{taught}.png", _covered(image, pin=True))
            _write(lessons / "closed" / f"{taught}.png", _covered(image, pin=False))
            taught += 1
    for number in range(count):
        image, _ = _next(camera)
        _labelled(image, "".join(chance.choices(DIGITS, k=8)))
        if chance.random() < 0.2:
            image = _covered(image, pin=chance.random() < 0.5)
        _write(images / f"{number:04}.png", image)
    return lessons, images


def _next(camera: SimulatedCamera) -> tuple[NDArray[np.uint8], bool]:
    frame = camera.acquire([Shot()], time.monotonic_ns() + 60 * 10**9).first
    return np.array(frame.image, np.uint8), camera.truth(frame.frame_id).good


def _labelled(image: NDArray[np.uint8], text: str) -> None:
    x, y, width, height = LABEL
    cv2.rectangle(image, (x, y), (x + width, y + height), 225, cv2.FILLED)
    cv2.putText(image, text, (x + 15, y + 44), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 30, 3, cv2.LINE_AA)


def _covered(image: NDArray[np.uint8], *, pin: bool) -> NDArray[np.uint8]:
    """Without its first pin, or with its first hole closed."""
    covered = image.copy()
    if pin:
        x, y, width, height = PIN
        covered[y - 20 : y + height + 40, x - 20 : x + width + 20] = covered[y - 20 : y + height + 40, 300:301]
    else:
        cv2.circle(covered, HOLE[:2], HOLE[2] + 8, 120, cv2.FILLED)
    return covered


def _write(path: Path, image: NDArray[np.uint8]) -> None:
    assert cv2.imwrite(str(path), image, [cv2.IMWRITE_PNG_COMPRESSION, 1])


def _taught(here: _Station, lessons: Path) -> None:
    """As a person does it, step by step."""
    folder = here.folder / "recipes" / "plate"
    folder.mkdir(parents=True)
    (folder / "draft.json").write_text(json.dumps(_recipe()))
    good, missing, closed = (str(lessons / name) for name in ("good", "missing", "closed"))
    for step in ("part", "surface", "face"):
        here.does("teach", "plate", good, f"--step={step}", "--limits=none")
    here.does("teach", "plate", good, "--bad", missing, "--step=pin", "--limits=none")
    here.does("teach", "plate", "--step=hole", "--kind", "hole", good, "--kind", "closed", closed, "--limits=none")
    here.does("teach", "plate", "--step=lot", "--kind", DIGITS, f"{good}/0.png", "--limits=none")
    here.does("release", "plate")


def _recipe() -> dict[str, Any]:
    """Two steps of the shipped recipe, and others that learn in other ways."""
    shipped = json.loads((ROOT / "config" / "recipes" / "bracket" / "recipe.json").read_text())
    x, y, width, height = PIN
    rectangle = {"kind": "rectangle", "x": x, "y": y, "width": width, "height": height}
    face = {"kind": "rectangle", "x": 440, "y": 180, "width": 260, "height": 110}
    label = dict(zip(("x", "y", "width", "height"), LABEL, strict=True)) | {"kind": "rectangle"}
    hole = {"kind": "circle", "x": HOLE[0], "y": HOLE[1], "radius": HOLE[2]}
    steps = [
        *(
            step | {"slot": None, "reject_class": 0, "run_if": None}
            for step in shipped["steps"]
            if step["name"] in COPIED
        ),
        {"name": "face", "tool": {"type": "anomaly"}, "regions": [face], "taught": "face", "fixture": "part"},
        {"name": "hole", "tool": {"type": "classify"}, "regions": [hole], "taught": "hole", "fixture": "part"},
        {"name": "pin", "tool": {"type": "presence"}, "regions": [rectangle], "taught": "pin", "fixture": "part"},
        {"name": "lot", "tool": {"type": "text", "reader": "taught"}, "regions": [label], "taught": "lot"},
    ]
    steps[3]["matches"] = {"class": {"rule": "text", "text": "hole"}}
    return {"job": 1, "name": "plate", "steps": steps, "time_limit_ms": 60_000}


def _compared(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> int:
    """How many numbers there are; all that is said but the times is the same, to the last bit."""
    numbers = 0
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        mine, theirs = _timeless(one), _timeless(other)
        assert mine == theirs, f"{one['image']} is judged otherwise: {mine} {theirs}"
        numbers += sum(len(step["measurements"]) for step in mine["verdicts"][0]["steps"])
    return numbers


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(one) for key, one in value.items() if key != "ms"}
    return [_timeless(one) for one in value] if isinstance(value, list) else value
