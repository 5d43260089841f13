"""Mean, spread and thresholds from good parts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.imaging.variation import FEWEST, Variation, thresholds

SHOWN = np.full((12, 16), 255, np.uint8)


def parts(count: int, seed: int = 0) -> list[np.ndarray]:
    return list(np.random.default_rng(seed).integers(60, 180, (count, 12, 16)).astype(np.uint8))


@settings(max_examples=15)
@given(st.integers(2, 12), st.integers(0, 99))
def test_one_by_one_is_as_all_at_once(count: int, seed: int) -> None:
    every = parts(count, seed)
    found = Variation.first(every[0])
    for one in every[1:]:
        found = found.with_one(one, SHOWN)
    assert found.count == count
    assert found.mean == pytest.approx(np.mean(every, axis=0), abs=1e-2)
    assert found.spread == pytest.approx(np.std(every, axis=0, ddof=1), abs=1e-2)
    assert (found.master == np.rint(found.mean)).all()


def test_where_a_part_is_not_shown_it_says_nothing() -> None:
    a, b = parts(2)
    hidden = SHOWN.copy()
    hidden[:, :5] = 0
    found = Variation.first(a).with_one(b, hidden)
    assert (found.mean[:, :5] == a[:, :5]).all()
    assert (found.spread[:, :5] == 0).all()
    assert found.mean[:, 5:] == pytest.approx((a[:, 5:].astype(float) + b[:, 5:]) / 2)


def test_too_few_parts_expect_nothing() -> None:
    every = parts(FEWEST)
    found = Variation.first(every[0])
    for one in every[1:]:
        assert found.expected is None
        found = found.with_one(one, SHOWN)
    assert found.expected is not None


def test_a_pixel_leans_on_its_surroundings_where_parts_are_few() -> None:
    spread = np.zeros((41, 41), np.float32)
    spread[20, 20] = 30
    few, many = (Variation(n, np.zeros_like(spread), spread).expected for n in (4, 400))
    assert few is not None
    assert many is not None
    assert few[20, 20] < 25 < many[20, 20] < 30.1
    assert few[20, 22] > many[20, 22] > 0
    assert few[0, 0] == many[0, 0] == 0


def test_thresholds_in_the_plain_along_edges_and_by_spread() -> None:
    edges = np.zeros((12, 16), np.uint8)
    edges[:, :4] = 255
    spread = np.zeros((12, 16), np.float32)
    spread[0], spread[1] = 12.4, 100
    found = thresholds(edges, 20, 50, spread, 4.0)
    assert isinstance(found, np.ndarray)
    assert (found[2:, :4] == 50).all()
    assert (found[2:, 4:] == 20).all()
    assert (found[0, 4:] == 50).all()  # 49.6, rounded up
    assert (found[1] == 254).all()
    assert thresholds(edges, 20, 20, spread, 0.0) == 20
    assert thresholds(edges, 20, 20) == 20
