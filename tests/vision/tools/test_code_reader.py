"""Reading codes."""

import time
from typing import get_args

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from vision.errors import TimeLimitError, ToolError
from vision.frame import Image
from vision.imaging.code_grade import step_of
from vision.imaging.zxing import Symbology
from vision.pipeline.regions import place_regions
from vision.result import Point
from vision.roi import IDENTITY, CircleRoi, Rectangle, RingSector, Roi, moved
from vision.tool import Findings, View
from vision.tools import CodeReader

from .drawn import colour, deep

F = zxingcpp.BarcodeFormat
SIZE = (240, 320)


def symbol(text: str | bytes, kind: object = F.DataMatrix, module: int = 4, **options: object) -> np.ndarray:
    drawn = zxingcpp.create_barcode(text, kind, **options)
    bits = np.array(zxingcpp.write_barcode_to_image(drawn, scale=1, add_quiet_zones=True))
    return np.repeat(np.repeat(bits, module, 0), module, 1)


def scene(*placed: tuple[np.ndarray, int, int], size: tuple[int, int] = SIZE, ground: int = 170) -> np.ndarray:
    image = np.full(size, ground, np.uint8)
    for drawn, x, y in placed:
        image[y : y + drawn.shape[0], x : x + drawn.shape[1]] = drawn
    return image


def turned(drawn: np.ndarray, x: float, y: float, angle_deg: float, scale: float = 1.0) -> np.ndarray:
    """The middle of a symbol at `x`, `y`, counter-clockwise."""
    about = (drawn.shape[1] - 1) / 2, (drawn.shape[0] - 1) / 2
    pose = cv2.getRotationMatrix2D(about, angle_deg, scale)
    pose[:, 2] += np.array([x, y]) - about
    return cv2.warpAffine(drawn, pose, SIZE[::-1], borderValue=170)


