"""Models of all usual kinds, made here and really run."""

import time

import cv2
import numpy as np
import pytest

from vision.calibration import Calibration
from vision.errors import TeachError, TimeLimitError, ToolError
from vision.roi import CircleRoi, Rectangle
from vision.tool import NOT_TAUGHT, Findings, Taught, View
from vision.tools import Onnx

from . import onnx_models as models
from .drawn import view

RGB = b"red\ngreen\nblue\n"


def brought(tool: Onnx, model: bytes, labels: bytes | None = None) -> Taught:
    return tool.bring({"model": model} | ({} if labels is None else {"labels": labels}))


def measured(tool: Onnx, model: bytes, seen: View, labels: bytes | None = None) -> Findings:
    return tool.prepare(brought(tool, model, labels), Calibration()).measure(seen)


def plain(blue: int, green: int, red: int, size: tuple[int, int] = (40, 60)) -> np.ndarray:
    return np.full((*size, 3), (blue, green, red), np.uint8)


def texts(findings: Findings, name: str = "label") -> list[str]:
    return [one.text for one in findings.readings if one.name == name]


@pytest.mark.parametrize(("colour", "label"), [((20, 30, 220), "red"), ((20, 220, 30), "green"), ((250, 0, 0), "blue")])
@pytest.mark.parametrize("dims", [(1, 3, 8, 8), ("n", 3, 8, 16)], ids=["fixed", "any batch"])
def test_a_class_is_read_with_its_probability(
    colour: tuple[int, int, int], label: str, dims: tuple[int | str, ...]
) -> None:
    findings = measured(Onnx(), models.classifier(dims), View(plain(*colour)), RGB)
    logits = np.array(colour[::-1]) / 255 * 10
    share = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    assert texts(findings) == [label]
    assert findings.values["score"] == pytest.approx((share.max(),), abs=1e-4)
    assert (findings.values["count"], texts(findings, "counts"), findings.reason) == (1, [f"{label} 1"], "")


def test_order_of_colours_and_the_numbers_are_parameters() -> None:
    seen = View(plain(20, 30, 220))
    assert texts(measured(Onnx(channels="bgr"), models.classifier(), seen, RGB)) == ["blue"]
    scaled = Onnx(divide_by=1, mean=(100, 0, 300), std=(1000, 500, 100))
    logits = 10 * (np.array([220, 30, 20]) - scaled.mean) / scaled.std
    expected = np.exp(logits).max() / np.exp(logits).sum()
    assert measured(scaled, models.classifier(), seen).values["score"] == pytest.approx((expected,), abs=1e-4)


def test_what_is_not_sure_is_no_class_and_says_so() -> None:
    seen = View(plain(100, 110, 100))
    findings = measured(Onnx(), models.classifier(), seen, RGB)
    assert (texts(findings), texts(findings, "counts"), findings.values["count"]) == ([""], [""], 0)
    assert findings.reason == f"it has no sure class: 'green' has {findings.values['score'][0]:.2f}"  # type: ignore[index]
    share = findings.values["score"][0]  # type: ignore[index]
    for least, label in ((share, "green"), (share + 1e-6, "")):
        assert texts(measured(Onnx(thresholds={"green": least}), models.classifier(), seen, RGB)) == [label]
    assert texts(measured(Onnx(threshold=0, only=("red",)), models.classifier(), seen, RGB)) == [""]


def test_each_region_has_its_class_and_masks_are_not_seen() -> None:
    image = plain(20, 20, 220, (60, 120))
    image[:, 60:] = (220, 20, 20)
    cv2.circle(image, (30, 30), 20, (0, 255, 0), cv2.FILLED)
    left, right = Rectangle(x=0, y=0, width=60, height=60), Rectangle(x=70, y=10, width=40, height=30, angle_deg=10)
    seen = view(image, left, right, masks=(CircleRoi(x=30, y=30, radius=22),))
    findings = measured(Onnx(), models.classifier(), seen, RGB)
    assert texts(findings) == ["red", "blue"]
    assert texts(findings, "counts") == ["blue 1, red 1"]


