"""How well a code is printed, in the terms of ISO/IEC 15415 (matrix codes) and ISO/IEC 15416 (bars).

Levels stand for reflectances: 255 is taken for 100 %. Of a verifier they differ by its calibrated light and aperture,
so a grade compares parts under one and the same camera and light.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from .decodability import decodability
from .matrix_grid import Grid, laid, sampled
from .matrix_patterns import Pattern, patterns
from .zxing import LINEAR, Code, Grey

Floats = NDArray[np.float64]
SCANS = 10  # lines across the bars
MARGIN = 0.06  # of a code's length: quiet zone looked at on either side

STEPS: Mapping[str, tuple[float, float, float, float]] = {  # for grades 4, 3, 2 and 1; falling = more is better
    "symbol_contrast": (70, 55, 40, 20),
    "modulation": (50, 40, 30, 20),
    "fixed_pattern_damage": (0, 9, 13, 17),
    "axial_nonuniformity": (6, 8, 10, 12),
    "grid_nonuniformity": (38, 50, 63, 75),
    "unused_error_correction": (62, 50, 37, 25),
    "edge_modulation": (70, 60, 50, 40),
    "defects": (15, 20, 25, 30),
    "decodability": (62, 50, 37, 25),
}
LEAST_EDGE = 15.0  # % contrast: a fainter edge fails


@dataclass(frozen=True, slots=True)
class Grade:
    """The lowest of its parameters' grades, 4 (best) to 0, and the parameters in %."""

    overall: float
    values: Mapping[str, float]


def grade(image: Grey, code: Code, check_time: Callable[[], None]) -> Grade | None:
    """The grade of a code that was read from `image`; None of a kind that is not graded, or too small."""
    check_time()
    if code.symbology in LINEAR:
        return _bars(image, code)
    pattern = _pattern(code)
    return None if pattern is None else _matrix(image, code, pattern)


def step_of(name: str, value: float) -> int:
    """The grade of one parameter; a value on a limit has the better one."""
    steps = STEPS[name]
    sign = 1 if steps[0] > steps[-1] else -1
    return next((4 - i for i, limit in enumerate(steps) if sign * value >= sign * limit), 0)


def _graded(values: Mapping[str, float]) -> Grade:
    return Grade(float(min(step_of(name, value) for name, value in values.items())), values)


def _pattern(code: Code) -> Pattern | None:
    if code.symbology == "qr" and code.version.isdigit():
        side = 17 + 4 * int(code.version)
        size = side, side
    elif code.symbology == "data_matrix" and code.version.count("x") == 1:
        rows, columns = code.version.split("x")
        size = int(rows), int(columns)
    else:
        return None
    return next((one for one in patterns(code.symbology) if one.size == size), None)


def _matrix(image: Grey, code: Code, pattern: Pattern) -> Grade | None:
    rows, columns = pattern.size
    contour = code.corners.astype(np.float32)
    if cv2.contourArea(contour) < 4 * rows * columns:
        return None
    grid = laid(image, Grid(pattern, code.corners, 0.0))
    seen = sampled(image, grid)
    levels = seen.levels.mean(axis=0)
    high, low = float(np.percentile(levels, 98)), float(np.percentile(levels, 2))
    span, middle = max(high - low, 1e-6), (high + low) / 2
    sign = pattern.modules
    wrong = (sign != 0) & ((levels < middle) != (sign > 0))
    inside = levels[1:-1, 1:-1]
    values = {
        "symbol_contrast": 100 * span / 255,
        "modulation": 100 * float(np.percentile(np.clip(2 * np.abs(inside - middle) / span, 0, 1), 5)),
        "fixed_pattern_damage": 100 * float(wrong.sum() / (sign != 0).sum()),
        **_shape(grid),
    }
    if code.unused is not None:
        values["unused_error_correction"] = 100 * code.unused
    return _graded(values)


