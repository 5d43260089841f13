"""Whether the camera has moved."""

import cv2
import numpy as np
import pytest

from tests.vision.tools.drawn import colour, deep, view
from vision.calibration import Calibration
from vision.errors import TeachError, ToolError
from vision.roi import Rectangle
from vision.tool import NOT_TAUGHT, Prepared, Sample
from vision.tools import CameraCheck

MARKS = (Rectangle(x=10, y=10, width=64, height=64), Rectangle(x=150, y=110, width=64, height=64))


def scene(dx: float = 0.0, dy: float = 0.0, gain: float = 1.0, noise: int = 0) -> np.ndarray:
    image = np.full((200, 240), 60, np.float32)
    for x, y in ((40, 42), (180, 140), (190, 150)):
        cv2.circle(image, (x, y), 11, 170, cv2.FILLED)
        cv2.line(image, (x - 20, y + 15), (x + 16, y - 9), 120, 3)
    image = cv2.GaussianBlur(image, (0, 0), 1.5)
    image = cv2.warpAffine(
        image, np.array([[1, 0, dx], [0, 1, dy]], float), (240, 200), borderMode=cv2.BORDER_REPLICATE
    )
    return np.clip(image * gain + np.random.default_rng(noise).normal(0, 1, image.shape), 0, 255).astype(np.uint8)


def ready(min_likeness: float = 0.3) -> Prepared:
    tool = CameraCheck(min_likeness=min_likeness)
    return tool.prepare(tool.teach([Sample(view(scene(), *MARKS))]), Calibration())


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.6, 0.0), (3.0, -4.0), (-6.5, 2.0)])
@pytest.mark.parametrize("gain", [1.0, 1.3])
def test_the_shift_of_each_mark(shift: tuple[float, float], gain: float) -> None:
    found = ready().measure(view(scene(*shift, gain, noise=1), *MARKS))
    assert found.values["shift"] == pytest.approx((np.hypot(*shift),) * 2, abs=0.1)
    assert min(found.values["likeness"]) > 0.8


def test_a_covered_mark_is_not_found_and_named() -> None:
    image = scene(noise=1)
    image[100:190, 140:230] = 60
    found = ready().measure(view(image, *MARKS))
    assert not found.found
    assert found.reason.startswith("mark 2 not found: likeness 0.")


def test_colour_and_16_bits() -> None:
    image = scene(2, 1, noise=1)
    plain = ready().measure(view(image, *MARKS)).values["shift"]
    assert ready().measure(view(colour(image), *MARKS)).values["shift"] == pytest.approx(plain)
    assert ready().measure(view(deep(image), *MARKS, full_scale=4080)).values["shift"] == pytest.approx(plain, abs=0.05)


def test_what_has_no_mark_cannot_be_taught() -> None:
    with pytest.raises(TeachError, match=r"region 1 .* has no mark: 16x16 px and 2 grey levels are needed"):
        CameraCheck().teach([Sample(view(np.full((200, 240), 90, np.uint8), *MARKS))])
    with pytest.raises(TeachError, match=r"region 1 \(15x64 px"):
        CameraCheck().teach([Sample(view(scene(), Rectangle(x=32, y=10, width=15, height=64)))])
    with pytest.raises(TeachError, match="none of the samples is labelled good"):
        CameraCheck().teach([])
    with pytest.raises(ToolError, match="not taught"):
        CameraCheck().prepare(NOT_TAUGHT, Calibration())
