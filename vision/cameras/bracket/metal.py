"""The plate: milled and brushed aluminium under three soft lamps."""

import cv2
import numpy as np

from .geometry import BRACKET
from .shapes import Field, Window, blur, box, coverage, disc, distance

PLATE = Window(150, 140, 982, 556)
"""The plate with a margin for the light that reaches over its edges."""

_LAMPS = (  # direction x, y, z; diffuse share; specular share
    (-0.55, -0.62, 0.56, 0.66, 0.50),
    (0.70, -0.25, 0.67, 0.22, 0.16),
    (0.10, 0.75, 0.65, 0.16, 0.08),
)


def plate(seed: int) -> tuple[Field, Field]:
    """Coverage and grey (0 to 1) of the bare plate in the window `PLATE`: no pins, no marks."""
    x, y = PLATE.grid()
    signed = _silhouette(x, y)
    pocket = coverage(box(x, y, BRACKET.pocket))
    lit = _lit(_height(x, y, signed, pocket))
    texture = _texture(x, y, pocket, np.random.default_rng(seed))
    fall = 1.04 - 0.26 * (((x - 520) / 900) ** 2 + ((y - 320) / 720) ** 2)
    grey = (0.21 + 0.52 * lit) * fall * (1 + 0.05 * texture) + 0.075 * _glint(x, y) - 0.05 * pocket
    grey += 0.055 * np.exp(-((((x - 330) * 0.45 + y - 250) / 150) ** 2))  # a lamp's soft reflection across the plate
    return coverage(signed), (grey + _grain(np.random.default_rng((seed, 1)))).astype(np.float32)


def _silhouette(x: Field, y: Field) -> Field:
    solid = box(x, y, BRACKET.plate)
    for part in (*BRACKET.ears, BRACKET.foot):
        solid = np.minimum(solid, box(x, y, part))
    for hole in (*BRACKET.mount_holes, BRACKET.bore, *BRACKET.small_holes):
        solid = np.maximum(solid, -disc(x, y, hole))
    return np.maximum(solid, -box(x, y, BRACKET.slot))


def _height(x: Field, y: Field, signed: Field, pocket: Field) -> Field:
    """px above the chamfers' foot: chamfers at every edge, counterbores, the dish and the milled pocket."""
    height = np.clip(-signed, 0, 9)
    for hole in BRACKET.mount_holes:
        depth = (BRACKET.counterbore_radius - distance(x, y, hole.x, hole.y)) / 22
        height -= 9 * np.clip(depth, 0, 1)
    dish = distance(x, y, BRACKET.bore.x, BRACKET.bore.y) - np.float32(BRACKET.dish_radius)
    height -= 7 / (1 + np.exp(np.clip(dish / np.float32(1.3), -60, 60)))
    height -= 6 * blur(pocket, 1.6)
    return blur(height, 1.1)


def _lit(height: Field) -> Field:
    """Diffuse and specular light on the surface of `height`."""
    slope_y, slope_x = np.gradient(height)
    nz = 1 / np.sqrt(1 + slope_x**2 + slope_y**2)
    nx, ny = -slope_x * nz, -slope_y * nz
    total = np.zeros_like(height)
    for lx, ly, lz, diffuse, specular in _LAMPS:
        half = np.float32(np.sqrt(lx * lx + ly * ly + (lz + 1) ** 2))
        toward = np.clip(nx * lx + ny * ly + nz * lz, 0, 1)
        mirror = np.clip((nx * lx + ny * ly + nz * (lz + 1)) / half, 0, 1)
        total += diffuse * toward + specular * cv2.pow(mirror, 38)
    return np.asarray(total, np.float32)


def _texture(x: Field, y: Field, pocket: Field, rng: np.random.Generator) -> Field:
    """Traces of the tools: brushed along x, turned in rings round bore and counterbores, milled askew in the pocket."""
    brushed = _brushed(rng)
    milled = np.sin(distance(x, y, 640, 1500) / np.float32(1.9)) * np.float32(0.35)
    texture = np.asarray(brushed * np.float32(0.85) + milled, np.float32)
    rings = np.convolve(rng.standard_normal(2400), np.ones(3) / 3, "same").astype(np.float32)
    radius = distance(x, y, BRACKET.bore.x, BRACKET.bore.y)
    _turned(texture, radius, BRACKET.dish_radius - 1, rings * np.float32(1.1), 5)
    for hole in BRACKET.mount_holes:
        radius = distance(x, y, hole.x, hole.y)
        _turned(texture, radius, BRACKET.counterbore_radius, rings * np.float32(1.2), 7)
    inside = pocket > 0.5
    texture[inside] = (np.sin((x + y) / np.float32(2.3)) * np.float32(0.5) + brushed * np.float32(0.35))[inside]
    return texture


def _turned(texture: Field, radius: Field, limit: float, rings: Field, per_px: int) -> None:
    inside = radius < limit
    texture[inside] = rings[(radius[inside] * per_px).astype(np.intp)]


def _brushed(rng: np.random.Generator) -> Field:
    fine = rng.standard_normal((PLATE.height * 2, PLATE.width // 4), dtype=np.float32)
    streaks = cv2.GaussianBlur(fine, (0, 0), sigmaX=14, sigmaY=0.7)
    streaks = cv2.resize(streaks, (PLATE.width, PLATE.height), interpolation=cv2.INTER_AREA)
    return np.asarray(streaks / streaks.std(), np.float32)


def _grain(rng: np.random.Generator) -> Field:
    grain = rng.standard_normal((PLATE.height, PLATE.width), dtype=np.float32)
    return np.float32(0.012) * blur(grain, 0.7) * np.float32(2.5)


def _glint(x: Field, y: Field) -> Field:
    """The bow tie that light makes on a turned face."""
    dx, dy = x - np.float32(BRACKET.bore.x), y - np.float32(BRACKET.bore.y)
    square = np.maximum(dx * dx + dy * dy, 1)
    cos2, sin2 = (dx * dx - dy * dy) / square, 2 * dx * dy / square
    inside = square < (BRACKET.dish_radius - 1) ** 2
    return np.asarray((cos2 * np.cos(0.9) + sin2 * np.sin(0.9)) * inside, np.float32)