def test_grey_and_sixteen_bits_go_in_as_well() -> None:
    grey = np.full((30, 30), 120, np.uint8)
    found = [
        measured(Onnx(threshold=0), models.classifier(), one).values["score"]
        for one in (View(grey), View(grey.astype(np.uint16) * 257, full_scale=65535))
    ]
    assert found[0] == found[1] == pytest.approx((1 / 3,), abs=1e-3)


def test_the_names_stand_in_the_model_or_are_numbers() -> None:
    noted = models.classifier(notes=[("names", "{0: 'ok', 1: 'scratch', 2: 'dent'}")])
    assert texts(measured(Onnx(), noted, View(plain(0, 255, 0)))) == ["scratch"]
    for harm in ("__import__('os')", "{0: 'a'", "[1", "{5: 'x'}"):
        assert texts(measured(Onnx(), models.classifier(notes=[("names", harm)]), View(plain(0, 255, 0)))) == ["1"]


BOXES = [(8.0, 8.0, 24.0, 16.0, 0.9, 1), (9.0, 8.0, 25.0, 16.0, 0.8, 1), (40.0, 40.0, 56.0, 60.0, 0.7, 0)]
"""x1, y1, x2, y2, score, class: the second is the first once more."""


def rows(kind: str, share: float = 1.0) -> list[np.ndarray]:
    """The same boxes as different exports have them, beside many that are nothing."""
    corners = np.array([one[:4] for one in BOXES], np.float32) * share
    scores = np.array([one[4] for one in BOXES], np.float32)
    kinds = np.array([one[5] for one in BOXES], np.int64)
    if kind == "triple":
        return [corners, kinds, scores]
    if kind == "end_to_end":
        return [np.concatenate([corners, scores[:, None], kinds[:, None].astype(np.float32)], axis=1)[None]]
    middle = np.concatenate([(corners[:, :2] + corners[:, 2:]) / 2, corners[:, 2:] - corners[:, :2]], axis=1)
    of_class = np.zeros((len(BOXES), 2), np.float32)
    of_class[np.arange(len(BOXES)), kinds] = scores
    if kind == "yolov5":
        middle, of_class = np.concatenate([middle, np.ones((len(BOXES), 1), np.float32)], axis=1), of_class
    found = np.concatenate([middle, of_class], axis=1)
    found = np.concatenate([found, np.zeros((40, found.shape[1]), np.float32)])
    return [np.ascontiguousarray(found.T[None] if kind == "yolov8" else found[None])]


@pytest.mark.parametrize("kind", ["yolov8", "yolov5", "end_to_end", "triple"])
@pytest.mark.parametrize("share", [1.0, 1 / 64], ids=["px", "shares"])
def test_boxes_of_the_usual_exports_are_found_once_and_in_place(kind: str, share: float) -> None:
    # 128 x 64 is letterboxed to 64 x 32 with 16 px above
    findings = measured(Onnx(), models.says(*rows(kind, share)), View(np.zeros((64, 128), np.uint8)), b"nut\nscrew\n")
    assert findings.objects is not None
    assert [(one.label, round(one.values["score"], 3)) for one in findings.objects.first][:1] == [("screw", 0.9)]
    first = findings.objects.first[0]
    # x 8..24 and y 8..16 of the input: above its image, so its box ends at the region's edge
    assert findings.overlay[0].points[0] == pytest.approx((15.5, -0.5))
    assert first.values["width"] == pytest.approx(32)
    assert texts(findings, "counts") == ["nut 1, screw 1"] if first.values["height"] > 0 else ["nut 1"]


def test_a_box_lies_where_the_model_has_it_in_a_turned_region() -> None:
    region = Rectangle(x=20, y=30, width=64, height=64, angle_deg=90)
    seen = view(np.zeros((140, 140), np.uint8), region)
    findings = measured(Onnx(only=("0",)), models.says(*rows("yolov8")), seen)
    assert findings.values["count"] == 1
    inside = np.array([[47.5, 49.5]])  # the middle of the third box, in the region's pixels
    expected = seen.region.transform @ np.array([*inside[0], 1])
    best = findings.features["best"]
    assert (best.x, best.y) == pytest.approx(tuple(expected), abs=0.01)  # type: ignore[union-attr]
    masked = view(np.zeros((140, 140), np.uint8), region, masks=(CircleRoi(x=best.x, y=best.y, radius=4),))  # type: ignore[union-attr]
    assert measured(Onnx(only=("0",)), models.says(*rows("yolov8")), masked).values["count"] == 0


