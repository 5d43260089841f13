"""The command ``vision-inspection evaluate`` on images that a person sorted, and on those a station kept."""

import csv
import json
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from service.cli import main
from tests.service.in_process import station_running

LIMITS = {1: 100.0, 2: 140.0}  # the darkest mean that each version passes


def picture(path: Path, level: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((48, 64), level, np.uint8))
    return path


def recipe(version: int) -> dict[str, Any]:
    step = {
        "name": "light",
        "tool": {"type": "brightness"},
        "regions": [{"kind": "rectangle", "x": 4, "y": 4, "width": 40, "height": 30}],
        "slot": 0,
        "limits": {"mean": {"low": LIMITS[version], "high": 255}},
    }
    return {"job": 1, "name": "plate", "steps": [step]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A recipe whose version 2 is in production."""
    place = tmp_path / "recipes" / "plate"
    place.mkdir(parents=True)
    for version in LIMITS:
        (place / "draft.json").write_text(json.dumps(recipe(version)))
        assert main(["release", str(place)]) == 0
    return place


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """Three good and two bad ones; version 2 rejects a good one, version 1 passes a bad one."""
    images = tmp_path / "images"
    for level in (120, 180, 200):
        picture(images / "good" / f"{level}.png", level)
    for level in (40, 110):
        picture(images / "bad" / f"{level}.png", level)
    return images


def evaluate(folder: Path, images: Path | str, out: Path, *options: str) -> int:
    return main(["evaluate", str(folder), str(images), "--out", str(out), "--jobs", "1", *options])


def test_it_says_how_often_the_recipe_is_wrong_and_on_which_images(
    folder: Path, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert evaluate(folder, parts, tmp_path / "out") == 0
    said = capsys.readouterr().out
    assert "plate, version 2: 5 images" in said
    assert said.splitlines()[2].split() == ["good", "2", "1", "0"]
    assert said.splitlines()[3].split() == ["bad", "0", "2", "0"]
    assert "good parts rejected: 1 of 3 (33.3 %, 0.8 % to 90.6 %)" in said
    assert "bad parts passed:    0 of 2 (0.0 %, below 77.6 %)" in said
    assert "  good/120.png: good, judged FAIL (light: mean 120 grey (140 … 255))\n" in said
    told = json.loads((tmp_path / "out" / "report.json").read_text())
    assert told["wrong"] == ["good/120.png"]
    assert told["confusion"] == {"good": {"PASS": 2, "FAIL": 1, "ERROR": 0}, "bad": {"PASS": 0, "FAIL": 2, "ERROR": 0}}
    rows = list(csv.DictReader(StringIO((tmp_path / "out" / "report.csv").read_text())))
    assert [(row["image"], row["judgement"], round(float(row["light value"]), 6)) for row in rows] == [
        ("bad/110.png", "FAIL", 110.0),
        ("bad/40.png", "FAIL", 40.0),
        ("good/120.png", "FAIL", 120.0),
        ("good/180.png", "PASS", 180.0),
        ("good/200.png", "PASS", 200.0),
    ]


def test_two_versions_are_told_apart_by_exactly_the_images_that_they_judge_otherwise(
    folder: Path, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert evaluate(folder, parts, tmp_path / "out", "--version", "1", "--against", "2", "--strict") == 3
    said = capsys.readouterr().out
    listed = said.partition("judged otherwise by version 2: 2\n")[2].splitlines()[:-1]
    assert listed == [
        "  bad/110.png: PASS → FAIL (light: mean 110 grey (140 … 255))",
        "  good/120.png: PASS → FAIL (light: mean 120 grey (140 … 255))",
    ]
    changed = json.loads((tmp_path / "out" / "report.json").read_text())["changed"]
    assert [(one["image"], one["judgement"], one["other"]) for one in changed] == [
        ("bad/110.png", "PASS", "FAIL"),
        ("good/120.png", "PASS", "FAIL"),
    ]


class Page(HTMLParser):
    """What a page loads from elsewhere, and its pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.elsewhere: list[str] = []
        self.pictures = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "href") and value is not None:
                self.pictures += value.startswith("data:image/jpeg;base64,")
                if not value.startswith("data:"):
                    self.elsewhere.append(value)


def test_the_report_is_one_file_with_the_pictures_of_what_went_wrong(folder: Path, parts: Path, tmp_path: Path) -> None:
    picture(parts / "bad" / "<b>&.png", 250)
    assert evaluate(folder, parts, tmp_path / "out", "--against", "1") == 0
    text = (tmp_path / "out" / "report.html").read_text()
    page = Page()
    page.feed(text)
    assert page.elsewhere == []
    assert page.pictures == 2 + 2 + 2, "two wrong ones, two judged otherwise, two that passed"
    assert "bad/&lt;b&gt;&amp;.png" in text
    assert "<b>&" not in text


