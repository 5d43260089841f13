"""The command ``vision-inspection msa`` on frames whose brightness is known."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from service.cli import main


def frame(path: Path, level: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = np.full((48, 64), level, np.uint8)
    image[:4] = 255 - level  # not all of one grey
    cv2.imwrite(str(path), image)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "plate"
    place.mkdir()
    step = {
        "name": "light",
        "tool": {"type": "brightness"},
        "regions": [{"kind": "rectangle", "x": 4, "y": 8, "width": 40, "height": 30}],
        "limits": {"mean": {"low": 100, "high": 200}},
    }
    (place / "draft.json").write_text(json.dumps({"job": 1, "name": "plate", "steps": [step]}))
    return place


def msa(folder: Path, frames: Path, *options: str) -> int:
    return main(["msa", str(folder), str(frames), "--out", str(folder / "out"), "--jobs", "1", *options])


def test_frames_of_one_part_give_cg_and_cgk(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, level in enumerate((149, 150, 151, 150)):
        frame(tmp_path / "frames" / f"{number}.png", level)
    assert msa(folder, tmp_path / "frames", "--reference", "light.mean=151") == 0
    said = capsys.readouterr().out
    spread = np.std([149, 150, 151, 150], ddof=1)
    assert f"light.mean: mean 150 grey, s {spread:.3g} grey" in said
    assert f"Cg {20 / 6 / spread:.2f} (at least 1.33: yes)" in said
    assert f"Cgk {(10 - 1) / 3 / spread:.2f} (at least 1.33: yes)" in said
    assert "one part, 4 frames; 25 or more are usual" in said
    (measure,) = json.loads((folder / "out" / "msa.json").read_text())["measures"]
    assert measure["bias"] == pytest.approx(-1)
    assert "light.mean" in (folder / "out" / "msa.html").read_text()


def test_parts_that_were_put_in_several_times_give_the_gauges_share(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for part, level in {"a": 120, "b": 180}.items():
        for mount in range(2):
            for number in range(2):
                frame(tmp_path / "frames" / part / str(mount) / f"{number}.png", level + 2 * mount + number)
    assert msa(folder, tmp_path / "frames", "--tolerance", "light.mean=50") == 0
    said = capsys.readouterr().out
    assert "2 parts, each put in 2 times, 2 frame(s) each time" in said
    (measure,) = json.loads((folder / "out" / "msa.json").read_text())["measures"]
    assert measure["repeat"] == pytest.approx(np.sqrt(0.5))
    assert measure["mount"] == pytest.approx(np.sqrt((2 * 2 - 0.5) / 2))
    assert measure["of_tolerance"] == pytest.approx(6 * measure["gauge"] / 50)
    assert f"{100 * measure['of_tolerance']:.1f} % of the tolerance (tolerable)" in said


def test_parts_of_unlike_numbers_are_refused_with_the_numbers(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a/1.png", "a/2.png", "b/1.png"):
        frame(tmp_path / "frames" / name, 150)
    assert msa(folder, tmp_path / "frames") == 1
    said = capsys.readouterr().err
    assert "every part has to be put in equally often" in said
    assert "a: 1 + 1 frames" in said


def test_a_frame_that_gives_no_number_is_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame(tmp_path / "frames" / "1.png", 150)
    (tmp_path / "frames" / "2.png").write_bytes(b"\x89PNG")
    assert msa(folder, tmp_path / "frames") == 1
    assert "2.png: no light.mean" in capsys.readouterr().err


def test_a_measure_that_there_is_not_is_refused_with_those_there_are(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame(tmp_path / "frames" / "1.png", 150)
    assert msa(folder, tmp_path / "frames", "--measure", "light.width") == 1
    assert "there is no measure light.width; there are: light.mean" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        msa(folder, tmp_path / "frames", "--reference", "light.mean")
    assert "write STEP.MEASURE=NUMBER" in capsys.readouterr().err
