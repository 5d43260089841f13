"""Frozen and changed frames of a live camera."""

import numpy as np
import pytest

from vision.cameras.freshness import FROZEN_AFTER, Freshness, began_after
from vision.errors import CameraError


def noisy(seed: int, shape: tuple[int, ...] = (60, 80)) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, shape, np.uint8)


def test_frames_that_differ_are_alive() -> None:
    freshness = Freshness("camera")
    for seed in range(10):
        freshness.check(noisy(seed))


def test_two_equal_frames_may_happen_three_may_not() -> None:
    freshness = Freshness("camera")
    for _ in range(FROZEN_AFTER - 1):
        freshness.check(noisy(1))
    with pytest.raises(CameraError, match="camera: frozen"):
        freshness.check(noisy(1))


def test_another_frame_between_starts_the_count_again() -> None:
    freshness = Freshness("camera")
    for seed in (1, 1, 2, 1, 1, 2):
        freshness.check(noisy(seed))


@pytest.mark.parametrize("grey", [0, 255])
def test_no_light_or_too_much_is_not_frozen(grey: int) -> None:
    freshness = Freshness("camera")
    for _ in range(10):
        freshness.check(np.full((60, 80), grey, np.uint8))


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(noisy(2, (60, 81)), id="wider"),
        pytest.param(noisy(2, (60, 80, 3)), id="colour"),
        pytest.param(noisy(2).astype(np.uint16), id="deeper"),
    ],
)
def test_another_format_is_named(changed: np.ndarray) -> None:
    freshness = Freshness("camera")
    freshness.check(noisy(1))
    with pytest.raises(CameraError, match="image format changed from 80 x 60 px, 1 channel, 8 bits to"):
        freshness.check(changed)


def test_an_exposure_that_begins_at_the_request_is_new() -> None:
    assert began_after(100, 100)
    assert not began_after(99, 100)
