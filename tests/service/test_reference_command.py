"""``vision-inspection reference``, and what ``check``, ``release`` and ``rollback`` make of it."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from service.cli import main
from vision.recipe import load_draft, recipe_in_use

LIGHT = {"name": "light", "tool": {"type": "brightness"}, "limits": {"mean": {"low": 50}}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of job 7, a draft alone; beside it two images."""
    folder = tmp_path / "recipes" / "plate"
    folder.mkdir(parents=True)
    (folder / "recipe.json").write_text(json.dumps({"job": 7, "name": "plate", "steps": [LIGHT]}))
    for name, level in (("good part", 100), ("dark", 20)):
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.full((30, 40), level, np.uint8))
    monkeypatch.setenv("VISION_STATION__RECIPE_FOLDER", str(folder.parent))
    monkeypatch.setenv("VISION_STATION__DATA_FOLDER", str(tmp_path / "data"))
    return folder


def edit(folder: Path, low: float) -> None:
    assert main(["draft", "plate"]) == 0 or (folder / "draft.json").exists()
    data = json.loads((folder / "draft.json").read_text())
    data["steps"][0]["limits"]["mean"]["low"] = low
    (folder / "draft.json").write_text(json.dumps(data))


def test_from_images_to_a_gate(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reference", "plate", str(tmp_path / "good part.png")]) == 0
    assert main(["reference", "plate", str(tmp_path / "dark.png"), "--fail", "--step", "light"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == ["good_part: PASS", "dark: FAIL, step 'light' fails"]
    assert main(["check"]) == 0
    assert main(["release", "plate"]) == 0

    edit(folder, 10)
    assert main(["check", "--without-references"]) == 0
    assert main(["check"]) == 1
    assert "plate/draft.json: references.dark: PASS, FAIL expected" in capsys.readouterr().err
    assert main(["release", "plate"]) == 1
    assert "references.dark: PASS, FAIL expected" in capsys.readouterr().err
    assert main(["release", "plate", "--force"]) == 1
    assert "for a reason only" in capsys.readouterr().err
    assert recipe_in_use(folder).recipe.version == 1
    assert main(["release", "plate", "--force", "--reason", "dark ones are good from today"]) == 0
    assert "forced although references.dark: PASS, FAIL expected" in capsys.readouterr().err
    used = recipe_in_use(folder).recipe
    assert (used.version, used.times[-1].reason) == (2, "forced: dark ones are good from today")

    assert main(["rollback", "plate", "1"]) == 0
    assert main(["rollback", "plate", "2"]) == 1
    assert main(["rollback", "plate", "2", "--force", "--reason", "again"]) == 0
    assert main(["reference", "plate", "--remove", "dark"]) == 0
    assert [one.name for one in load_draft(folder).references] == ["good_part"]


def test_one_that_is_judged_otherwise_is_said_at_once_and_kept(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reference", "plate", str(tmp_path / "dark.png")]) == 1
    assert "references.dark: FAIL (light: mean 20 grey (at least 50)), PASS expected" in capsys.readouterr().err
    assert [one.name for one in load_draft(folder).references] == ["dark"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plate", "missing.png"], "missing.png"),
        (["plate", "--remove", "x"], "there is no reference 'x'; there are: none"),
        (["plate", "{}/dark.png", "--step", "light"], "it needs --fail"),
        (["plate", "{}/dark.png", "--fail", "--step", "lihgt"], "there is no step 'lihgt'; there are: light"),
        (["nothing"], "no recipe"),
    ],
)
def test_what_cannot_be_done_is_said(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["reference", *(one.format(tmp_path) for one in arguments)]) == 1
    assert words in capsys.readouterr().err
    assert not (folder / "draft.json").exists()


def test_two_files_of_one_name_are_two_references_and_one_file_twice_is_one(folder: Path, tmp_path: Path) -> None:
    for kind, level in (("good", 100), ("bad", 20)):
        (tmp_path / kind).mkdir()
        cv2.imwrite(str(tmp_path / kind / "1.png"), np.full((30, 40), level, np.uint8))
    assert main(["reference", "plate", str(tmp_path / "good" / "1.png")]) == 0
    for _ in range(2):
        assert main(["reference", "plate", str(tmp_path / "bad" / "1.png"), "--fail"]) == 0
    assert [(one.name, one.judgement) for one in load_draft(folder).references] == [("1", "PASS"), ("1-2", "FAIL")]
