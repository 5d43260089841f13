"""Whether frames of a live camera are what they claim: new, alive and of one format."""

from zlib import crc32

import numpy as np

from ..errors import FormatChangedError, FrozenError
from ..frame import Image

FROZEN_AFTER = 3
"""So many frames in a row with the same pixels are a frozen camera: a real sensor's noise makes any two differ."""

_SAMPLE_STEP = 7  # of rows and of columns; coprime to the period of anything a camera repeats


class Freshness:
    """Watches the frames of one camera. Its format holds across reconnections, for a recipe is taught at one size."""

    def __init__(self, camera: str) -> None:
        self._camera = camera
        self._shape: tuple[int, ...] = ()
        self._dtype: np.dtype[np.generic] = np.dtype(np.uint8)
        self._hash = -1
        self._same = 0

    def reopened(self) -> None:
        """What comes next is not compared with the pixels that came before."""
        self._hash, self._same = -1, 0

    def check(self, image: Image) -> None:
        """Take note of the next frame.

        Raises:
            FormatChangedError: Its size, channels or depth are not those of the first frame.
            FrozenError: It is the third in a row with the same pixels.
        """
        self._check_format(image)
        sample = image[::_SAMPLE_STEP, ::_SAMPLE_STEP]
        if sample.min() == sample.max():
            return  # all black or all white: too little or too much light, which says nothing of the camera
        seen = crc32(sample.tobytes())
        self._same = self._same + 1 if seen == self._hash else 1
        self._hash = seen
        if self._same >= FROZEN_AFTER:
            raise FrozenError(
                f"{self._camera}: frozen: {self._same} frames in a row have the same pixels; "
                "check the cable, restart the camera"
            )

    def _check_format(self, image: Image) -> None:
        if not self._shape:
            self._shape, self._dtype = image.shape, image.dtype
        if (image.shape, image.dtype) != (self._shape, self._dtype):
            raise FormatChangedError(
                f"{self._camera}: image format changed from {_format(self._shape, self._dtype)} "
                f"to {_format(image.shape, np.dtype(image.dtype))}; "
                "set the camera back, or restart the station if this is meant"
            )


def began_after(exposed_at_ns: int, requested_at_ns: int) -> bool:
    """Whether a frame may be taken for a trigger: its exposure began at the request or later."""
    return exposed_at_ns >= requested_at_ns


def _format(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> str:
    channels = shape[2] if len(shape) == 3 else 1
    return f"{shape[1]} x {shape[0]} px, {channels} channel{'s' if channels > 1 else ''}, {dtype.itemsize * 8} bits"