def test_overlap_and_thresholds_say_which_boxes_are_objects() -> None:
    seen, model = View(np.zeros((64, 64), np.uint8)), models.says(*rows("yolov8"))
    assert measured(Onnx(overlap=1.0), model, seen).values["count"] == 3
    assert measured(Onnx(), model, seen).values["count"] == 2
    assert measured(Onnx(threshold=0.7), model, seen).values["count"] == 2
    assert measured(Onnx(threshold=0.701), model, seen).values["count"] == 1
    assert measured(Onnx(threshold=0.95), model, seen).values["score"] == (0.0,)
    assert measured(Onnx(thresholds={"1": 0.95}), model, seen).values["count"] == 1


def test_numbers_that_are_none_are_no_boxes() -> None:
    wild = rows("yolov8")[0].copy()
    wild[0, :, 0], wild[0, :, 1] = np.nan, np.inf
    assert measured(Onnx(), models.says(wild), View(np.zeros((64, 64), np.uint8))).values["count"] == 1
    with pytest.raises(TeachError, match="not finite"):
        brought(Onnx(), models.says(np.array([[1.0, np.nan, 3.0]], np.float32)))


def test_pixels_become_areas_with_size_and_place() -> None:
    image = np.zeros((64, 128), np.uint8)
    image[16:32, 32:64] = 255
    image[48:52, 100:104] = 255
    findings = measured(Onnx(), models.thresholds(), View(image), b"plate\nhole\n")
    assert findings.values["count"] == 2
    assert findings.values["area"] == pytest.approx(16 * 32 + 4 * 4)
    assert findings.objects is not None
    assert {one.label for one in findings.objects.first} == {"hole"}
    large = max(findings.objects.first, key=lambda one: one.values["area"])
    assert (large.place.x, large.place.y) == pytest.approx((47.5, 23.5), abs=0.1)
    for least, count in ((512, 1), (513, 0)):
        assert measured(Onnx(min_area_px=least), models.thresholds(), View(image)).values["count"] == count


def test_classes_of_pixels_without_the_background() -> None:
    planes = np.zeros((1, 3, 16, 16), np.float32)
    planes[0, 0], planes[0, 1, 2:6, 2:6], planes[0, 2, 8:12, 8:16] = 1, 5, 5
    findings = measured(Onnx(), models.says(planes), View(np.zeros((64, 64), np.uint8)), b"none\nrust\ndirt\n")
    assert texts(findings, "counts") == ["dirt 1, rust 1"]
    assert findings.values["area"] == pytest.approx((16 + 32) * 16)
    assert measured(Onnx(background=-1), models.says(planes), View(np.zeros((64, 64), np.uint8))).values["count"] == 3


def test_pixels_under_masks_and_beside_the_region_are_nothing() -> None:
    image = np.full((64, 128), 255, np.uint8)
    half = Rectangle(x=0, y=0, width=64, height=64)
    seen = view(image, half, masks=(Rectangle(x=0, y=0, width=64, height=32),))
    findings = measured(Onnx(fit="letterbox"), models.thresholds(), seen)
    assert findings.values["area"] == pytest.approx(64 * 32)
    assert measured(Onnx(fit="letterbox"), models.thresholds(), View(image)).values["area"] == pytest.approx(64 * 128)


def test_the_same_image_gives_the_same_bits() -> None:
    tool = Onnx()
    ready = tool.prepare(brought(tool, models.classifier()), Calibration())
    assert ready.measure(View(plain(9, 99, 33))).values == ready.measure(View(plain(9, 99, 33))).values


def test_a_run_is_ended_at_the_time_limit_and_the_next_part_is_judged() -> None:
    tool = Onnx(limit_ms=60_000)
    ready = tool.prepare(brought(tool, models.slow(12)), Calibration())
    image = np.zeros((40, 40), np.uint8)
    began = time.monotonic()
    ready.measure(View(image))
    whole = time.monotonic() - began
    began = time.monotonic()
    with pytest.raises(TimeLimitError):
        ready.measure(View(image, deadline_ns=time.monotonic_ns() + 5_000_000))
    assert time.monotonic() - began < max(whole / 2, 0.3)
    assert ready.measure(View(image)).values["count"] == 1
    with pytest.raises(TimeLimitError):
        ready.measure(View(image, deadline_ns=0))


