"""The command ``vision-inspection teach``, with a recipe and images that a person wrote by hand."""

import json
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from service.cli import main
from tests.service.in_process import station_running
from vision.cameras.image_file import read_image
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import Recipe, check_folder, load_draft, load_recipe, load_version
from vision.result import Judgement

from ..vision.tools.onnx_models import classifier

PART = {"kind": "rectangle", "x": 60, "y": 50, "width": 200, "height": 130}
STEPS: list[dict[str, Any]] = [
    {
        "name": "print",
        "tool": {"type": "golden_template"},
        "fixture": "part",
        "regions": [PART],
        "taught": "print",
        "limits": {"defect_count": {"high": 0}},
    },
    {"name": "part", "tool": {"type": "locate"}, "regions": [PART], "taught": "part"},
    {"name": "light", "tool": {"type": "brightness"}, "limits": {"mean": {"low": 20}}},
]


def picture(path: Path, *, shift: int = 0, spot: bool = False) -> Path:
    """A dark plate with a light print, and with a spot where it was spoiled."""
    image = np.full((240, 320), 200, np.uint8)
    cv2.rectangle(image, (70 + shift, 60), (250 + shift, 170), 60, cv2.FILLED)
    cv2.putText(image, "A7", (110 + shift, 145), cv2.FONT_HERSHEY_SIMPLEX, 2.5, 180, 8)
    if spot:
        cv2.circle(image, (90 + shift, 80), 6, 230, cv2.FILLED)
    cv2.imwrite(str(path), image)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "plate"
    place.mkdir()
    (place / "draft.json").write_text(json.dumps({"job": 7, "name": "plate", "time_limit_ms": 60_000, "steps": STEPS}))
    return place


def judged(folder: Path, image: Path, recipe: Recipe | None = None) -> Judgement:
    """By the version in production, or by another one."""
    acquisition = Acquisition({"default": Frame(read_image(image), 1, 0, 0)})
    result = inspect(acquisition, prepare(recipe or load_recipe(folder), folder), Inputs())
    assert result.judgement is not Judgement.ERROR, result.message
    return result.judgement


def test_every_step_that_learns_is_taught_in_the_draft(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = picture(tmp_path / "good.png")
    assert main(["teach", str(folder), str(good)]) == 0
    recipe = load_draft(folder)
    assert (recipe.version, recipe.released, sorted(recipe.taught)) == (1, False, ["part", "print"])
    assert judged(folder, picture(tmp_path / "moved.png", shift=9), recipe) is Judgement.PASS
    assert judged(folder, picture(tmp_path / "bad.png", shift=9, spot=True), recipe) is Judgement.FAIL
    assert capsys.readouterr().out.splitlines() == [
        "step 'part': learned from 1 image(s)",
        "step 'print': learned from 1 image(s)",
        f"{folder / 'draft.json'}: job 7, 'plate', is the draft of version 1 now",
        f"release it: vision-inspection release {folder}",
    ]


def test_the_version_in_production_judges_until_the_draft_is_released(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, spoiled = picture(tmp_path / "good.png"), picture(tmp_path / "new.png", spot=True)
    assert main(["teach", str(folder), str(good), "--release", "--reason", "first"]) == 0
    before = load_recipe(folder)
    assert main(["teach", str(folder), str(spoiled), "--step", "print"]) == 0
    assert load_recipe(folder) == before
    assert judged(folder, good) is Judgement.PASS
    assert judged(folder, spoiled) is Judgement.FAIL
    assert main(["teach", str(folder), str(spoiled), "--step", "print", "--release"]) == 0
    after = load_recipe(folder)
    assert (after.version, after.released) == (2, True)
    assert after.taught["part"] == before.taught["part"]
    assert judged(folder, spoiled) is Judgement.PASS
    assert judged(folder, good, load_version(folder, 1)) is Judgement.PASS, "its taught data is kept"
    assert "version 2 is released; a running station takes it at its next reload" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["{good}", "--step", "prnt"], "there is no step 'prnt' in recipe 'plate'", id="no such step"),
        pytest.param(["{good}", "--step", "light"], "step 'light': brightness learns nothing", id="learns nothing"),
        pytest.param(["{folder}/none.png"], "none.png: No such file or directory", id="no such image"),
        pytest.param(["{folder}/draft.json"], "draft.json: this is not a PNG, JPEG, BMP or TIFF image", id="no image"),
        pytest.param(["{empty}"], "the part cannot be found by its edges", id="nothing to see"),
    ],
)
def test_what_cannot_be_taught_says_why_and_changes_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    good, empty = picture(tmp_path / "good.png"), tmp_path / "empty.png"
    cv2.imwrite(str(empty), np.full((240, 320), 90, np.uint8))
    before = (folder / "draft.json").read_bytes()
    given = [one.format(good=good, folder=folder, empty=empty) for one in arguments]
    assert main(["teach", str(folder), *given]) == 1
    assert words in capsys.readouterr().err
    assert (folder / "draft.json").read_bytes() == before


