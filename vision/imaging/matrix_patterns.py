"""What is always the same in a matrix code of a size: finder, timing and alignment (ISO/IEC 16022 and 18004)."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Modules = NDArray[np.int8]
"""``(rows, columns)``: 1 dark, -1 light, 0 data."""

SQUARES = (10, 12, 14, 16, 18, 20, 22, 24, 26, 32, 36, 40, 44, 48, 52, 64, 72, 80, 88, 96, 104, 120, 132, 144)
OBLONGS = ((8, 18), (8, 32), (12, 26), (12, 36), (16, 36), (16, 48))
QR_VERSIONS = range(1, 11)
ALIGNED = {1: (), 2: (18,), 3: (22,), 4: (26,), 5: (30,), 6: (34,), 7: (22, 38), 8: (24, 42), 9: (26, 46), 10: (28, 50)}
"""Of a QR version: rows and columns of alignment patterns besides the sixth."""


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """The known modules of one size of a symbology, with a light module all round."""

    symbology: str
    modules: Modules

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns, without the light ones round it."""
        return self.modules.shape[0] - 2, self.modules.shape[1] - 2


@cache
def patterns(symbology: str) -> tuple[Pattern, ...]:
    """All sizes of a symbology that can be sampled: ``data_matrix`` or ``qr``; none of others."""
    if symbology == "data_matrix":
        sizes = [*((n, n) for n in SQUARES), *OBLONGS]
        return tuple(_framed("data_matrix", _data_matrix(*size)) for size in sizes)
    if symbology == "qr":
        return tuple(_framed("qr", _qr(version)) for version in QR_VERSIONS)
    return ()


def _framed(symbology: str, modules: Modules) -> Pattern:
    return Pattern(symbology, np.pad(modules, 1, constant_values=-1))


def _data_matrix(rows: int, columns: int) -> Modules:
    out = np.zeros((rows, columns), np.int8)
    deep, wide = rows // _regions(rows, columns)[0], columns // _regions(rows, columns)[1]
    for top in range(0, rows, deep):
        for left in range(0, columns, wide):
            out[top, left : left + wide : 2], out[top, left + 1 : left + wide : 2] = 1, -1
            right = left + wide - 1
            out[top + 1 : top + deep : 2, right], out[top : top + deep : 2, right] = 1, -1
            out[top : top + deep, left] = 1
            out[top + deep - 1, left : left + wide] = 1
    return out


def _regions(rows: int, columns: int) -> tuple[int, int]:
    """How many data regions below and beside each other."""
    if rows != columns:
        return 1, 1 if columns in (18, 26) else 2
    many = 1 if rows <= 26 else 2 if rows <= 52 else 4 if rows <= 104 else 6
    return many, many


def _qr(version: int) -> Modules:
    side = 17 + 4 * version
    out = np.zeros((side, side), np.int8)
    centres = (6, *ALIGNED[version])
    for row in centres:
        for column in centres:
            if (row, column) not in {(6, 6), (6, centres[-1]), (centres[-1], 6)} and len(centres) > 1:
                out[row - 2 : row + 3, column - 2 : column + 3] = _rings(5)
    line = np.where(np.arange(side) % 2, -1, 1)
    for along in (out[6], out[:, 6]):
        along[8 : side - 8] = line[8 : side - 8]
    eye = np.pad(_rings(7), 1, constant_values=-1)
    out[:8, :8], out[:8, -8:], out[-8:, :8] = eye[1:, 1:], eye[1:, :-1], eye[:-1, 1:]
    out[side - 8, 8] = 1
    return out


def _rings(side: int) -> Modules:
    """Dark outside, light, dark inside."""
    place = np.abs(np.arange(side) - side // 2)
    ring = np.maximum(place[:, None], place[None, :])
    return np.where(ring == side // 2 - 1, -1, 1).astype(np.int8)
