"""What the laser wrote: a Data Matrix and a line of text."""

import cv2
import numpy as np
import zxingcpp

from .geometry import BRACKET, Box
from .shapes import Field, Window, box, coverage

MODULES = 16
_OVER = 8  # drawn so many times larger, then averaged


def code_mark(text: str) -> tuple[Window, Field]:
    """Where, and how dark (0 to 1), the Data Matrix of `text` is; it has 16 x 16 modules.

    Raises:
        ValueError: The text does not fit them.
    """
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    dark = np.array(symbol.to_image(scale=1, add_quiet_zones=False)) == 0
    if dark.shape != (MODULES, MODULES):
        raise ValueError(f"the code text {text!r} needs {dark.shape[0]} modules a side, there is room for {MODULES}")
    cell = _module()
    fine = np.kron(dark.astype(np.float32), cell)
    window = _window(BRACKET.code, 2)
    return window, _placed(fine, BRACKET.code, window)


def _module() -> Field:
    """One lasered module: a square with round corners that leaves a hair's breadth to its neighbour."""
    x, y = Window(0, 0, _OVER, _OVER).grid()
    edge = _OVER - 1
    return coverage(box(x, y, Box(-0.25, -0.25, edge + 0.25, edge + 0.25, 1.4)))


def text_mark(product: str, serial: str) -> tuple[Window, Field]:
    """Where, and how dark (0 to 1), the line of text is."""
    area = BRACKET.serial_text
    scale = 4
    size = int((area.right - area.left) * scale), int((area.bottom - area.top) * scale)
    canvas = np.zeros((size[1], size[0]), np.uint8)
    face = cv2.FontFace("sans")  # built into OpenCV: no font file is needed
    end, _ = cv2.putText(canvas, f"{product}  {serial}", (0, 24 * scale), 255, face, 27 * scale, 600)
    if end[0] > size[0]:
        raise ValueError(f"the text {product!r} {serial!r} does not fit its line")
    window = _window(area, 2)
    return window, _placed(canvas * np.float32(1 / 255), area, window)


def _window(area: Box, margin: int) -> Window:
    left, top = int(area.left) - margin, int(area.top) - margin
    return Window(left, top, int(area.right) + margin + 2 - left, int(area.bottom) + margin + 2 - top)


def _placed(fine: Field, area: Box, window: Window) -> Field:
    """`fine`, drawn over `area`, averaged onto the pixels of `window`."""
    step_x = (area.right - area.left) / fine.shape[1]
    step_y = (area.bottom - area.top) / fine.shape[0]
    soft = cv2.GaussianBlur(fine, (0, 0), sigmaX=0.6 / step_x, sigmaY=0.6 / step_y)
    to_fine = np.array(
        [
            [1 / step_x, 0, (window.x - area.left) / step_x - 0.5],
            [0, 1 / step_y, (window.y - area.top) / step_y - 0.5],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(soft, to_fine, (window.width, window.height), flags=flags), np.float32)
