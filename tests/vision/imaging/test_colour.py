"""Differences of colours."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.imaging.colour import ciede2000

# Sharma, Wu and Dalal (2005), table 1: each case of the formula.
SHARMA = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.001), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
    ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
    ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
    ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (61, -5, 29), 22.8977),
    ((50, 2.5, 0), (56, -27, -3), 31.9030),
    ((50, 2.5, 0), (50, 3.1736, 0.5854), 1.0000),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "other", "difference"), SHARMA)
def test_the_published_pairs(one: tuple[float, ...], other: tuple[float, ...], difference: float) -> None:
    assert ciede2000(np.array(one), np.array(other)) == pytest.approx(difference, abs=5e-5)


def test_many_at_once_are_as_each_alone() -> None:
    ones, others = np.array([pair[0] for pair in SHARMA]), np.array([pair[1] for pair in SHARMA])
    table = ciede2000(ones[:, None], others)
    assert table.shape == (len(SHARMA),) * 2
    assert np.diag(table) == pytest.approx([pair[2] for pair in SHARMA], abs=5e-5)


lab = st.tuples(st.floats(0, 100), st.floats(-100, 100), st.floats(-100, 100))


@given(lab, lab)
@settings(max_examples=40, deadline=None)
def test_a_difference_has_no_direction_and_none_from_itself(one: tuple[float, ...], other: tuple[float, ...]) -> None:
    there, back = ciede2000(np.array(one), np.array(other)), ciede2000(np.array(other), np.array(one))
    assert there == pytest.approx(back, abs=1e-6)
    assert ciede2000(np.array(one), np.array(one)) == 0
