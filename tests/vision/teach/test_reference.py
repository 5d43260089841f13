"""Images that a recipe carries to prove itself by."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vision.errors import RecipeError
from vision.frame import Acquisition, Frame, Image, Inputs
from vision.pipeline import prepare
from vision.recipe import FILE, Recipe, ReferenceImage, problems_of, save_draft, save_recipe
from vision.teach import (
    add_reference,
    approved,
    check_references,
    failed_references,
    load_reference,
    remove_reference,
)


def recipe(low: float = 50, **more: Any) -> Recipe:
    steps = [
        {"name": "light", "tool": {"type": "brightness"}, "limits": {"mean": {"low": low}}},
        {"name": "even", "tool": {"type": "brightness"}, "limits": {"std": {"high": 5}}},
    ]
    return Recipe.model_validate({"job": 1, "name": "x", "steps": steps, "image": {"quality_gate": False}, **more})


def part(level: int, image: Image | None = None, full_scale: int = 255) -> Acquisition:
    image = np.full((30, 40), level, np.uint8) if image is None else image
    return Acquisition({"default": Frame(image, 0, 0, 0, full_scale=full_scale)})


def with_references(folder: Path, of: Recipe) -> Recipe:
    of = add_reference(of, folder, ReferenceImage(name="good", judgement="PASS"), part(100))
    return add_reference(of, folder, ReferenceImage(name="dark", judgement="FAIL", fails=("light",)), part(20))


def failures(folder: Path, of: Recipe) -> list[str]:
    return list(failed_references(prepare(of, folder), folder))


def test_a_recipe_that_judges_them_right_is_approved(tmp_path: Path) -> None:
    made = with_references(tmp_path, recipe())
    assert approved(made, tmp_path).failed == ()
    assert approved(made, tmp_path).prepared.recipe is made


@pytest.mark.parametrize(
    ("low", "failed"),
    [
        (100, []),
        (101, ["references.good: FAIL (light: mean 100 grey (at least 101)), PASS expected"]),
        (20, ["references.dark: PASS, FAIL expected"]),
    ],
)
def test_a_recipe_that_does_not_is_named_with_what_it_got_wrong(tmp_path: Path, low: float, failed: list[str]) -> None:
    made = with_references(tmp_path, recipe()).model_copy(update={"steps": recipe(low).steps})
    assert failures(tmp_path, made) == failed
    if failed:
        with pytest.raises(RecipeError) as refused:
            approved(made, tmp_path)
        assert refused.value.problems == tuple(failed)
        assert approved(made, tmp_path, forced=True).failed == tuple(failed)


def test_the_right_step_has_to_fail(tmp_path: Path) -> None:
    image = np.full((30, 40), 20, np.uint8)
    wanted = ReferenceImage(name="uneven", judgement="FAIL", fails=("even",))
    made = add_reference(recipe(), tmp_path, wanted, part(0, image))
    assert failures(tmp_path, made) == ["references.uneven: step 'even' does not fail, as it should"]


def test_the_class_it_has_to_be_sorted_into(tmp_path: Path) -> None:
    classes = [{"name": n, "conditions": [{"step": "light", "low": low}]} for n, low in (("A", 150), ("B", 60))]
    sorting = recipe(combine={"rule": "sort", "classes": classes})
    made = add_reference(sorting, tmp_path, ReferenceImage(name="a", judgement="PASS", sort_class="A"), part(100))
    assert failures(tmp_path, made) == ["references.a: class B, A expected"]


def test_an_error_is_neither_pass_nor_fail(tmp_path: Path) -> None:
    made = add_reference(recipe(), tmp_path, ReferenceImage(name="small", judgement="FAIL"), part(10))
    made = made.model_copy(update={"image": made.image.model_copy(update={"width": 99})})
    (line,) = failures(tmp_path, made)
    assert line.startswith("references.small: ERROR (image format: width is 40")


@pytest.mark.parametrize(("dtype", "full"), [(np.uint8, 255), (np.uint16, 4095), (np.uint16, 65535)])
@pytest.mark.parametrize("shape", [(9, 7), (9, 7, 3), (1, 1)])
def test_frames_and_inputs_come_back_bit_for_bit(tmp_path: Path, shape: tuple[int, ...], dtype: Any, full: int) -> None:
    image = np.random.default_rng(1).integers(0, full + 1, shape).astype(dtype)
    given = Inputs("P1", ("a", "", "ü"), (1, 65535), 1_700_000_000_000_000, "Europe/Berlin")
    acquisition = Acquisition({"top light": Frame(image, 0, 0, 0, full_scale=full), "b": part(3).first})
    made = add_reference(recipe(), tmp_path, ReferenceImage(name="one", judgement="PASS"), acquisition, given)
    found, inputs = load_reference(made, tmp_path, "one")
    assert list(found.frames) == ["top light", "b"]
    assert (found.first.image == image).all()
    assert (found.first.image.dtype, found.first.full_scale) == (dtype, full)
    assert inputs == given


def test_one_of_the_same_name_is_replaced_and_one_is_taken_out(tmp_path: Path) -> None:
    made = with_references(tmp_path, recipe())
    made = add_reference(made, tmp_path, ReferenceImage(name="good", judgement="PASS"), part(200))
    assert [one.name for one in made.references] == ["dark", "good"]
    assert load_reference(made, tmp_path, "good")[0].first.image[0, 0] == 200
    left = remove_reference(made, "good")
    assert ([one.name for one in left.references], list(left.taught)) == (["dark"], ["dark"])
    with pytest.raises(RecipeError, match="there is no reference 'goood'; there are: dark, good"):
        remove_reference(made, "goood")


def test_a_name_of_other_taught_data_is_refused(tmp_path: Path) -> None:
    entry = {"tool": "presence", "tool_version": 1, "sha256": "0" * 64}
    with pytest.raises(RecipeError, match="'pins' is the name of what presence was taught"):
        add_reference(recipe(taught={"pins": entry}), tmp_path, ReferenceImage(name="pins", judgement="PASS"), part(1))


def test_an_image_that_was_changed_is_named(tmp_path: Path) -> None:
    made = with_references(tmp_path, recipe())
    next((tmp_path / "taught" / "good").glob("*/files/0.png")).write_bytes(b"")
    with pytest.raises(RecipeError, match="was changed"):
        approved(made, tmp_path, forced=True)


def test_check_judges_them_again_in_production_and_draft(tmp_path: Path) -> None:
    folder = tmp_path / "plate"
    made = with_references(folder, recipe())
    save_recipe(made.model_copy(update={"released": True}), folder, FILE)
    assert check_references(tmp_path) == []
    save_draft(made.model_copy(update={"steps": recipe(20).steps}), folder)
    assert check_references(tmp_path) == ["plate/draft.json: references.dark: PASS, FAIL expected"]
    save_recipe(made.model_copy(update={"released": True, "steps": recipe(101).steps}), folder, FILE)
    assert len(check_references(tmp_path)) == 2


def test_what_a_reference_names_is_checked(tmp_path: Path) -> None:
    made = with_references(tmp_path, recipe())
    lost = made.model_copy(update={"taught": {}, "steps": made.steps[1:], "references": made.references * 2})
    assert list(problems_of(lost)) == [
        "references[2].name: reference 'good' is used already, by references[0].name",
        "references[3].name: reference 'dark' is used already, by references[1].name",
        "references[0].name: there is no image 'good'; add it again",
        "references[1].name: there is no image 'dark'; add it again",
        "references[1].fails[0]: there is no step 'light'; there are: even",
        "references[2].name: there is no image 'good'; add it again",
        "references[3].name: there is no image 'dark'; add it again",
        "references[3].fails[0]: there is no step 'light'; there are: even",
    ]


def test_a_recipe_without_them_is_written_as_before() -> None:
    assert "references" not in recipe().content()
