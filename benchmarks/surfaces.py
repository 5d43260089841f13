"""Drawn surfaces, good and with one defect each: metal, plastic, boards, and the bracket of the simulated line.

Parts of one kind lie a little shifted, under light that drifts, with soil, dust and noise of their own; brushed, cast
and grained ones have a texture of their own as well. All by seed.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.cameras.settings import SimulatedSettings
from vision.cameras.simulated import SimulatedCamera
from vision.frame import Shot

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]
Random = np.random.Generator
DUST, DUST_GREY = 8.0, (5.0, 35.0)  # specks a part, on good ones as well: none of them is a defect
EDGE = 8  # px drawn beside what is seen, for parts that lie shifted
SHIFT_PX, GAIN, SLOPE_GREY, SOIL_GREY, NOISE_GREY, SOFT_PX = 1.5, 0.04, 5.0, 5.0, 2.0, 0.7


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A good part with a defect set in."""

    image: Picture
    kind: str
    size_px: float  # of its box, the longer side
    contrast: float  # grey levels
    box: tuple[int, int, int, int]  # x1, y1, x2, y2


def _noise(rng: Random, size: tuple[int, int], across: float, down: float, grey: float) -> Floats:
    """Of `grey` levels RMS, smoothed."""
    soft = cv2.GaussianBlur(rng.standard_normal(size).astype(np.float32), (0, 0), across, sigmaY=down)
    return np.asarray(soft * (grey / soft.std()), np.float32)


def _grid(size: tuple[int, int]) -> tuple[Floats, Floats]:
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    return x, y


def _brushed(size: tuple[int, int], kind: Random, part: Random) -> Floats:
    return 140 + _noise(part, size, 25, 0.6, 9) + _noise(part, size, 2, 0.6, 4)


def _turned(size: tuple[int, int], kind: Random, part: Random) -> Floats:
    x, _ = _grid(size)
    period, phase = kind.uniform(14, 40), kind.uniform(0, 6)
    ridge = np.cos(2 * np.pi * x / period + phase)
    return np.asarray(110 + 35 * ridge + 40 * np.maximum(ridge, 0) ** 8 + _noise(part, size, 0.8, 12, 5), np.float32)


