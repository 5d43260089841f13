"""A folder of real photographs as the camera: other people's Modbus programs get what the tools say in Python.

The boards are of DeepPCB (Tang, He, Huang, Yang: Online PCB defect detector on a new PCB defect dataset, 2019):
measured with in place, never copied. The screws are of tensorflow-visual-inspection (A. Zink), Apache-2.0.
"""

import json
import math
import re
import shutil
import struct
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Running
from vision.cameras.image_file import read_image
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import Recipe, Signed, load_recipe, release_draft, save_draft
from vision.result import InspectionResult, Judgement
from vision.teach import Example, save_lesson, teach_step

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]
PROGRAM = Path(__file__).with_name("libmodbus_jobs.c")
RING_VALUES = 16
BOARDS = 20
PLACES = ("top left", "top right", "bottom left", "bottom right")
FLAG = {Judgement.PASS: 2, Judgement.FAIL: 4, Judgement.ERROR: 8}
Trigger = Callable[[int, Sequence[int]], list[list[int]]]
"""From a port and jobs to the words of one ring slot a job."""


@dataclass(frozen=True)
class Board:
    """A pair of images; the template is the master."""

    job: int
    test: Path
    template: Path


@pytest.fixture(scope="module")
def boards(shared_data: Path) -> list[Board]:
    """Every tenth pair, so that all kinds of boards come."""
    folder = shared_data / "deeppcb"
    items = json.loads((folder / "manifest.json").read_text())["items"][::10][:BOARDS]
    return [Board(job, folder / item["test"], folder / item["template"]) for job, item in enumerate(items, 1)]


