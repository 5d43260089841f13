"""Where a part lies against another image of it, where it only shifted a little: by correlation."""

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]


def shift_of(master: Grey, image: Grey, most: tuple[int, int]) -> tuple[float, float]:
    """x and y by which the content of `image` lies from where `master`, of the same size, has it.

    Args:
        most: In x and in y, px; at most a quarter of the side counts.
    """
    h, w = master.shape
    mx, my = min(most[0], w // 4), min(most[1], h // 4)
    inner = master[my : h - my, mx : w - mx]
    if (mx, my) == (0, 0) or inner.std() < 1:
        return 0.0, 0.0
    fit = np.nan_to_num(
        np.asarray(cv2.matchTemplate(image, inner, cv2.TM_CCOEFF_NORMED), np.float32), posinf=0, neginf=0
    )
    y, x = (int(i) for i in np.unravel_index(int(fit.argmax()), fit.shape))
    return x - mx + _between(fit[y], x), y - my + _between(fit[:, x], y)


def _between(values: NDArray[np.float32], top: int) -> float:
    """Of a parabola through the highest value and its neighbours."""
    if not 0 < top < len(values) - 1:
        return 0.0
    before, here, after = (float(v) for v in values[top - 1 : top + 2])
    bend = before - 2 * here + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0
