"""The commands ``vision-inspection export`` and ``import``: from one recipe folder into another."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from service.cli import main
from vision.recipe import load_draft, recipe_in_use

STEP = {
    "name": "print",
    "tool": {"type": "golden_template"},
    "regions": [{"kind": "rectangle", "x": 10, "y": 10, "width": 60, "height": 40}],
    "taught": "print",
}


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of version 1 of job 7, which learned from an image."""
    place = tmp_path / "here" / "plate"
    place.mkdir(parents=True)
    (place / "draft.json").write_text(json.dumps({"job": 7, "name": "plate", "time_limit_ms": 60_000, "steps": [STEP]}))
    image = np.full((80, 100), 90, np.uint8)
    cv2.putText(image, "A7", (15, 45), cv2.FONT_HERSHEY_SIMPLEX, 1, 200, 2)
    cv2.imwrite(str(tmp_path / "good.png"), image)
    assert main(["teach", str(place), str(tmp_path / "good.png"), "--limits", "none", "--release"]) == 0
    made = tmp_path / "plate.zip"
    assert main(["export", str(place), str(made)]) == 0
    monkeypatch.setenv("VISION_STATION__RECIPE_FOLDER", str(tmp_path / "there"))
    return made


def test_it_is_in_production_there_with_what_it_learned(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = recipe_in_use(tmp_path / "here" / "plate").recipe
    assert main(["import", str(archive)]) == 0
    after = recipe_in_use(tmp_path / "there" / "plate").recipe
    assert (after.job, after.taught, after.sha256) == (7, before.taught, before.sha256)
    assert after.times[-1].reason == "imported from plate.zip: version 1 of where it comes from"
    assert main(["import", str(archive)]) == 0
    assert "the same is in production already" in capsys.readouterr().out


def test_as_another_job_and_as_a_draft(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(archive), "--job", "9"]) == 0
    assert recipe_in_use(tmp_path / "there" / "plate").recipe.job == 9
    here = tmp_path / "here" / "plate"
    assert main(["draft", str(here)]) == 0
    data = json.loads((here / "draft.json").read_text()) | {"description": "next"}
    (here / "draft.json").write_text(json.dumps(data))
    assert main(["export", str(here), str(archive), "--version", "draft"]) == 0
    capsys.readouterr()
    assert main(["import", str(archive), "--job", "9"]) == 0
    assert "version 2 is the draft" in capsys.readouterr().out
    assert load_draft(tmp_path / "there" / "plate").description == "next"


def test_what_is_none_or_was_damaged(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "note.zip").write_bytes(b"hello")
    assert main(["import", str(tmp_path / "note.zip")]) == 1
    assert "is no archive of a recipe" in capsys.readouterr().err
    assert main(["import", str(tmp_path / "none.zip")]) == 1
    whole = bytearray(archive.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    archive.write_bytes(whole)
    assert main(["import", str(archive)]) == 1
    assert str(archive) in capsys.readouterr().err
    assert main(["export", "nothing"]) == 1
    assert not (tmp_path / "there" / "plate").exists()
