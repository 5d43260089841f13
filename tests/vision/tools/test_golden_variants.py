"""A master from several good parts: how they vary, variants, and named kinds of defects."""

import dataclasses
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from vision.calibration import Calibration
from vision.errors import TeachError, ToolError, VisionError
from vision.pipeline.regions import place_regions
from vision.roi import IDENTITY, Rectangle
from vision.taught import load_taught, save_taught
from vision.tool import Findings, Sample, Taught, View
from vision.tools.golden_template import GoldenTemplate

from ..drawn_boards import bad_board, good_board

REGION = Rectangle(x=8, y=8, width=184, height=144)


def view(image: np.ndarray, **more: Any) -> View:
    return View(image, tuple(place_regions((REGION,), (), IDENTITY, image.shape[:2])), **more)


def sample(image: np.ndarray, label: str = "good") -> Sample:
    return Sample(view(image), (label,))


def measured(tool: GoldenTemplate, taught: Taught, image: np.ndarray) -> Findings:
    return tool.prepare(taught, Calibration()).measure(view(image))


def number(found: Findings, name: str) -> float:
    value = found.values[name]
    assert isinstance(value, float | int)
    return value


def rejected(tool: GoldenTemplate, taught: Taught, images: list[np.ndarray]) -> float:
    ready = tool.prepare(taught, Calibration())
    return float(np.mean([number(ready.measure(view(one)), "defect_count") > 0 for one in images]))


GOOD = [good_board(1000 + i) for i in range(12)]
LEARNED = GoldenTemplate(threshold_grey=20, spreads=3)
TAUGHT = LEARNED.teach([sample(one) for one in GOOD])


def test_what_good_parts_show_rejects_fewer_of_them_than_one_master_and_finds_no_less() -> None:
    good, bad = [good_board(i) for i in range(12)], [bad_board(5000 + i) for i in range(12)]
    alone = GoldenTemplate(threshold_grey=35, spreads=0)  # the least at which it finds no more
    one = alone.teach([sample(GOOD[0])])
    assert rejected(LEARNED, TAUGHT, bad) >= rejected(alone, one, bad) >= 0.9
    assert rejected(LEARNED, TAUGHT, good) <= rejected(alone, one, good) / 2


@pytest.mark.parametrize("light", [(0.7, 0.0), (1.0, 20.0), (1.25, -15.0)])
def test_exposure_is_no_defect(light: tuple[float, float]) -> None:
    assert rejected(LEARNED, TAUGHT, [good_board(7, light=light)]) == 0


def test_more_spreads_are_more_lenient_and_none_are_asked_at_zero() -> None:
    shines = GOOD[0].astype(float)
    shines[100:140, 145:178] += 40
    image = np.clip(shines, 0, 255).astype(np.uint8)
    areas = [
        number(measured(LEARNED.model_copy(update={"spreads": k}), TAUGHT, image), "defect_area") for k in (0, 2, 4, 20)
    ]
    assert areas == sorted(areas, reverse=True)
    assert areas[0] > 900
    assert areas[-1] == 0


@pytest.mark.parametrize(("least", "count"), [(0, 1), (49, 1), (50, 0)], ids=["as in the plain", "over it", "on it"])
def test_along_edges_another_threshold_holds(least: int, count: int) -> None:
    plain = np.full((160, 200), 60, np.uint8)
    plain[60:100] = 170
    edge, field = plain.copy(), plain.copy()
    edge[95:100, 80:90] = 170 + 50
    field[20:30, 80:90] = 60 + 41
    tool = GoldenTemplate(edge_threshold_grey=least, edge_tolerance_px=5, light="as_is")
    taught = tool.teach([sample(plain)])
    assert measured(tool, taught, edge).values["defect_count"] == count
    assert measured(tool, taught, field).values["defect_count"] == 1, "in the plain as before"


def test_more_is_learned_on_top_as_if_it_had_been_at_once() -> None:
    tool = GoldenTemplate(spreads=3)
    some = tool.teach([sample(one) for one in GOOD[:6]])
    more = tool.teach([sample(one) for one in GOOD[6:]], some)
    assert int(more.array("count")) == int(TAUGHT.array("count")) == 12
    off = more.array("master").astype(int) - TAUGHT.array("master")
    assert np.abs(off[30:-30, 30:-30]).mean() < 2


def variant(mark: str, number: int = 0) -> np.ndarray:
    image = good_board(number, light=(1.0, 0.0))
    if mark == "B":
        cv2.circle(image, (40, 137), 8, 170, -1)
    return image


def test_the_variant_that_fits_best_is_taken_and_named() -> None:
    tool = GoldenTemplate(threshold_grey=30)
    both = tool.teach([sample(variant(mark, n), f"good {mark}") for mark in "AB" for n in range(4)])
    for mark in "AB":
        found = measured(tool, both, variant(mark, 9))
        assert [(r.name, r.text) for r in found.readings] == [("variant", mark)]
        assert found.values["defect_count"] == 0
    bad = variant("B", 9)
    cv2.circle(bad, (100, 68), 5, 200, -1)
    found = measured(tool, both, bad)
    assert found.values["defect_count"] == 1
    assert found.readings[0].text == "B"
    assert "than master 'B'" in found.reason
    alone = tool.teach([sample(variant("A", n)) for n in range(4)])
    assert measured(tool, alone, variant("B", 9)).values["defect_count"] == 1
    assert measured(tool, alone, variant("A", 9)).readings[0].text == "master"


