"""Points, lines and circles, and what lies between them. Frame px, y down; angles counter-clockwise."""

import math

from ..result import Circle, Line, Point

PARALLEL_DEG = 0.1  # lines that differ by less meet nowhere that means anything


def direction(line: Line) -> tuple[float, float]:
    """Unit vector from its first to its second point; to the right for a line of no length."""
    dx, dy = line.x2 - line.x1, line.y2 - line.y1
    length = math.hypot(dx, dy)
    return (dx / length, dy / length) if length > 0 else (1.0, 0.0)


def angle_deg(line: Line) -> float:
    """Of a line without direction, above -45 up to 135: neither near 0 nor near 90 degrees does it jump."""
    dx, dy = direction(line)
    return 135 - (135 - math.degrees(math.atan2(-dy, dx))) % 180


def angle_between(a: Line, b: Line) -> float:
    """From `a` counter-clockwise to `b`, both without direction: 0 up to below 180."""
    turned = (angle_deg(b) - angle_deg(a)) % 180
    return 0.0 if turned >= 180 else turned


def middle(line: Line) -> Point:
    return Point((line.x1 + line.x2) / 2, (line.y1 + line.y2) / 2, angle_deg(line))


def foot(point: Point, line: Line) -> Point:
    """The nearest point of the line, which has no ends."""
    dx, dy = direction(line)
    along = (point.x - line.x1) * dx + (point.y - line.y1) * dy
    return Point(line.x1 + along * dx, line.y1 + along * dy)


def crossing(a: Line, b: Line) -> Point | None:
    """Where two lines without ends meet; None = they are parallel."""
    apart = angle_between(a, b)
    if min(apart, 180 - apart) < PARALLEL_DEG:
        return None
    (ax, ay), (bx, by) = direction(a), direction(b)
    along = ((b.x1 - a.x1) * by - (b.y1 - a.y1) * bx) / (ax * by - ay * bx)
    return Point(a.x1 + along * ax, a.y1 + along * ay)


def midline(a: Line, b: Line) -> Line:
    """Halfway between two lines, along both: of lines that cross the line that halves their smaller angle."""
    ax, ay = direction(a)
    bx, by = direction(b)
    if ax * bx + ay * by < 0:
        b, bx, by = Line(b.x2, b.y2, b.x1, b.y1), -bx, -by
    length = math.hypot(ax + bx, ay + by)
    dx, dy = (ax + bx) / length, (ay + by) / length
    m, n = middle(a), middle(b)
    at = crossing(a, b)
    x, y = (at.x, at.y) if at is not None else ((m.x + n.x) / 2, (m.y + n.y) / 2)
    ends = [(px - x) * dx + (py - y) * dy for one in (a, b) for px, py in ((one.x1, one.y1), (one.x2, one.y2))]
    low, high = min(ends), max(ends)
    return Line(x + low * dx, y + low * dy, x + high * dx, y + high * dy)


def tangents(point: Point, circle: Circle) -> tuple[Point, Point] | None:
    """Where the two lines through a point touch a circle, the one to the left seen from the point first.

    None = the point lies inside.
    """
    dx, dy = circle.x - point.x, circle.y - point.y
    far = math.hypot(dx, dy)
    if far < circle.radius or far == 0:
        return None
    length = math.sqrt(max(far * far - circle.radius**2, 0.0))
    turn = math.asin(min(circle.radius / far, 1.0))
    found = []
    for a in (-turn, turn):  # y is down: minus turns to the left
        c, s = math.cos(a), math.sin(a)
        ux, uy = (dx * c - dy * s) / far, (dx * s + dy * c) / far
        found.append(Point(point.x + length * ux, point.y + length * uy))
    return found[0], found[1]
