"""The known modules against symbols that zxing-cpp draws."""

import numpy as np
import pytest
import zxingcpp

from vision.imaging.matrix_patterns import patterns

KINDS = {"data_matrix": zxingcpp.BarcodeFormat.DataMatrix, "qr": zxingcpp.BarcodeFormat.QRCode}


def drawn(kind: str, length: int) -> np.ndarray:
    code = zxingcpp.create_barcode(("LOT-7 " * 60)[:length], KINDS[kind])
    bits = np.array(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False)) < 128
    rows, columns = np.flatnonzero(bits.any(1)), np.flatnonzero(bits.any(0))
    return bits[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@pytest.mark.parametrize(("kind", "sizes"), [("data_matrix", 15), ("qr", 9)])
def test_known_modules_are_as_drawn(kind: str, sizes: int) -> None:
    known = {pattern.size: pattern.modules[1:-1, 1:-1] for pattern in patterns(kind)}
    seen = set()
    for length in (2, *range(4, 300, 6)):
        bits = drawn(kind, length)
        if (modules := known.get(bits.shape)) is not None:
            seen.add(bits.shape)
            np.testing.assert_array_equal(np.where(modules == 0, 0, np.where(bits, 1, -1)), modules)
    assert len(seen) >= sizes


def test_others_have_none() -> None:
    assert patterns("aztec") == ()
