"""Where a part may be: its edge directions correlated with a small image, over all angles and scales asked for."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .directions import Field, direction_fields, reduced
from .levels import Levels
from .shape_model import ShapeModel
from .warp import inverse, pull, similarity

COARSE_RADIUS_PX = 7.0  # the model is looked for in an image where its radius is 1 to 2 times this
FAINT_SLOPE = 1.0  # grey levels a px of the small image
STEP_AT_RIM_PX = 2.0  # between neighbouring angles, and scales, in px of the small image
CANDIDATES = 40
NEAR_PX = 2  # candidates are apart at least so far, in px of the small image


@dataclass(frozen=True, slots=True)
class Range:
    """What a part may do: turn by at most `angle_deg` to either side, and grow from `smallest` to `largest`."""

    angle_deg: float = 180.0
    smallest: float = 1.0
    largest: float = 1.0

    def angles(self, radius: float) -> list[float]:
        """Degrees, close enough for a part of `radius` px."""
        step = math.degrees(STEP_AT_RIM_PX / radius)
        if self.angle_deg >= 180:
            n = math.ceil(360 / step)
            return [360 * i / n - 180 for i in range(n)]
        n = 2 * math.ceil(self.angle_deg / step) + 1
        return [float(a) for a in np.linspace(-self.angle_deg, self.angle_deg, n)] if n > 1 else [0.0]

    def scales(self, radius: float) -> list[float]:
        """Close enough for a part of `radius` px."""
        n = max(1, math.ceil((self.largest - self.smallest) * radius / STEP_AT_RIM_PX))
        edges = np.linspace(self.smallest, self.largest, n + 1)
        return [float(s) for s in (edges[1:] + edges[:-1]) / 2]


class ShapeSearch:
    """A model in all its angles and scales, ready to be looked for."""

    def __init__(self, model: ShapeModel, span: Range, reversible: bool, most: int = CANDIDATES) -> None:
        """With `reversible` it may also be light on dark where it was learned dark on light.

        `most` candidates are given.
        """
        self.most = most
        self.factor = max(2, 2 ** math.floor(math.log2(max(model.radius / COARSE_RADIUS_PX, 2))))
        small = model.radius / self.factor
        self.variants = [(a, s) for s in span.scales(small) for a in span.angles(small)]
        self.reversible = reversible
        self.reach = math.ceil(model.radius * span.largest) + 2 * self.factor
        self._fields = [self._variant(model, a, s) for a, s in self.variants]
        self._plans: dict[tuple[int, int], list[tuple[Field, Field]]] = {}

    def plan(self, width: int, height: int) -> tuple[int, int]:
        """Get ready for images of this size (px); the size of the transform."""
        size = cv2.getOptimalDFTSize(max(1, height // self.factor)), cv2.getOptimalDFTSize(max(1, width // self.factor))
        if size not in self._plans:
            self._plans = {size: [self._spectrum(one, two, size) for one, two in self._fields]}
        return size

    def candidates(
        self, image: Levels, allowed: NDArray[np.uint8] | None = None, keep_time: Callable[[], None] = lambda: None
    ) -> NDArray[np.float64]:
        """``(n, 5)``: x, y (px of `image`), angle (deg), scale, score (about 0-1), best first.

        `allowed`, of the size of `image`, is not 0 where the origin may lie. `keep_time` is called between variants and
        ends the search by raising.
        """
        size = self.plan(image.shape[1], image.shape[0])
        one, two = direction_fields(reduced(image, self.factor // 2), FAINT_SLOPE)
        spectrum_one, spectrum_two = _transform(one, size), _transform(two, size)
        h, w = one.shape
        scores = np.empty((len(self.variants), h, w), np.float32)
        best = np.full((h, w), -1, np.float32)
        for i, (a, b) in enumerate(self._plans[size]):
            keep_time()
            product = b * spectrum_two if self.reversible else a * spectrum_one + b * spectrum_two
            back = cv2.dft(product.view(np.float32).reshape(*size, 2), flags=cv2.DFT_INVERSE | cv2.DFT_SCALE)
            scores[i] = back[:h, :w, 0]
            cv2.max(best, scores[i], dst=best)
        if allowed is not None:
            best[reduced(allowed, self.factor)[:h, :w] == 0] = -1
        return self._peaks(scores, best)

    def _peaks(self, scores: NDArray[np.float32], best: NDArray[np.float32]) -> NDArray[np.float64]:
        top = cv2.dilate(best, np.ones((2 * NEAR_PX + 1, 2 * NEAR_PX + 1), np.uint8))
        ys, xs = np.nonzero((best == top) & (best > 0))
        order = np.argsort(-best[ys, xs], kind="stable")[: self.most]
        ys, xs = ys[order], xs[order]
        rows = []
        for y, x in zip(ys.tolist(), xs.tolist(), strict=True):
            rows += self._at(scores[:, y, x], x, y)
        rows.sort(key=lambda r: -r[4])
        return np.array(rows[: self.most], np.float64).reshape(-1, 5)

    def _at(self, scores: NDArray[np.float32], x: int, y: int) -> list[tuple[float, ...]]:
        """The best variant at a place, and the best one turned by much more or less, if nearly as good."""
        first = int(scores.argmax())
        turned = np.array([abs((a - self.variants[first][0] + 180) % 360 - 180) > 25 for a, _ in self.variants])
        chosen = [first]
        if turned.any():
            second = int(np.where(turned, scores, -1).argmax())
            if scores[second] > 0.7 * scores[first]:
                chosen.append(second)
        f = self.factor
        return [(x * f + (f - 1) / 2, y * f + (f - 1) / 2, *self.variants[i], float(scores[i])) for i in chosen]

    def _variant(self, model: ShapeModel, angle_deg: float, scale: float) -> tuple[Field, Field]:
        """The fields of the turned and scaled model; its origin lies in the middle of the middle pixel."""
        f = self.factor
        half = math.ceil(model.radius * scale / f) + 2
        side = (2 * half + 1) * f
        middle = half * f + (f - 1) / 2
        back = inverse(similarity(model.origin, (middle, middle), angle_deg, scale))
        inside = reduced(pull(model.mask, back, (side, side), outside=0), f) / 255.0
        one, two = direction_fields(reduced(pull(model.image, back, (side, side)), f // 2), FAINT_SLOPE)
        return (one * inside).astype(np.complex64), (two * inside).astype(np.complex64)

    def _spectrum(self, one: Field, two: Field, size: tuple[int, int]) -> tuple[Field, Field]:
        """Conjugate spectra, such that the sum of both products scores a perfect match as 1."""
        weight = float((np.abs(two) ** 2).sum()) + (0.0 if self.reversible else float((np.abs(one) ** 2).sum()))
        out = []
        for field in (one, two):
            half = field.shape[0] // 2
            padded = np.zeros(size, np.complex64)
            for dy in range(-half, half + 1):
                for dx in range(-half, half + 1):
                    padded[dy % size[0], dx % size[1]] += field[dy + half, dx + half]
            out.append((np.conj(_transform(padded, size)) / max(weight, 1e-6)).astype(np.complex64))
        return out[0], out[1]


def _transform(field: Field, size: tuple[int, int]) -> Field:
    padded = np.zeros(size, np.complex64)
    padded[: field.shape[0], : field.shape[1]] = field
    out = cv2.dft(padded.view(np.float32).reshape(*size, 2))
    return np.ascontiguousarray(out).view(np.complex64)[..., 0]
