"""EAN-13 by likeness."""

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.imaging.retail import likely, looks_like


def profile(digits: str, module: float, blur: float = 0.4, gain: int = 0) -> np.ndarray:
    """Levels across a code with `module` samples a module, blurred by `blur` modules, bars broader by gain/8."""
    code = zxingcpp.create_barcode(digits, zxingcpp.BarcodeFormat.EAN13)
    image = np.array(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=True))
    fine = np.repeat(image[len(image) // 3], 16)[None].astype(np.float32)
    if gain:
        fine = (cv2.erode if gain > 0 else cv2.dilate)(fine, np.ones((1, 2 * abs(gain) + 1), np.uint8))
    fine = cv2.GaussianBlur(fine, (0, 0), 16 * blur)
    return cv2.resize(fine, (int(fine.shape[1] * module / 16), 1), interpolation=cv2.INTER_AREA)[0] * 0.6 + 40


def bits(digits: str) -> str:
    code = zxingcpp.create_barcode(digits, zxingcpp.BarcodeFormat.EAN13)
    row = np.array(zxingcpp.write_barcode_to_image(code, scale=1))[20] < 128
    dark = np.flatnonzero(row)
    return "".join("1" if one else "0" for one in row[dark[0] : dark[-1] + 1])


@given(
    number=st.integers(10**11, 10**12 - 1),
    module=st.floats(3.0, 7.0),
    blur=st.floats(0.2, 0.65),
    gain=st.integers(-2, 2),
    backward=st.booleans(),
)
@settings(max_examples=12, deadline=None)
def test_what_is_read_is_what_was_printed(number: int, module: float, blur: float, gain: int, backward: bool) -> None:
    level = profile(str(number), module, blur, gain)
    found = likely(level[::-1] if backward else level)
    assert found is not None
    assert found.bits == bits(str(number))
    assert (found.first > found.last) == backward


@pytest.mark.parametrize("seed", range(4))
def test_noise_is_no_code(seed: int) -> None:
    level = cv2.GaussianBlur(np.random.default_rng(seed).uniform(0, 255, (1, 600)).astype(np.float32), (0, 0), 3)[0]
    assert likely(level) is None
    assert likely(np.full(300, 90, np.float32)) is None


def test_another_code_does_not_look_like_it() -> None:
    level = profile("002394243101", 4.0, 0.4, -2)
    ends = 11 * 4.0, 106 * 4.0
    assert looks_like(level, "0023942431015", *ends)
    assert not looks_like(level, "9074932437075", *ends)
