"""What is seen at each place of an image: maps of numbers, by filters or by the network."""

import functools
import math

import cv2
import numpy as np
from numpy.typing import NDArray

from ..models import LITE0_TAPS, network
from .network import Network

Floats = NDArray[np.float32]
SIDE = 32  # what the network takes are multiples of it
PIXEL_STRIDE = 8
FINE, COARSE = 1.0, 3.0  # of the filters, px


def working_size(width: float, height: float, most_kpx: float, wanted_width: int = 0) -> tuple[int, int]:
    """Width and height to which a region is scaled: multiples of `SIDE`, about `most_kpx` thousand pixels at most.

    Args:
        wanted_width: 0 = the region's proportions are kept.
    """
    scale = min(1.0, math.sqrt(most_kpx * 1000 / (width * height)))
    if wanted_width:
        wide = max(SIDE, round(wanted_width / SIDE) * SIDE)
        return wide, max(SIDE, int(min(most_kpx * 1000 / wide, height) / SIDE + 0.25) * SIDE)
    return max(SIDE, round(width * scale / SIDE) * SIDE), max(SIDE, round(height * scale / SIDE) * SIDE)


def network_maps(image: NDArray[np.uint8], deadline_ns: int | None = None) -> tuple[Floats, Floats]:
    """``(40, h/8, w/8)`` and ``(112, h/16, w/16)`` of EfficientNet-Lite0, see `vision.models`.

    Args:
        image: ``(h, w)`` grey or ``(h, w, 3)`` BGR; sides are multiples of `SIDE`.
        deadline_ns: CLOCK_MONOTONIC.

    Raises:
        TimeLimitError: It was not done by then.
    """
    rgb = image[..., ::-1] if image.ndim == 3 else np.repeat(image[..., None], 3, axis=2)
    planes = np.ascontiguousarray(((rgb.astype(np.float32) - 127) / 128).transpose(2, 0, 1))
    fine, coarse = _lite0().run({"x": planes[None]}, deadline_ns, ("f8", "f16"))
    return fine[0], coarse[0]


def pixel_maps(image: NDArray[np.uint8]) -> Floats:
    """``(5, h/8, w/8)``: grey level, how it changes in x and in y, fine and coarse structure.

    Args:
        image: ``(h, w)`` grey or ``(h, w, 3)`` BGR; sides are multiples of `SIDE`.
    """
    grey = (image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)).astype(np.float32)
    fine, coarse = (cv2.GaussianBlur(grey, (0, 0), sigma) for sigma in (FINE, COARSE))
    filtered = (
        coarse,
        cv2.Scharr(fine, cv2.CV_32F, 1, 0, scale=1 / 16),
        cv2.Scharr(fine, cv2.CV_32F, 0, 1, scale=1 / 16),
        cv2.absdiff(grey, fine),
        cv2.absdiff(fine, coarse),
    )
    size = image.shape[1] // PIXEL_STRIDE, image.shape[0] // PIXEL_STRIDE
    return np.stack([cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in filtered]).astype(np.float32)


@functools.cache
def _lite0() -> Network:
    return Network(network(LITE0_TAPS))
