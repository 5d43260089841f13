"""Blurred steps fitted to pixels."""

import math

import numpy as np
import pytest

from vision.imaging.step_fit import Piece, Step, fit_steps


def step(u: np.ndarray, place: float, blur: float) -> np.ndarray:
    return np.array([0.5 * (1 + math.erf((x - place) / (blur * math.sqrt(2)))) for x in u])


def piece(u: np.ndarray, level: np.ndarray) -> Piece:
    return Piece(u, level, np.ones(len(u)), np.zeros(len(u)))


def fit(u: np.ndarray, level: np.ndarray, start: Step) -> Step | None:
    return fit_steps([piece(u, level)], [start])[0]


@pytest.mark.parametrize("place", [0.0, 0.111, 0.5, 0.777])
@pytest.mark.parametrize("blur", [0.6, 1.0, 2.5])
def test_the_fit_finds_place_contrast_and_blur(place: float, blur: float) -> None:
    u = np.repeat(np.arange(-12, 13, dtype=float), 3)
    fitted = fit(u, 30 + 90 * step(u, place, blur), Step(round(place), 90, 1.2))
    assert fitted is not None
    assert (fitted.u, fitted.contrast / 90, fitted.blur) == pytest.approx((place, 1, blur), abs=2e-3)
    assert fitted.contrast == pytest.approx(90, abs=0.01)


def test_the_fit_reaches_the_theoretical_limit() -> None:
    u = np.repeat(np.arange(-12, 13, dtype=float), 10)
    rng = np.random.default_rng(0)
    clean = 30 + 90 * step(u, 0.3, 1.0)
    fits = fit_steps([piece(u, clean + rng.normal(0, 4, len(u))) for _ in range(200)], [Step(0.0, 90, 1.0)] * 200)
    places = [one.u for one in fits if one]
    assert len(places) == 200
    bump = 90 * np.exp(-0.5 * (u - 0.3) ** 2) / math.sqrt(2 * math.pi)
    limit = 4 / math.sqrt((bump**2).sum())  # levels and blur known
    assert np.std(places) < 1.25 * limit
    assert np.mean(places) == pytest.approx(0.3, abs=3 * limit / math.sqrt(200))


def test_flat_parts_all_rounded_the_same_way_bend_the_fit_less() -> None:
    u = np.arange(-40, 41, dtype=float)
    lows, contrasts = np.meshgrid(np.arange(60, 61, 0.1), np.arange(40, 41, 0.1))
    pieces = [piece(u, np.rint(a + b * step(u, 0.2, 2.0))) for a, b in zip(lows.flat, contrasts.flat, strict=True)]
    errors = [one.u - 0.2 for one in fit_steps(pieces, [Step(0, 40, 2)] * 100) if one]
    assert len(errors) == 100
    assert np.sqrt(np.mean(np.square(errors))) < 0.03  # 0.038 with all pixels, however flat


def test_what_is_no_step_is_refused() -> None:
    u = np.arange(-10, 11, dtype=float)
    assert fit(u, np.full(21, 50.0), Step(0, 10, 1)) is None
    assert fit(u[:3], u[:3], Step(0, 10, 1)) is None
    assert fit(np.zeros(0), np.zeros(0), Step(0, 10, 1)) is None
    assert fit_steps([], []) == []


def test_a_fit_does_not_run_away_to_another_edge() -> None:
    u = np.arange(-12, 13, dtype=float)
    assert fit(u, 30 + 90 * step(u, 6.0, 1.0), Step(0, 90, 1)) is None


def test_one_that_fails_takes_no_other_with_it() -> None:
    u = np.arange(-12, 13, dtype=float)
    good = piece(u, 30 + 90 * step(u, 0.3, 1.0))
    alone = fit_steps([good], [Step(0, 90, 1)])
    flat, short = piece(u, np.full(25, 50.0)), piece(u[:2], u[:2])
    starts = [Step(0, 10, 1), Step(0, 90, 1), Step(0, 10, 1)]
    assert fit_steps([flat, good, short], starts) == [None, *alone, None]
