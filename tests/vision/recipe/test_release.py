"""Drafts, releases and ways back, on files as people and power cuts leave them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vision.errors import RecipeError
from vision.recipe import (
    DRAFT,
    FILE,
    Recipe,
    Signed,
    TaughtEntry,
    begin_draft,
    check_folder,
    kept_versions,
    load_draft,
    load_recipe,
    load_version,
    recipe_in_use,
    release_draft,
    roll_back,
    save_draft,
)
from vision.taught import load_taught, save_taught
from vision.tool import Taught

ANNA = Signed("anna", "pins are shorter", "2026-11-25T12:00:00Z")


def draft(low: float = 20, **more: Any) -> Recipe:
    step = {"name": "light", "tool": {"type": "brightness"}, "limits": {"mean": {"low": low}}}
    return Recipe.model_validate({"job": 7, "name": "plate", "steps": [step]} | more)


def low(recipe: Recipe) -> float | None:
    return recipe.steps[0].limits["mean"].low


def released(folder: Path, *lows: float) -> Path:
    """One version after the other."""
    for one in lows:
        save_draft(draft(one), folder)
        release_draft(folder, ANNA)
    return folder


@pytest.fixture
def plate(tmp_path: Path) -> Path:
    """A recipe's folder with three versions, of which the lower limits are 10, 20 and 30."""
    return released(tmp_path / "plate", 10, 20, 30)


def test_a_draft_lies_beside_the_version_in_production(plate: Path) -> None:
    before = (plate / FILE).read_bytes()
    assert begin_draft(plate).version == 4
    save_draft(draft(40), plate)
    assert (plate / FILE).read_bytes() == before
    assert low(recipe_in_use(plate).recipe) == 30
    assert (low(load_draft(plate)), load_draft(plate).version, load_draft(plate).released) == (40, 4, False)


def test_a_release_takes_its_place_and_every_version_is_kept(plate: Path) -> None:
    assert sorted(path.relative_to(plate).as_posix() for path in plate.rglob("*.json")) == [
        "recipe.json",
        "versions/1.json",
        "versions/2.json",
        "versions/3.json",
    ]
    used = recipe_in_use(plate)
    assert (used.recipe.version, used.recipe.released, used.problems) == (3, True, ())
    assert [low(load_version(plate, version)) for version in (1, 2, 3)] == [10, 20, 30]
    (last,) = used.recipe.times
    assert (last.number, last.by, last.reason, last.at) == (3, "anna", "pins are shorter", "2026-11-25T12:00:00Z")
    assert last.at_us == 1_795_608_000_000_000
    assert check_folder(plate.parent) == []


def test_a_way_back_keeps_the_number_and_says_who_and_when(plate: Path) -> None:
    save_draft(draft(40), plate)
    assert roll_back(plate, None, Signed("bert", "too many rejects")).version == 2
    used = recipe_in_use(plate).recipe
    assert (used.version, low(used)) == (2, 20)
    assert [(time.number, time.by) for time in used.times] == [(2, "anna"), (4, "bert")]
    assert low(load_draft(plate)) == 40, "the draft stays as it is"
    assert roll_back(plate, 3, ANNA).version == 3
    assert release_draft(plate, ANNA).version == 4
    assert kept_versions(plate) == [1, 2, 3, 4]
    assert check_folder(plate.parent) == []


def test_a_version_gone_back_to_has_the_hash_that_results_know(plate: Path) -> None:
    before = load_version(plate, 1).sha256
    assert roll_back(plate, 1, ANNA).sha256 == before


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda folder: release_draft(folder, ANNA), "plate: there is no draft"),
        (lambda folder: roll_back(folder, 3, ANNA), "plate: version 3 is in production already"),
        (lambda folder: roll_back(folder, 9, ANNA), "plate: there is no version 9; kept are: 1, 2, 3"),
        (lambda folder: roll_back(roll_back_to_1(folder), None, ANNA), "there is no version before version 1"),
        (lambda folder: release_draft(drafted(folder, draft(30)), ANNA), "the draft is the same as version 3"),
        (lambda folder: release_draft(drafted(folder, draft(40, job=8)), ANNA), "job: 8 where version 3 has 7"),
        (lambda folder: release_draft(drafted(folder, draft(40)), ANNA, sha256="0" * 64), "somebody else changed"),
        (lambda folder: begin_draft(drafted(folder, draft(40))), "plate/draft.json: there is a draft already"),
        (lambda folder: save_draft(draft(40), folder, draft(50)), "somebody else changed the draft meanwhile"),
        (lambda folder: begin_draft(folder.parent / "other"), "other: cannot be opened: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    plate: Path, call: Callable[[Path], object], words: str
) -> None:
    with pytest.raises(RecipeError) as caught:
        call(plate)
    assert words in str(caught.value)
    assert recipe_in_use(plate).recipe.version in (1, 3)
    assert kept_versions(plate) == [1, 2, 3]


