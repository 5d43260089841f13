"""What happened to a bad part, drawn onto its finished picture (grey 0 to 1)."""

import cv2
import numpy as np

from .geometry import BRACKET
from .shapes import Field, Window, blur, distance


def scratch(picture: Field, rng: np.random.Generator) -> None:
    """A bright furrow with a dark flank across the plate, beside bore and code."""
    window = Window(560, 180, 200, 180)
    start, end = rng.uniform((40, 16), (60, 40)), rng.uniform((150, 100), (185, 140))
    middle = (start + end) / 2 + rng.uniform(-16, 16, 2)
    t = np.linspace(0, 1, 25)[:, None]
    line = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end + rng.uniform(-0.5, 0.5, (25, 2))
    canvas = np.zeros((window.height, window.width), np.uint8)
    depth = np.interp(np.arange(24), (0, 4, 15, 23), (90, 255, 235, 50)) * rng.uniform(0.8, 1.0, 24)
    for i in range(24):  # shallow where the tool touched down and where it left
        cv2.polylines(canvas, [_fixed(line[i : i + 2])], False, float(depth[i]), 3 if 6 < i < 17 else 2, cv2.LINE_AA, 4)
    furrow = np.float32(1 / 255) * canvas
    flank = np.roll(furrow, (2, 3), (0, 1))
    picture[window.slices] += 0.36 * blur(furrow, 0.7) - 0.18 * blur(flank, 0.9)


def burr(picture: Field, index: int, rng: np.random.Generator) -> None:
    """A torn edge of dark metal at the side of pin `index`."""
    side = int(rng.choice((-1, 1)))
    edge = BRACKET.pins.centres[index] + side * (BRACKET.pins.width / 2 - 1)
    top = rng.uniform(712, 765)
    reach, height = rng.uniform(11, 16), rng.uniform(14, 22)
    shape = [(0, 0), (0.75, 0.3), (1, 0.36), (0.8, 0.55), (0.86, 0.8), (0.3, 0.86), (0, 1.0)]
    points = np.array([(edge + side * reach * u, top + height * v) for u, v in shape])
    window = Window(int(edge) - 24, int(top) - 8, 48, 44)
    canvas = np.zeros((window.height, window.width), np.uint8)
    cv2.fillPoly(canvas, [_fixed(points - (window.x, window.y))], 255, cv2.LINE_AA, 4)
    cover = np.float32(1 / 255) * canvas
    _lay(picture, window, blur(cover, 0.6), 0.16 + 0.05 * rng.random(cover.shape, np.float32))


def block(picture: Field, index: int, rng: np.random.Generator) -> None:
    """Swarf and dried coolant in small hole `index`; a sliver of light may stay."""
    hole = BRACKET.small_holes[index]
    window = Window(int(hole.x) - 26, int(hole.y) - 26, 53, 53)
    x, y = window.grid()
    shift = rng.uniform(-2.5, 2.5, 2)
    angle = np.arctan2(y - hole.y, x - hole.x)
    wave = 0.8 * np.sin(3 * angle + rng.uniform(0, 6)) + 0.6 * np.sin(7 * angle + rng.uniform(0, 6))
    signed = distance(x, y, hole.x + shift[0], hole.y + shift[1]) - 17.5 - wave
    grain = blur(rng.standard_normal(signed.shape, np.float32), 1.6)
    grey = 0.30 + 0.13 * grain / grain.std() * 0.6 + 0.002 * (hole.y - y)
    _lay(picture, window, np.clip(0.5 - signed / 1.6, 0, 1), np.clip(grey, 0.08, 0.6))


def smudge(rng: np.random.Generator) -> tuple[Window, Field]:
    """Where, and how thickly (0 to 1), grease lies over the code."""
    code = BRACKET.code
    window = Window(int(BRACKET.pocket.left), int(BRACKET.pocket.top), 209, 209)
    x, y = window.grid()
    cx, cy = (code.left + code.right) / 2 + rng.uniform(-14, 14), code.top + 66 + rng.uniform(-10, 18)
    turn = rng.uniform(-0.5, 0.5)
    u = (x - cx) * np.cos(turn) + (y - cy) * np.sin(turn)
    v = (y - cy) * np.cos(turn) - (x - cx) * np.sin(turn)
    thick = np.clip(1.6 - np.sqrt((u / 96) ** 2 + (v / 64) ** 2) * 1.25, 0, 1)
    streaks = blur(rng.standard_normal((window.height, 1), np.float32), 5)
    return window, np.clip(blur(thick, 7) * (1 + 0.35 * streaks), 0, 1)


def _lay(picture: Field, window: Window, cover: Field, grey: Field) -> None:
    below = picture[window.slices]
    below += cover * (grey - below)


def _fixed(
    points: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    """With the four fractional bits that OpenCV's `shift` means."""
    return np.round(points * 16).astype(np.int32)
