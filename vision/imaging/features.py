"""What a small network, trained once on photographs of all sorts, sees in an image: numbers that differ.

The network is EfficientNet-Lite0 (Tan and Le, *EfficientNet*, 2019) up to stride 16. It is never trained here.
"""

import functools
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..models import LITE0_TAPS, network

CROP_PX = 96
CHANNELS = 112
LENGTH = 2 * CHANNELS
AT_ONCE = 8  # crops: between these a caller looks at its time limit

Features = NDArray[np.float32]
"""``(n, LENGTH)``: mean and maximum of each channel over the crop: where in the crop a thing lies does not matter."""


def crop_features(crops: Sequence[NDArray[np.uint8]]) -> Features:
    """Of at most `AT_ONCE` crops, ``(h, w, 3)`` BGR of any size; each is scaled to `CROP_PX`. About 2 ms a crop."""
    (taps,) = _session().run(["f16"], {"x": np.stack([_scaled(crop) for crop in crops])})
    return np.concatenate([taps.mean(axis=(2, 3)), taps.max(axis=(2, 3))], axis=1)


def _scaled(crop: NDArray[np.uint8]) -> NDArray[np.float32]:
    shrinks = min(crop.shape[:2]) >= CROP_PX
    small = cv2.resize(crop, (CROP_PX, CROP_PX), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return np.ascontiguousarray(((small[..., ::-1].astype(np.float32) - 127) / 128).transpose(2, 0, 1))


@functools.cache
def _session() -> Any:
    import onnxruntime  # 0.1 s: not for stations whose recipes need no network

    options = onnxruntime.SessionOptions()
    # One thread: the same bits each time, and the other cores are the line's.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(network(LITE0_TAPS), options, providers=["CPUExecutionProvider"])
