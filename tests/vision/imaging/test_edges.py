"""Edge points, direction fields and models."""

import numpy as np
import pytest

from vision.imaging.directions import direction_fields, reduced
from vision.imaging.edges import edge_points, gradient, sample
from vision.imaging.shape_model import NoStructure, learn
from vision.imaging.shape_search import Range


def disc(x: float = 40.3, y: float = 36.7, radius: float = 20.0, high: float = 180) -> np.ndarray:
    row, column = np.mgrid[0:80, 0:90].astype(float)
    distance = radius - np.hypot(column - x, row - y)
    return (70 + (high - 70) / (1 + np.exp(np.clip(-2 * distance, -60, 60)))).astype(np.float32)


FULL = np.full((80, 90), 255, np.uint8)


def test_edge_points_lie_on_the_edge_and_look_to_the_light() -> None:
    points = edge_points(disc(), FULL, 10, 5)
    away = points.places - np.float32((40.3, 36.7))
    radius = np.hypot(*away.T)
    assert len(points) > 90
    assert radius.mean() == pytest.approx(20, abs=0.1)
    assert radius.std() < 0.1
    assert ((points.normals * away).sum(axis=1) / radius < -0.98).all()
    assert np.hypot(*points.normals.T) == pytest.approx(1, abs=1e-5)


def test_only_inside_the_mask() -> None:
    mask = FULL.copy()
    mask[:, 40:] = 0
    assert edge_points(disc(), mask, 10, 5).places[:, 0].max() < 41
    assert len(edge_points(disc(), np.zeros_like(FULL), 10, 5)) == 0


def test_a_gradient_in_grey_levels_a_pixel() -> None:
    y, x = np.mgrid[0:20, 0:30].astype(np.float32)
    inner = gradient(3 * x - 2 * y)[5:15, 5:25]
    assert inner[..., 0] == pytest.approx(3, abs=1e-3)
    assert inner[..., 1] == pytest.approx(-2, abs=1e-3)
    assert inner[..., 2] == pytest.approx(np.hypot(3, 2), abs=1e-3)


def test_sampling_between_pixels_is_exact() -> None:
    """OpenCV rounds places to 1/32 px for images of two channels: gradients have three."""
    y, x = np.mgrid[0:20, 0:30].astype(np.float32)
    image = np.stack([x, y, x + y], axis=-1)
    at = np.random.default_rng(0).uniform((1, 1), (28, 18), (500, 7, 2)).astype(np.float32)
    assert sample(image, at)[..., :2] == pytest.approx(at, abs=1e-4)
    assert sample(image, np.zeros((0, 2), np.float32)).shape == (0, 3)
    assert sample(image, np.full((70000, 2), 5, np.float32)).shape == (70000, 3)


def test_direction_fields_tell_polarity_and_lines_apart() -> None:
    one, two = direction_fields(disc(), 1.0)
    other, same = direction_fields(disc(high=-40), 1.0)
    strong = np.abs(one) > 0.6
    assert strong.any()
    assert np.real(one * np.conj(other))[strong].max() < 0
    assert np.real(two * np.conj(same))[strong].min() > 0
    assert np.abs(two).max() <= 1.001


def test_reduced_takes_means_and_cuts_off_the_rest() -> None:
    image = np.arange(7 * 9, dtype=np.uint8).reshape(7, 9)
    assert reduced(image, 2).shape == (3, 4)
    assert reduced(image, 2)[0, 0] == (0 + 1 + 9 + 10) / 4
    assert (reduced(image, 1) == image).all()


def test_a_model_of_a_round_part_does_not_turn_and_another_does() -> None:
    assert not learn(disc(40, 40), FULL, (40.0, 40.0), 1.0).turns
    assert learn(disc(40, 40), FULL, (30.0, 40.0), 1.0).turns


def test_a_model_needs_structure() -> None:
    with pytest.raises(NoStructure, match="edge points"):
        learn(np.full((80, 90), 50, np.float32), FULL, (40.0, 40.0), 1.0)
    with pytest.raises(NoStructure, match="the region is empty"):
        learn(disc(), np.zeros_like(FULL), (40.0, 40.0), 1.0)
    edge = np.repeat(np.where(np.arange(90) < 40, 50, 180)[None], 80, 0).astype(np.float32)
    with pytest.raises(NoStructure, match="all edges run in one direction"):
        learn(edge, FULL, (40.0, 40.0), 1.0)


def test_angles_and_scales_cover_their_range() -> None:
    assert Range(0).angles(10) == [0]
    assert Range().scales(10) == [1]
    near = Range(15).angles(10)
    assert (near[0], near[-1]) == (-15, 15)
    assert np.diff(near).max() * np.pi / 180 * 10 <= 2.01
    whole = Range(180).angles(10)
    assert len(whole) == len(set(whole))
    assert 360 / len(whole) * np.pi / 180 * 10 <= 2.01
    sizes = Range(0, 0.8, 1.2).scales(20)
    assert min(sizes) - 0.8 <= 1 / 20 + 1e-9
    assert 1.2 - max(sizes) <= 1 / 20 + 1e-9
