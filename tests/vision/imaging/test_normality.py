"""What is usual at each place, and what is not."""

import numpy as np

from vision.imaging.feature_maps import working_size
from vision.imaging.normality import learn, most_different

SHARE = np.ones((20, 30), np.float32)


def parts(count: int, seed: int = 1) -> np.ndarray:
    """Two features that differ more on the right."""
    noise = np.random.default_rng(seed).normal(0, 1, (count, 2, 20, 30))
    return (5 + noise * np.linspace(0.5, 3, 30)).astype(np.float32)


def test_a_place_is_judged_by_its_own_spread() -> None:
    for together in (False, True):
        normal, each = learn(parts(12), SHARE, together)
        assert len(each) == 12
        tops = [float(unlike.max()) for unlike, _ in each]
        odd = parts(1, seed=9)[0]
        odd[:, 10, 3] += 8  # a lot on the left, what every third part has on the right
        unlike, distance = normal.unlike(odd)
        assert np.unravel_index(int(unlike.argmax()), unlike.shape) == (10, 3)
        assert unlike.max() > 1.5 * max(tops)
        assert distance.shape == unlike.shape == SHARE.shape


def test_what_changes_everywhere_is_light() -> None:
    normal, each = learn(parts(12), SHARE, together=False)
    brighter = parts(1, seed=9)[0] + 4
    assert normal.unlike(brighter)[0].max() < 1.5 * max(float(unlike.max()) for unlike, _ in each)


def test_outside_of_the_region_nothing_counts() -> None:
    share = SHARE.copy()
    share[:, :8] = 0
    normal, _ = learn(parts(6), share, together=False)
    odd = parts(1, seed=9)[0]
    odd[:, 10, 3] += 50
    assert normal.unlike(odd)[0][:, :8].max() == 0


def test_of_many_parts_those_that_differ_most_are_kept() -> None:
    many = [np.full((1, 2, 2), level, np.float32) for level in (0, 0.1, 5, 0.2, 9, 5.1)]
    assert most_different(many, 3) == [0, 2, 4]
    assert most_different(many, 6) == list(range(6))


def test_the_working_size_keeps_proportions_and_the_limit() -> None:
    assert working_size(640, 480, 2000) == (640, 480)
    assert working_size(1280, 960, 112) == (384, 288)
    assert working_size(1280, 960, 2000) == (1280, 960)
    assert working_size(20, 20, 112) == (32, 32)
    assert working_size(1130, 460, 112, 576) == (576, 192)
