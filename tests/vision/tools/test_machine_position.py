"""Frame points in machine coordinates."""

import math

import numpy as np
import pytest

from vision.calibration import Calibration, Lens, Plane
from vision.result import Point
from vision.tool import NOT_TAUGHT, View
from vision.tools import MachinePosition

CORNERS = ((100.0, 50.0), (500.0, 60.0), (480.0, 400.0), (120.0, 380.0))
TURN = math.radians(30)


def machine(x: float, y: float, up: bool = True) -> tuple[float, float]:
    """0.1 mm a pixel, turned by 30 degrees, shifted; with y up as robots have it, or down."""
    y = -y if up else y
    c, s = 0.1 * math.cos(TURN), 0.1 * math.sin(TURN)
    return 300 + c * x - s * y, -20 + s * x + c * y


def tool(count: int = 4, up: bool = True, wrong: float = 0.0) -> MachinePosition:
    pairs = [dict(zip(("x_px", "y_px", "x", "y"), (*p, *machine(*p, up)), strict=True)) for p in CORNERS[:count]]
    pairs[0]["x"] += wrong
    return MachinePosition(point="part", pairs=pairs)


def run(one: MachinePosition, point: Point, calibration: Calibration | None = None) -> dict[str, float]:
    calibration = calibration or Calibration()
    view = View(np.zeros((4, 4), np.uint8), features={"part": point}, calibration=calibration)
    return one.prepare(NOT_TAUGHT, calibration).measure(view).values


@pytest.mark.parametrize("count", [3, 4])
@pytest.mark.parametrize("up", [True, False])
def test_place_and_direction(count: int, up: bool) -> None:
    found = run(tool(count, up), Point(250, 333, 10))
    assert (found["x"], found["y"]) == pytest.approx(machine(250, 333, up))
    assert found["angle_deg"] == pytest.approx(40 if up else 20)
    assert found["residual"] == pytest.approx(0, abs=1e-9)


def test_a_wrong_pair_shows_in_the_residual() -> None:
    found = run(tool(wrong=0.4), Point(0, 0))
    assert 0.05 < found["residual"] < found["largest"] < 0.4


def test_the_lens_is_taken_out_first() -> None:
    lens = Lens(np.array([[600.0, 0, 320], [0, 600, 240], [0, 0, 1]]), np.array([-0.3, 0, 0, 0, 0]))
    plane = Calibration(0.5, Plane(np.diag([300.0, 300.0, 1.0]), lens))
    places = plane.points(np.array(CORNERS))
    pairs = [{"x_px": p[0], "y_px": p[1], "x": q[0] + 7, "y": -q[1]} for p, q in zip(CORNERS, places, strict=True)]
    found = run(MachinePosition(point="part", pairs=pairs), Point(600, 460), plane)
    ((x, y),) = plane.points(np.array([(600.0, 460.0)]))
    assert (found["x"], found["y"]) == pytest.approx((x + 7, -y))


def test_two_pairs_or_a_line_are_too_little() -> None:
    with pytest.raises(ValueError, match="at least 3 items"):
        tool(2)
    pairs = [{"x_px": i, "y_px": 2 * i, "x": i, "y": i * i} for i in range(4)]
    with pytest.raises(ValueError, match="lie on one line in the frame"):
        MachinePosition(point="part", pairs=pairs)
