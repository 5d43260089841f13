"""Kinds told apart by few samples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.imaging.kinds import TooFew, learn

MANY = 60


def things(kind: int, count: int, seed: int) -> np.ndarray:
    """About the kind's own place among many numbers."""
    place = np.random.default_rng(1000 + kind).normal(0, 1, MANY)
    return place + np.random.default_rng(seed).normal(0, 0.3, (count, MANY))


@given(st.integers(2, 5), st.integers(2, 6), st.integers(0, 100))
@settings(max_examples=15, deadline=None)
def test_each_kind_is_known_again_and_another_is_far(kinds: int, count: int, seed: int) -> None:
    features = np.concatenate([things(kind, count, seed + kind) for kind in range(kinds)])
    known = learn(features, [f"kind {kind}" for kind in range(kinds) for _ in range(count)])
    for kind in range(kinds):
        seen = things(kind, 5, 500 + seed + kind)
        best = known.values(seen).argmax(axis=1)
        assert [known.names[i] for i in best] == [f"kind {kind}"] * 5
        other = things(77, 5, 600 + seed)
        nearest = known.values(other).argmax(axis=1)
        assert known.distances(seen, best).max() < known.distances(other, nearest).min()


def test_samples_themselves_are_near_and_the_loneliest_says_how_near() -> None:
    features = np.array([[0.0, 0], [0.1, 0], [5, 1], [5.3, 1]])
    known = learn(features, ["a", "a", "b", "b"])
    assert known.distances(features, known.of).tolist() == [0, 0, 0, 0]
    assert known.reach > 0


@pytest.mark.parametrize(
    ("names", "words"),
    [
        pytest.param(["a", "a", "a"], "1 kinds are taught, at least 2", id="one kind"),
        pytest.param(["a", "a", "b"], "kind 'b' has 1 sample, at least 2", id="one sample"),
        pytest.param([], "0 kinds", id="nothing"),
    ],
)
def test_too_few_are_refused(names: list[str], words: str) -> None:
    with pytest.raises(TooFew, match=words):
        learn(np.zeros((len(names), 4)), names)
