"""``vision-inspection teach --kind``: steps that tell kinds apart."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from service.cli import main
from tests.vision.tools.test_classify import picture
from vision.cameras.image_file import read_image
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import load_draft

REGION = {"kind": "rectangle", "x": 0, "y": 0, "width": 80, "height": 80}


def written(path: Path, seed: int, kind: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    cv2.imwrite(str(path), picture(seed, kind))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "caps"
    place.mkdir()
    step = {"name": "cap", "tool": {"type": "classify"}, "regions": [REGION], "taught": "caps"}
    (place / "draft.json").write_text(json.dumps({"job": 3, "name": "caps", "time_limit_ms": 60_000, "steps": [step]}))
    return place


def test_each_kind_is_taught_under_its_name_from_images_and_folders(folder: Path, tmp_path: Path) -> None:
    rings = [str(written(tmp_path / f"ring{i}.png", i, "ring")) for i in range(4)]
    for i in range(4):
        written(tmp_path / "discs" / f"{i}.png", i, "disc")
    kinds = ["--kind", "ring", *rings, "--kind", "disc", str(tmp_path / "discs")]
    assert main(["teach", str(folder), "--step", "cap", *kinds]) == 0
    ready = prepare(load_draft(folder), folder)
    for kind in ("ring", "disc"):
        image = read_image(written(tmp_path / "new.png", 30, kind))
        result = inspect(Acquisition({"default": Frame(image, 1, 0, 0)}), ready, Inputs())
        assert [one.text for one in result.steps[0].readings] == [kind]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--kind", "ring", "{ring}"], "name it by --step", id="no step"),
        pytest.param(["--step", "cap", "--kind", "ring"], "give its images after its name", id="no image"),
        pytest.param(["--step", "cap", "--kind", "ring", "{ring}"], "1 kinds are taught, at least 2", id="one kind"),
    ],
)
def test_what_does_not_do_says_why(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    ring = str(written(tmp_path / "ring.png", 1, "ring"))
    before = (folder / "draft.json").read_text()
    assert main(["teach", str(folder), *(one.format(ring=ring) for one in arguments)]) == 1
    assert words in capsys.readouterr().err
    assert (folder / "draft.json").read_text() == before


def test_variants_and_defects_of_a_golden_template_are_taught_under_their_names(tmp_path: Path) -> None:
    place = tmp_path / "board"
    place.mkdir()
    step = {"name": "print", "tool": {"type": "golden_template"}, "taught": "print"}
    (place / "draft.json").write_text(json.dumps({"job": 4, "name": "board", "time_limit_ms": 60_000, "steps": [step]}))

    def plate(name: str, square: int = 0, *spots: tuple[int, int]) -> str:
        image = np.full((120, 160), 60, np.uint8)
        image[20:40, 20:140] = 180
        image[60 : 60 + square, 20 : 20 + square] = 180
        for x, length in spots:
            image[90:95, x : x + length] = 150
        path = tmp_path / f"{name}.png"
        cv2.imwrite(str(path), image)
        return str(path)

    kinds = ["--kind", "good small", plate("small"), "--kind", "good large", plate("large", 20)]
    kinds += ["--kind", "dot", plate("a", 0, (60, 5)), plate("b", 20, (100, 6))]
    kinds += ["--kind", "line", plate("c", 0, (60, 30)), plate("d", 20, (50, 36))]
    assert main(["teach", str(place), "--step", "print", *kinds]) == 0
    ready = prepare(load_draft(place), place)
    for variant, square in (("small", 0), ("large", 20)):
        image = read_image(Path(plate("new", square, (90, 33))))
        result = inspect(Acquisition({"default": Frame(image, 1, 0, 0)}), ready, Inputs())
        assert [(one.name, one.text) for one in result.steps[0].readings] == [("variant", variant), ("kind", "line")]
