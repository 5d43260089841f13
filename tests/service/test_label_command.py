"""The command ``vision-inspection label``: one image after the other, and what the recipe learns of them."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from service.cli import main
from service.teaching_place import Place
from service.teaching_set import KeptImage, TeachingSet, keep, load_set, set_folder
from vision.cameras.image_file import read_image
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import load_draft
from vision.taught import load_taught

PLACE = {"kind": "rectangle", "x": 40, "y": 30, "width": 80, "height": 60}
STEPS: list[dict[str, Any]] = [
    {"name": "print", "tool": {"type": "golden_template"}, "regions": [PLACE], "taught": "print"},
    {"name": "clip", "tool": {"type": "presence"}, "regions": [PLACE], "taught": "clip"},
    {"name": "light", "tool": {"type": "brightness"}},
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "plate"
    place.mkdir()
    (place / "draft.json").write_text(json.dumps({"job": 7, "name": "plate", "time_limit_ms": 60_000, "steps": STEPS}))
    monkeypatch.setenv("VISION_STATION__DATA_FOLDER", str(tmp_path / "data"))
    return place


def picture(folder: Path, number: int, *, clip: bool = True) -> str:
    """A light print, and a clip on it."""
    noise = np.random.default_rng(number).integers(0, 6, (120, 160), np.uint8)
    image = np.full((120, 160), 90, np.uint8) + noise
    cv2.rectangle(image, (50, 40), (110, 80), 170, cv2.FILLED)
    if clip:
        cv2.circle(image, (80, 60), 12, 30, cv2.FILLED)
    path = folder.parent / f"{number}.png"
    cv2.imwrite(str(path), image)
    return str(path)


def label(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["label", str(folder), *words, "--json"]) == 0
    return dict(json.loads(capsys.readouterr().out))


def kept(folder: Path) -> TeachingSet:
    return load_set(set_folder(folder.parent / "data", 7))


def judged(folder: Path, image: str, step: str) -> str:
    recipe = load_draft(folder)
    acquisition = Acquisition({"default": Frame(read_image(Path(image)), 0, 0, 0)})
    result = inspect(acquisition, prepare(recipe, folder), Inputs())
    return str(next(one.judgement for one in result.steps if one.name == step))


def test_one_image_after_the_other_is_learned(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = label(folder, capsys, picture(folder, 1), "--as", "OK")
    assert [(one["step"], one["images"], one["afresh"]) for one in first["lessons"]] == [("print", 1, True)]
    assert any(one.startswith("step 'clip': ") for one in first["problems"]), "it needs a bad one"
    assert "1 good part(s): limits and rates need 3" in first["problems"]
    for number in (2, 3):
        label(folder, capsys, picture(folder, number), "--as", "good", "--keep-only")
    for number in (11, 12):
        label(folder, capsys, picture(folder, number, clip=False), "--as", "NG", "--step", "clip", "--keep-only")
    last = label(folder, capsys, picture(folder, 13, clip=False), "--as", "NG", "--step", "clip")
    assert [(one["step"], one["images"]) for one in last["lessons"]] == [("clip", 6)]
    assert (last["trial"]["good"], last["trial"]["bad"], last["kept"]) == (3, 3, 6)
    assert last["trial"]["escapes"]["count"] == 0
    assert (judged(folder, picture(folder, 4), "clip"), judged(folder, picture(folder, 14, clip=False), "clip")) == (
        "PASS",
        "FAIL",
    )

    every = label(folder, capsys, "--limits", "all")
    assert [(one["step"], one["images"], one["afresh"]) for one in every["lessons"]] == [
        ("print", 3, True),
        ("clip", 6, True),
    ]
    assert "light" in every["taken"]
    assert load_draft(folder).step("light").limits["mean"].low > 50
    assert load_draft(folder).sha256 == every["sha256"]

    images = kept(folder).images
    main(["label", str(folder), "--forget", images[0].file, "--keep-only"])
    assert f"{len(images) - 1} images, 3 of them bad" in capsys.readouterr().out
    assert not kept(folder).path(images[0]).exists()


def test_what_was_taught_from_elsewhere_is_learned_on_top(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere = [picture(folder, number) for number in (1, 2, 3)]
    assert main(["teach", str(folder), *elsewhere, "--step", "print", "--limits", "none"]) == 0
    before = load_draft(folder, taught=False).taught["print"].sha256
    done = label(folder, capsys, picture(folder, 4), "--as", "good", "--step", "print")
    assert [(one["images"], one["afresh"]) for one in done["lessons"]] == [(1, False)]
    assert load_draft(folder, taught=False).taught["print"].sha256 != before
    again = label(folder, capsys, "--step", "print")
    assert again["lessons"] == []
    assert "images that are not in the teaching set" in again["problems"][0]


def test_kinds_are_learned_by_their_names_and_a_good_part_is_no_kind(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind = {"name": "kind", "tool": {"type": "classify"}, "regions": [PLACE], "taught": "kind"}
    (folder / "draft.json").write_text(json.dumps({"job": 7, "name": "plate", "steps": [kind]}))
    for number in range(1, 5):
        clip = number % 2 == 0
        name = "clip" if clip else "blank"
        done = label(folder, capsys, picture(folder, number, clip=clip), "--as", name, "--step", "kind")
    assert [(one["images"], one["afresh"]) for one in done["lessons"]] == [(4, True)]
    before = load_draft(folder).taught["kind"].sha256
    assert label(folder, capsys, picture(folder, 5), "--as", "good", "--limits", "none")["lessons"][0]["images"] == 4
    assert load_draft(folder).taught["kind"].sha256 == before
    assert label(folder, capsys, picture(folder, 6), "--as", "clip", "--step", "kind")["lessons"][0]["images"] == 5


def test_a_defect_that_has_a_name_is_learned_beside_the_good_parts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "draft.json").write_text(json.dumps({"job": 7, "name": "plate", "steps": STEPS[:1]}))
    label(folder, capsys, picture(folder, 1), "--as", "good", "--keep-only")
    label(folder, capsys, picture(folder, 2), "--as", "good", "--keep-only")
    first = label(folder, capsys, picture(folder, 3, clip=False), "--as", "clip gone", "--step", "print")
    assert any("at least 2 are needed" in one for one in first["problems"]), "one kind is told from no other"
    label(folder, capsys, picture(folder, 6, clip=False), "--as", "clip gone", "--step", "print", "--keep-only")
    for number in (7, 8):
        spoilt = read_image(Path(picture(folder, number))).copy()
        cv2.rectangle(spoilt, (95, 45), (105, 50), 250, cv2.FILLED)
        cv2.imwrite(str(folder.parent / "spoilt.png"), spoilt)
        done = label(folder, capsys, str(folder.parent / "spoilt.png"), "--as", "glint", "--step", "print")
    assert [(one["step"], one["images"]) for one in done["lessons"]] == [("print", 6)], done["problems"]
    assert judged(folder, picture(folder, 4), "print") == "PASS"


def clips(folder: Path, number: int, *there: bool) -> str:
    """Four places in a row, a dark disc on each where there is a clip."""
    image = np.full((48, 192), 150, np.uint8) + np.random.default_rng(number).integers(0, 9, (48, 192), np.uint8)
    for place, clip in enumerate(there):
        if clip:
            cv2.circle(image, (24 + 48 * place, 24), 13, 40, cv2.FILLED)
    path = folder.parent / f"clips{number}.png"
    cv2.imwrite(str(path), image)
    return str(path)


def test_one_bad_place_of_four_is_learned_and_the_others_stay_as_they_were_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = [{"kind": "rectangle", "x": 48 * i, "y": 0, "width": 48, "height": 48} for i in range(4)]
    step = {"name": "clips", "tool": {"type": "presence"}, "regions": places, "taught": "clips"}
    content = {"job": 7, "name": "plate", "time_limit_ms": 60_000, "steps": [step]}
    (folder / "draft.json").write_text(json.dumps(content))
    for number in (1, 2, 3):
        label(folder, capsys, clips(folder, number, True, True, True, True), "--as", "good", "--keep-only")
    bad = clips(folder, 4, True, True, False, True)
    label(folder, capsys, bad, "--as", "good", "--keep-only")
    words = ["--as", "NG", "--step", "clips", "--region", "3"]
    first = label(folder, capsys, bad, *words)
    assert [one["labels"] for one in first["images"]] == [{"": "good", "clips.3": "bad"}]

    def crops() -> tuple[int, int]:
        recipe = load_draft(folder)
        entry = recipe.taught["clips"]
        learned = load_taught(folder, "clips", entry.sha256, entry.tool, entry.tool_version).array("labels")
        return int(learned.sum()), int((~learned).sum())

    assert crops() == (15, 1)
    second = label(folder, capsys, clips(folder, 5, False, True, False, False), *words)
    assert crops() == (15, 2), "nothing was said of its other places"
    assert (second["trial"]["good"], second["trial"]["bad"], second["trial"]["escapes"]["count"]) == (3, 2, 0)
    recipe = load_draft(folder)
    image = read_image(Path(clips(folder, 6, False, True, True, True)))
    result = inspect(Acquisition({"default": Frame(image, 0, 0, 0)}), prepare(recipe, folder), Inputs())
    scores = [one.value for one in result.steps[0].measurements if one.name.startswith("score[")]
    assert [score > 0.5 for score in scores] == [False, True, True, True]


def test_kinds_teach_along_when_good_parts_are_tried(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kind = {"name": "kind", "tool": {"type": "classify"}, "regions": [PLACE], "taught": "kind"}
    content = {"job": 7, "name": "plate", "time_limit_ms": 60_000, "steps": [kind, STEPS[2]]}
    (folder / "draft.json").write_text(json.dumps(content))
    for number in range(1, 5):
        name = "clip" if number % 2 else "blank"
        image = picture(folder, number, clip=name == "clip")
        label(folder, capsys, image, "--as", name, "--step", "kind", "--keep-only")
    for number in range(5, 8):
        label(folder, capsys, picture(folder, number), "--as", "good", "--keep-only")
    done = label(folder, capsys)
    assert (done["problems"], done["trial"]["good"]) == ([], 3)
    assert [(one["step"], one["images"]) for one in done["lessons"]] == [("kind", 4)]
    good = [picture(folder, number) for number in (8, 9, 10)]
    assert main(["teach", str(folder), *good, "--limits", "all"]) == 0
    assert "step 'kind': stays as it was taught" in capsys.readouterr().out
    assert judged(folder, picture(folder, 11), "kind") == "PASS"


def test_one_instance_of_a_step_that_repeats(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    colour = {"name": "pad", "group": "pads", "tool": {"type": "color_area"}, "regions": [PLACE], "taught": "pad"}
    group = {"name": "pads", "repeat": {"kind": "grid", "columns": 2, "dx": 100}}
    content = {"job": 7, "name": "plate", "time_limit_ms": 60_000, "groups": [group], "steps": [colour]}
    (folder / "draft.json").write_text(json.dumps(content))
    image = np.full((120, 240, 3), (30, 30, 200), np.uint8)
    image[:, 120:] = 40, 180, 40
    path = str(folder.parent / "pads.png")
    cv2.imwrite(path, image)
    label(folder, capsys, path, "--as", "good", "--step", "pad", "--instance", "1", "--keep-only")
    done = label(folder, capsys, path, "--as", "bad", "--step", "pad", "--instance", "2")
    assert [(one["step"], one["images"]) for one in done["lessons"]] == [("pad", 1)]
    assert [judged(folder, path, f"pad[{i}]") for i in (1, 2)] == ["PASS", "PASS"], "it has no limit yet"
    entry = load_draft(folder).taught["pad"]
    learned = load_taught(folder, "pad", entry.sha256, entry.tool, entry.tool_version)
    assert (len(learned.array("colours")), len(learned.array("others"))) == (1, 1)


def test_a_draft_that_somebody_else_changed_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = label(folder, capsys, picture(folder, 1), "--as", "good", "--step", "print")
    assert main(["label", str(folder), picture(folder, 2), "--as", "good", "--expect", "0" * 64]) == 1
    assert "somebody else changed the draft" in capsys.readouterr().err
    assert len(kept(folder).images) == 1
    label(folder, capsys, picture(folder, 2), "--as", "good", "--step", "print", "--expect", done["sha256"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["{}"], "--as is missing"),
        (["{}", "--as", "red"], "'red' is what one step calls a kind"),
        (["{}", "--as", "good", "--step", "clap"], "there is no step 'clap'; there are: print, clip, light"),
        (["{}", "--as", "bad", "--keep-only", "--step", "clip", "--region", "2"], "step 'clip' has no region 2"),
        (["{}", "--as", "bad", "--step", "clip", "--instance", "1"], "the step does not repeat"),
        (["{}", "--as", "bad", "--region", "1"], "name it by --step"),
        (["nothing.png", "--as", "good"], "nothing.png"),
        (["--forget", "x.png"], "the teaching set has no image 'x.png'"),
        (["--stored", "3", "--as", "good"], "there is no database"),
    ],
)
def test_what_cannot_be_done_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    image = picture(folder, 1)
    assert main(["label", str(folder), *(word.format(image) for word in words)]) == 1
    assert said in capsys.readouterr().err
    assert kept(folder).images == ()


def test_what_is_said_of_one_step_leaves_the_others(tmp_path: Path) -> None:
    image = tmp_path / "a.png"
    image.write_bytes(b"whatever it is")

    def labels(*said: tuple[str, list[str]]) -> KeptImage:
        found = TeachingSet(tmp_path / "set")
        for word, steps in said:
            found, one = keep(found, image, word, [Place.of(step) for step in steps], "file a.png", "ann")
        assert len(found.images) == 1
        return one

    good_but = labels(("good", []), ("bad", ["clip"]))
    assert (good_but.of("print"), good_but.of("clip"), good_but.bad) == ("good", "bad", True)
    assert labels(("good", []), ("bad", ["clip"]), ("good", [])).labels == {"": "good"}
    somehow = labels(("bad", []))
    assert (somehow.of("print"), somehow.bad) == (None, True), "nobody knows which step"
    assert labels(("bad", []), ("good", ["print"])).of("print") == "good"
    assert labels(("red", ["kind"])).of("print") is None
    assert labels(("good", []), ("bad", ["clip.2", "pin[3].1"])).labels == {
        "": "good",
        "clip.2": "bad",
        "pin[3].1": "bad",
    }
    assert labels(("bad", ["pin[3].2", "pin[4]", "clip"]), ("good", ["pin[3]"])).labels == {
        "pin[4]": "bad",
        "clip": "bad",
        "pin[3]": "good",
    }
    assert labels(("bad", ["pin[3].2", "pin.1"]), ("good", ["pin"])).labels == {"pin": "good"}
