"""The command ``vision-inspection calibrate``, on a draft that a person wrote."""

import json
from pathlib import Path

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
