"""Differences from a master image."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from vision.calibration import Calibration
from vision.errors import TeachError, ToolError, VisionError
from vision.pipeline.regions import place_regions
from vision.roi import IDENTITY, CircleRoi, Pose, Rectangle, Roi
from vision.tool import NOT_TAUGHT, Prepared, Sample, Taught, View
from vision.tools.golden_template import GoldenTemplate

SIZE = (300, 260)  # width, height


def board(shift: tuple[float, float] = (0, 0), angle_deg: float = 0.0, scale: int = 8) -> np.ndarray:
    """Tracks and pads, drawn finer than pixels; turned about the frame's centre, then shifted."""
    w, h = SIZE
    big = np.full((h * scale, w * scale), 60, np.uint8)
    for y in (50, 90, 150):
        cv2.rectangle(big, (30 * scale, y * scale), (270 * scale, (y + 12) * scale), 190, -1)
    for x, y, r in ((60, 200, 18), (130, 205, 14), (200, 195, 20), (250, 210, 12)):
        cv2.circle(big, (x * scale, y * scale), r * scale, 190, -1)
    cv2.rectangle(big, (140 * scale, 50 * scale), (152 * scale, 160 * scale), 190, -1)
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    cx, cy = w * scale / 2, h * scale / 2
    move = np.array([[c, s, cx - c * cx - s * cy], [-s, c, cy + s * cx - c * cy]])
    move[:, 2] += np.array(shift) * scale
    big = cv2.warpAffine(big, move, (w * scale, h * scale), borderMode=cv2.BORDER_REPLICATE)
    return cv2.resize(cv2.GaussianBlur(big, (0, 0), scale * 0.6), SIZE, interpolation=cv2.INTER_AREA)


def noisy(image: np.ndarray, sigma: float = 2.0, seed: int = 0) -> np.ndarray:
    return np.clip(image + np.random.default_rng(seed).normal(0, sigma, image.shape), 0, 255).astype(np.uint8)


def view(image: np.ndarray, *regions: Roi, masks: tuple[Roi, ...] = (), pose: Pose = IDENTITY, **more: Any) -> View:
    return View(image, tuple(place_regions(regions, masks, pose, image.shape[:2])), pose=pose, **more)


def taught(*regions: Roi, masks: tuple[Roi, ...] = (), **parameters: Any) -> Prepared:
    tool = GoldenTemplate(**parameters)
    return tool.prepare(tool.teach([Sample(view(board(), *regions, masks=masks))]), Calibration())


INSIDE = Rectangle(x=15, y=30, width=270, height=210)


@pytest.mark.parametrize("shift", [(0, 0), (0.5, 0.5), (-3.3, 2.7), (7.5, -6.2), (9.9, 9.9)])
def test_a_good_part_anywhere_within_the_shift_has_no_defect(shift: tuple[float, float]) -> None:
    found = taught(INSIDE).measure(view(noisy(board(shift)), INSIDE))
    assert found.values["defect_count"] == 0
    assert found.values["defect_area"] == 0
    assert found.reason == ""
    assert found.values["shift"] == pytest.approx(np.hypot(*shift), abs=0.5)


@pytest.mark.parametrize("angle", [-1.0, 0.7])
def test_a_part_turned_a_little_is_followed_tile_by_tile(angle: float) -> None:
    assert taught(INSIDE).measure(view(noisy(board(angle_deg=angle)), INSIDE)).values["defect_count"] == 0


