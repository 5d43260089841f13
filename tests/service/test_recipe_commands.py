"""``recipes``, ``draft``, ``release``, ``rollback`` and ``check``, on a folder as it was before there were drafts."""

import json
from pathlib import Path
from typing import Any

import pytest

from service.cli import main
from vision.recipe import recipe_in_use, withdrawal

LIGHT = {"name": "light", "tool": {"type": "brightness"}, "limits": {"mean": {"low": 20}}}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Jobs 7 (version 3 in production) and 8 (never released)."""
    root = tmp_path / "recipes"
    for name, content in (
        ("plate", {"job": 7, "name": "Plate A", "version": 3, "released": True}),
        ("bottle", {"job": 8, "name": "Bottle"}),
    ):
        (root / name).mkdir(parents=True)
        (root / name / "recipe.json").write_text(json.dumps(content | {"steps": [LIGHT]}))
    monkeypatch.setenv("VISION_STATION__RECIPE_FOLDER", str(root))
    monkeypatch.setenv("VISION_STATION__DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setattr("getpass.getuser", lambda: "anna")
    return root


def table(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["recipes", "--json", *arguments]) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def states(rows: list[dict[str, Any]]) -> list[tuple[int, int, str]]:
    return [(row["job"], row["version"], row["state"]) for row in rows]


def edit(path: Path, low: float) -> None:
    data = json.loads(path.read_text())
    data["steps"][0]["limits"]["mean"]["low"] = low
    path.write_text(json.dumps(data))


def test_a_folder_of_old_simply_works(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert states(table(capsys)) == [(8, 1, "draft"), (7, 3, "in production")]
    assert main(["check"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "looked at: bottle draft of version 1; plate version 3"


@pytest.mark.parametrize("name", ["7", "plate", "Plate A", "{root}/plate"])
def test_draft_release_and_back(root: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    named = name.format(root=root)
    assert main(["draft", named]) == 0
    edit(root / "plate" / "draft.json", 50)
    assert states(table(capsys))[1:] == [(7, 3, "in production"), (7, 4, "draft")]
    assert main(["release", named, "--reason", "brighter lamps"]) == 0
    assert "version 4 is released; a running station takes it at its next reload" in capsys.readouterr().out
    rows = table(capsys, named)
    assert states(rows) == [(7, 4, "in production"), (7, 3, "released")]
    (release,) = rows[0]["times"]
    assert (release["by"], release["reason"]) == ("command line anna", "brighter lamps")
    assert main(["rollback", named]) == 0
    assert states(table(capsys, named)) == [(7, 4, "released"), (7, 3, "in production")]
    assert main(["rollback", named, "4"]) == 0
    assert recipe_in_use(root / "plate").recipe.version == 4
    assert main(["check"]) == 0


def test_withdraw_and_back(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["withdraw", "Plate A", "--reason", "worn tool"]) == 0
    said = capsys.readouterr().out
    assert (
        "plate/recipe.json: no version is in production any more; a running station takes it at its next reload" in said
    )
    assert "to have it again: vision-inspection rollback Plate A" in said
    assert states(table(capsys)) == [(8, 1, "draft"), (7, 3, "released")]
    mark = withdrawal(root / "plate")
    assert mark is not None
    assert (mark.version, mark.by, mark.reason) == (3, "command line anna", "worn tool")
    assert main(["rollback", "plate"]) == 0
    assert states(table(capsys))[1:] == [(7, 3, "in production")]
    assert withdrawal(root / "plate") is None


def test_the_table_is_for_people(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["release", "8"]) == 0
    edit(root / "bottle" / "recipe.json", 60)
    (root / "plate" / "draft.json").write_text("{")
    capsys.readouterr()
    assert main(["recipes"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["job", "name", "version", "state", "since", "(UTC)", "by", "reason", "file"]
    assert lines[0].split()[:5] == ["8", "Bottle", "1", "in", "production"]
    assert lines[0].endswith("bottle/versions/1.json")
    assert lines[3].startswith("bottle/versions/1.json: recipe.json: release.sha256: the file was changed since")
    assert lines[4] == "plate/draft.json: draft.json: cannot be read as JSON"


def test_check_says_which_of_them_has_the_problem(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draft", "plate"]) == 0
    edit(root / "plate" / "draft.json", "dark")  # type: ignore[arg-type]
    assert main(["release", "bottle"]) == 0
    edit(root / "bottle" / "recipe.json", 60)
    capsys.readouterr()
    assert main(["check"]) == 1
    said = capsys.readouterr()
    first, second = said.err.splitlines()
    assert first.startswith("bottle/recipe.json: release.sha256: the file was changed since version 1 was released")
    assert second.startswith("plate/draft.json: steps[0].limits.mean.low: 'dark'")
    assert said.out.splitlines() == [
        "2 problem(s)",
        "looked at: bottle version 1; plate version 3 and draft of version 4",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["release", "7"], "plate: there is no draft"),
        (["release", "9"], "has this job number or name, and it is no folder; there are: bottle, plate"),
        (["rollback", "7"], "plate: there is no version before version 3"),
        (["rollback", "8", "2"], "bottle: there is no version 2; kept are: none"),
        (["draft", "8"], "bottle/recipe.json: there is a draft already"),
        (["withdraw", "8"], "bottle: no version is in production"),
        (["withdraw", "9"], "has this job number or name, and it is no folder; there are: bottle, plate"),
        (["recipes", "nowhere/at/all"], "there is no recipe in nowhere/at/all"),
    ],
)
def test_what_cannot_be_done_is_said(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(arguments) == 1
    assert words in capsys.readouterr().err


def test_a_draft_that_cannot_be_prepared_is_not_released(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draft", "plate"]) == 0
    data = json.loads((root / "plate" / "draft.json").read_text())
    data["steps"] = [{"name": "cap", "tool": {"type": "color_area"}, "taught": "red"}]
    (root / "plate" / "draft.json").write_text(json.dumps(data))
    assert main(["release", "plate"]) == 1
    assert "'red' was never taught; teach this step" in capsys.readouterr().err
    assert recipe_in_use(root / "plate").recipe.version == 3
