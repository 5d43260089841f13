"""The command ``vision-inspection calibrate``, on a draft that a person wrote."""

import json
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from service.cli import main
from vision.pipeline import prepare
from vision.recipe import load_draft

STEP = {"name": "light", "tool": {"type": "brightness"}, "limits": {"mean": {"low": 20, "gain": 2.0, "offset": 1.0}}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "plate"
    place.mkdir()
    (place / "draft.json").write_text(json.dumps({"job": 7, "name": "plate", "steps": [STEP]}))
    return place


def board(path: Path) -> Path:
    """10 x 7 squares of 40 px, seen straight on."""
    squares = np.kron(np.indices((7, 10)).sum(axis=0) % 2, np.ones((40, 40))).astype(np.uint8) * 180 + 40
    image = cv2.copyMakeBorder(squares, 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=220)
    cv2.imwrite(str(path), cv2.GaussianBlur(image, (0, 0), 1))
    return path


def test_a_known_distance(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", str(folder), "--distance", "0", "0", "30", "40", "5"]) == 0
    assert load_draft(folder).calibration.mm_per_px == pytest.approx(0.1)
    assert "0.1 mm a pixel" in capsys.readouterr().out


def test_a_board_where_the_parts_lie(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flat = board(folder.parent / "flat.png")
    assert main(["calibrate", str(folder), "--chessboard", "9x6", "--square-mm", "5", "--plane", str(flat)]) == 0
    assert "plane: residual 0.0" in capsys.readouterr().out
    ready = prepare(load_draft(folder), folder).calibration
    assert ready.length((100, 100), (180, 100)) == pytest.approx(10, abs=0.01)
    assert ready.mm_per_px == pytest.approx(0.125, abs=1e-4)


def test_a_gauge_takes_back_what_the_step_has_already(folder: Path) -> None:
    pairs = ["--pair", "21", "10", "--pair", "41", "30"]  # measured were 10 and 20
    assert main(["calibrate", str(folder), "--gauge", "light.mean", *pairs]) == 0
    limit = load_draft(folder).steps[0].limits["mean"]
    assert (limit.gain, limit.offset, limit.low) == pytest.approx((2.0, -10.0, 20))


def values(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["calibrate", str(folder), *options, "--json"]) == 0
    return dict(json.loads(capsys.readouterr().out))


def test_what_would_come_of_it_is_said_and_nothing_saved(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "draft.json").read_bytes()
    done = values(folder, capsys, "--distance", "0", "0", "30", "40", "5", "--try")
    assert (done["saved"], done["length"]) == (False, {"before": 50.0, "unit_before": "px", "after": 5.0})
    flat = str(board(folder.parent / "flat.png"))
    done = values(folder, capsys, "--chessboard", "9x6", "--square-mm", "5", "--plane", flat, "--try")
    assert done["residual_mm"] < 0.05
    assert len(done["corners"]) == 54
    assert done["length"]["after"] == pytest.approx(5 * math.hypot(8, 5), abs=0.05)
    assert (folder / "draft.json").read_bytes() == before
    assert not (folder / "taught").exists()


def test_a_gauge_from_images_of_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = []
    for level in (10, 20):
        path = folder.parent / f"{level}.png"
        cv2.imwrite(str(path), np.random.default_rng(level).integers(level - 2, level + 3, (40, 60), np.uint8))
        images.append(path)
    done = values(
        folder, capsys, "--gauge", "light.mean", "--seen", str(images[0]), "10", "--seen", str(images[1]), "30"
    )
    assert [one[0] for one in done["pairs"]] == pytest.approx([21, 41], abs=0.5), "as it was shown until now"
    assert (done["gain_before"], done["gain"]) == pytest.approx((2.0, 2.0), abs=0.1)
    assert main(["calibrate", str(folder), "--gauge", "light.mean", "--seen", "none.png", "10"]) == 1
    assert "none.png" in capsys.readouterr().err


MACHINE = {"name": "robot", "tool": {"type": "machine_position", "point": "part.centre", "pairs": []}}
SQUARE = [(0, 0, 100, 50), (100, 0, 110, 50), (0, 100, 100, 60), (100, 100, 110.3, 60)]


def test_points_of_a_machine(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = [dict(zip(("x_px", "y_px", "x", "y"), point, strict=True)) for point in SQUARE[:3]]
    machine = MACHINE | {"tool": MACHINE["tool"] | {"pairs": pairs}}
    place = {"kind": "rectangle", "x": 10, "y": 10, "width": 60, "height": 20}
    part = {"name": "part", "tool": {"type": "caliper"}, "regions": [place]}
    content = {"job": 7, "name": "plate", "steps": [part, machine]}
    (folder / "draft.json").write_text(json.dumps(content))
    points = [word for point in SQUARE for word in ("--point", *map(str, point))]
    done = values(folder, capsys, "--machine", "robot", *points)
    assert 0.03 < done["residual"] < done["largest"] < 0.2
    assert len(load_draft(folder).step("robot").tool.pairs) == 4
    line = [word for i in range(3) for word in ("--point", *map(str, (i, i, i, 0)))]
    assert main(["calibrate", str(folder), "--machine", "robot", *line]) == 1
    assert "lie on one line" in capsys.readouterr().err
    assert main(["calibrate", str(folder), "--machine", "part", *line]) == 1
    assert "'part' is no step with the tool machine_position; there are: robot" in capsys.readouterr().err


def test_a_camera_that_was_knocked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    region = {"kind": "rectangle", "x": 100, "y": 100, "width": 120, "height": 120}
    step = {"name": "marks", "tool": {"type": "camera_check"}, "regions": [region], "taught": "marks"}
    limit = {"limits": {"shift": {"warn_high": 2}}}
    image = board(folder.parent / "before.png")
    assert main(["calibrate", str(folder), "--check", str(image)]) == 1
    assert "has no step with the tool camera_check" in capsys.readouterr().err
    (folder / "draft.json").write_text(json.dumps({"job": 7, "name": "plate", "steps": [step | limit]}))
    assert main(["teach", str(folder), str(image), "--limits", "none"]) == 0
    assert main(["calibrate", str(folder), "--check", str(image)]) == 0
    moved = folder.parent / "moved.png"
    cv2.imwrite(str(moved), np.roll(cv2.imread(str(image)), 5, axis=1))
    assert main(["calibrate", str(folder), "--check", str(moved)]) == 3
    assert "the camera has moved" in capsys.readouterr().out
    (mark,) = values(folder, capsys, "--check", str(moved))["marks"]
    assert (mark["judgement"], mark["warning"], mark["shift_px"]) == ("PASS", True, pytest.approx(5, abs=0.2))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--chessboard", "9x6", "--square-mm", "5"], "--plane is missing"),
        (["--chessboard", "9x6", "--plane", "no.png"], "--square-mm is missing"),
        (["--chessboard", "nine", "--square-mm", "5", "--plane", "no.png"], "'nine' is no size of a board"),
        (["--chessboard", "9x6", "--square-mm", "5", "--plane", "no.png"], "no.png: "),
        (["--gauge", "light.width", "--pair", "1", "2"], "there is no measure 'light.width'"),
        (["--gauge", "light.mean"], "a gauge needs pairs"),
        (["--distance", "1", "1", "1", "1", "5"], "both have to be above 0"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_saved(
    options: list[str], words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "draft.json").read_bytes()
    assert main(["calibrate", str(folder), *options]) == 1
    assert words in capsys.readouterr().err
    assert (folder / "draft.json").read_bytes() == before
