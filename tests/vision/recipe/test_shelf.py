"""Files as hands, disks, earlier versions and power cuts leave them."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.vision.recipe.test_release import ANNA, draft, low, released
from vision.errors import RecipeError
from vision.recipe import (
    DRAFT,
    FILE,
    check_folder,
    draft_file,
    load_draft,
    load_recipe,
    load_version,
    recipe_folders,
    recipe_in_use,
    release_draft,
    roll_back,
    save_draft,
    working_copy,
)


def edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def raise_low(data: dict[str, Any]) -> None:
    data["steps"][0]["limits"]["mean"]["low"] = 99


@pytest.fixture
def plate(tmp_path: Path) -> Path:
    """A recipe's folder with three versions, of which the lower limits are 10, 20 and 30."""
    return released(tmp_path / "plate", 10, 20, 30)


# what hands and disks do to the files


@pytest.mark.parametrize("size", range(0, 1000, 50))
def test_a_file_that_was_cut_off_leaves_the_same_version_in_use(plate: Path, size: int) -> None:
    whole = (plate / FILE).read_bytes()
    (plate / FILE).write_bytes(whole[: min(size, len(whole) - 2)])
    used = recipe_in_use(plate)
    assert (used.recipe.version, low(used.recipe), used.file) == (3, 30, "versions/3.json")
    assert used.problems[0].startswith("recipe.json: ")
    assert used.problems[-1] == "recipe.json: version 3 is in use, from versions/3.json, until this is put in order"


def test_any_flipped_letter_is_seen(plate: Path) -> None:
    whole = (plate / FILE).read_bytes()
    for place in range(0, len(whole), 7):
        if whole[place : place + 1].isspace():
            continue
        (plate / FILE).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        used = recipe_in_use(plate)
        assert (used.recipe.version, low(used.recipe), used.file) == (3, 30, "versions/3.json"), place


def test_after_a_way_back_the_version_gone_back_to_is_the_last_good_one(plate: Path) -> None:
    roll_back(plate, 1, ANNA)
    (plate / FILE).unlink()
    assert recipe_in_use(plate).recipe.version == 1
    assert recipe_folders(plate.parent) == [plate]


def test_nothing_that_is_whole_is_no_recipe(plate: Path) -> None:
    for path in plate.rglob("*.json"):
        path.write_text("{")
    with pytest.raises(RecipeError, match=r"plate/recipe\.json: line 1 column 2: is no JSON"):
        recipe_in_use(plate)


def test_a_released_file_that_was_changed_by_hand_is_not_used_and_says_what_to_do(plate: Path) -> None:
    edit(plate / FILE, raise_low)
    used = recipe_in_use(plate)
    assert low(used.recipe) == 30
    assert check_folder(plate.parent) == [
        "plate/recipe.json: release.sha256: the file was changed since version 3 was released; to keep the change "
        "copy it to draft.json and release that, to undo it go back to the version"
    ]
    with pytest.raises(RecipeError, match="the file was changed since version 3 was released"):
        working_copy(plate)


def test_a_change_by_hand_is_kept_as_a_draft(plate: Path) -> None:
    edit(plate / FILE, raise_low)
    (plate / DRAFT).write_bytes((plate / FILE).read_bytes())
    assert release_draft(plate, ANNA).version == 4
    assert low(recipe_in_use(plate).recipe) == 99
    assert check_folder(plate.parent) == []


def test_a_change_by_hand_is_undone_and_lies_aside(plate: Path) -> None:
    edit(plate / FILE, raise_low)
    roll_back(plate, 3, ANNA)
    assert low(recipe_in_use(plate).recipe) == 30
    assert check_folder(plate.parent) == []
    assert json.loads((plate / "recipe.json.changed").read_text())["steps"][0]["limits"]["mean"]["low"] == 99


def test_a_change_that_takes_the_seal_off_is_seen_by_its_number(plate: Path) -> None:
    edit(plate / FILE, lambda data: (raise_low(data), data.pop("release")))
    assert low(recipe_in_use(plate).recipe) == 30
    assert "version 3 was released with another content" in check_folder(plate.parent)[0]
    edit(plate / FILE, lambda data: data.update(version=4))
    used = recipe_in_use(plate)
    assert (low(used.recipe), used.recipe.version, used.problems) == (99, 4, ()), "a number of its own"


def test_how_the_file_is_laid_out_does_not_matter(plate: Path) -> None:
    edit(plate / FILE, lambda data: data)
    assert recipe_in_use(plate).file == FILE


def test_an_earlier_version_that_was_changed_is_said_and_cannot_be_gone_back_to(plate: Path) -> None:
    edit(plate / "versions/2.json", raise_low)
    (plate / "versions/7.json").write_bytes((plate / "versions/1.json").read_bytes())
    assert check_folder(plate.parent) == [
        "plate/versions/2.json: release.sha256: the file was changed since version 2 was released; to keep the change "
        "copy it to draft.json and release that, to undo it go back to the version",
        "plate/versions/7.json: release: this is not the file that was written when the version was released",
    ]
    for version in (2, 7):
        with pytest.raises(RecipeError):
            roll_back(plate, version, ANNA)


