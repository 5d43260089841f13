"""Measures between features that earlier steps found."""

import math

import numpy as np
import pytest

from vision.calibration import Calibration
from vision.errors import ToolError
from vision.result import Circle, Feature, Line, Point
from vision.tool import Findings, Tool, View
from vision.tools import (
    Angle,
    Concentricity,
    Distance,
    Intersection,
    Midline,
    Midpoint,
    Parallelism,
    Perpendicular,
    Tangent,
)

FRAME = np.zeros((10, 10), np.uint8)
LEVEL, UPRIGHT, SLOPED = Line(0, 10, 100, 10), Line(30, 0, 30, 80), Line(0, 50, 50, 0)


def run(tool: Tool, mm: float | None = None, **features: Feature) -> Findings:
    return tool.measure(View(FRAME, features=features, calibration=Calibration(mm)))


def turned(feature: Feature, degrees: float = 0.0, shift: tuple[float, float] = (0, 0)) -> Feature:
    """Counter-clockwise about the origin, then shifted."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def at(x: float, y: float) -> tuple[float, float]:
        return x * c + y * s + shift[0], -x * s + y * c + shift[1]

    match feature:
        case Point(x, y):
            return Point(*at(x, y))
        case Circle(x, y, radius):
            return Circle(*at(x, y), radius)
        case Line(x1, y1, x2, y2):
            return Line(*at(x1, y1), *at(x2, y2))


def test_distance_of_two_points_in_px_and_mm() -> None:
    found = run(Distance(a="p", b="q"), p=Point(1, 2), q=Point(4, 6))
    assert (found.values["distance"], found.values["dx"], found.values["dy"]) == (5, 3, 4)
    assert found.features["middle"] == Point(2.5, 4)
    assert run(Distance(a="p", b="q"), 0.1, p=Point(1, 2), q=Point(4, 6)).values["distance"] == pytest.approx(0.5)


def test_distance_to_a_line_goes_on_beyond_its_ends() -> None:
    found = run(Distance(a="p", line="l"), p=Point(500, 40), l=LEVEL)
    assert found.values["distance"] == pytest.approx(30)
    assert found.values["dy"] == pytest.approx(-30)


@pytest.mark.parametrize("more", [{}, {"b": "q", "line": "l"}])
def test_distance_is_to_one_thing(more: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="give either b, another point, or line"):
        Distance(a="p", **more)


@pytest.mark.parametrize(
    ("a", "b", "angle", "smaller"),
    [
        (LEVEL, UPRIGHT, 90, 90),
        (LEVEL, SLOPED, 45, 45),
        (SLOPED, LEVEL, 135, 45),
        (LEVEL, Line(100, 20, 0, 20), 0, 0),
        (LEVEL, Line(0, 0, 100, 1), 180 - math.degrees(math.atan(0.01)), math.degrees(math.atan(0.01))),
    ],
)
def test_angle(a: Line, b: Line, angle: float, smaller: float) -> None:
    found = run(Angle(a="a", b="b"), a=a, b=b)
    assert found.values["angle_deg"] == pytest.approx(angle)
    assert found.values["smaller_deg"] == pytest.approx(smaller)


def test_intersection() -> None:
    found = run(Intersection(a="a", b="b"), a=SLOPED, b=UPRIGHT)
    assert (found.values["x"], found.values["y"]) == pytest.approx((30, 20))
    assert found.features["point"] == Point(pytest.approx(30), pytest.approx(20))


@pytest.mark.parametrize(("degrees", "found"), [(0.1001, True), (0.0999, False)])
def test_parallel_lines_do_not_meet(degrees: float, found: bool) -> None:
    other = Line(0, 0, 100, -100 * math.tan(math.radians(degrees)))
    result = run(Intersection(a="a", b="b"), a=LEVEL, b=other)
    assert result.found is found
    if not found:
        assert result.reason == "the lines are parallel: 0.100 degrees apart, 0.1 needed"


def test_midpoint() -> None:
    found = run(Midpoint(a="a", b="b"), a=Point(2, 4), b=Point(6, 10))
    assert found.features["point"] == Point(4, 7)


@pytest.mark.parametrize("other", [Line(0, 30, 100, 30), Line(100, 30, 0, 30)])
def test_midline_of_a_slot(other: Line) -> None:
    found = run(Midline(a="a", b="b"), a=LEVEL, b=other)
    assert found.values["angle_deg"] == pytest.approx(0)
    line = found.features["line"]
    assert isinstance(line, Line)
    assert (line.y1, line.y2) == pytest.approx((20, 20))
    assert sorted((line.x1, line.x2)) == pytest.approx([0, 100])


def test_midline_halves_the_angle_of_lines_that_cross() -> None:
    found = run(Midline(a="a", b="b"), a=LEVEL, b=SLOPED)
    assert found.values["angle_deg"] == pytest.approx(22.5)
    line = found.features["line"]
    assert isinstance(line, Line)
    away = (line.y2 - line.y1) * (40 - line.x1) - (line.x2 - line.x1) * (10 - line.y1)
    assert away == pytest.approx(0, abs=1e-6)  # through where they cross


def test_perpendicular() -> None:
    found = run(Perpendicular(point="p", line="l"), p=Point(20, 45), l=LEVEL)
    assert found.values == pytest.approx({"distance": 35, "x": 20, "y": 10})
    assert found.features["line"] == Line(20, 45, pytest.approx(20), pytest.approx(10))


def test_perpendicular_of_a_point_on_the_line_still_has_a_direction() -> None:
    found = run(Perpendicular(point="p", line="l"), p=Point(20, 10), l=LEVEL)
    assert found.values["distance"] == 0
    line = found.features["line"]
    assert isinstance(line, Line)
    assert (line.x2 - line.x1, abs(line.y2 - line.y1)) == pytest.approx((0, 1))


def test_tangents_touch_at_right_angles() -> None:
    p, circle = Point(0, 0), Circle(50, 0, 30)
    found = run(Tangent(point="p", circle="c"), p=p, c=circle)
    assert found.values["length"] == pytest.approx(40)
    one, two = found.features["touch"], found.features["touch2"]
    assert isinstance(one, Point)
    assert isinstance(two, Point)
    assert (one.x, one.y) == pytest.approx((32, -24))  # above: to the left, seen from the point
    assert (two.x, two.y) == pytest.approx((32, 24))
    assert one.x * (one.x - 50) + one.y * one.y == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("x", "found"), [(20.0, True), (20.01, False)])
def test_a_point_inside_has_no_tangent(x: float, found: bool) -> None:
    result = run(Tangent(point="p", circle="c"), p=Point(x, 0), c=Circle(50, 0, 30))
    assert result.found is found
    if not found:
        assert result.reason == "the point lies inside the circle: 29.99 px from its centre, the radius is 30.00 px"


def test_concentricity_is_twice_the_distance_of_the_centres() -> None:
    found = run(Concentricity(a="a", b="b"), 0.1, a=Circle(10, 10, 5), b=Circle(13, 14, 20))
    assert found.values == pytest.approx({"concentricity": 1.0, "distance": 0.5})


@pytest.mark.parametrize("degrees", [0.0, 33.0, 120.0])
@pytest.mark.parametrize("way", ["there", "back"])
def test_parallelism_is_the_zone_over_the_second_line(degrees: float, way: str) -> None:
    b = Line(0, 40, 200, 43) if way == "there" else Line(200, 43, 0, 40)
    features = {"a": turned(LEVEL, degrees, (5, 7)), "b": turned(b, degrees, (5, 7))}
    found = run(Parallelism(a="a", b="b"), **features)
    assert found.values["parallelism"] == pytest.approx(3)
    assert found.values["angle_deg"] == pytest.approx(-math.degrees(math.atan(3 / 200)))
    assert found.values["distance"] == pytest.approx(31.5)


POINTS = {
    "p": Point(12, 70),
    "q": Point(40, 33),
    "l": SLOPED,
    "m": LEVEL,
    "c": Circle(60, 20, 15),
    "d": Circle(61, 22, 9),
}


@pytest.mark.parametrize(
    ("tool", "measure"),
    [
        (Distance(a="p", b="q"), "distance"),
        (Distance(a="p", line="l"), "distance"),
        (Angle(a="l", b="m"), "angle_deg"),
        (Perpendicular(point="p", line="m"), "distance"),
        (Tangent(point="p", circle="c"), "length"),
        (Concentricity(a="c", b="d"), "concentricity"),
        (Parallelism(a="l", b="m"), "parallelism"),
    ],
)
def test_a_part_that_is_shifted_and_turned_measures_the_same(tool: Tool, measure: str) -> None:
    before = run(tool, **POINTS).values[measure]
    after = run(tool, **{name: turned(one, 37, (12, -5)) for name, one in POINTS.items()}).values[measure]
    assert after == pytest.approx(before)


def test_what_was_not_found_is_named() -> None:
    with pytest.raises(ToolError, match="'b' is no line that an earlier step found"):
        run(Angle(a="a", b="b"), a=LEVEL, b=Point(1, 1))