def roll_back_to_1(folder: Path) -> Path:
    roll_back(folder, 1, ANNA)
    return folder


def drafted(folder: Path, recipe: Recipe) -> Path:
    save_draft(recipe, folder)
    return folder


def test_a_draft_with_problems_is_not_released_and_every_one_is_said(plate: Path) -> None:
    save_draft(draft(40), plate)
    text = (plate / DRAFT).read_text()
    (plate / DRAFT).write_text(text.replace('"brightness"', '"crystal_ball"'))
    with pytest.raises(RecipeError) as caught:
        release_draft(plate, ANNA)
    assert any(line.startswith("draft.json: steps[0].tool") for line in caught.value.problems)
    assert recipe_in_use(plate).recipe.version == 3
    assert check_folder(plate.parent)[0].startswith("plate/draft.json: steps[0].tool")


def test_a_version_that_is_not_approved_never_was_in_production(plate: Path) -> None:
    def refuse(recipe: Recipe) -> None:
        raise RecipeError(f"version {recipe.version} fails its reference images")

    save_draft(draft(40), plate)
    before = {path: path.read_bytes() for path in plate.rglob("*.json")}
    with pytest.raises(RecipeError, match="version 4 fails its reference images"):
        release_draft(plate, ANNA, refuse)
    with pytest.raises(RecipeError, match="version 1 fails its reference images"):
        roll_back(plate, 1, ANNA, refuse)
    assert {path: path.read_bytes() for path in plate.rglob("*.json")} == before


def test_two_recipes_may_not_have_one_job(plate: Path) -> None:
    save_draft(draft(5), plate.parent / "second")
    assert check_folder(plate.parent) == ["second/draft.json: job: 7 is used already, by plate/recipe.json"]
    with pytest.raises(RecipeError, match=r"second: job: 7 is used already, by plate/recipe\.json"):
        release_draft(plate.parent / "second", ANNA)


# taught data


def taught(folder: Path, level: int) -> dict[str, TaughtEntry]:
    data = Taught(arrays={"colours": np.full((1, 3), level, np.float32)})
    return {
        "red": TaughtEntry(tool="color_area", tool_version=1, sha256=save_taught(folder, "red", data, "color_area", 1))
    }


def coloured(folder: Path, level: int) -> Recipe:
    step = {"name": "cap", "tool": {"type": "color_area"}, "taught": "red"}
    return draft(steps=[step]).model_copy(update={"taught": taught(folder, level)})


def test_every_version_keeps_its_taught_data_and_drafts_that_are_gone_do_not(tmp_path: Path) -> None:
    folder = tmp_path / "bottle"
    for level in (1, 2):
        save_draft(coloured(folder, level), folder)
        release_draft(folder, ANNA)
    for level in (3, 4):
        save_draft(coloured(folder, level), folder)
    assert len(list((folder / "taught" / "red").iterdir())) == 3
    roll_back(folder, 1, ANNA)
    entry = recipe_in_use(folder).recipe.taught["red"]
    assert load_taught(folder, "red", entry.sha256, "color_area", 1).arrays["colours"][0, 0] == 1


def test_a_version_whose_taught_data_is_damaged_gives_way_to_the_one_before(tmp_path: Path) -> None:
    folder = tmp_path / "bottle"
    for level in (1, 2):
        save_draft(coloured(folder, level), folder)
        release_draft(folder, ANNA)
    digest = load_recipe(folder).taught["red"].sha256
    next((folder / "taught" / "red" / digest[:16]).rglob("*.npy")).write_bytes(b"")
    used = recipe_in_use(folder)
    assert (used.recipe.version, used.file) == (1, "versions/1.json")
    assert "its hash does not match" in used.problems[0]
    with pytest.raises(RecipeError, match="its hash does not match"):
        roll_back(folder, 2, ANNA)
