"""Decodability of drawn and of harmed bars, by hand."""

import numpy as np
import pytest
import zxingcpp

from vision.imaging.decodability import decodability

F = zxingcpp.BarcodeFormat
CODES = {
    "code_128": (F.Code128, "LOT-1234"),
    "code_93": (F.Code93, "LOT 1234"),
    "ean_upc": (F.EAN13, "400638133393"),
    "code_39": (F.Code39, "LOT-12"),
    "itf": (F.ITF, "123456"),
}


def edges(kind: object, text: str) -> np.ndarray:
    """Of a symbol that is drawn exactly, one module = 1."""
    bits = np.array(zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, kind), scale=1))
    dark = np.concatenate([[0], bits[bits.shape[0] // 3] < 128, [0]]).astype(np.int8)
    return np.flatnonzero(np.diff(dark)).astype(np.float64)


@pytest.mark.parametrize("name", CODES)
def test_exact_bars_leave_all_of_the_tolerance_at_any_scale(name: str) -> None:
    for scale in (1.0, 0.37, 5.0):
        assert decodability(3 + scale * edges(*CODES[name]), name) == pytest.approx(1)


@pytest.mark.parametrize(("kind", "text"), [(F.EAN8, "9638507"), (F.UPCA, "03600029145"), (F.UPCE, "0123456")])
def test_every_form_of_ean_and_upc_is_known(kind: object, text: str) -> None:
    assert decodability(edges(kind, text), "ean_upc") == pytest.approx(1)


@pytest.mark.parametrize("name", ["code_128", "code_93"])
def test_an_edge_that_lies_off_takes_twice_its_share_of_a_module(name: str) -> None:
    for off in (0.05, 0.2):
        harmed = edges(*CODES[name])
        harmed[20] += off  # inside of the fourth character: both distances to similar edges are off by as much
        assert decodability(harmed, name) == pytest.approx(1 - 2 * off)


def test_bars_that_are_too_wide_harm_no_distance_from_edge_to_similar_edge() -> None:
    for name, left in (("code_128", 1 - 0.6 / 1.75), ("code_93", 1.0)):
        harmed = edges(*CODES[name])
        harmed[::2] -= 0.1  # each of the three bars of a character is 0.2 modules wider
        harmed[1::2] += 0.1
        assert decodability(harmed, name) == pytest.approx(left)


def test_one_and_seven_are_told_apart_by_their_bars() -> None:
    plain, alike = (edges(F.EAN8, text) for text in ("0000000", "1111111"))
    for harmed, left in ((plain, 1.0), (alike, 0.8)):
        harmed[::2] -= 0.05
        harmed[1::2] += 0.05
        assert decodability(harmed, "ean_upc") == pytest.approx(left)  # 0.2 modules more, of the 1 to the threshold


def test_two_widths_are_held_to_the_threshold_between_them() -> None:
    wide = 2.0
    widths = np.array([1, wide, 1, 1, wide, 1, wide, 1, 1, 1, 1, wide, 1, 1, wide, 1, wide, 1, 1.0])
    widths[0] += 0.2
    threshold = 12.2 / 8
    narrow = (6 + 6 + 0.2) / 12
    expected = min((threshold - 1.2) / (threshold - narrow), (2 - threshold) / (2 - threshold))
    assert decodability(np.cumsum([0, *widths]), "code_39") == pytest.approx(expected)


@pytest.mark.parametrize("name", CODES)
def test_what_is_no_such_code_has_none_of_it(name: str) -> None:
    whole = edges(*CODES[name])
    assert decodability(whole[:-2], name) == 0
    assert decodability(whole[:2], name) == 0
    assert decodability(np.zeros(0), name) == 0


def test_of_other_symbologies_it_is_not_told() -> None:
    for name in ("codabar", "databar", "qr"):
        assert decodability(np.arange(60.0), name) is None
