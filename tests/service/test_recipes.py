"""The recipe book."""

import json
from pathlib import Path

from service.recipes import RecipeBook

STEP = {"name": "light", "tool": {"type": "brightness"}, "slot": 0}


def write(folder: Path, job: int, name: str, **more: object) -> None:
    (folder / name).mkdir()
    recipe = {"format": 1, "job": job, "name": name, "version": 1, "released": True, "steps": [STEP]} | more
    (folder / name / "recipe.json").write_text(json.dumps(recipe))


async def test_a_draft_is_not_loaded_and_says_how_to_release_it(tmp_path: Path) -> None:
    write(tmp_path, 1, "ready")
    write(tmp_path, 2, "draft", released=False)
    book = RecipeBook(tmp_path)
    await book.load()
    assert sorted(book.ready) == [1]
    assert [broken.folder for broken in book.broken] == ["draft"]
    assert "version 1 is a draft" in book.broken[0].problems[0]
    assert "--release" in book.broken[0].problems[0]
    await book.close()


async def test_two_recipes_of_one_job_leave_the_first(tmp_path: Path) -> None:
    write(tmp_path, 1, "a")
    write(tmp_path, 1, "b")
    book = RecipeBook(tmp_path)
    await book.load()
    assert book.ready[1].recipe.name == "a"
    assert "already the job number of 'a'" in book.broken[0].problems[0]
    await book.close()