def _shape(grid: Grid) -> dict[str, float]:
    """How far modules are from squares of one size, % of a module."""
    rows, columns = grid.pattern.size
    a, b, c, d = grid.corners
    across = (np.linalg.norm(b - a) + np.linalg.norm(c - d)) / 2 / columns
    down = (np.linalg.norm(d - a) + np.linalg.norm(c - b)) / 2 / rows
    ideal = (a + c - b - d) / 4  # from the corners to those of the parallelogram that fits best
    module = float(across + down) / 2
    return {
        "axial_nonuniformity": 100 * abs(float(across - down)) / module,
        "grid_nonuniformity": 100 * float(np.linalg.norm(ideal)) / module,
    }


def _bars(image: Grey, code: Code) -> Grade | None:
    """The mean over the scans, each as good as its worst parameter."""
    a, b, c, d = code.corners
    length = float(np.linalg.norm(b - a))
    if length < 2:
        return None
    at = np.linspace(-MARGIN, 1 + MARGIN, max(64, int(length * (1 + 2 * MARGIN) * 2)))
    ends = [(a + t * (d - a), b + t * (c - b)) for t in np.linspace(0.1, 0.9, SCANS)]
    scans = [scan for start, end in ends if (scan := _scan(image, start, end, at, code.symbology))]
    if not scans:
        return None
    values = {name: float(np.mean([scan[name] for scan in scans])) for name in scans[0]}
    overall = float(np.mean([_scan_grade(scan) for scan in scans]))
    return Grade(round(overall, 1), values)


def _scan_grade(scan: Mapping[str, float]) -> int:
    if scan["edge_contrast"] < LEAST_EDGE:
        return 0
    return min(step_of(name, value) for name, value in scan.items() if name in STEPS)


def _scan(image: Grey, start: Floats, end: Floats, at: Floats, symbology: str) -> dict[str, float] | None:
    """The parameters of one reflectance profile in %; None where it has no bars."""
    points = (start + at[:, None] * (end - start)).astype(np.float32)[None]
    line = cv2.remap(image, points, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    profile = cv2.GaussianBlur(line.astype(np.float32), (0, 0), 0.8)[0] * (100 / 255)
    high, low = float(profile.max()), float(profile.min())
    light = profile >= (high + low) / 2
    ends = np.flatnonzero(light[1:] != light[:-1]) + 1
    parts = np.split(profile, ends)
    if len(parts) < 8 or high - low < 1:
        return None
    peaks = [float(part.max() if light[first] else part.min()) for part, first in zip(parts, [0, *ends], strict=True)]
    edge = min(abs(x - y) for x, y in pairwise(peaks))
    rough = max(_rough(part, bool(light[first])) for part, first in zip(parts[1:-1], ends[:-1], strict=True))
    span = high - low
    values = {
        "symbol_contrast": span,
        "edge_contrast": edge,
        "edge_modulation": 100 * edge / span,
        "defects": 100 * rough / span,
    }
    left = decodability(_edges(profile, parts, peaks), symbology)
    return values if left is None else values | {"decodability": 100 * left}


def _edges(profile: NDArray[np.float32], parts: Sequence[NDArray[np.float32]], peaks: Sequence[float]) -> Floats:
    """Where the profile is midway between the extremes of a bar and the space beside it, in samples."""
    firsts = np.cumsum([0, *(len(part) for part in parts[:-1])])
    extremes = [
        int(first) + int(np.abs(part - peak).argmin()) for first, part, peak in zip(firsts, parts, peaks, strict=True)
    ]
    found = []
    for (here, there), (one, other) in zip(pairwise(extremes), pairwise(peaks), strict=True):
        way = (profile[here : there + 1] - (one + other) / 2) * (1 if other > one else -1)
        after = max(1, int((way >= 0).argmax()))
        found.append(here + after - way[after] / (way[after] - way[after - 1]))
    return np.array(found, np.float64)


def _rough(part: NDArray[np.float32], light: bool) -> float:
    """How far the level of one bar or space turns back on its way to its extreme, and after it."""
    v = -part if light else part
    at = int(np.argmin(v))
    before, after = v[: at + 1], v[at:][::-1]
    return max(float((one - np.minimum.accumulate(one)).max()) for one in (before, after))