@pytest.mark.parametrize(
    ("draw", "what", "x", "y"),
    [
        pytest.param(
            lambda i: cv2.rectangle(i, (90, 120), (97, 127), 190, -1), "brighter, alone", 93.5, 123.5, id="splash"
        ),
        pytest.param(
            lambda i: cv2.rectangle(i, (90, 88), (97, 104), 60, -1), "darker, joins", 93.5, 96, id="open track"
        ),
        pytest.param(
            lambda i: cv2.rectangle(i, (90, 100), (97, 108), 190, -1), "brighter, touches", 93.5, 105.5, id="spur"
        ),
        pytest.param(lambda i: cv2.rectangle(i, (90, 58), (97, 92), 190, -1), "brighter, joins", 93.5, 76, id="bridge"),
        pytest.param(lambda i: cv2.rectangle(i, (90, 96), (97, 104), 60, -1), "darker, touches", 93.5, 99, id="bite"),
        pytest.param(lambda i: cv2.circle(i, (200, 195), 4, 60, -1), "darker, alone", 200, 195, id="pin hole"),
        pytest.param(
            lambda i: cv2.line(i, (170, 118), (190, 138), 190, 2), "brighter, alone", 180, 128, id="thin scratch"
        ),
    ],
)
@pytest.mark.parametrize("shift", [(0, 0), (4, -3)])
def test_each_kind_of_defect(draw: Any, what: str, x: float, y: float, shift: tuple[int, int]) -> None:
    bad = board()
    draw(bad)
    moved = cv2.warpAffine(
        bad, np.array([[1, 0, shift[0]], [0, 1, shift[1]]], float), SIZE, borderMode=cv2.BORDER_REPLICATE
    )
    found = taught(INSIDE).measure(view(noisy(moved), INSIDE))
    assert found.values["defect_count"] == 1
    assert found.objects is not None
    assert found.objects.total == 1
    assert found.objects.first[0].label == what
    assert found.objects.first[0].place == found.features["largest"]
    largest = found.features["largest"]
    assert (largest.x, largest.y) == pytest.approx((x + shift[0], y + shift[1]), abs=1.5)
    assert found.overlay[0].role == "defect"
    polarity = what.partition(",")[0]
    assert found.overlay[0].label.startswith(polarity)
    assert f"1 difference {polarity} than the master" in found.reason


def test_a_missing_thin_line_is_a_defect_although_it_is_thinner_than_the_tolerance() -> None:
    master = np.full((80, 80), 60, np.uint8)
    master[10:70, 20:32] = 190
    cv2.line(master, (50, 5), (50, 75), 190, 2)
    gone = np.full((80, 80), 60, np.uint8)
    gone[10:70, 20:32] = 190
    tool = GoldenTemplate(edge_tolerance_px=3)
    found = tool.prepare(tool.teach([Sample(View(master))]), Calibration()).measure(View(gone))
    assert found.values["defect_count"] == 1


@pytest.mark.parametrize(("area", "count"), [((5, 2), 1), ((3, 3), 0)], ids=["ten pixels", "nine pixels"])
def test_smallest_area_at_its_limit(area: tuple[int, int], count: int) -> None:
    bad = board()
    bad[120 : 120 + area[0], 200 : 200 + area[1]] = 190
    found = taught(INSIDE, min_area_px=10).measure(view(bad, INSIDE))
    assert found.values["defect_count"] == count
    assert found.values["defect_area"] == (10 if count else 0)


@pytest.mark.parametrize(("level", "count"), [(60 + 41, 1), (60 + 40, 0)], ids=["over the threshold", "on it"])
def test_threshold_at_its_limit(level: int, count: int) -> None:
    bad = board()
    bad[118:126, 200:210] = level
    found = taught(INSIDE, threshold_grey=40, light="as_is").measure(view(bad, INSIDE))
    assert found.values["defect_count"] == count


@pytest.mark.parametrize(("gap", "count"), [(4, 1), (5, 2)], ids=["as far as joins", "farther"])
def test_joining_at_its_limit(gap: int, count: int) -> None:
    bad = board()
    bad[118:124, 200:206] = 190
    bad[118:124, 206 + gap - 1 + 1 : 212 + gap] = 190
    found = taught(INSIDE, join_px=4).measure(view(bad, INSIDE))
    assert found.values["defect_count"] == count