def _shaft(size: tuple[int, int], kind: Random, part: Random) -> Floats:
    """A polished cylinder that lies across: a bright line of light along it, and a groove."""
    _, y = _grid(size)
    at = (y - size[0] / 2) / (size[0] / 2)
    image = 60 + 90 * np.sqrt(np.maximum(1 - at**2, 0)) + 60 * np.exp(-(((at + 0.3) / 0.08) ** 2))
    image[:, size[1] // 3 : size[1] // 3 + 30] -= 35
    return np.asarray(image + _noise(part, size, 0.6, 9, 4), np.float32)


def _cast(size: tuple[int, int], kind: Random, part: Random) -> Floats:
    return 120 + _noise(part, size, 1.2, 1.2, 8) + _noise(part, size, 4, 4, 7) + _noise(part, size, 12, 12, 4)


def _plastic(size: tuple[int, int], kind: Random, part: Random) -> Floats:
    """Fine grain, with a rib and two bosses."""
    image = np.full(size, 95, np.float32)
    h, w = size
    cv2.rectangle(image, (w // 6, h // 2 - 12), (5 * w // 6, h // 2 + 12), 130, cv2.FILLED)
    for x in (w // 5, 4 * w // 5):
        cv2.circle(image, (x, h // 4), 34, 145, 8)
        cv2.circle(image, (x, h // 4), 18, 55, cv2.FILLED)
    return cv2.GaussianBlur(image, (0, 0), 1.5) + _noise(part, size, 1.0, 1.0, 5)


def _knurled(size: tuple[int, int], kind: Random, part: Random) -> Floats:
    x, y = _grid(size)
    period, phase = kind.uniform(16, 26), kind.uniform(0, 6)
    a, b = np.cos(2 * np.pi * (x + y) / period + phase), np.cos(2 * np.pi * (x - y) / period)
    return np.asarray(90 + 30 * a * b + 70 * np.maximum(a * b, 0) ** 6 + _noise(part, size, 1, 1, 4), np.float32)


def _woven(size: tuple[int, int], kind: Random, part: Random) -> Floats:
    x, y = _grid(size)
    off = _noise(part, size, 40, 40, 0.6)
    return np.asarray(
        125 + 22 * np.sin(2 * np.pi * (x + off) / 9) * np.sin(2 * np.pi * (y + off) / 11) + _noise(part, size, 1, 1, 5),
        np.float32,
    )


def _painted(size: tuple[int, int], kind: Random, part: Random) -> Floats:
    x, y = _grid(size)
    light = 50 * np.exp(-(((x - size[1] * 0.6) / 220) ** 2 + ((y - size[0] * 0.4) / 120) ** 2))
    return np.asarray(130 + light + _noise(part, size, 5, 5, 3) + _noise(part, size, 2, 2, 1.5), np.float32)


def _board(size: tuple[int, int], kind: Random, part: Random) -> Floats:
    """Traces, pads, vias and printing on lacquer; each part's pads shine in their own way."""
    image = np.full(size, 70, np.uint8)
    h, w = size
    for _ in range(26):
        x, y = int(kind.integers(0, w)), int(kind.integers(0, h))
        way = [(x, y)]
        for _ in range(3):
            x, y = x + int(kind.integers(-160, 160)), y + int(kind.integers(-90, 90))
            way.append((x, y))
        cv2.polylines(image, [np.array(way)], False, 95, int(kind.integers(3, 8)), cv2.LINE_AA)
    for _ in range(60):
        x, y, s = int(kind.integers(20, w - 20)), int(kind.integers(20, h - 20)), int(kind.integers(5, 13))
        cv2.rectangle(image, (x - s, y - s // 2), (x + s, y + s // 2), float(190 + part.normal(0, 8)), cv2.FILLED)
    for _ in range(30):
        x, y = int(kind.integers(10, w - 10)), int(kind.integers(10, h - 10))
        cv2.circle(image, (x, y), 6, 175, cv2.FILLED, cv2.LINE_AA)
        cv2.circle(image, (x, y), 3, 30, cv2.FILLED, cv2.LINE_AA)
    for i in range(6):
        at = int(kind.integers(10, w - 120)), int(kind.integers(30, h - 10))
        cv2.putText(image, f"R{17 * i + 3}", at, cv2.FONT_HERSHEY_SIMPLEX, 0.6, 215, 1, cv2.LINE_AA)
    return image.astype(np.float32) + _noise(part, size, 1.5, 1.5, 2.5)


Draw = Callable[[tuple[int, int], Random, Random], Floats]
DRAWN: Mapping[str, tuple[Draw, tuple[int, int]]] = {  # with rows and columns
    "brushed": (_brushed, (400, 960)),
    "turned": (_turned, (600, 800)),
    "shaft": (_shaft, (320, 1100)),
    "cast": (_cast, (480, 640)),
    "plastic": (_plastic, (480, 800)),
    "knurled": (_knurled, (400, 900)),
    "woven": (_woven, (600, 600)),
    "painted": (_painted, (480, 960)),
    "board": (_board, (560, 760)),
}
BRACKET = "bracket"
KINDS = (*DRAWN, BRACKET)


def good_parts(kind: str, seed: int) -> Iterator[Picture]:
    """Without end, each another; of one kind and seed always the same, in the same order."""
    if kind == BRACKET:
        yield from _brackets(seed)
    draw, (h, w) = DRAWN[kind]
    number = KINDS.index(kind)
    index = 0
    while True:
        part = np.random.default_rng((seed, number, index))
        image = draw((h + 2 * EDGE, w + 2 * EDGE), np.random.default_rng((seed, number)), part)
        yield _seen(image, part)[EDGE : EDGE + h, EDGE : EDGE + w]
        index += 1


def _brackets(seed: int) -> Iterator[Picture]:
    camera = SimulatedCamera(SimulatedSettings(seed=seed, defect_rate=0, jitter_px=1.5, rotation_deg=0))
    camera.open()
    while True:
        acquisition = camera.acquire([Shot()], time.monotonic_ns() + 60 * 10**9)
        yield np.asarray(next(iter(acquisition.frames.values())).image, np.uint8)[
            230:550, 300:760
        ]  # without the marks that differ


def _seen(image: Floats, part: Random) -> Picture:
    """As the camera has it: shifted, unevenly lit, soiled, soft and noisy."""
    h, w = image.shape
    x, y = _grid(image.shape)
    shift = np.array([[1, 0, part.uniform(-1, 1) * SHIFT_PX], [0, 1, part.uniform(-1, 1) * SHIFT_PX]])
    image = np.asarray(cv2.warpAffine(image, shift, (w, h), borderMode=cv2.BORDER_REFLECT), np.float32)
    slope = part.uniform(-1, 1, 2) * SLOPE_GREY
    image = image * part.uniform(1 - GAIN, 1 + GAIN) + slope[0] * (2 * x / w - 1) + slope[1] * (2 * y / h - 1)
    for _ in range(2):
        cx, cy, r = part.uniform(0, w), part.uniform(0, h), part.uniform(70, 160)
        image += part.uniform(-1, 1) * SOIL_GREY * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * r * r))
    for _ in range(int(part.poisson(DUST))):
        cx, cy, r = part.uniform(0, w), part.uniform(0, h), part.uniform(0.5, 1.6)
        grey = part.choice((-1, 1)) * part.uniform(*DUST_GREY)
        near = slice(max(0, int(cy) - 8), int(cy) + 9), slice(max(0, int(cx) - 8), int(cx) + 9)
        image[near] += grey * np.exp(-((x[near] - cx) ** 2 + (y[near] - cy) ** 2) / (2 * r * r))
    image = cv2.GaussianBlur(np.asarray(image, np.float32), (0, 0), SOFT_PX) + part.normal(0, NOISE_GREY, image.shape)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def _blot(rng: Random, shape: tuple[int, ...], at: tuple[float, float], radius: float, rough: float) -> Floats:
    """0-1: an uneven round place."""
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    wave = sum(rng.normal(0, rough / k) * np.cos(k * turns + rng.uniform(0, 6)) for k in (2, 3, 4))
    r = radius * np.clip(1 + wave, 0.4, 1.8)
    points = np.stack([at[0] + r * np.cos(turns), at[1] + r * np.sin(turns)], axis=1)
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask / np.float32(255)


def _pit(rng: Random, shape: tuple[int, ...], at: tuple[float, float], grey: float) -> Floats:
    radius = rng.uniform(3, 12)
    mask = _blot(rng, shape, at, radius, 0.2)
    rim = np.clip(cv2.GaussianBlur(mask, (0, 0), 2.0) - mask, 0, 1)
    return np.asarray(grey * (0.6 * rim - cv2.GaussianBlur(mask, (0, 0), 0.7)), np.float32)


def _scratch(rng: Random, shape: tuple[int, ...], at: tuple[float, float], grey: float) -> Floats:
    length, turn, bend = rng.uniform(25, 140), rng.uniform(0, np.pi), rng.normal(0, 0.004)
    t = np.linspace(-length / 2, length / 2, 20)
    angle = turn + bend * t
    points = np.stack([at[0] + t * np.cos(angle), at[1] + t * np.sin(angle)], axis=1)
    mask = np.zeros(shape, np.uint8)
    thick = int(rng.integers(1, 4))
    cv2.polylines(mask, [np.rint(points * 16).astype(np.int32)], False, 255, thick, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(mask / np.float32(255), (0, 0), 0.6)
    return np.asarray(rng.choice((-1, 1)) * grey * soft, np.float32)


def _stain(rng: Random, shape: tuple[int, ...], at: tuple[float, float], grey: float) -> Floats:
    mask = cv2.GaussianBlur(_blot(rng, shape, at, rng.uniform(8, 32), 0.25), (0, 0), rng.uniform(1, 4))
    return np.asarray(rng.choice((-1, 1)) * 0.5 * grey * mask, np.float32)


def _dent(rng: Random, shape: tuple[int, ...], at: tuple[float, float], grey: float) -> Floats:
    """Lit from one side: one flank bright, the other dark."""
    x, y = _grid((shape[0], shape[1]))
    r, turn = rng.uniform(5, 18), rng.uniform(0, 2 * np.pi)
    u, v = (x - at[0]) / r, (y - at[1]) / r
    return np.asarray(1.2 * grey * (u * np.cos(turn) + v * np.sin(turn)) * np.exp(-(u * u + v * v)), np.float32)


DEFECTS: Mapping[str, Callable[[Random, tuple[int, ...], tuple[float, float], float], Floats]] = {
    "pit": _pit,
    "scratch": _scratch,
    "stain": _stain,
    "dent": _dent,
}
CONTRAST_GREY = (12.0, 70.0)
MARGIN_PX = 24


def spoiled(image: Picture, seed: Any) -> Spoiled:
    """With one defect of any kind, size, contrast and place."""
    rng = np.random.default_rng(seed)
    h, w = image.shape
    kind = str(rng.choice(list(DEFECTS)))
    grey = float(np.exp(rng.uniform(*np.log(CONTRAST_GREY))))
    at = float(rng.uniform(MARGIN_PX, w - MARGIN_PX)), float(rng.uniform(MARGIN_PX, h - MARGIN_PX))
    change = DEFECTS[kind](rng, (h, w), at, grey)
    x, y, bw, bh = cv2.boundingRect((np.abs(change) > 0.2 * np.abs(change).max()).astype(np.uint8))
    out = np.clip(np.rint(image + change), 0, 255).astype(np.uint8)
    return Spoiled(out, kind, float(max(bw, bh)), grey, (x, y, x + bw, y + bh))
