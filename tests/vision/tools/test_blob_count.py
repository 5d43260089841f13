"""Counting blobs."""

import time

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from vision.calibration import Calibration
from vision.errors import TimeLimitError
from vision.pipeline.regions import place_regions
from vision.roi import IDENTITY, CircleRoi, Polygon, Rectangle, Roi
from vision.tool import Findings, View
from vision.tools import BlobCount


def squares(count: int, side: int = 5, level: int = 200, background: int = 20) -> np.ndarray:
    """In one row, 10 px apart, the first at (10, 10)."""
    image = np.full((40, 120), background, np.uint8)
    for i in range(count):
        image[10 : 10 + side, 10 + 10 * i : 10 + 10 * i + side] = level
    return image


def found(image: np.ndarray, *regions: Roi, tool: BlobCount, masks: tuple[Roi, ...] = ()) -> Findings:
    return tool.measure(View(image, tuple(place_regions(regions, masks, IDENTITY, image.shape[:2]))))


@pytest.mark.parametrize(
    ("tool", "count"),
    [
        pytest.param({}, 3, id="bright by default"),
        pytest.param({"min_area_px": 25}, 3, id="an area on the lower limit counts"),
        pytest.param({"min_area_px": 26}, 0, id="one pixel less is dirt"),
        pytest.param({"min_area_px": 1, "max_area_px": 25}, 3, id="an area on the upper limit counts"),
        pytest.param({"min_area_px": 1, "max_area_px": 24}, 0, id="one pixel more is too large"),
        pytest.param({"threshold": 200}, 3, id="a level on the threshold is bright"),
        pytest.param({"threshold": 200.5}, 0, id="just below it is not"),
        pytest.param({"method": "otsu"}, 3, id="Otsu"),
        pytest.param({"polarity": "dark"}, 1, id="dark: the background"),
        pytest.param({"polarity": "dark", "at_border": "ignore"}, 0, id="which touches the border"),
    ],
)
def test_count(tool: dict[str, object], count: int) -> None:
    findings = found(squares(3), tool=BlobCount(**tool))
    assert findings.values["count"] == count
    assert findings.objects is not None
    assert findings.objects.total == len(findings.objects.first) == len(findings.overlay) == count


def test_areas_in_square_millimetres() -> None:
    findings = BlobCount().measure(View(squares(3, side=6), calibration=Calibration(0.5)))
    assert findings.values["largest"] == 9
    assert findings.values["total"] == 27


def test_pixels_that_touch_by_a_corner_are_one_blob() -> None:
    image = np.zeros((20, 20), np.uint8)
    image[2:7, 2:7] = image[7:12, 7:12] = 255
    assert found(image, tool=BlobCount()).values["count"] == 1


@pytest.mark.parametrize(("fill", "area"), [(False, 600), (True, 900)])
def test_holes(fill: bool, area: int) -> None:
    image = np.zeros((60, 60), np.uint8)
    image[10:40, 10:40] = 255
    image[15:35, 15:30] = 0
    assert found(image, tool=BlobCount(fill_holes=fill)).values["total"] == area


@pytest.mark.parametrize(
    ("region", "counted", "ignored"),
    [
        pytest.param(Rectangle(x=5, y=5, width=30, height=20), 3, 2, id="cut at the right edge"),
        pytest.param(Rectangle(x=9, y=9, width=27, height=7), 3, 3, id="a pixel of room all round"),
        pytest.param(Rectangle(x=10, y=9, width=26, height=7), 3, 2, id="none on the left"),
        pytest.param(CircleRoi(x=12, y=12, radius=6), 1, 1, id="circle"),
        pytest.param(Polygon(points=((5, 5), (25, 5), (25, 20), (5, 20))), 2, 1, id="polygon"),
        pytest.param(Rectangle(x=5, y=5, width=30, height=30, angle_deg=45), 3, 2, id="turned"),
    ],
)
def test_blobs_at_the_edge_of_a_region(region: Roi, counted: int, ignored: int) -> None:
    assert found(squares(3), region, tool=BlobCount(min_area_px=1)).values["count"] == counted
    assert found(squares(3), region, tool=BlobCount(min_area_px=1, at_border="ignore")).values["count"] == ignored


def test_regions_are_counted_together_and_no_blob_twice() -> None:
    left, right = Rectangle(x=0, y=0, width=27, height=40), Rectangle(x=17, y=0, width=30, height=40)
    assert found(squares(3), left, right, tool=BlobCount()).values["count"] == 3


def test_masks_are_taken_away() -> None:
    mask = Rectangle(x=18, y=0, width=10, height=40)
    assert found(squares(3), tool=BlobCount(), masks=(mask,)).values["count"] == 2


def test_otsu_sees_nothing_where_there_is_no_contrast() -> None:
    findings = found(squares(3, level=39), tool=BlobCount(method="otsu", min_contrast=20))
    assert findings.values["count"] == 0
    assert findings.reason == "contrast of 19.0 grey levels is too low"
    assert found(squares(3, level=40), tool=BlobCount(method="otsu", min_contrast=20)).values["count"] == 3


def test_otsu_looks_at_the_region_alone() -> None:
    image = squares(3, level=90)
    image[30:] = 255  # outside: would move the threshold above the squares
    assert found(image, Rectangle(x=0, y=0, width=120, height=28), tool=BlobCount(method="otsu")).values["count"] == 3


def test_otsu_of_cv2_and_ours_agree_on_a_full_frame() -> None:
    rng = np.random.default_rng(1)
    image = np.clip(np.where(rng.random((80, 80)) < 0.3, 170, 60) + rng.normal(0, 20, (80, 80)), 0, 255).astype(
        np.uint8
    )
    theirs, _ = cv2.threshold(image, 0, 255, cv2.THRESH_OTSU)
    assert found(image, tool=BlobCount(method="otsu")).values["threshold"] == theirs + 1  # theirs: above; ours: from


