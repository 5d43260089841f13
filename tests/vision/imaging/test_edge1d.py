"""Edges of a profile."""

import math

import numpy as np
import pytest

from vision.imaging.edge1d import Edge, Profile, edges, placed, profile
from vision.imaging.scan import Samples


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


def test_faint_steps_are_left_out_but_for_the_strongest() -> None:
    u = np.arange(120) - 59.5
    level = 50 + 80 * step(u, -40, 1) - 5 * step(u, -10, 1) + 6 * step(u, 20, 1)
    assert [round(e.contrast) for e in edges(seen(level), 1.0, least=10)] == [80, -5]
    assert [round(e.contrast) for e in edges(seen(level), 1.0)] == [80, -5, 6]


def test_a_profile_is_the_mean_of_the_pixels_weighted_by_their_number() -> None:
    samples = Samples(*(np.array(v, float) for v in ([-1, -0.1, 0.1, 1], [10, 20, 60, 90], [3, 3, 1, 4], [0] * 4)))
    seen = profile(samples, 3, 4)
    assert seen.level.tolist() == [10, 30, 90]
    assert seen.weight.tolist() == [0.75, 1, 1]
    assert seen.u == pytest.approx([-1, -0.05, 1])


def test_places_without_a_pixel_weigh_nothing() -> None:
    samples = Samples(*(np.array(v, float) for v in ([-2, 2], [10, 50], [4, 4], [0, 0])))
    seen = profile(samples, 5, 4)
    assert seen.level.tolist() == [10, 20, 30, 40, 50]
    assert seen.weight.tolist() == [1, 0, 0, 0, 1]
    assert not profile(Samples(*np.zeros((4, 0))), 5, 4).weight.any()


def test_edges_close_together_are_placed_each_by_its_own_pixels() -> None:
    u = np.repeat(np.arange(-30, 31, dtype=float), 4)
    level = 50 + 90 * step(u, -4.3, 0.8) - 60 * step(u, 4.6, 0.8)
    samples = Samples(u[::4], level[::4], np.full(61, 4.0), np.zeros(61))
    found = edges(profile(samples, 61, 4), 1.0)
    assert [e.u for e in placed(samples, found, found)] == pytest.approx([-4.3, 4.6], abs=0.02)


def test_where_the_fit_does_not_hold_the_edge_stays_as_it_was_found() -> None:
    lost = Edge(0, 90, 1)
    assert placed(Samples(*np.zeros((4, 0))), [lost], [lost]) == [lost]


def test_pixels_between_two_places_of_a_profile_all_go_to_one_side() -> None:
    u = np.arange(-10, 10) + np.resize([1e-14, -1e-14, 0.0], 20)  # as turning a scan leaves them
    level = np.arange(20.0)
    found = profile(Samples(u, level, np.ones(20), np.zeros(20)), 20, 1)
    np.testing.assert_array_equal(found.level, level)