# folders from before there were drafts


def old(folder: Path, **more: Any) -> Path:
    """One file, no seal."""
    folder.mkdir()
    content = draft(10).content() | more
    (folder / FILE).write_text(json.dumps(content))
    return folder


def test_a_folder_of_old_is_in_production_as_it_is(tmp_path: Path) -> None:
    folder = old(tmp_path / "plate", version=5, released=True)
    used = recipe_in_use(folder)
    assert (used.recipe.version, used.file, used.problems) == (5, FILE, ())
    assert draft_file(folder) is None
    assert check_folder(tmp_path) == []
    assert list(folder.iterdir()) == [folder / FILE], "reading writes nothing"


def test_the_first_release_in_a_folder_of_old_keeps_its_version(tmp_path: Path) -> None:
    folder = old(tmp_path / "plate", version=5, released=True)
    before = load_recipe(folder)
    save_draft(draft(40), folder)
    assert release_draft(folder, ANNA).version == 6
    kept = load_version(folder, 5)
    assert (kept.sha256, [(time.number, time.by) for time in kept.times]) == (before.sha256, [(1, "")])
    assert recipe_in_use(folder).recipe.times[-1].number == 2
    assert roll_back(folder, None, ANNA).version == 5
    assert check_folder(tmp_path) == []


def test_a_draft_of_old_goes_on_as_the_draft(tmp_path: Path) -> None:
    folder = old(tmp_path / "plate", version=5, released=False)
    assert draft_file(folder) == FILE
    with pytest.raises(RecipeError):
        recipe_in_use(folder)
    copy = working_copy(folder)
    assert copy.version == 5
    save_draft(copy, folder, copy)
    assert sorted(path.name for path in folder.iterdir()) == [DRAFT]
    assert release_draft(folder, ANNA).version == 5


def test_a_draft_of_old_is_released_where_it_lies(tmp_path: Path) -> None:
    folder = old(tmp_path / "plate")
    assert release_draft(folder, ANNA).version == 1
    assert sorted(path.name for path in folder.iterdir()) == [FILE, "versions"]
    assert check_folder(tmp_path) == []


# power cuts

CUT = """
import os, sys
from pathlib import Path
from vision.recipe import Recipe, Signed, begin_draft, release_draft, roll_back, save_draft

folder, what = Path(sys.argv[1]), sys.argv[2]
for cut in range(1000):
    copy = folder.with_name(f"{what}{cut}") / folder.name
    os.system(f"mkdir {copy.parent} && cp -r {folder} {copy}")
    if not (child := os.fork()):
        left = cut
        def count(event, args):
            global left
            if event in ("os.rename", "os.remove", "os.mkdir") or (event == "open" and args[2] & os.O_CREAT):
                left -= 1
                if left < 0:
                    os._exit(9)
        sys.addaudithook(count)
        if what == "release":
            release_draft(copy, Signed("anna"))
        else:
            roll_back(copy, 1, Signed("anna"))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not status:
        print(cut)
        break
"""


@pytest.mark.parametrize("what", ["release", "rollback"])
def test_a_process_that_dies_at_any_step_leaves_one_version_or_the_other(tmp_path: Path, what: str) -> None:
    """Killed before every single change of the disk; then done again."""
    folder = old(tmp_path / "plate", version=1, released=True)
    save_draft(draft(20), folder)
    if what == "rollback":
        release_draft(folder, ANNA)
        save_draft(draft(30), folder)
    done = subprocess.run([sys.executable, "-c", CUT, str(folder), what], capture_output=True, text=True, check=True)
    steps = int(done.stdout)
    assert steps >= 4
    seen = []
    for cut in range(steps + 1):
        copy = tmp_path / f"{what}{cut}" / "plate"
        used = recipe_in_use(copy)
        assert used.problems == ()
        assert low(used.recipe) == {1: 10, 2: 20}[used.recipe.version]
        seen.append(used.recipe.version)
        if what == "release":
            finish_release(copy)
        else:
            assert low(load_draft(copy)) == 30
    assert seen == sorted(seen, reverse=what == "rollback")
    assert set(seen) == {1, 2}


def finish_release(folder: Path) -> None:
    """Done again it ends well, or says that nothing is left to do."""
    if draft_file(folder) is not None and recipe_in_use(folder).recipe.version == 1:
        release_draft(folder, ANNA)
    elif draft_file(folder) is not None:
        with pytest.raises(RecipeError, match="the same as version 2"):
            release_draft(folder, ANNA)
    assert recipe_in_use(folder).recipe.version == 2
    assert low(load_version(folder, 1)) == 10
    assert check_folder(folder.parent) == []