@pytest.fixture(scope="module")
def board_recipes(boards: list[Board], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("boards")
    for board in boards:
        steps = [
            {
                "name": "board",
                "tool": {"type": "golden_template"},
                "taught": "board",
                "slot": 0,
                "reject_class": 1,
                "limits": {"defect_count": {"high": 0}},
            },
            {"name": "light", "tool": {"type": "brightness"}, "slot": 1},
        ]
        recipe = {"job": board.job, "name": f"board {board.job}", "steps": steps}
        taught(root / f"board{board.job}", recipe, "board", board.template)
    return root


def taught(folder: Path, content: dict[str, Any], step: str, image: Path) -> None:
    recipe = Recipe.model_validate(content)
    lesson = teach_step(recipe, folder, step, [Example(photographed(image))])
    save_draft(save_lesson(recipe, folder, step, lesson), folder)
    release_draft(folder, Signed("test"))


def photographed(path: Path) -> Acquisition:
    return Acquisition({"default": Frame(read_image(path), 1, 0, 0)})


def direct(folder: Path, images: Iterable[Path]) -> Iterator[InspectionResult]:
    """The same tools, run from Python."""
    recipe = prepare(load_recipe(folder), folder)
    return (inspect(photographed(image), recipe, Inputs()) for image in images)


def on_the_wire(result: InspectionResult) -> dict[str, Any]:
    """What a ring slot has to say of it; a value that was not measured is None."""
    values: list[float | None] = [None] * RING_VALUES
    for step in result.steps:
        if step.slot is not None and step.main is not None and math.isfinite(step.main.value):
            values[step.slot] = struct.unpack(">f", struct.pack(">f", step.main.value))[0]
    passed = sum(1 << s.slot for s in result.steps if s.slot is not None and s.judgement is Judgement.PASS)
    return {
        "judgement": FLAG[result.judgement],
        "reject_class": result.reject_class,
        "passed": passed,
        "error_code": result.error_code,
        "values": values,
    }


def read_slot(words: list[int]) -> dict[str, Any]:
    """A ring slot, most significant word first."""
    assert words[0] == words[27] == words[63], "the guards of the slot"
    floats = struct.unpack(">16f", struct.pack(">32H", *words[28:60]))
    return {
        "judgement": words[2] & 0x0E,
        "reject_class": words[62],
        "passed": words[20] << 16 | words[21],
        "error_code": words[26],
        "values": [value if math.isfinite(value) else None for value in floats],
    }


@pytest.fixture
def by_mbpoll() -> Trigger:
    program = shutil.which("mbpoll")
    if program is None:
        pytest.skip("mbpoll is not installed: apt-get install mbpoll")

    def call(port: int, *options: str, values: Sequence[int] = ()) -> list[int]:
        command = [program, "-m", "tcp", "-p", str(port), "-0", "-a", "1", "-1", *options, "127.0.0.1"]
        done = subprocess.run([*command, *map(str, values)], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return [int(word, 16) for word in re.findall(r"^\[\d+\]:\s+0x(\S+)", done.stdout, re.MULTILINE)]

    def read(port: int, address: int, count: int) -> list[int]:
        return call(port, "-t", "3:hex", "-r", str(address), "-c", str(count))

    def one(port: int, job: int, sequence: int) -> list[int]:
        call(port, "-t", "4", "-r", "0", values=(1, 1, job, sequence))
        status = until(lambda: read(port, 0, 11), lambda s: s[7] == sequence and s[8] >= 2 and bool(s[0] & 1))
        assert (status[8], status[10]) == (2, job), f"job {job}: command error {status[9]}"
        call(port, "-t", "4", "-r", "4", values=(sequence,))
        until(lambda: read(port, 0, 1), lambda s: bool(s[0] & 1 << 11))
        number, of_trigger = read(port, 100, 2)
        assert of_trigger == sequence
        return read(port, 2000 + 64 * (number % 16), 64)

    def all_of(port: int, jobs: Sequence[int]) -> list[list[int]]:
        until(lambda: read(port, 0, 1), lambda status: bool(status[0] & 1 << 7))  # Online
        call(port, "-t", "4", "-r", "3", values=(0, 0))  # a new client says so: no number is its baseline
        return [one(port, job, sequence) for sequence, job in enumerate(jobs, 1)]

    return all_of


def until(read: Callable[[], list[int]], enough: Callable[[list[int]], bool]) -> list[int]:
    end = time.monotonic() + 60
    while not enough(words := read()):
        assert time.monotonic() < end, f"the station does not get there: {words}"
    return words


@pytest.fixture
def by_libmodbus(tmp_path: Path) -> Trigger:
    if shutil.which("gcc") is None or shutil.which("pkg-config") is None:
        pytest.skip("no C compiler: apt-get install gcc pkg-config libmodbus-dev")
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libmodbus"], capture_output=True, text=True)
    if flags.returncode:
        pytest.skip("libmodbus is not installed: apt-get install libmodbus-dev")
    program = tmp_path / "libmodbus_jobs"
    subprocess.run(["gcc", "-Wall", "-Werror", "-o", program, PROGRAM, *flags.stdout.split()], check=True)

    def run(port: int, jobs: Sequence[int]) -> list[list[int]]:
        done = subprocess.run([program, str(port), *map(str, jobs)], capture_output=True, text=True, timeout=200)
        assert done.returncode == 0, done.stderr
        return [[int(word, 16) for word in line.split()] for line in done.stdout.splitlines()]

    return run


@pytest.fixture
def started(make_station: Callable[..., Running], tmp_path: Path) -> Callable[[Path, Sequence[Path]], Running]:
    def start(recipes: Path, images: Sequence[Path]) -> Running:
        """A station over a folder of links to the images, in their order."""
        folder = tmp_path / "images"
        folder.mkdir()
        for i, image in enumerate(images, 1):
            (folder / f"{i}{image.suffix}").symlink_to(image)
        return make_station(
            VISION_CAMERA__TYPE="folder",
            VISION_CAMERA__PATH=str(folder),
            VISION_STATION__RECIPE_FOLDER=str(recipes),
            VISION_ARCHIVE__KEEP="none",
        )

    return start


@pytest.mark.parametrize("way", ["by_mbpoll", "by_libmodbus"])
def test_twenty_boards_each_with_its_job(
    way: str,
    request: pytest.FixtureRequest,
    boards: list[Board],
    board_recipes: Path,
    started: Callable[[Path, Sequence[Path]], Running],
) -> None:
    trigger: Trigger = request.getfixturevalue(way)
    station = started(board_recipes, [board.test for board in boards])
    slots = trigger(station.modbus, [board.job for board in boards])
    expected = [result for b in boards for result in direct(board_recipes / f"board{b.job}", [b.test])]
    assert [read_slot(slot) for slot in slots] == [on_the_wire(result) for result in expected]
    assert [slot[3] for slot in slots] == [board.job for board in boards]
    assert all(result.judgement is Judgement.FAIL for result in expected), "every test board has defects"


def test_the_template_itself_passes(boards: list[Board], board_recipes: Path) -> None:
    for board in boards:
        (result,) = direct(board_recipes / f"board{board.job}", [board.template])
        assert result.judgement is Judgement.PASS, result.message


@pytest.fixture(scope="module")
def screws(shared_data: Path) -> list[tuple[Path, list[int]]]:
    """Photographs, and at which of the four places there is a screw."""
    folder = shared_data / "screws"
    return [(folder / i["file"], i["present"]) for i in json.loads((folder / "manifest.json").read_text())["items"]]


@pytest.fixture(scope="module")
def screw_recipes(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A head, taught in the first photograph, is looked for in each region; then its area without colour is measured.

    The wood has colour, the steel has none; the part turns and shifts inside of the regions, and lamps change.
    """
    folder = shared_data / "screws"
    manifest = json.loads((folder / "manifest.json").read_text())
    steps = [
        step
        for slot, (name, box) in enumerate(zip(PLACES, manifest["rois_xyxy"], strict=True))
        for step in place(name, box, slot)
    ]
    root = tmp_path_factory.mktemp("screws")
    recipe = {"job": 1, "name": "screws", "steps": steps}
    taught(root / "screws", recipe, f"{PLACES[0]} head", folder / manifest["items"][0]["file"])
    return root


def place(name: str, box: list[int], slot: int) -> Iterator[dict[str, Any]]:
    head = {"kind": "circle", "x": 104, "y": 226}
    region = {"kind": "rectangle", "x": box[0], "y": box[1], "width": box[2] - box[0], "height": box[3] - box[1]}
    yield {
        "name": f"{name} head",
        "tool": {"type": "locate", "angle_range_deg": 180, "min_score": 0.22, "scale_min": 0.9, "scale_max": 1.1},
        "preprocessing": [{"filter": "gaussian", "sigma_px": 1.5}],
        "regions": [head | {"radius": 50}, region],
        "taught": "head",
        "slot": slot,
        "reject_class": 1,
    }
    yield {
        "name": name,
        "tool": {
            "type": "blob_count",
            "method": "otsu",
            "polarity": "dark",
            "min_area_px": 4000,
            "max_area_px": 9500,
            "fill_holes": True,
        },
        "preprocessing": [{"filter": "channel", "channel": "saturation"}, {"filter": "median", "size_px": 5}],
        "fixture": f"{name} head",
        "regions": [head | {"radius": 68}],
        "slot": slot + 4,
        "reject_class": 1,
        "limits": {"count": {"low": 1}},
    }


def test_screws_by_locate_and_area(
    screws: list[tuple[Path, list[int]]],
    screw_recipes: Path,
    by_libmodbus: Trigger,
    started: Callable[[Path, Sequence[Path]], Running],
    record_property: Callable[[str, object], None],
) -> None:
    images = [image for image, _ in screws]
    station = started(screw_recipes, images)
    slots = by_libmodbus(station.modbus, [1] * len(images))
    expected = list(direct(screw_recipes / "screws", images))
    assert [read_slot(slot) for slot in slots] == [on_the_wire(result) for result in expected]

    truth = [bool(there) for _, present in screws for there in present]
    said = [bool(read_slot(slot)["passed"] >> (4 + i) & 1) for slot in slots for i in range(4)]
    right = sum(a == b for a, b in zip(truth, said, strict=True)) / len(truth)
    missed = sum(s and not t for t, s in zip(truth, said, strict=True))
    record_property("accuracy", right)
    print(
        f"screws: {right:.1%} of {len(truth)} places right, {missed} of {truth.count(False)} absent taken for present"
    )
    assert right >= 0.9
    assert missed <= 0.05 * truth.count(False), "an absent screw taken for present is the costly mistake"