def dotted(drawn: np.ndarray, module: int) -> np.ndarray:
    out = np.full_like(drawn, 255)
    for y in range(module // 2, drawn.shape[0], module):
        for x in range(module // 2, drawn.shape[1], module):
            if drawn[y, x] < 128:
                cv2.circle(out, (x, y), int(0.42 * module), 0, -1, cv2.LINE_AA)
    return out


def read(image: Image, *regions: Roi, masks: tuple[Roi, ...] = (), **parameters: object) -> Findings:
    tool = CodeReader.model_validate(parameters)
    return tool.measure(View(image, tuple(place_regions(regions, masks, IDENTITY, image.shape[:2]))))


def texts(findings: Findings) -> list[str]:
    return [reading.text for reading in findings.readings]


@pytest.mark.parametrize(
    ("kind", "text", "symbology", "shown"),
    [
        (F.QRCode, "LOT 7", "qr", "LOT 7"),
        (F.MicroQRCode, "12345", "micro_qr", "12345"),
        (F.RMQRCode, "LOT 7", "rmqr", "LOT 7"),
        (F.DataMatrix, "LOT 7", "data_matrix", "LOT 7"),
        (F.Aztec, "LOT 7", "aztec", "LOT 7"),
        (F.PDF417, "LOT 7", "pdf417", "LOT 7"),
        (F.EAN13, "400638133393", "ean_upc", "4006381333931"),
        (F.EAN8, "1234567", "ean_upc", "12345670"),
        (F.UPCE, "0123456", "ean_upc", "0012345000065"),
        (F.Code128, "LOT-7", "code_128", "LOT-7"),
        (F.Code39, "LOT-7", "code_39", "LOT-7"),
        (F.Code93, "LOT-7", "code_93", "LOT-7"),
        (F.ITF, "123456", "itf", "123456"),
        (F.Codabar, "A12345B", "codabar", "A12345B"),
        (F.DataBarOmni, "0123456789012", "databar", "0101234567890128"),
    ],
)
def test_every_symbology(kind: object, text: str, symbology: str, shown: str) -> None:
    image = np.pad(symbol(text, kind, 3), 20, constant_values=255)
    findings = read(image)
    assert texts(findings) == [shown]
    assert findings.readings[0].data == shown.encode()
    assert findings.objects is not None
    assert findings.objects.first[0].label.split()[0] == symbology
    others = [name for name in get_args(Symbology) if name != symbology]
    assert not read(image, symbologies=others, effort="quick").found


def test_the_bytes_are_exact_with_gs1_separators() -> None:
    image = scene((symbol("(01)04006381333931(10)LOT7(21)99", F.DataMatrix, 4, gs1=True), 20, 20))
    reading = read(image).readings[0]
    assert reading.data == b"010400638133393110LOT7\x1d2199"
    assert reading.text == "010400638133393110LOT7\x1d2199"
    assert texts(read(image, text="readable")) == ["(01)04006381333931(10)LOT7(21)99"]


def test_bytes_that_are_no_text() -> None:
    data = bytes(range(0, 256, 5))
    assert read(scene((symbol(data, F.QRCode, 3), 20, 20))).readings[0].data == data


@pytest.mark.parametrize("change", [colour, deep, lambda image: 255 - image], ids=["colour", "16 bit", "inverted"])
def test_kinds_of_frames(change: object) -> None:
    image = change(scene((symbol("LOT-123"), 60, 60), ground=255))  # type: ignore[operator]
    full = 4080 if image.dtype == np.uint16 else 255
    assert texts(CodeReader(effort="thorough").measure(View(image, full_scale=full))) == ["LOT-123"]


def test_a_dot_peened_code_that_the_decoder_alone_does_not_read() -> None:
    image = turned(dotted(symbol("LOT-123456", F.DataMatrix, 7), 7), 160, 120, 33)
    image = cv2.GaussianBlur(image, (0, 0), 0.8)
    assert texts(read(image, effort="quick")) == []
    assert texts(read(image)) == ["LOT-123456"]


def test_blurred_bars_that_the_decoder_alone_does_not_read() -> None:
    bars = cv2.resize(symbol("400638133393", F.EAN13, 2)[20:21], (226, 90), interpolation=cv2.INTER_NEAREST)
    image = cv2.GaussianBlur(turned(bars, 160, 120, 27), (0, 0), 1.0)
    assert texts(read(image)) == ["4006381333931"]


@given(
    angle=st.floats(-180, 180),
    x=st.floats(130, 190),
    y=st.floats(100, 140),
    gain=st.floats(0.4, 1.0),
    kind=st.sampled_from([F.DataMatrix, F.QRCode]),
)
@settings(max_examples=12, deadline=None)
def test_it_moves_and_turns_with_the_code(angle: float, x: float, y: float, gain: float, kind: object) -> None:
    drawn = symbol("LOT-1234", kind, 4)
    findings = read(np.asarray(turned(drawn, x, y, angle) * gain, np.uint8))
    assert texts(findings) == ["LOT-1234"]
    assert (findings.values["x"], findings.values["y"]) == pytest.approx((x, y), abs=2.5)
    off = (float(findings.values["angle_deg"]) - angle + 180) % 360 - 180  # type: ignore[arg-type]
    assert abs(off) < 2.5
    again = read(np.asarray(turned(drawn, x, y, angle) * gain, np.uint8))
    assert again.values == findings.values


def test_as_a_fixture_it_carries_later_regions() -> None:
    drawn = symbol("LOT-1234", F.QRCode, 4)
    home = {"home_x_px": 150, "home_y_px": 110, "home_angle_deg": 10}
    findings = read(turned(drawn, 170, 120, 40), **home)
    assert findings.pose is not None
    there = moved(np.array([(150.0, 110.0), (250.0, 110.0)]), findings.pose)
    assert there[0] == pytest.approx((170, 120), abs=2)
    along = there[1] - there[0]
    assert np.degrees(np.arctan2(-along[1], along[0])) == pytest.approx(30, abs=2)
    assert isinstance(findings.features["origin"], Point)
    assert read(turned(drawn, 170, 120, 40)).pose is None


FOUR = scene(
    *((symbol(name), x, y) for name, x, y in (("DD", 200, 150), ("AA", 20, 22), ("CC", 30, 140), ("BB", 210, 18)))
)


@pytest.mark.parametrize(
    ("order", "wanted"),
    [("rows", "AA BB CC DD"), ("left_to_right", "AA CC DD BB"), ("top_to_bottom", "BB AA CC DD")],
)
def test_several_are_numbered_in_order(order: str, wanted: str) -> None:
    findings = read(FOUR, fewest=4, order=order)
    assert texts(findings) == wanted.split()
    assert findings.values["count"] == 4


def test_regions_in_their_own_order_and_with_nothing_from_outside() -> None:
    left, right = Rectangle(x=0, y=0, width=160, height=240), Rectangle(x=160, y=0, width=160, height=240)
    assert texts(read(FOUR, right, left, fewest=2, order="regions")) == ["BB", "DD", "AA", "CC"]
    assert texts(read(FOUR, CircleRoi(x=55, y=170, radius=60))) == ["CC"]
    assert texts(read(FOUR, left, masks=(Rectangle(x=0, y=120, width=160, height=120),))) == ["AA"]
    lying = Rectangle(x=180, y=130, width=100, height=100, angle_deg=30)
    found = read(FOUR, lying)
    assert texts(found) == ["DD"]
    assert (found.values["x"], found.values["y"]) == pytest.approx((227, 177), abs=4)


def test_less_than_the_fewest_is_not_found_and_says_so() -> None:
    findings = read(FOUR, fewest=5)
    assert not findings.found
    assert findings.reason == "4 of 5 codes read"
    assert findings.values["count"] == 4
    assert read(FOUR, fewest=4).found


def test_more_than_the_most_are_left_out() -> None:
    assert len(read(FOUR, fewest=3, most=3).readings) == 3


def noise() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, SIZE, np.uint8)


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(np.full((1, 1), 90, np.uint8), id="one pixel"),
        pytest.param(np.full((1, 300), 90, np.uint8), id="one row"),
        pytest.param(np.full((300, 3), 90, np.uint8), id="narrow"),
        pytest.param(np.zeros(SIZE, np.uint8), id="black"),
        pytest.param(noise(), id="noise"),
        pytest.param(np.tile(np.repeat(np.array([0, 255], np.uint8), 4), (200, 40)), id="a grating"),
        pytest.param(
            np.kron(np.indices((20, 30)).sum(0) % 2, np.full((8, 8), 255)).astype(np.uint8), id="a chessboard"
        ),
    ],
)
def test_nothing_to_read_is_not_found(image: np.ndarray) -> None:
    findings = read(image, effort="thorough")
    assert not findings.found
    assert findings.readings == ()
    assert findings.reason == "0 of 1 codes read"