def test_the_first_hundred_are_drawn_and_all_are_counted() -> None:
    image = np.zeros((200, 200), np.uint8)
    for i in range(144):
        image[16 * (i // 12) + 2 : 16 * (i // 12) + 8, 16 * (i % 12) + 2 : 16 * (i % 12) + 8] = 255
    findings = found(image, tool=BlobCount())
    assert findings.objects is not None
    assert (findings.objects.total, len(findings.objects.first), len(findings.overlay)) == (144, 100, 100)


def test_sixteen_bits() -> None:
    image = squares(4).astype(np.uint16) * 16
    assert BlobCount().measure(View(image, full_scale=4080)).values["count"] == 4


def test_a_blob_is_drawn_where_it_lies_in_the_frame() -> None:
    shape = found(squares(1), Rectangle(x=7, y=8, width=20, height=20), tool=BlobCount()).overlay[0]
    assert set(shape.points) == {(10, 10), (14, 10), (14, 14), (10, 14)}


def test_the_time_limit_ends_it() -> None:
    with pytest.raises(TimeLimitError):
        BlobCount().measure(View(squares(3), deadline_ns=time.monotonic_ns() - 1))


def shapes() -> np.ndarray:
    """A disc, a square, a bar lying at 30 degrees and a ring, none touching."""
    image = np.full((120, 240), 20, np.uint8)
    cv2.circle(image, (35, 60), 22, 200, cv2.FILLED)
    image[40:80, 70:110] = 120
    row, column = np.mgrid[0:120, 0:240]
    along = np.cos(np.radians(30)) * (column - 145) - np.sin(np.radians(30)) * (row - 60)
    across = np.sin(np.radians(30)) * (column - 145) + np.cos(np.radians(30)) * (row - 60)
    image[(abs(along) < 30) & (abs(across) < 6)] = 200
    cv2.circle(image, (205, 60), 25, 200, 8)
    return image


@pytest.mark.parametrize(
    ("tool", "at"),
    [
        pytest.param({}, [35, 90, 145, 205], id="all"),
        pytest.param({"min_roundness": 0.9}, [35, 205], id="round"),
        pytest.param({"min_roundness": 0.7}, [35, 90, 205], id="round or square"),
        pytest.param({"min_elongation": 3}, [145], id="long"),
        pytest.param({"max_elongation": 1.2}, [35, 90, 205], id="not long"),
        pytest.param({"min_holes": 1}, [205], id="with a hole"),
        pytest.param({"max_holes": 0}, [35, 90, 145], id="without"),
        pytest.param({"max_holes": 0, "min_holes": 1, "fill_holes": True}, None, id="upside down"),
        pytest.param({"min_holes": 1, "fill_holes": True}, [], id="filled"),
        pytest.param({"min_mean_grey": 120}, [35, 90, 145, 205], id="a level on the lower limit counts"),
        pytest.param({"min_mean_grey": 120.5}, [35, 145, 205], id="just below it does not"),
        pytest.param({"max_mean_grey": 120}, [90], id="a level on the upper limit counts"),
        pytest.param({"max_mean_grey": 119.5}, [], id="just above it does not"),
    ],
)
def test_filters(tool: dict[str, object], at: list[int] | None) -> None:
    if at is None:
        with pytest.raises(ValidationError, match="max_holes 0 is less than min_holes 1"):
            BlobCount(threshold=100, **tool)
        return
    for image, wanted in ((shapes(), at), (np.ascontiguousarray(np.rot90(shapes(), 2)), [239 - x for x in at])):
        findings = found(image, tool=BlobCount(threshold=100, **tool))
        assert findings.objects is not None
        assert sorted(one.place.x for one in findings.objects.first) == pytest.approx(sorted(wanted), abs=0.6)


def test_what_a_blob_looks_like() -> None:
    findings = found(shapes(), tool=BlobCount(threshold=100))
    assert findings.objects is not None
    disc, square, bar, ring = sorted(findings.objects.first, key=lambda one: one.place.x)
    assert disc.values["roundness"] == pytest.approx(0.97, abs=0.03)
    assert square.values == {"area": 1600, "roundness": pytest.approx(np.pi / 4), "elongation": 1, "holes": 0}
    assert bar.values["elongation"] == pytest.approx(5, rel=0.06)
    assert bar.place.angle_deg == pytest.approx(30, abs=0.5)
    assert (ring.values["holes"], ring.values["elongation"]) == (1, pytest.approx(1, abs=0.01))


@pytest.mark.parametrize("away", [34, 38, 41])
def test_touching_parts_are_one_until_they_are_cut(away: int) -> None:
    image = np.full((100, 200), 20, np.uint8)
    for i in range(4):
        cv2.circle(image, (30 + away * i, 50), 20, 200, cv2.FILLED)
    whole = found(image, tool=BlobCount())
    cut = found(image, tool=BlobCount(max_neck=0.7))
    assert (whole.values["count"], cut.values["count"]) == (1, 4)
    assert cut.values["total"] == whole.values["total"]
    assert cut.objects is not None
    ends = 1.5 if away < 41 else 0.5  # those at the ends keep what the cut would have halved
    for i, one in enumerate(sorted(cut.objects.first, key=lambda one: one.place.x)):
        assert (one.place.x, one.place.y) == pytest.approx((30 + away * i, 50), abs=ends)
    assert len(cut.overlay) == 4


def test_largest_below_smallest_is_refused() -> None:
    with pytest.raises(ValidationError, match="max_area_px 5 is less than min_area_px 20"):
        BlobCount(max_area_px=5)
