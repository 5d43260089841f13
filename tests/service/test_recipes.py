"""The recipe book."""

import json
import time
from pathlib import Path

from service.recipes import RecipeBook
from vision.pipeline import prepare
from vision.recipe import Signed, load_recipe, release_draft

STEP = {"name": "light", "tool": {"type": "brightness"}, "slot": 0}


def write(folder: Path, job: int, name: str, file: str = "recipe.json", **more: object) -> None:
    (folder / name).mkdir(exist_ok=True)
    recipe = {"format": 1, "job": job, "name": name, "version": 1, "released": True, "steps": [STEP]} | more
    (folder / name / file).write_text(json.dumps(recipe))


async def test_a_draft_is_not_loaded_and_no_fault(tmp_path: Path) -> None:
    write(tmp_path, 1, "ready")
    write(tmp_path, 2, "draft", released=False)
    write(tmp_path, 1, "ready", file="draft.json", released=False, steps=[STEP, STEP])
    book = RecipeBook(tmp_path)
    await book.load()
    assert sorted(book.ready) == [1]
    assert book.broken == ()
    assert len(book.ready[1].recipe.steps) == 1
    await book.close()


async def test_a_damaged_file_leaves_the_last_good_version_ready_and_is_said(tmp_path: Path) -> None:
    write(tmp_path, 1, "plate", released=False)
    release_draft(tmp_path / "plate", Signed("anna"))
    (tmp_path / "plate" / "recipe.json").write_text("{")
    book = RecipeBook(tmp_path)
    await book.load()
    assert book.ready[1].recipe.version == 1
    (broken,) = book.broken
    assert (broken.folder, broken.job) == ("plate", 1)
    assert "version 1 is in use, from versions/1.json" in broken.short
    await book.close()


async def test_what_was_accepted_is_judged_by_the_version_of_then(tmp_path: Path) -> None:
    write(tmp_path, 1, "plate")
    book = RecipeBook(tmp_path)
    await book.load()
    times = [time.monotonic_ns()]
    held = [book.ready[1]]
    for version in (2, 3):
        write(tmp_path, 1, "plate", version=version)
        held.append(prepare(load_recipe(tmp_path / "plate"), tmp_path / "plate"))
        book.hold(held[-1], tmp_path / "plate")
        times.append(time.monotonic_ns())
    assert [book.at(1, at) for at in times] == held
    assert book.at(2, times[0]) is None
    await book.close()


async def test_two_recipes_of_one_job_leave_the_first(tmp_path: Path) -> None:
    write(tmp_path, 1, "a")
    write(tmp_path, 1, "b")
    book = RecipeBook(tmp_path)
    await book.load()
    assert book.ready[1].recipe.name == "a"
    assert "already the job number of 'a'" in book.broken[0].problems[0]
    await book.close()