def test_a_region_beyond_the_frame_reads_what_is_inside() -> None:
    try:
        assert texts(read(FOUR, Rectangle(x=-40, y=-40, width=170, height=150))) == ["AA"]
    except ToolError as exc:
        pytest.fail(f"{exc}")


def test_the_time_limit_ends_it() -> None:
    with pytest.raises(TimeLimitError):
        CodeReader().measure(View(FOUR, deadline_ns=time.monotonic_ns() - 1))


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"fewest": 5, "most": 4}, "fewest 5 is above most 4"),
        ({"home_x_px": 5}, "home_x_px and home_y_px belong together"),
        ({"symbologies": []}, "at least 1 item"),
    ],
)
def test_parameters_that_contradict_each_other(parameters: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        CodeReader.model_validate(parameters)


@pytest.mark.parametrize("kind", [F.DataMatrix, F.QRCode, F.Code128, F.EAN13])
def test_a_clean_code_has_the_best_grade_and_a_spoilt_one_less(kind: object) -> None:
    text = "400638133393" if kind == F.EAN13 else "LOT-1234"
    drawn = np.pad(symbol(text, kind, 4), 20, constant_values=255)
    clean = read(drawn, grade=True)
    assert clean.values["grade"] == 4
    assert clean.values["symbol_contrast"] == pytest.approx(100, abs=2)
    assert clean.objects is not None
    assert clean.objects.first[0].values == {"grade": 4}
    faint = read(np.asarray(100 + drawn * 0.45, np.uint8), grade=True)
    assert faint.values["symbol_contrast"] == pytest.approx(45, abs=2)
    assert faint.values["grade"] == 2
    blurred = read(cv2.GaussianBlur(drawn, (0, 0), 2.2), grade=True)
    assert float(blurred.values["grade"]) < 3  # type: ignore[arg-type]
    assert "grade" not in read(drawn).values


@pytest.mark.parametrize("kind", [F.Code128, F.Code39, F.Code93, F.EAN13, F.ITF])
def test_bars_that_grew_in_printing_are_harder_to_decode(kind: object) -> None:
    text = {F.EAN13: "400638133393", F.ITF: "12345678"}.get(kind, "LOT-1234")  # type: ignore[call-overload]
    drawn = np.pad(symbol(text, kind, 8), 20, constant_values=255)
    grown = cv2.erode(drawn, np.ones((1, 4)))  # bars 3 of 8 px wider
    found = [
        float(
            read(cv2.resize(one, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), grade=True).values["decodability"]
        )  # type: ignore[arg-type]
        for one in (drawn, grown)
    ]
    assert found[0] > 88
    assert found[0] > found[1] + 12 or kind == F.Code93  # which is decoded by edges of one sense alone


def test_turned_bars_are_as_decodable_as_upright_ones() -> None:
    drawn = symbol("LOT-1234", F.Code128, 2)
    upright, over, slanting = (
        float(read(turned(drawn, 160, 120, angle), grade=True).values["decodability"])  # type: ignore[arg-type]
        for angle in (0, 180, 17)
    )
    assert over == pytest.approx(upright, abs=2)
    assert slanting == pytest.approx(upright, abs=20)
    assert upright > 50  # what two pixels a module leave


def test_decodability_is_not_told_of_every_kind() -> None:
    drawn = np.pad(symbol("A12345B", F.Codabar, 4), 20, constant_values=255)
    assert "decodability" not in read(drawn, grade=True).values


@pytest.mark.parametrize(
    ("name", "value", "grade"),
    [
        ("decodability", 62, 4),
        ("decodability", 61.9, 3),
        ("decodability", 24.9, 0),
        ("symbol_contrast", 70, 4),
        ("symbol_contrast", 69.9, 3),
        ("symbol_contrast", 19.9, 0),
        ("fixed_pattern_damage", 0, 4),
        ("fixed_pattern_damage", 0.1, 3),
        ("axial_nonuniformity", 6, 4),
        ("axial_nonuniformity", 12.1, 0),
        ("unused_error_correction", 25, 1),
    ],
)
def test_a_parameter_on_a_limit_has_the_better_grade(name: str, value: float, grade: int) -> None:
    assert step_of(name, value) == grade


def test_what_is_not_graded_gives_no_grade() -> None:
    assert "grade" not in read(np.pad(symbol("LOT 7", F.Aztec), 20, constant_values=255), grade=True).values


def test_thin_bars_are_not_taken_for_other_digits() -> None:
    """Where all bars are thin a 0 and a 9 differ by less than an edge is off."""
    bars = cv2.resize(symbol("002394243101", F.EAN13, 8)[20:21], (904, 90), interpolation=cv2.INTER_NEAREST)
    thin = cv2.dilate(bars, np.ones((1, 5)))
    image = np.pad(cv2.resize(thin, (339, 90), interpolation=cv2.INTER_AREA), 30, constant_values=255)
    assert texts(read(image)) in (["0023942431015"], [])


def test_a_code_round_a_ring_is_unwrapped() -> None:
    bars = cv2.resize(symbol("400638133393", F.EAN13, 4)[40:41], (452, 60), interpolation=cv2.INTER_NEAREST)
    rows, columns = np.mgrid[0:400, 0:400].astype(np.float32)
    radius = np.hypot(columns - 199.5, rows - 199.5)
    along = (-np.degrees(np.arctan2(199.5 - rows, columns - 199.5)) + 200) % 360 / 180 * 452  # clockwise from 200 deg
    image = cv2.remap(bars, along.astype(np.float32), radius - 120, cv2.INTER_LINEAR, borderValue=255)
    ring = RingSector(x=199.5, y=199.5, inner=120, outer=180, start_deg=10, sweep_deg=200)
    found = read(image, ring, grade=True)
    assert texts(found) == ["4006381333931"]
    assert np.hypot(float(found.values["x"]) - 199.5, float(found.values["y"]) - 199.5) < 190  # type: ignore[arg-type]
    assert float(found.values["grade"]) >= 3  # type: ignore[arg-type]
