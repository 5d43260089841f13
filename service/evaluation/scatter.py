"""Every value of a study as a dot, part by part, mount by mount."""

from collections.abc import Sequence
from dataclasses import dataclass

from vision.teach.gauge_study import Values

WIDTH, HEIGHT = 640.0, 150.0
MOST_NAMES = 20  # of parts below the line


@dataclass(frozen=True, slots=True)
class Scatter:
    """In px of a picture `WIDTH` x `HEIGHT`, y downwards; `low` and `high` are at its edges."""

    low: float
    high: float
    points: tuple[tuple[float, float, str], ...]  # x, y, words
    borders: tuple[float, ...]  # x between parts
    names: tuple[tuple[float, str], ...]  # x in the middle of each part


def scatter(values: Values, parts: Sequence[str]) -> Scatter:
    """Of values ``(parts, mounts, frames)``."""
    count = len(parts)
    each = values[0].size
    low, high = float(values.min()), float(values.max())
    pad = (high - low) * 0.05 or max(abs(high), 1.0) * 0.01
    low, high = low - pad, high + pad
    step = WIDTH / (count * (each + 1))
    points = []
    for (part, mount, frame), value in _numbered(values):
        x = step * (part * (each + 1) + mount * values.shape[2] + frame + 1)
        title = f"{parts[part]}, {mount + 1}, {frame + 1}: {value:.6g}"
        points.append((x, HEIGHT * (high - value) / (high - low), title))
    width = WIDTH / count
    names = tuple((width * (i + 0.5), name) for i, name in enumerate(parts)) if count <= MOST_NAMES else ()
    return Scatter(low, high, tuple(points), tuple(width * i for i in range(1, count)), names)


def _numbered(values: Values) -> list[tuple[tuple[int, int, int], float]]:
    parts, mounts, frames = values.shape
    return [((i, j, k), float(values[i, j, k])) for i in range(parts) for j in range(mounts) for k in range(frames)]
