"""Filters that change levels and colours: grey from colour, curves, even light."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import ToolError
from ..frame import Image
from ..recipe import Channel, Equalise, Flatten, Gamma, Grey, Stretch

Tone = Flatten | Gamma | Stretch | Equalise | Channel | Grey

HSV = {"hue": 0, "saturation": 1, "value": 2}
BGR = {"blue": 0, "green": 1, "red": 2}
FINE = 4.0  # px of blur that are enough to work in a smaller picture of the background


def toned(image: Image, one: Tone, full_scale: int) -> Image:
    """`image` after one such filter, in the same depth.

    Raises:
        ToolError: It wants colours, and the frame is grey.
    """
    match one:
        case Flatten():
            return _flattened(image, one, full_scale)
        case Gamma():
            shares = np.arange(full_scale + 1) / full_scale
            return _mapped(image, shares**one.gamma * full_scale, full_scale)
        case Stretch():
            return _stretched(image, one, full_scale)
        case Equalise():
            return _equalised(image, one, full_scale)
        case Channel():
            return _channel(image, one, full_scale)
        case Grey():
            return _grey(image, one, full_scale)


def as_deep(result: object, like: Image) -> Image:
    """`result` in the depth of `like`."""
    if like.dtype == np.uint8:
        return np.asarray(result).astype(np.uint8, copy=False)
    return np.asarray(result).astype(np.uint16, copy=False)


def _flattened(image: Image, one: Flatten, full_scale: int) -> Image:
    background = _background(image, one.size_px)
    level = one.level_grey * full_scale / 255
    if one.by == "subtract":
        even = image - background + np.float32(level)
    else:  # half a level keeps black background from becoming infinite
        even = image * (np.float32(level) / np.maximum(background, 0.5))
    return as_deep(np.clip(np.rint(even), 0, full_scale), image)


def _background(image: Image, sigma_px: float) -> NDArray[np.float32]:
    """Blurred in a picture so small that it costs little however wide the blur is."""
    height, width = image.shape[:2]
    factor = max(1.0, sigma_px / FINE)
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    small = cv2.resize(image.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), sigma_px / factor, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _stretched(image: Image, one: Stretch, full_scale: int) -> Image:
    """Colours by one and the same curve. A frame of one level has nothing to stretch and stays as it is."""
    scale = full_scale / 255
    measured = _ends(image, one.outside_percent, full_scale)
    low = measured[0] if one.low_grey is None else one.low_grey * scale
    high = measured[1] if one.high_grey is None else one.high_grey * scale
    if high <= low:
        return image
    return _mapped(image, (np.arange(full_scale + 1) - low) * (full_scale / (high - low)), full_scale)


def _ends(image: Image, outside_percent: float, full_scale: int) -> tuple[float, float]:
    """The levels below and above which that share of the values lies."""
    counts = np.cumsum(np.bincount(image.ravel(), minlength=full_scale + 1))
    outside = counts[-1] * outside_percent / 100
    low = np.searchsorted(counts, outside, side="right")
    return float(low), float(np.searchsorted(counts, counts[-1] - outside, side="left"))


def _mapped(image: Image, curve: NDArray[np.floating[Any]], full_scale: int) -> Image:
    """Each level by a curve with one entry a level; what is brighter than white is white."""
    table = np.clip(np.rint(curve), 0, full_scale).astype(image.dtype)
    return as_deep(table[np.minimum(image, full_scale)], image)


def _grey(image: Image, one: Grey, full_scale: int) -> Image:
    if image.ndim == 2:
        raise ToolError("grey by weights: the frame is grey")
    weights = np.array([[one.blue, one.green, one.red]], np.float32)
    total = cv2.transform(image.astype(np.float32), weights) + np.float32(one.offset_grey * full_scale / 255)
    return as_deep(np.clip(np.rint(total), 0, full_scale), image)


def _equalised(image: Image, one: Equalise, full_scale: int) -> Image:
    """By luminance, so that colours keep their hue.

    In 256 levels also where the frame has more: spread over 65536 the histogram would be too thin for its limit.
    """
    clahe = cv2.createCLAHE(one.strength, (one.tiles, one.tiles))
    work = np.rint(image * (255 / full_scale)).astype(np.uint8)
    if work.ndim == 2:
        even = clahe.apply(work)
    else:
        luma = cv2.cvtColor(work, cv2.COLOR_BGR2YCrCb)
        luma[..., 0] = clahe.apply(np.ascontiguousarray(luma[..., 0]))
        even = cv2.cvtColor(luma, cv2.COLOR_YCrCb2BGR)
    return as_deep(np.rint(even * (full_scale / 255)), image)


def _channel(image: Image, one: Channel, full_scale: int) -> Image:
    if image.ndim == 2:
        raise ToolError(f"channel {one.channel}: the frame is grey")
    if one.channel in BGR:
        return as_deep(np.ascontiguousarray(image[..., BGR[one.channel]]), image)
    # Only float HSV exists for more than 8 bits; hue 0-360, the others 0-1.
    hsv = cv2.cvtColor(image.astype(np.float32) / np.float32(full_scale), cv2.COLOR_BGR2HSV)
    plane = hsv[..., HSV[one.channel]] / (360.0 if one.channel == "hue" else 1.0)
    return as_deep(np.rint(plane * full_scale), image)