@pytest.mark.parametrize(
    ("light", "dimmed", "count"),
    [
        pytest.param("gain", lambda i: i * 0.6 + 10, 0, id="gain fitted"),
        pytest.param("offset", lambda i: i + 50.0, 0, id="offset fitted"),
        pytest.param("as_is", lambda i: i + 50.0, 1, id="as it is"),
    ],
)
def test_light_that_changed(light: str, dimmed: Any, count: int) -> None:
    image = np.clip(dimmed(board().astype(float)), 0, 255).astype(np.uint8)
    found = taught(INSIDE, light=light).measure(view(image, INSIDE))
    assert (found.values["defect_count"] > 0) == (count > 0)


def test_a_defect_is_not_fitted_away_by_light() -> None:
    bad = (board() * 0.7).astype(np.uint8)
    bad[115:145, 180:230] = 130
    found = taught(INSIDE).measure(view(bad, INSIDE))
    assert found.values["defect_count"] == 1
    assert found.values["largest"] == pytest.approx(30 * 50, rel=0.05)


def test_regions_follow_the_fixture() -> None:
    turned = board((5, -4), angle_deg=8)
    c, s = np.cos(np.radians(8)), np.sin(np.radians(8))
    pose = np.array([[c, s, 150 - c * 150 - s * 130 + 5], [-s, c, 130 + s * 150 - c * 130 - 4]])
    region = Rectangle(x=45, y=45, width=200, height=130)
    bad = turned.copy()
    cv2.circle(bad, tuple(np.rint(pose @ (100, 75, 1)).astype(int).tolist()), 5, 190, -1)
    ready = taught(region)
    assert ready.measure(view(noisy(turned), region, pose=pose)).values["defect_count"] == 0
    found = ready.measure(view(noisy(bad), region, pose=pose))
    assert found.values["defect_count"] == 1
    largest = found.features["largest"]
    assert (largest.x, largest.y) == pytest.approx(tuple(pose @ (100, 75, 1)), abs=1)


def test_taught_on_a_part_that_the_fixture_found_turned() -> None:
    c, s = np.cos(np.radians(8)), np.sin(np.radians(8))
    pose = np.array([[c, s, 150 - c * 150 - s * 130], [-s, c, 130 + s * 150 - c * 130]])
    region = Rectangle(x=45, y=45, width=200, height=130)
    tool = GoldenTemplate()
    ready = tool.prepare(tool.teach([Sample(view(board(angle_deg=8), region, pose=pose))]), Calibration())
    assert ready.measure(view(noisy(board()), region)).values["defect_count"] == 0


def test_masks_circles_and_what_lies_outside_do_not_count() -> None:
    circle = CircleRoi(x=200, y=195, radius=25)
    mask = Rectangle(x=195, y=190, width=10, height=10)
    bad = board()
    cv2.circle(bad, (200, 195), 3, 60, -1)  # under the mask
    cv2.circle(bad, (100, 125), 5, 190, -1)  # outside of the region
    assert taught(circle, masks=(mask,)).measure(view(bad, circle)).values["defect_count"] == 0
    assert taught(circle).measure(view(bad, circle)).values["defect_count"] == 1


def test_areas_are_square_millimetres_in_a_calibrated_recipe() -> None:
    bad = board()
    bad[118:128, 200:210] = 190
    found = taught(INSIDE).measure(view(bad, INSIDE, calibration=Calibration(0.1))).values
    assert found["defect_area"] == found["largest"] == pytest.approx(1.0, abs=0.05)


def test_colour_and_sixteen_bits() -> None:
    bad = board()
    bad[118:128, 200:210] = 190
    ready = taught(INSIDE)
    for image, scale in ((cv2.cvtColor(bad, cv2.COLOR_GRAY2BGR), 255), (bad.astype(np.uint16) * 16, 4080)):
        assert ready.measure(view(image, INSIDE, full_scale=scale)).values["defect_count"] == 1


