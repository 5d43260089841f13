"""Objects with a mask each, as YOLO's segmentation models have them."""

import numpy as np
import pytest

from vision.calibration import Calibration
from vision.errors import TeachError
from vision.roi import Rectangle
from vision.tool import Findings, View
from vision.tools import Onnx

from . import onnx_models as models
from .drawn import view

SIDE, STEP = 64, 4  # of the input, and of the prototypes in it
CORNERS = 4  # px that a mask of a rectangle has less: its corners are round
BOXES = [(8.0, 8.0, 40.0, 24.0, 0.9, 1), (9.0, 8.0, 40.0, 24.0, 0.8, 1), (40.0, 40.0, 48.0, 64.0, 0.7, 0)]
"""x1, y1, x2, y2, score, class: the second is the first once more; the third is narrower than its mask."""
WEIGHTS = np.array([(1, 0, 0), (1, 0, 0), (0, 2, -1)], np.float32)
FORMS = ("yolov8", "yolov5", "end_to_end")


def prototypes() -> np.ndarray:
    """Positive where the first box's object is (x and y 8 to 24), the third's (x and y from 40 on), and nowhere."""
    planes = np.full((1, 3, SIDE // STEP, SIDE // STEP), -3, np.float32)
    planes[0, 0, 2:6, 2:6] = planes[0, 1, 10:, 10:] = 3
    return planes


def rows(form: str) -> np.ndarray:
    corners = np.array([one[:4] for one in BOXES], np.float32)
    scores, kinds = (np.array([one[i] for one in BOXES], np.float32)[:, None] for i in (4, 5))
    if form == "end_to_end":
        return np.concatenate([corners, scores, kinds, WEIGHTS], axis=1)[None]
    middle = [(corners[:, :2] + corners[:, 2:]) / 2, corners[:, 2:] - corners[:, :2]]
    of_class = scores * (kinds == [[0, 1]])
    sure = [np.ones_like(scores)] if form == "yolov5" else []
    found = np.concatenate([*middle, *sure, of_class, WEIGHTS], axis=1).astype(np.float32)
    found = np.concatenate([found, np.zeros((1100, found.shape[1]), np.float32)])
    return np.ascontiguousarray(found.T[None] if form == "yolov8" else found[None])


def measured(tool: Onnx, seen: View, *outputs: np.ndarray, labels: bytes = b"nut\nscrew\n") -> Findings:
    taught = tool.bring({"model": models.says(*outputs, dims=(1, 3, SIDE, SIDE)), "labels": labels})
    return tool.prepare(taught, Calibration()).measure(seen)


def image(height: int = SIDE, width: int = SIDE) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("order", [1, -1], ids=["boxes first", "prototypes first"])
def test_each_object_has_its_mask_within_its_box(form: str, order: int) -> None:
    findings = measured(Onnx(), View(image()), *[rows(form), prototypes()][::order])
    assert findings.objects is not None
    screw, nut = findings.objects.first[0], findings.objects.first[-1]
    assert (screw.label, nut.label, findings.readings[-1].text) == ("screw", "nut", "nut 1, screw 1")
    assert screw.values["area"] == pytest.approx(16 * 16, abs=CORNERS)
    assert (screw.values["width"], screw.values["height"]) == (16, 16)
    assert (screw.place.x, screw.place.y) == (15.5, 15.5)
    assert nut.values["area"] == pytest.approx(8 * 24, abs=CORNERS)
    assert nut.values["width"] == 8
    assert findings.values["area"] == screw.values["area"] + nut.values["area"]


def test_masks_lie_where_the_region_lies_and_are_as_large_there() -> None:
    region = Rectangle(x=20, y=30, width=128, height=128, angle_deg=90)
    seen = view(image(220, 220), region)
    findings = measured(Onnx(), seen, rows("yolov8"), prototypes())
    assert findings.values["count"] == 2
    assert findings.values["area"] == pytest.approx(4 * (16 * 16 + 8 * 24), abs=8 * CORNERS)
    expected = seen.region.transform @ np.array([31.5, 31.5, 1])
    best = findings.features["best"]
    assert (best.x, best.y) == pytest.approx(tuple(expected), abs=0.01)  # type: ignore[union-attr]


def test_what_is_masked_or_beside_the_region_is_no_part_of_an_object() -> None:
    hidden = Rectangle(x=0, y=0, width=SIDE, height=16)
    found = measured(Onnx(), view(image(), masks=(hidden,)), rows("yolov8"), prototypes())
    assert found.objects is not None
    assert found.objects.first[0].values["area"] == pytest.approx(16 * 8, abs=CORNERS)
    whole = Rectangle(x=0, y=0, width=SIDE, height=24)
    found = measured(Onnx(), view(image(), masks=(whole,)), rows("yolov8"), prototypes())
    assert (found.values["count"], found.readings[-1].text) == (1, "nut 1")


def test_small_masks_are_not_counted_and_each_class_has_its_threshold() -> None:
    for least, count in ((192, 2), (193, 1), (252, 1), (253, 0)):
        assert measured(Onnx(min_area_px=least), View(image()), rows("yolov8"), prototypes()).values["count"] == count
    tool = Onnx(thresholds={"screw": 0.95})
    assert measured(tool, View(image()), rows("yolov8"), prototypes()).readings[-1].text == "nut 1"
    assert measured(Onnx(only=("screw",)), View(image()), rows("yolov8"), prototypes()).readings[-1].text == "screw 1"


def test_boxes_alone_are_told_where_only_they_are_wanted() -> None:
    findings = measured(Onnx(task="detect"), View(image()), rows("yolov8"), prototypes())
    assert findings.values["area"] is None
    assert findings.objects is not None
    assert findings.objects.first[0].values["width"] == 32


def test_a_mask_that_is_nowhere_or_no_number_is_no_object() -> None:
    wild = rows("yolov8").copy()
    wild[0, -3:, 0], wild[0, -3:, 2] = np.nan, (0, 0, 1)
    findings = measured(Onnx(), View(image()), wild, prototypes())
    assert findings.readings[-1].text == ""


@pytest.mark.parametrize(
    ("tool", "outputs", "labels", "words"),
    [
        pytest.param(Onnx(task="instances"), [rows("yolov8")], b"", "no boxes with masks", id="no prototypes"),
        pytest.param(Onnx(task="segment"), [rows("yolov8"), prototypes()], b"", "set task to instances", id="segment"),
        pytest.param(
            Onnx(),
            [rows("yolov8"), np.ones((1, 5, 16, 16), np.float32)],
            b"",
            "9 numbers a box: none is left for a class beside 5 for the prototypes",
            id="prototypes",
        ),
        pytest.param(
            Onnx(boxes="end_to_end"),
            [rows("end_to_end")[..., :8], prototypes()],
            b"",
            "score, class are needed beside 3 for",
            id="end to end",
        ),
        pytest.param(
            Onnx(), [rows("yolov8"), prototypes()], b"a\nb\nc\n", "3 labels, but the model knows 2 classes", id="labels"
        ),
        pytest.param(
            Onnx(), [rows("yolov8"), prototypes() * np.nan], b"", "prototypes of masks that are not f", id="nan"
        ),
    ],
)
def test_outputs_that_do_not_fit_are_said_when_the_model_is_brought(
    tool: Onnx, outputs: list[np.ndarray], labels: bytes, words: str
) -> None:
    files = {"model": models.says(*outputs, dims=(1, 3, SIDE, SIDE))} | ({"labels": labels} if labels else {})
    with pytest.raises(TeachError, match=words):
        tool.bring(files)
