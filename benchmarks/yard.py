"""The yard: what a fixed piece of work takes here, relative to the machine that the bars of time were set for.

The same work as in the scorer of the image sets (`benchmarks/accuracy_run.py`), in processor time of this thread.
"""

import time
from collections.abc import Callable
from importlib.resources import files

import cv2
import numpy as np

SET_FOR_S = 0.024  # the work's time on the machine that the bars were set for


def yard() -> Callable[[], float]:
    """The work, ready to be done again and again; each time it answers how many yards long it was."""
    image = np.random.default_rng(1).integers(0, 256, (960, 1280), np.uint8)
    net = cv2.dnn.readNetFromONNX(str(files("vision.models") / "lite0_taps.onnx"))
    blank = np.zeros((1, 3, 224, 224), np.float32)

    def once() -> float:
        began = time.thread_time()
        blurred = cv2.GaussianBlur(image, (0, 0), 2)
        cv2.Sobel(blurred, cv2.CV_32F, 1, 0)
        cv2.connectedComponentsWithStats((blurred > 128).astype(np.uint8))
        cv2.matchTemplate(blurred[:240, :320], blurred[100:164, 100:164], cv2.TM_CCOEFF_NORMED)
        net.setInput(blank)
        net.forward(net.getUnconnectedOutLayersNames())
        return (time.thread_time() - began) / SET_FOR_S

    return once