def test_a_part_farther_away_than_the_shift_is_no_good_part() -> None:
    found = taught(INSIDE, max_shift_px=4).measure(view(board((12, 0)), INSIDE))
    assert found.values["defect_count"] > 0


def test_layers_are_given_when_asked_for() -> None:
    ready = taught(INSIDE)
    found = ready.measure(view(board(), INSIDE, layers=frozenset({"difference"})))
    assert set(found.layers) == {"difference"}
    assert found.layers["difference"].shape == (210 + 28, 270 + 28)
    assert not ready.measure(view(board(), INSIDE)).layers


def test_a_region_that_left_the_frame_cannot_be_judged() -> None:
    away: Pose = np.array([[1.0, 0, 150], [0, 1, 0]])
    with pytest.raises(ToolError, match="of the region could be seen, 75% needed"):
        taught(INSIDE).measure(view(board(), INSIDE, pose=away))


def test_the_time_limit_ends_it() -> None:
    with pytest.raises(VisionError, match="time limit"):
        taught(INSIDE).measure(view(board(), INSIDE, deadline_ns=1))


def test_what_cannot_be_taught() -> None:
    with pytest.raises(TeachError, match="none of the samples is labelled good"):
        GoldenTemplate().teach([Sample(view(board(), INSIDE), ("bad",))])
    with pytest.raises(TeachError, match="the region is 5x5 px; at least 8x8"):
        GoldenTemplate().teach([Sample(view(board(), Rectangle(x=20, y=20, width=5, height=5)))])


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"master": np.zeros((9, 9, 3), np.uint8)}, "not a grey uint8 image", id="colour master"),
        pytest.param({"master": np.zeros((238, 298), np.float64)}, "not a grey uint8 image", id="wrong numbers"),
        pytest.param({"mask": np.zeros((3, 3), np.uint8)}, "a mask of", id="mask of another size"),
        pytest.param({"origin": np.array([np.nan, 1])}, "place", id="no place"),
    ],
)
def test_taught_data_that_does_not_fit_is_refused(changed: dict[str, np.ndarray], says: str) -> None:
    good = GoldenTemplate().teach([Sample(view(board(), INSIDE))])
    with pytest.raises(ToolError, match=says):
        GoldenTemplate().prepare(Taught(arrays={**good.arrays, **changed}), Calibration())


def test_not_taught_is_said() -> None:
    with pytest.raises(ToolError, match="not taught"):
        GoldenTemplate().prepare(NOT_TAUGHT, Calibration())
    with pytest.raises(ToolError, match="not taught"):
        GoldenTemplate().measure(view(board(), INSIDE))


def test_the_same_frame_gives_the_same_numbers() -> None:
    ready, bad = taught(INSIDE), noisy(board((2.2, 1.1)), 20)
    assert ready.measure(view(bad, INSIDE)).values == ready.measure(view(bad, INSIDE)).values


def test_real_boards(shared_data: Path) -> None:
    folder = shared_data / "deeppcb"
    items = json.loads((folder / "manifest.json").read_text())["items"][::10]
    tool = GoldenTemplate(max_shift_px=20, threshold_grey=100, light="as_is")
    boxes = found = right = 0
    for item in items:
        test, template = (cv2.imread(str(folder / item[k]), cv2.IMREAD_GRAYSCALE) for k in ("test", "template"))
        result = tool.prepare(tool.teach([Sample(View(template))]), Calibration()).measure(View(test))
        centres = [np.mean(s.points, axis=0) for s in result.overlay]
        boxes += len(item["boxes"])
        found += sum(any(x1 <= x <= x2 and y1 <= y <= y2 for x, y in centres) for x1, y1, x2, y2, _ in item["boxes"])
        right += sum(any(x1 <= x <= x2 and y1 <= y <= y2 for x1, y1, x2, y2, _ in item["boxes"]) for x, y in centres)
        assert result.objects is not None
        assert result.objects.total == len(centres)
    assert found / boxes > 0.95
    assert right / found > 0.9