def test_a_broken_recipe_has_all_its_problems_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = [STEPS[0] | {"tool": {"type": "golden_templat"}}, STEPS[2] | {"slot": 99}]
    (folder / "draft.json").write_text(json.dumps({"job": 7, "name": "plate", "steps": broken}))
    assert main(["teach", str(folder), "any.png"]) == 1
    err = capsys.readouterr().err
    assert "steps[0].tool" in err
    assert "steps[1].slot" in err


def test_a_folder_without_a_recipe_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["teach", str(tmp_path / "nowhere"), "any.png"]) == 1
    assert "recipe.json: cannot be read: No such file or directory" in capsys.readouterr().err


def test_a_recipe_that_learns_nothing_is_said(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "draft.json").write_text(json.dumps({"job": 7, "name": "plate", "steps": STEPS[2:]}))
    assert main(["teach", str(folder), str(picture(tmp_path / "good.png"))]) == 1
    assert "no step of recipe 'plate' learns anything" in capsys.readouterr().err


def test_the_manuals_recipe_works_as_the_manual_says(tmp_path: Path) -> None:
    manual = Path(__file__).resolve().parents[2] / "docs" / "first-recipe.md"
    (text,) = re.findall(r"```json\n(.*?)```", manual.read_text(), re.DOTALL)
    place = tmp_path / "plate"
    place.mkdir()
    (place / "draft.json").write_text(text)
    assert main(["teach", str(place), str(picture(tmp_path / "good1.png")), "--release"]) == 0
    assert check_folder(tmp_path) == []
    assert judged(place, picture(tmp_path / "good2.png", shift=6)) is Judgement.PASS
    assert judged(place, picture(tmp_path / "bad1.png", shift=6, spot=True)) is Judgement.FAIL


def test_good_and_bad_parts_of_a_folder_give_limits_and_what_to_expect_of_them(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "parts" / "bad").mkdir(parents=True)
    for i in range(4):
        picture(tmp_path / "parts" / f"{i}.png", shift=i)
    picture(tmp_path / "parts" / "bad" / "spot.png", shift=2, spot=True)
    page = tmp_path / "teach.html"
    assert main(["teach", str(folder), str(tmp_path / "parts"), "--out", str(page)]) == 0
    said = capsys.readouterr().out
    assert "each part judged by what the others taught: 0 of 4 good ones rejected; at most 53 % will be" in said
    assert "bad parts passed: 0 of 1 (0.0 %, below 95.0 %)" in said
    assert "the draft takes 1 of 3 limits: part\n" in said, "the others have limits of their own"
    draft = load_draft(folder)
    assert draft.step("part").limits["score"].low is not None
    assert draft.step("light").limits["mean"].low == 20
    assert judged(folder, picture(tmp_path / "moved.png", shift=2), draft) is Judgement.PASS
    assert "4 good and 1 bad parts" in page.read_text()


def test_limits_are_all_taken_where_that_is_asked_for_or_none(folder: Path, tmp_path: Path) -> None:
    images = [str(picture(tmp_path / f"{i}.png", shift=i)) for i in range(3)]
    assert main(["teach", str(folder), *images, "--limits", "none"]) == 0
    assert load_draft(folder).step("part").limits == {}
    assert main(["teach", str(folder), *images, "--limits", "all"]) == 0
    limit = load_draft(folder).step("light").limits["mean"]
    assert limit.low is not None
    assert limit.low > 100


