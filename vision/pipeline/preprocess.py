"""What a step does to the frame before its tool sees it."""

from collections.abc import Sequence

import cv2
import numpy as np

from ..errors import ToolError
from ..frame import Image
from ..recipe import Channel, Equalise, Filter, Gaussian, Median

HSV = {"hue": 0, "saturation": 1, "value": 2}
BGR = {"blue": 0, "green": 1, "red": 2}


def preprocess(image: Image, filters: Sequence[Filter], full_scale: int) -> Image:
    """`image` after `filters`: same size and depth; read-only."""
    for one in filters:
        image = _apply(image, one, full_scale)
    image.setflags(write=False)
    return image


def _apply(image: Image, one: Filter, full_scale: int) -> Image:
    match one:
        case Median():
            return _image(cv2.medianBlur(image, one.size_px), image)
        case Gaussian():
            return _image(cv2.GaussianBlur(image, (0, 0), one.sigma_px), image)
        case Equalise():
            return _equalised(image, one, full_scale)
        case Channel():
            return _channel(image, one, full_scale)


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
    return _image(np.rint(even * (full_scale / 255)), image)


def _channel(image: Image, one: Channel, full_scale: int) -> Image:
    if image.ndim == 2:
        raise ToolError(f"channel {one.channel}: the frame is grey")
    if one.channel in BGR:
        return _image(np.ascontiguousarray(image[..., BGR[one.channel]]), image)
    # Only float HSV exists for more than 8 bits; hue 0-360, the others 0-1.
    hsv = cv2.cvtColor(image.astype(np.float32) / np.float32(full_scale), cv2.COLOR_BGR2HSV)
    plane = hsv[..., HSV[one.channel]] / (360.0 if one.channel == "hue" else 1.0)
    return _image(np.rint(plane * full_scale), image)


def _image(result: object, like: Image) -> Image:
    """`result` in the depth of `like`."""
    if like.dtype == np.uint8:
        return np.asarray(result).astype(np.uint8, copy=False)
    return np.asarray(result).astype(np.uint16, copy=False)
