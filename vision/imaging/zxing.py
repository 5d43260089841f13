"""The decoder: symbols of an image as texts and bytes, by zxing-cpp."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import zxingcpp
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Symbology = Literal[
    "qr",
    "micro_qr",
    "rmqr",
    "data_matrix",
    "aztec",
    "pdf417",
    "ean_upc",
    "code_128",
    "code_39",
    "code_93",
    "itf",
    "codabar",
    "databar",
]
TextForm = Literal["plain", "readable", "escaped", "hex"]

_F = zxingcpp.BarcodeFormat
FORMATS = {
    "qr": _F.QRCode,
    "micro_qr": _F.MicroQRCode,
    "rmqr": _F.RMQRCode,
    "data_matrix": _F.DataMatrix,
    "aztec": _F.Aztec,
    "pdf417": _F.PDF417,
    "ean_upc": _F.EANUPC,
    "code_128": _F.Code128,
    "code_39": _F.Code39,
    "code_93": _F.Code93,
    "itf": _F.ITF,
    "codabar": _F.Codabar,
    "databar": _F.DataBar,
}

LINEAR = frozenset({"ean_upc", "code_128", "code_39", "code_93", "itf", "codabar", "databar"})
WEAK = frozenset({"itf", "codabar", "code_39"})
"""Without a check digit of their own: any run of bars may look like a short one."""

_FORMS = {
    "plain": zxingcpp.TextMode.Plain,
    "readable": zxingcpp.TextMode.HRI,
    "escaped": zxingcpp.TextMode.Escaped,
    "hex": zxingcpp.TextMode.Hex,
}


@dataclass(frozen=True, slots=True)
class Code:
    """One decoded symbol."""

    text: str
    data: bytes  # as encoded: GS1 separators and other control characters included
    symbology: str
    identifier: str  # ISO/IEC 15424, as "]d2" for a GS1 Data Matrix
    corners: NDArray[np.float64]  # ``(4, 2)`` px: its own top left, top right, bottom right, bottom left
    version: str = ""  # of a matrix code: its size, as "16x16" or "2"
    unused: float | None = None  # error correction that was not needed, 0-1; None = it has none

    def at(self, corners: NDArray[np.float64]) -> "Code":
        """The same symbol, with its corners somewhere else."""
        return replace(self, corners=corners)


def decode(
    image: Grey, symbologies: Iterable[str], form: TextForm = "plain", *, turned: bool = True, pure: bool = False
) -> list[Code]:
    """All symbols of an image.

    Args:
        image: ``(height, width)``.
        symbologies: Names of `Symbology`.
        turned: Look for what is turned by 90 degrees, inverted or large as well.
        pure: The image is one drawn symbol, upright, and nothing else.
    """
    names = frozenset(symbologies)
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(image),
        formats=_formats(names),
        try_rotate=turned,
        try_downscale=turned,
        try_invert=turned,
        text_mode=_FORMS[form],
        is_pure=pure,
    )
    codes = [_code(one) for one in found if one.valid]
    return [code for code in codes if code.symbology in names]  # asked for QR it gives Micro QR as well


@lru_cache(maxsize=64)
def _formats(names: frozenset[str]) -> Any:
    return [FORMATS[name] for name in sorted(names)]


def _code(found: Any) -> Code:
    place = found.position
    corners = [place.top_left, place.top_right, place.bottom_right, place.bottom_left]
    return Code(
        found.text,
        bytes(found.bytes),
        _symbology(found),
        found.symbology_identifier,
        np.array([(corner.x, corner.y) for corner in corners], np.float64),
        str((found.extra or {}).get("Version", "")),
        (found.extra or {}).get("UEC"),
    )


def _symbology(found: Any) -> str:
    if found.symbology == _F.QRCode:
        return {_F.MicroQRCode: "micro_qr", _F.RMQRCode: "rmqr"}.get(found.format, "qr")
    return next((name for name, kind in FORMATS.items() if found.symbology == kind), str(found.symbology))
