"""The production line: which part comes as number n, how it lies, and what is wrong with it."""

import math
from dataclasses import dataclass
from enum import Enum, unique

import numpy as np
from numpy.typing import NDArray

from .geometry import BRACKET, HEIGHT_PX, WIDTH_PX
from .pins import PinShape

PRODUCT = "B12-R7"
_FIRST_SERIAL = 48213


@unique
class DefectKind(Enum):
    """What can be wrong with a part or its image."""

    THIN_PIN = "thin pin"
    MISSING_PIN = "missing pin"
    BENT_PIN = "bent pin"
    SHORT_PIN = "short pin"
    BURR = "burr"
    SCRATCH = "scratch"
    SMUDGED_CODE = "smudged code"
    BLOCKED_HOLE = "blocked hole"
    DARK_FRAME = "dark frame"


_OF_A_PIN = {
    DefectKind.THIN_PIN,
    DefectKind.MISSING_PIN,
    DefectKind.BENT_PIN,
    DefectKind.SHORT_PIN,
    DefectKind.BURR,
}


GOOD_PINS = tuple(
    PinShape(width=BRACKET.pins.width + 0.2 * wider, bend=0.5 * bent) for wider in (-1, 0, 1) for bent in (-1, 0, 1)
)
"""Good pins vary by tenths of a px, in so few steps that their drawings can be kept."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect; `place` is the index of the pin, or of the small hole, that has it, else 0."""

    kind: DefectKind
    place: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """How a part lies: turned counter-clockwise about the frame's centre, then shifted."""

    dx_px: float = 0.0
    dy_px: float = 0.0
    angle_deg: float = 0.0

    @property
    def matrix(self) -> NDArray[np.float64]:
        """``(2, 3)``: from nominal px to the frame's px."""
        c, s = math.cos(math.radians(self.angle_deg)), math.sin(math.radians(self.angle_deg))
        cx, cy = (WIDTH_PX - 1) / 2, (HEIGHT_PX - 1) / 2
        return np.array(
            [[c, s, cx - c * cx - s * cy + self.dx_px], [-s, c, cy + s * cx - c * cy + self.dy_px]],
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the line: the truth about its frames."""

    index: int
    serial: str
    defects: tuple[Defect, ...]
    placement: Placement
    pins: tuple[PinShape, PinShape, PinShape, PinShape]
    light: float = 1.0  # of the lamps and the table when it is looked at

    @property
    def code(self) -> str:
        """What its Data Matrix says."""
        return f"{PRODUCT}-{self.serial}"

    @property
    def good(self) -> bool:
        return not self.defects

    def has(self, kind: DefectKind) -> bool:
        return any(defect.kind is kind for defect in self.defects)


@dataclass(frozen=True, slots=True)
class ProductionLine:
    """Parts without end. The same seed makes the same parts."""

    seed: int
    defect_rate: float = 0.1
    jitter_px: float = 6.0
    rotation_deg: float = 2.0
    light_drift: float = 0.03

    def part(self, index: int) -> Part:
        """The part that comes as number `index`, from 0."""
        rng = self.random(index)
        bad = rng.random() < self.defect_rate
        dx, dy, turn = rng.uniform(-1, 1, 3)
        placement = Placement(dx * self.jitter_px, dy * self.jitter_px, turn * self.rotation_deg)
        defects = _defects(rng) if bad else ()
        first, second, third, fourth = (_pin(i, defects, rng) for i in range(4))
        serial = f"{(_FIRST_SERIAL + index) % 10**7:07d}"
        return Part(index, serial, defects, placement, (first, second, third, fourth), self._light(index, defects))

    def random(self, *purpose: int) -> np.random.Generator:
        """Chance of its own for each purpose."""
        return np.random.default_rng((self.seed % 2**32, *purpose))

    def _light(self, index: int, defects: tuple[Defect, ...]) -> float:
        phase = self.random().uniform(0, 2 * math.pi, 2)
        wave = 0.6 * math.sin(index * 2 * math.pi / 211 + phase[0]) + 0.4 * math.sin(
            index * 2 * math.pi / 37 + phase[1]
        )
        dark = any(defect.kind is DefectKind.DARK_FRAME for defect in defects)
        return (1 + self.light_drift * wave) * (0.05 if dark else 1.0)


def _defects(rng: np.random.Generator) -> tuple[Defect, ...]:
    """One, sometimes two of different kinds; a dark frame hides any other."""
    kinds = list(DefectKind)
    chosen = [kinds[i] for i in rng.permutation(len(kinds))[: 1 + (rng.random() < 0.12)]]
    if DefectKind.DARK_FRAME in chosen:
        chosen = [DefectKind.DARK_FRAME]
    pins = rng.permutation(4)  # two bad pins are two pins
    return tuple(Defect(kind, _place(kind, int(pins[i]), int(rng.integers(3)))) for i, kind in enumerate(chosen))


def _place(kind: DefectKind, pin: int, hole: int) -> int:
    if kind is DefectKind.BLOCKED_HOLE:
        return hole
    return pin if kind in _OF_A_PIN else 0


def _pin(index: int, defects: tuple[Defect, ...], rng: np.random.Generator) -> PinShape:
    row = BRACKET.pins
    nominal = row.tip - row.top
    shape = GOOD_PINS[int(rng.integers(len(GOOD_PINS)))]
    width = shape.width
    size, sign = round(float(rng.random()), 1), int(rng.choice((-1, 1)))
    bad = {
        DefectKind.THIN_PIN: PinShape(24 + 3 * size, shape.bend, nominal),
        DefectKind.MISSING_PIN: PinShape(0, 0, nominal),
        DefectKind.BENT_PIN: PinShape(width, sign * (14 + 12 * size), nominal - 2),
        DefectKind.SHORT_PIN: PinShape(width, shape.bend, nominal - 26 - 24 * size),
    }
    return next((bad[d.kind] for d in defects if d.kind in bad and d.place == index), shape)
