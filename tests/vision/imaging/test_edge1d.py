"""Edges of a profile."""

import math

import numpy as np
import pytest

from vision.imaging.edge1d import Edge, edges, fit_step
from vision.imaging.strip import Profile


def step(u: np.ndarray, place: float, blur: float) -> np.ndarray:
    return np.array([0.5 * (1 + math.erf((x - place) / (blur * math.sqrt(2)))) for x in u])


def seen(level: np.ndarray) -> Profile:
    u = np.arange(len(level), dtype=float) - (len(level) - 1) / 2
    return Profile(u, level, np.ones(len(level)))


@pytest.mark.parametrize("place", [0.0, 0.25, 0.5, -0.4])
@pytest.mark.parametrize("blur", [0.8, 1.5, 3.0])
def test_an_edge_with_its_contrast_and_blur(place: float, blur: float) -> None:
    u = np.arange(60) - 29.5
    (edge,) = edges(seen(40 + 100 * step(u, place, blur)), 1.0)
    assert edge.u == pytest.approx(place, abs=0.05)
    assert edge.contrast == pytest.approx(100, abs=0.01)
    assert edge.blur == pytest.approx(blur, abs=0.2)


def test_rising_and_falling_in_order() -> None:
    u = np.arange(80) - 39.5
    found = edges(seen(50 + 80 * step(u, -10, 1) - 60 * step(u, 12, 1)), 1.0)
    assert [e.contrast > 0 for e in found] == [True, False]
    assert [e.u for e in found] == pytest.approx([-10, 12], abs=0.05)


@pytest.mark.parametrize("n", [1, 2, 3, 10])
def test_flat_and_short_profiles_have_no_edge(n: int) -> None:
    assert edges(seen(np.full(n, 77.0)), 1.0) == []


@pytest.mark.parametrize("place", [0.0, 0.111, 0.5, 0.777])
@pytest.mark.parametrize("blur", [0.6, 1.0, 2.5])
def test_the_fit_finds_place_contrast_and_blur_exactly(place: float, blur: float) -> None:
    u = np.repeat(np.arange(-12, 13, dtype=float), 3)
    fitted = fit_step(u, 30 + 90 * step(u, place, blur), Edge(round(place), 90, 1.2), 1.0)
    assert fitted is not None
    assert (fitted.u, fitted.contrast, fitted.blur) == pytest.approx((place, 90, blur), abs=1e-3)


def test_the_fit_reaches_the_theoretical_limit() -> None:
    u = np.repeat(np.arange(-12, 13, dtype=float), 10)
    rng = np.random.default_rng(0)
    clean = 30 + 90 * step(u, 0.3, 1.0)
    places = [fit_step(u, clean + rng.normal(0, 4, len(u)), Edge(0.0, 90, 1.0), 1.0).u for _ in range(200)]
    bump = 90 * np.exp(-0.5 * (u - 0.3) ** 2) / math.sqrt(2 * math.pi)
    limit = 4 / math.sqrt((bump**2).sum())  # levels and blur known
    assert np.std(places) < 1.25 * limit
    assert np.mean(places) == pytest.approx(0.3, abs=3 * limit / math.sqrt(200))


def test_what_is_no_step_is_refused() -> None:
    u = np.arange(-10, 11, dtype=float)
    assert fit_step(u, np.full(21, 50.0), Edge(0, 10, 1), 1.0) is None
    assert fit_step(u[:3], u[:3], Edge(0, 10, 1), 1.0) is None
    assert fit_step(np.zeros(0), np.zeros(0), Edge(0, 10, 1), 1.0) is None


def test_a_fit_does_not_run_away_to_another_edge() -> None:
    u = np.arange(-12, 13, dtype=float)
    assert fit_step(u, 30 + 90 * step(u, 6.0, 1.0), Edge(0, 90, 1), 1.0) is None
