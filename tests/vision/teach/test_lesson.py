"""Teaching a step from images."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from vision.errors import TeachError
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import Limit, NOfM, Recipe, Step, load_draft, load_recipe, save_draft, save_recipe
from vision.result import Judgement
from vision.roi import CircleRoi, Rectangle
from vision.teach import Example, save_lesson, teach_step
from vision.tool import Findings, Measure, Taught, Tool, View
from vision.tools import Brightness, ColorArea, Locate

RED, GREEN, BLUE = (30, 30, 200), (40, 180, 40), (200, 60, 30)
LEFT, RIGHT = Rectangle(x=0, y=0, width=30, height=40), Rectangle(x=30, y=0, width=30, height=40)


def part(left: tuple[int, int, int], right: tuple[int, int, int]) -> Acquisition:
    image = np.empty((40, 60, 3), np.uint8)
    image[:, :30], image[:, 30:] = left, right
    return Acquisition({"default": Frame(image, 1, 0, 0)})


def cap(name: str, *regions: Rectangle, taught: str = "cap", **more: Any) -> Step:
    return Step(name=name, tool=ColorArea(), regions=regions, taught=taught, limits={"share": Limit(low=90)}, **more)


def recipe(*steps: Step, **more: Any) -> Recipe:
    return Recipe(**{"job": 3, "name": "bottle", "released": True, "steps": steps} | more)


def judgement(taught: Recipe, folder: Path, seen: Acquisition) -> Judgement:
    return inspect(seen, prepare(taught, folder), Inputs()).judgement


def test_a_step_learns_from_one_good_image_and_the_file_has_it(tmp_path: Path) -> None:
    plain = recipe(cap("cap", LEFT), combine=NOfM(n=1))
    save_recipe(plain, tmp_path)
    plain = load_recipe(tmp_path, taught=False)
    taught = save_lesson(plain, tmp_path, "cap", teach_step(plain, tmp_path, "cap", [Example(part(RED, BLUE))]))
    save_draft(taught, tmp_path)
    assert load_recipe(tmp_path, taught=False) == plain, "what is in production stays as it is"
    assert load_draft(tmp_path) == taught.model_copy(update={"version": 2, "released": False})
    assert taught.step("cap").tool == ColorArea(tolerance_de=5.0)
    assert judgement(taught, tmp_path, part(RED, GREEN)) is Judgement.PASS
    assert judgement(taught, tmp_path, part(GREEN, RED)) is Judgement.FAIL


def test_steps_that_share_taught_data_are_taught_together(tmp_path: Path) -> None:
    plain = recipe(cap("left", LEFT), cap("right", RIGHT))
    taught = save_lesson(plain, tmp_path, "left", teach_step(plain, tmp_path, "left", [Example(part(RED, BLUE))]))
    assert judgement(taught, tmp_path, part(BLUE, RED)) is Judgement.PASS
    assert judgement(taught, tmp_path, part(GREEN, RED)) is Judgement.FAIL
    assert taught.step("right").tool == taught.step("left").tool


def test_labels_are_given_by_step_and_region(tmp_path: Path) -> None:
    plain = recipe(cap("cap", LEFT, RIGHT))
    example = Example(part(RED, (30, 70, 200)), {"cap": ("good", "bad")})
    taught = teach_step(plain, tmp_path, "cap", [example])
    assert (len(taught.arrays["colours"]), len(taught.arrays["others"])) == (1, 1)


def test_teaching_more_keeps_what_was_taught(tmp_path: Path) -> None:
    plain = recipe(cap("cap", LEFT))
    first = save_lesson(plain, tmp_path, "cap", teach_step(plain, tmp_path, "cap", [Example(part(RED, RED))]))
    more = teach_step(first, tmp_path, "cap", [Example(part(GREEN, RED))], more=True)
    second = save_lesson(first, tmp_path, "cap", more)
    for colour, wanted in ((RED, Judgement.PASS), (GREEN, Judgement.PASS), (BLUE, Judgement.FAIL)):
        assert judgement(second, tmp_path, part(colour, BLUE)) is wanted
    assert len(list((tmp_path / "taught" / "cap").iterdir())) == 2, "the first lesson is still there"
    save_draft(second, tmp_path)
    assert len(list((tmp_path / "taught" / "cap").iterdir())) == 1, "no version names it"


def test_what_is_taught_beside_a_version_leaves_it_whole(tmp_path: Path) -> None:
    plain = recipe(cap("cap", LEFT))
    first = save_lesson(plain, tmp_path, "cap", teach_step(plain, tmp_path, "cap", [Example(part(RED, RED))]))
    save_recipe(first, tmp_path)
    save_lesson(first, tmp_path, "cap", teach_step(first, tmp_path, "cap", [Example(part(BLUE, RED))]))
    assert judgement(load_recipe(tmp_path), tmp_path, part(RED, RED)) is Judgement.PASS


def test_damaged_taught_data_is_mended_by_teaching_the_same_again(tmp_path: Path) -> None:
    plain, examples = recipe(cap("cap", LEFT)), [Example(part(RED, RED))]
    first = save_lesson(plain, tmp_path, "cap", teach_step(plain, tmp_path, "cap", examples))
    for file in (tmp_path / "taught").rglob("*.npy"):
        file.write_bytes(b"damaged")
    again = save_lesson(first, tmp_path, "cap", teach_step(first, tmp_path, "cap", examples))
    assert again == first
    assert judgement(again, tmp_path, part(RED, RED)) is Judgement.PASS


class Finder(Tool):
    """Finds the first column that is red."""

    type: str = "finder"
    locates: ClassVar[bool] = True
    measures: ClassVar[tuple[Measure, ...]] = (Measure("x", main=True),)

    def measure(self, view: View) -> Findings:
        columns = np.flatnonzero(view.colour[0, :, 2] > 150)
        if not len(columns):
            return Findings(found=False)
        return Findings(x=float(columns[0]), pose=np.array([[1.0, 0.0, float(columns[0])], [0.0, 1.0, 0.0]]))


def finder(name: str = "part") -> Step:
    return Step(name=name, tool=Brightness()).model_copy(update={"tool": Finder()})


def test_regions_to_learn_from_move_with_the_part(tmp_path: Path) -> None:
    plain = recipe(cap("cap", Rectangle(x=2, y=2, width=8, height=8), fixture="part"), finder())
    taught = teach_step(plain, tmp_path, "cap", [Example(part(BLUE, RED))])
    again = teach_step(plain, tmp_path, "cap", [Example(part(RED, BLUE))])
    np.testing.assert_array_equal(taught.arrays["colours"], again.arrays["colours"])


def test_a_mask_erases_from_what_is_looked_for_and_not_from_where_it_is_looked_for(tmp_path: Path) -> None:
    image = np.full((120, 160), 60, np.uint8)
    image[40:80, 50:110] = 180
    image[55:65, 75:85] = 20  # in the middle, on some parts alone
    bare = np.where(image == 20, 180, image).astype(np.uint8)
    good, other = (Acquisition({"default": Frame(one, 1, 0, 0)}) for one in (image, bare))
    part, where = Rectangle(x=40, y=30, width=80, height=60), Rectangle(x=60, y=40, width=40, height=40)
    step = Step(name="part", tool=Locate(), regions=(part, where), taught="part")
    scores = []
    for masks in ((), (CircleRoi(x=79.5, y=59.5, radius=12),)):
        plain = recipe(step.model_copy(update={"masks": masks}))
        taught = save_lesson(plain, tmp_path, "part", teach_step(plain, tmp_path, "part", [Example(good)]))
        (result,) = inspect(other, prepare(taught, tmp_path), Inputs()).steps
        scores.append(next(one.value for one in result.measurements if one.name == "score"))
    assert scores[0] < 0.9
    assert scores[1] > 0.97


@pytest.mark.parametrize(
    ("steps", "name", "examples", "words"),
    [
        ([cap("cap", LEFT)], "cop", [Example(part(RED, RED))], "there is no step 'cop' in recipe 'bottle'"),
        ([cap("cap", LEFT)], "cap", [], "nothing to learn from"),
        ([finder("cap")], "cap", [Example(part(RED, RED))], "finder learns nothing"),
        ([Step(name="cap", tool=ColorArea())], "cap", [Example(part(RED, RED))], "has no name for its taught data"),
        (
            [cap("cap", LEFT, fixture="part"), finder()],
            "cap",
            [Example(part(RED, RED)), Example(part(BLUE, BLUE))],
            "image 2: step 'part' is needed and gave nothing: not found",
        ),
        (
            [cap("cap", Rectangle(x=99, y=0, width=5, height=5))],
            "cap",
            [Example(part(RED, RED))],
            "image 1: region 1 lies outside of the frame",
        ),
        (
            [cap("cap", LEFT)],
            "cap",
            [Example(part(RED, RED), {"cap": ("good", "bad")})],
            "image 1: 2 labels for 1 regions of step 'cap'",
        ),
        ([cap("cap", LEFT)], "cap", [Example(part(RED, RED), {"cap": ("bad",)})], "no region is labelled good"),
    ],
)
def test_what_cannot_be_taught_is_said(
    tmp_path: Path, steps: Sequence[Step], name: str, examples: list[Example], words: str
) -> None:
    with pytest.raises(TeachError, match=words):
        teach_step(recipe(*steps), tmp_path, name, examples)


def test_parameters_that_the_tool_does_not_take_are_a_teach_error(tmp_path: Path) -> None:
    with pytest.raises(TeachError, match="proposed what it does not take"):
        save_lesson(recipe(cap("cap", LEFT)), tmp_path, "cap", Taught(parameters={"tolerance_de": -1}))
