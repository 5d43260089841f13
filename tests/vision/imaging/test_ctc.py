"""The likeliest text behind probabilities, against trying all ways to say it."""

from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.imaging.ctc import formatted, likeliest

CHARACTERS = "AB1"


def probabilities(seed: int, steps: int) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet([0.4] * 4, steps).astype(np.float32)


def said(path: tuple[int, ...]) -> str:
    return "".join(CHARACTERS[one - 1] for one, _ in groupby(path) if one)


def text(found: list) -> str:
    return "".join(one.character for one in found)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_of_any_text_the_likeliest_classes(seed: int) -> None:
    some = probabilities(seed, 6)
    found = likeliest(some, CHARACTERS)
    assert text(found) == said(tuple(some.argmax(axis=1).tolist()))
    assert all(one.first < one.last <= 6 for one in found)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_of_a_given_text_the_likeliest_path(seed: int) -> None:
    some = probabilities(seed, 5)
    total, found = formatted(some, CHARACTERS, ("A", "1", "1"))
    logs = np.log(np.maximum(some, 1e-6))
    every = [sum(logs[t, k] for t, k in enumerate(p)) for p in product(range(4), repeat=5) if said(p) == "A11"]
    assert total == pytest.approx(max(every), abs=1e-4)
    assert text(found) == "A11"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_each_place_has_what_may_stand_there(seed: int) -> None:
    places = ("AB", "1", "AB1")
    _, found = formatted(probabilities(seed, 7), CHARACTERS, places)
    assert all(c in place for c, place in zip(text(found), places, strict=True))


def test_two_of_the_same_need_nothing_between() -> None:
    some = np.array([[0.1, 0.9, 0, 0], [0.1, 0.9, 0, 0], [0.9, 0.1, 0, 0], [0.1, 0.9, 0, 0]], np.float32)
    _, found = formatted(some, CHARACTERS, ("A", "A"))
    assert [(one.first, one.last) for one in found] == [(0, 2), (3, 4)]


@pytest.mark.parametrize("places", [("A",) * 5, ("Z",)])
def test_what_cannot_be_said_is_nothing(places: tuple[str, ...]) -> None:
    assert formatted(probabilities(1, 4), CHARACTERS, places) == (-np.inf, [])
