"""Teaching steps that repeat: what is learned is shared by all instances."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from vision.errors import TeachError
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import Found, Grid, Group, Limit, Recipe, Step
from vision.result import InspectionResult, Judgement
from vision.roi import Rectangle
from vision.teach import Example, hold_trial, save_lesson, teach_step
from vision.tools import Brightness, ColorArea, GoldenTemplate, Locate

P, F = Judgement.PASS, Judgement.FAIL
RED, GREEN, BLUE = (30, 30, 200), (40, 180, 40), (200, 60, 30)
PADS = Group(name="pads", repeat=Grid(columns=2, rows=2, dx=30, dy=20))
TILES = Group(name="tiles", repeat=Found(of="tile"))


def shown(image: np.ndarray) -> Acquisition:
    return Acquisition({"default": Frame(image, 1, 0, 0)})


def pads(*colours: tuple[int, int, int]) -> Acquisition:
    image = np.empty((40, 60, 3), np.uint8)
    for i, colour in enumerate(colours):
        y, x = 20 * (i // 2), 30 * (i % 2)
        image[y : y + 20, x : x + 30] = colour
    return shown(image)


def pad(**more: object) -> Step:
    region = Rectangle(x=2, y=2, width=26, height=16)
    tool = {"tool": ColorArea(), "taught": "pad", "limits": {"share": Limit(low=90)}} | more
    return Step(name="pad", group="pads", regions=(region,), **tool)  # type: ignore[arg-type]


def taught(recipe: Recipe, folder: Path, *examples: Acquisition) -> Recipe:
    seen = [Example(one) for one in examples]
    for step in recipe.steps:
        if step.tool.learns:
            recipe = save_lesson(recipe, folder, step.name, teach_step(recipe, folder, step.name, seen))
    return recipe


def judged(recipe: Recipe, folder: Path, image: Acquisition) -> dict[str, Judgement]:
    result: InspectionResult = inspect(image, prepare(recipe, folder), Inputs())
    return {one.name: one.judgement for one in result.steps}


def test_all_places_of_a_grid_are_learned_from_and_share_it(tmp_path: Path) -> None:
    recipe = Recipe(job=1, name="pads", groups=(PADS,), steps=(pad(),))
    recipe = taught(recipe, tmp_path, pads(RED, RED, RED, BLUE))
    assert judged(recipe, tmp_path, pads(BLUE, RED, GREEN, RED)) == {
        "pad[1]": P,
        "pad[2]": P,
        "pad[3]": F,
        "pad[4]": P,
    }


def test_one_instance_may_have_its_own_label(tmp_path: Path) -> None:
    recipe = Recipe(job=1, name="pads", groups=(PADS,), steps=(pad(),))
    example = Example(pads(RED, RED, RED, (30, 70, 200)), {"pad[4]": ("bad",)})
    learned = teach_step(recipe, tmp_path, "pad", [example])
    assert (len(learned.arrays["colours"]), len(learned.arrays["others"])) == (1, 1)
    with pytest.raises(TeachError, match=r"image 1, pad\[2\]: 2 labels for 1 regions of step 'pad\[2\]'"):
        teach_step(recipe, tmp_path, "pad", [Example(pads(RED, RED, RED, RED), {"pad[2]": ("good", "good")})])


def test_an_instance_that_cannot_be_seen_is_named(tmp_path: Path) -> None:
    wide = PADS.model_copy(update={"repeat": Grid(columns=3, dx=30)})
    recipe = Recipe(job=1, name="pads", groups=(wide,), steps=(pad(),))
    with pytest.raises(TeachError, match=r"image 1, pad\[3\]: region 1 lies outside of the frame"):
        teach_step(recipe, tmp_path, "pad", [Example(pads(RED, RED, RED, RED))])


def test_limits_are_proposed_from_all_instances_by_their_labels(tmp_path: Path) -> None:
    light = pad(tool=Brightness(), taught=None, limits={})
    recipe = Recipe(job=1, name="pads", groups=(PADS,), steps=(light,))

    def grey(*levels: int) -> Acquisition:
        return pads(*[(level, level, level) for level in levels])

    good = [Example(grey(100, 104, 98, 102)), Example(grey(100, 100, 99, 101)), Example(grey(99, 100, 101, 103))]
    bad = Example(grey(101, 99, 40, 120), {"pad[3]": ("bad",)})
    (proposal,) = hold_trial(recipe, tmp_path, good, [bad]).proposals
    assert proposal.limit.low == (40 + 98) / 2
    assert proposal.limit.high is not None
    assert 104 < proposal.limit.high < 112, "the fourth pad of the bad part is not what it is bad for"


def tiles(*places: tuple[float, float, float], spoiled: int = 0) -> Acquisition:
    """Tiles with a print at x, y, turned by degrees; one of them, counted from 1, is spoiled."""
    image = np.full((240, 320), 60, np.uint8)
    for i, (x, y, angle) in enumerate(places, 1):
        tile = np.full((60, 60), 60, np.uint8)
        cv2.rectangle(tile, (10, 15), (49, 44), 180, cv2.FILLED)
        cv2.rectangle(tile, (10, 15), (20, 22), 60, cv2.FILLED)
        cv2.putText(tile, "A", (24, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 90, 2)
        if i == spoiled:
            cv2.circle(tile, (43, 38), 4, 100, cv2.FILLED)
        turn = cv2.getRotationMatrix2D((29.5, 29.5), angle, 1)
        turn[:, 2] += x - 29.5, y - 29.5
        drawn = cv2.warpAffine(tile, turn, (320, 240), borderValue=60)
        image = np.where(np.abs(drawn.astype(int) - 60) > 0, drawn, image)
    image = cv2.GaussianBlur(image, (0, 0), 0.8)
    return shown(np.clip(image + np.random.default_rng(1).normal(0, 1.5, image.shape), 0, 255).astype(np.uint8))


def test_a_master_is_taken_from_the_first_found_part_and_holds_for_all(tmp_path: Path) -> None:
    recipe = Recipe(
        job=1,
        name="tiles",
        groups=(TILES,),
        steps=(
            Step(
                name="tile",
                tool=Locate(count=5, angle_range_deg=30),
                regions=(Rectangle(x=35, y=40, width=50, height=40),),
                taught="tile",
            ),
            Step(
                name="print",
                group="tiles",
                tool=GoldenTemplate(),
                regions=(Rectangle(x=43, y=48, width=34, height=24),),
                taught="print",
                limits={"defect_count": Limit(high=0)},
            ),
        ),
    )
    recipe = taught(recipe, tmp_path, tiles((60, 60, 0), (200, 70, 0)))
    good = [(70, 60, 5), (180.5, 70, -12), (90, 170.5, 25), (240, 160, 0)]
    assert set(judged(recipe, tmp_path, tiles(*good)).values()) == {P}
    bad = judged(recipe, tmp_path, tiles(*good, spoiled=3))
    assert {name for name, judgement in bad.items() if judgement is F} == {"print[3]"}
    with pytest.raises(TeachError, match="step 'tile' is needed and gave nothing: not found"):
        teach_step(recipe, tmp_path, "print", [Example(shown(np.full((240, 320), 90, np.uint8)))])
