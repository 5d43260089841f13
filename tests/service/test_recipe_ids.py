"""What clients call recipes, and which job number it stands for."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service import recipe_ids
from service.offload import Offload
from service.recipe_ids import HIGHEST_JOB, NoJobNumber, RecipeIds, TooManyIds, job_numbers
from service.remembered import FILE, Remembered


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Remembered]:
    offload = Offload("remembered")
    yield Remembered(tmp_path / FILE, offload)
    await offload.close()


@pytest.fixture
def said() -> list[str]:
    """The journal's lines."""
    return []


@pytest.fixture
def ids(kept: Remembered, said: list[str]) -> RecipeIds:
    return RecipeIds(kept, lambda _kind, words, who: said.append(f"{who}: {words}"))


async def test_a_new_id_gets_the_number_above_all_and_keeps_it(ids: RecipeIds, said: list[str]) -> None:
    assert ids.choose("BRACKET-12", {1, 7}, "ann") == 8
    assert ids.choose("BRACKET-12", {1, 7, 8, 9}, "ann") == 8, "it is known"
    assert ids.choose("LID", {1}, "ann") == 9, "the number of another id is used, too"
    assert (ids.job("BRACKET-12"), ids.job("bracket-12"), ids.of(8), ids.of(1)) == (8, None, "BRACKET-12", "")
    assert said == ["ann: the recipe 'BRACKET-12' gets job 8", "ann: the recipe 'LID' gets job 9"]


async def test_a_restart_knows_them(tmp_path: Path, ids: RecipeIds, kept: Remembered) -> None:
    ids.choose("BRACKET-12", (), "ann")
    ids.choose("LID", (), "ann")
    ids.forget(1, "ann")
    ids.forget(7, "ann")
    await kept.written(60)
    values = json.loads((tmp_path / FILE).read_bytes())
    assert values["recipe_ids"] == {"LID": 2}
    later = RecipeIds(kept, lambda *_: None)
    assert (later.job("LID"), later.of(2), later.job("BRACKET-12")) == (2, "LID", None)


@pytest.mark.parametrize(
    ("used", "job"),
    [
        pytest.param((), 1, id="the first"),
        pytest.param((HIGHEST_JOB - 1,), HIGHEST_JOB, id="the last"),
        pytest.param((1, 2, HIGHEST_JOB), 3, id="the lowest that is free"),
        pytest.param((0, -4, 70_000), 1, id="what is no job number counts nothing"),
    ],
)
async def test_the_number_is_one_that_is_free(ids: RecipeIds, used: tuple[int, ...], job: int) -> None:
    assert ids.choose("LID", used, "ann") == job


async def test_there_is_an_end_of_numbers_and_of_ids(ids: RecipeIds, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoJobNumber, match="65535"):
        ids.choose("LID", range(1, HIGHEST_JOB + 1), "ann")
    monkeypatch.setattr(recipe_ids, "MOST", 2)
    for own in ("A", "B"):
        ids.choose(own, (), "ann")
    with pytest.raises(TooManyIds, match="recipe id 3: at most 2"):
        ids.choose("C", (), "ann")
    assert ids.choose("B", (), "ann") == 2, "it is known"
    ids.forget(1, "ann")
    assert ids.choose("C", (), "ann") == 3


def test_the_numbers_of_drafts_and_of_lost_recipes_are_used(tmp_path: Path) -> None:
    for name, file, text in (
        ("plate", "recipe.json", '{"job": 1, "released": true}'),
        ("plate", "draft.json", '{"job": 2}'),
        ("new", "draft.json", '{"job": 3}'),
        ("broken", "recipe.json", '{"job": 4,'),
        ("wrong", "recipe.json", '{"job": "five"}'),
        ("lost", "versions/1.json", '{"job": 6, "version": 1}'),
    ):
        (tmp_path / name / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name / file).write_text(text)
    assert job_numbers(tmp_path) == {0, 1, 2, 3, 6}, "what cannot be read at all has no number"