def test_a_variant_more_leaves_the_others_as_they_were() -> None:
    tool = GoldenTemplate()
    one = tool.teach([sample(variant("A"), "good A")])
    both = tool.teach([sample(variant("B"), "good B")], one)
    assert (both.array("master") == one.array("master")).all()
    assert both.texts == {"name": "A", "name_1": "B"}


def spoiled(kind: str, number: int) -> np.ndarray:
    image = good_board(number, light=(1.0, 0.0))
    rng = np.random.default_rng(number)
    x, y = int(rng.integers(20, 150)), 68 + int(rng.integers(-2, 3))
    if kind == "scratch":
        cv2.line(image, (x, y - 3), (x + 26, y + 3), 140, 1 + int(rng.integers(1, 3)))
    elif kind == "hole":
        cv2.circle(image, (x, y), 4 + number % 2, 5, -1)
    else:
        cv2.circle(image, (x, y), 4 + number % 2, 200, -1)
    return image


KINDS = ("scratch", "hole", "splash")
TOOL = GoldenTemplate()
NAMED = TOOL.teach(
    [*(sample(one) for one in GOOD[:4]), *(sample(spoiled(kind, n), kind) for kind in KINDS for n in range(40, 43))]
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_defect_is_of_the_kind_that_was_taught(kind: str) -> None:
    for number in (60, 61, 62):
        found = measured(TOOL, NAMED, spoiled(kind, number))
        assert found.objects is not None
        assert found.objects.first[0].label.startswith(f"{kind}: ")
        assert [(r.name, r.text) for r in found.readings] == [("variant", "master"), ("kind", kind)]
        assert found.reason.endswith(f": {kind}")


def test_what_is_like_no_kind_has_none() -> None:
    odd = good_board(60, light=(1.0, 0.0))
    odd[100:116, 20:130] = 250
    found = measured(TOOL, NAMED, odd)
    assert number(found, "defect_count") >= 1
    assert [r.name for r in found.readings] == ["variant"]
    strict = TOOL.model_copy(update={"max_distance": 1e-6})
    assert [r.name for r in measured(strict, NAMED, spoiled("hole", 60)).readings] == ["variant"]


def test_kinds_are_kept_and_added_to() -> None:
    more = TOOL.teach([sample(spoiled("splash", 50), "splash")], NAMED)
    assert more.array("kind_names").tolist() == [*NAMED.array("kind_names").tolist(), "splash"]
    assert (more.array("master") == NAMED.array("master")).all()


def test_what_was_learned_is_kept_as_files_and_judges_the_same(tmp_path: Path) -> None:
    digest = save_taught(tmp_path, "board", NAMED, "golden_template", 1)
    again = load_taught(tmp_path, "board", digest, "golden_template", 1)
    for image in (spoiled("scratch", 60), GOOD[0]):
        a, b = measured(TOOL, NAMED, image), measured(TOOL, again, image)
        assert a.values == b.values
        assert a.readings == b.readings


def test_where_things_are_bright_a_cut_splits() -> None:
    cut = good_board(3, light=(1.0, 0.0))
    cut[70:100, 90:97] = 60
    for things, how in (("either", "joins"), ("dark", "joins"), ("bright", "splits")):
        tool = TOOL.model_copy(update={"things": things})
        found = measured(tool, tool.teach([sample(one) for one in GOOD[:1]]), cut)
        assert found.objects is not None
        assert f"darker, {how}" in [one.label for one in found.objects.first]


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        pytest.param(["bad"], "none of the samples is labelled good", id="none good"),
        pytest.param(["good", "scratch"], "1 kinds are taught, at least 2", id="one kind"),
        pytest.param(["good", "scratch", "hole", "hole"], "'scratch' has 1 sample", id="one of a kind"),
        pytest.param([f"good {i}" for i in range(17)], "17 variants are more than 16", id="too many variants"),
    ],
)
def test_what_cannot_be_taught(labels: list[str], says: str) -> None:
    images = [spoiled(label if label in KINDS else "hole", 40 + i) for i, label in enumerate(labels)]
    images = [GOOD[0] if label.startswith("good") else one for one, label in zip(images, labels, strict=True)]
    with pytest.raises(TeachError, match=says):
        GoldenTemplate().teach([sample(one, label) for one, label in zip(images, labels, strict=True)])


def test_a_marked_image_that_shows_nothing_is_refused() -> None:
    with pytest.raises(TeachError, match="labelled 'hole' shows no difference"):
        TOOL.teach([*(sample(one) for one in GOOD[:4]), sample(GOOD[0], "hole")])


def test_the_time_limit_holds_for_every_master() -> None:
    both = TOOL.teach([sample(variant(mark), f"good {mark}") for mark in "AB"])
    with pytest.raises(VisionError, match="time limit"):
        TOOL.prepare(both, Calibration()).measure(view(GOOD[0], deadline_ns=1))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"spread": np.zeros((3, 3), np.float16)}, "a spread of", id="another size"),
        pytest.param({"spread": np.full((172, 212), np.nan)}, "a spread of", id="no numbers"),
        pytest.param({"count": np.array(1)}, "not that of two good parts", id="one part"),
        pytest.param({"kind_forms": np.zeros((2, 3))}, "3", id="other forms"),
        pytest.param({"master_1": np.zeros((9, 9, 3), np.uint8)}, "mask_1", id="half a variant"),
    ],
)
def test_learned_data_that_does_not_fit_is_refused(changed: dict[str, np.ndarray], says: str) -> None:
    with pytest.raises(ToolError, match=says):
        TOOL.prepare(dataclasses.replace(NAMED, arrays={**NAMED.arrays, **changed}), Calibration())