async def test_inspections_that_the_station_kept_can_be_taught(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "line").mkdir()
    for i in range(2):
        picture(tmp_path / "line" / f"{i}.png", shift=i)
    assert main(["teach", str(folder), str(tmp_path / "line"), "--release"]) == 0
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "plate").symlink_to(folder)
    sections = {
        "station": {"recipe_folder": tmp_path / "recipes"},
        "camera": {"type": "folder", "path": tmp_path / "line"},
    }
    async with station_running(tmp_path, monkeypatch, **sections) as running:
        await running.enable()
        assert [(await running.part()).judgement for _ in range(2)] == ["PASS", "PASS"]
    monkeypatch.setenv("VISION_STATION__DATA_FOLDER", str(tmp_path / "data"))
    assert main(["teach", str(folder), "--stored", "1", "2"]) == 0
    assert "step 'print': learned from 2 image(s)" in capsys.readouterr().out
    assert main(["teach", str(folder), "--stored", "2", "7"]) == 1
    assert "inspection 7: there is none" in capsys.readouterr().err


def test_a_model_of_the_users_is_brought_into_a_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "sorted"
    folder.mkdir()
    matches = {"label": {"rule": "text", "text": "red"}}
    steps = [{"name": "kind", "tool": {"type": "onnx"}, "taught": "kind", "matches": matches}, STEPS[2]]
    (folder / "draft.json").write_text(
        json.dumps({"job": 8, "name": "sorted", "time_limit_ms": 60_000, "steps": steps})
    )
    (tmp_path / "colour.onnx").write_bytes(classifier())
    (tmp_path / "labels.txt").write_text("red\ngreen\nblue\n")
    cv2.imwrite(str(tmp_path / "red.png"), np.full((40, 40, 3), (30, 30, 220), np.uint8))
    cv2.imwrite(str(tmp_path / "green.png"), np.full((40, 40, 3), (30, 220, 30), np.uint8))
    given = ["--step", "kind", "--model", str(tmp_path / "colour.onnx"), "--labels", str(tmp_path / "labels.txt")]
    assert main(["teach", str(folder), *given, "--release", "--reason", "first"]) == 0
    assert "step 'kind': brought colour.onnx (0.0 MB)" in capsys.readouterr().out
    assert judged(folder, tmp_path / "red.png") is Judgement.PASS
    assert judged(folder, tmp_path / "green.png") is Judgement.FAIL
    (tmp_path / "colour.onnx").write_bytes(b"no model")
    before = (folder / "recipe.json").read_bytes()
    for wrong, words in (
        (given, "the file is no ONNX model that can be run here"),
        (given[2:], "name it with --step"),
        ([*given[:2], "--model", str(tmp_path / "none.onnx")], "none.onnx: No such file or directory"),
        ([], "give at least one image of a good part, or a --model"),
        (given[4:], "--labels names the classes of a --model"),
        ([str(tmp_path / "red.png"), "--step", "kind"], "onnx learns nothing from images; bring its model"),
        (["--step", "light", "--model", str(tmp_path / "colour.onnx")], "step 'light': brightness learns nothing"),
    ):
        assert main(["teach", str(folder), *wrong]) == 1
        assert words in capsys.readouterr().err
    assert (folder / "recipe.json").read_bytes() == before


def with_step(folder: Path, **step: Any) -> None:
    draft = json.loads((folder / "draft.json").read_text())
    draft["steps"].append(step)
    (folder / "draft.json").write_text(json.dumps(draft))


def test_a_step_is_taught_and_tried_beside_one_that_needs_other_images(folder: Path, tmp_path: Path) -> None:
    with_step(folder, name="there", tool={"type": "presence"}, regions=[PART], taught="there")
    images = [str(picture(tmp_path / f"{i}.png", shift=i)) for i in range(3)]
    assert main(["teach", str(folder), *images, "--step", "part"]) == 0
    assert main(["teach", str(folder), *images, "--step", "print"]) == 0
    recipe = load_draft(folder, taught=False)
    assert sorted(recipe.taught) == ["part", "print"]
    assert recipe.step("part").limits["score"].low is not None


def test_what_was_learned_is_kept_where_another_step_lacks_its_model(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_step(folder, name="levels", tool={"type": "histogram"})
    with_step(folder, name="kind", tool={"type": "onnx"}, taught="kind")
    images = [str(picture(tmp_path / f"{i}.png", shift=i)) for i in range(3)]
    assert main(["teach", str(folder), *images]) == 0
    assert sorted(load_draft(folder, taught=False).taught) == ["part", "print"]
    assert "not tried, and no limits proposed:\n  " in capsys.readouterr().out
