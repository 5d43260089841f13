"""Boards drawn as a line makes them: edges, light, gloss and noise differ from part to part."""

import cv2
import numpy as np

SIZE = (200, 160)  # width, height
FINER = 4
DARK, COPPER = 60.0, 170.0
GLOSS = (140, 95, 40, 45)  # x, y, width, height of a field whose brightness depends on how the part lies


def good_board(number: int, *, light: tuple[float, float] | None = None) -> np.ndarray:
    """A part of its own by its number; `light` is gain and offset instead of its own."""
    rng = np.random.default_rng(number)
    image = _drawn(rng)
    gain, offset = light or (rng.uniform(0.8, 1.2), rng.uniform(-12, 12))
    return _taken(image * gain + offset, rng)


def bad_board(number: int, contrast: float = 45.0) -> np.ndarray:
    """The same with one splash or pin hole of that contrast (grey levels), away from edges and gloss."""
    rng = np.random.default_rng(number)
    image = _drawn(rng)
    x, y, sign = [(40, 30, 1), (100, 30, -1), (170, 68, 1), (60, 68, -1), (30, 100, 1), (110, 68, 1)][number % 6]
    spot = np.zeros(image.shape, np.float32)
    cv2.circle(spot, (x + int(rng.integers(-3, 4)), y), 4, 1.0, -1, cv2.LINE_AA)
    gain, offset = rng.uniform(0.8, 1.2), rng.uniform(-12, 12)
    return _taken((image + sign * contrast * spot) * gain + offset, rng)


def _drawn(rng: np.random.Generator) -> np.ndarray:
    """Tracks whose width differs by part and whose edges waver, pads of differing radius, a field that shines."""
    w, h = SIZE[0] * FINER, SIZE[1] * FINER
    image = np.full((h, w), DARK, np.float32)
    along, down = np.arange(w), np.arange(h)[:, None]
    for y in (50, 85, 120):
        wider = rng.normal(0, 0.9)
        wave = 0.4 * np.sin(along / 37 + y)
        first, last = (np.rint(FINER * (y + side * (6 + wider) + wave)) for side in (-1, 1))
        image[(down >= first) & (down < last)] = COPPER
    for x, y in ((25, 20), (75, 20), (125, 20), (175, 20)):
        cv2.circle(image, (x * FINER, y * FINER), round(FINER * (9 + rng.normal(0, 0.7))), COPPER, -1)
    x, y, gw, gh = (v * FINER for v in GLOSS)
    image[y : y + gh, x : x + gw] += rng.normal(0, 14)
    return cv2.resize(cv2.GaussianBlur(image, (0, 0), 0.7 * FINER), SIZE, interpolation=cv2.INTER_AREA)


def _taken(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    moved = cv2.warpAffine(
        image.astype(np.float32),
        np.array([[1, 0, rng.uniform(-2, 2)], [0, 1, rng.uniform(-2, 2)]]),
        SIZE,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(np.clip(np.rint(moved + rng.normal(0, 3, moved.shape)), 0, 255), np.uint8)