def test_a_model_that_takes_too_long_is_not_taken() -> None:
    with pytest.raises(TeachError, match="time limit"):
        brought(Onnx(limit_ms=1), models.slow(60))


@pytest.mark.parametrize(
    ("tool", "model", "labels", "words"),
    [
        pytest.param(Onnx(), b"no model", None, "no ONNX model", id="no model"),
        pytest.param(Onnx(), b"", None, "0 bytes", id="empty"),
        pytest.param(Onnx(), models.classifier()[:-40], None, "no ONNX model", id="cut off"),
        pytest.param(Onnx(), models.classifier(), b"a\nb\n", "2 labels, but the model knows 3 classes", id="labels"),
        pytest.param(Onnx(), models.classifier(), b"a\na\nb\n", "line 2: 'a' stands there twice", id="twice"),
        pytest.param(Onnx(), models.classifier(), b"\xff\xfe", "no text in UTF-8", id="no text"),
        pytest.param(Onnx(thresholds={"x": 0.3}), models.classifier(), RGB, "no class 'x'; it has red", id="class"),
        pytest.param(Onnx(), models.classifier((1, 3, "h", 8)), None, "any height: set input_height_px", id="any size"),
        pytest.param(Onnx(input_width_px=9), models.classifier(), None, "takes 8 only", id="other size"),
        pytest.param(Onnx(), models.classifier((1, 5, 8, 8)), None, "no dimension of 1 or 3", id="channels"),
        pytest.param(Onnx(layout="nchw"), models.classifier((1, 5, 8, 8)), None, "has 5 channels", id="5 channels"),
        pytest.param(Onnx(), models.classifier((4, 3, 8, 8)), None, "4 images at once", id="batch"),
        pytest.param(Onnx(mean=(1, 2)), models.classifier(), None, "mean has 2 numbers", id="mean"),
        pytest.param(
            Onnx(), models.says(np.zeros((2, 2, 2, 2, 2), np.float32)), None, "no kind that is known", id="kind"
        ),
        pytest.param(Onnx(task="detect"), models.classifier(), None, "no boxes", id="no boxes"),
        pytest.param(Onnx(task="segment"), models.classifier(), None, "no segmentation", id="no pixels"),
        pytest.param(
            Onnx(task="classify"), models.says(np.zeros((3, 4), np.float32)), None, "no classification", id="rows"
        ),
    ],
)
def test_what_does_not_fit_is_said_when_it_is_brought(
    tool: Onnx, model: bytes, labels: bytes | None, words: str
) -> None:
    with pytest.raises(TeachError, match=words):
        brought(tool, model, labels)


def test_a_model_of_any_size_takes_the_one_that_is_said() -> None:
    tool = Onnx(input_width_px=24, input_height_px=16)
    assert texts(measured(tool, models.classifier((1, 3, "h", "w")), View(plain(0, 0, 200)), RGB)) == ["red"]


def test_channels_may_stand_last_and_be_bytes() -> None:
    means = models.node("ReduceMean", ["f"], ["y"], axes=[1, 2], keepdims=0)
    cast = models.node("Cast", ["x"], ["f"], to=1)
    model = models.model([cast, means], [models.value("x", (1, 8, 8, 3), models.UINT8)], [models.value("y", (1, 3))])
    assert texts(measured(Onnx(), model, View(plain(10, 210, 20)), RGB)) == ["green"]


def test_without_a_model_it_says_so() -> None:
    with pytest.raises(ToolError, match="there is no model"):
        Onnx().prepare(NOT_TAUGHT, Calibration())
    with pytest.raises(ToolError, match="there is no model"):
        Onnx().measure(View(plain(0, 0, 0)))
    with pytest.raises(ToolError, match="no ONNX model"):
        Onnx().prepare(Taught(files={"model.onnx": b"\x08\x07garbage"}), Calibration())
    with pytest.raises(TeachError, match="bring a model"):
        Onnx().teach([])


def test_one_pixel_is_an_image_too() -> None:
    assert texts(measured(Onnx(), models.classifier(), View(plain(0, 0, 255, (1, 1))), RGB)) == ["red"]