def test_several_processes_judge_as_one_does(folder: Path, parts: Path, tmp_path: Path) -> None:
    found = []
    for jobs in ("1", "2"):
        out = tmp_path / jobs
        assert main(["evaluate", str(folder), str(parts), "--out", str(out), "--jobs", jobs]) == 0
        images = json.loads((out / "report.json").read_text())["images"]
        for image in images:
            for verdict in image["verdicts"]:
                verdict.pop("ms")
                for step in verdict["steps"]:
                    step.pop("ms")
        found.append(images)
    assert found[0] == found[1]


def test_labels_of_a_file_go_before_those_of_the_folder(folder: Path, parts: Path, tmp_path: Path) -> None:
    picture(parts / "loose.png", 200)
    (parts / "labels.csv").write_text("file,label\ngood/120.png,ng\n")
    assert evaluate(folder, parts, tmp_path / "out") == 0
    told = json.loads((tmp_path / "out" / "report.json").read_text())
    assert told["wrong"] == []
    assert told["confusion"]["not labelled"] == {"PASS": 1, "FAIL": 0, "ERROR": 0}


def test_an_image_that_cannot_be_read_is_an_error_and_no_pass(folder: Path, parts: Path, tmp_path: Path) -> None:
    (parts / "good" / "broken.png").write_bytes(b"\x89PNG no more")
    assert evaluate(folder, parts, tmp_path / "out") == 0
    told = json.loads((tmp_path / "out" / "report.json").read_text())
    assert "good/broken.png" in told["wrong"]
    (verdict,) = next(one for one in told["images"] if one["image"] == "good/broken.png")["verdicts"]
    assert verdict["judgement"] == "ERROR"
    assert "broken.png" in verdict["message"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda parts: (parts / "labels.csv").write_text("file,label\ngood/120.png,nice\n"),
            "line 2: 'nice' is no label",
        ),
        (lambda parts: (parts / "labels.csv").write_text("file,label\nnone.png,ok\n"), "there is no image none.png"),
        (lambda parts: [path.unlink() for path in parts.rglob("*.png")], "there is no PNG"),
    ],
)
def test_what_cannot_be_taken_is_said(
    folder: Path, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Any, said: str
) -> None:
    change(parts)
    assert evaluate(folder, parts, tmp_path / "out") == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_version_that_there_is_not_is_refused(
    folder: Path, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(folder, parts, tmp_path / "out", "--version", "7") == 1
    assert "versions/7.json" in capsys.readouterr().err
    assert evaluate(folder, parts, tmp_path / "out", "--version", "new") == 1
    assert "'new' is no version: give its number, draft or production" in capsys.readouterr().err


async def test_what_a_station_kept_is_judged_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, level in enumerate((120, 180)):
        picture(tmp_path / "line" / f"{number}.png", level)
    sections = {
        "station": {"recipe_folder": folder.parent},
        "camera": {"type": "folder", "path": tmp_path / "line"},
        "archive": {"keep": "all"},
    }
    async with station_running(tmp_path, monkeypatch, **sections) as running:
        await running.enable()
        assert [(await running.part()).judgement for _ in range(2)] == ["FAIL", "PASS"]
    monkeypatch.setenv("VISION_STATION__DATA_FOLDER", str(tmp_path / "data"))
    capsys.readouterr()
    assert evaluate(folder, "stored", tmp_path / "out", "--version", "1") == 0
    said = capsys.readouterr().out
    assert "judged otherwise by the station at its time: 1\n  #1: FAIL → PASS\n" in said
    copy = tmp_path / "recipes" / "copy"
    copy.mkdir()
    (copy / "draft.json").write_text(json.dumps(recipe(1) | {"job": 2, "name": "copy"}))
    draft = ("--version", "draft")
    assert evaluate(copy, "stored", tmp_path / "out", *draft) == 1  # of its own there is none
    assert evaluate(copy, "stored", tmp_path / "out", *draft, "--of-job", "1") == 0
    assert "judged otherwise by the station at its time: 1\n  #1: FAIL → PASS\n" in capsys.readouterr().out
    assert evaluate(folder, "stored", tmp_path / "out", "--judgement", "ERROR") == 1
    assert "no inspection of this recipe has an image that is kept" in capsys.readouterr().err
