"""Registration onto a master."""

import cv2
import numpy as np
import pytest

from vision.imaging.register import Master, register


def scene(shift: tuple[float, float] = (0, 0), stretch: float = 0.0) -> np.ndarray:
    """Blobs of many sizes; `stretch` px more at the right side than at the left."""
    y, x = np.mgrid[0:200, 0:260].astype(float)
    x, y = x - shift[0] - stretch * x / 260, y - shift[1]
    rng = np.random.default_rng(4)
    image = np.full(x.shape, 80.0)
    for _ in range(60):
        cx, cy, r = rng.uniform(0, 260), rng.uniform(0, 200), rng.uniform(3, 9)
        image += rng.uniform(-50, 90) / (1 + np.exp(np.clip(np.hypot(x - cx, y - cy) - r, -40, 40)))
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


FULL = np.full((200, 260), 255, np.uint8)


@pytest.mark.parametrize("shift", [(0, 0), (0.4, -0.3), (3.25, 5.5), (-11.6, 8.2), (20, -20)])
def test_a_shift_is_found_to_a_small_part_of_a_pixel(shift: tuple[float, float]) -> None:
    found = register(Master.of(scene(), FULL), scene(shift), 20)
    error = found.field - np.float32(shift)
    assert np.abs(error).max() < 0.5  # in a corner of which much has left the image
    assert np.abs(error.mean(axis=(0, 1))).max() < 0.1


def test_a_shift_that_grows_across_the_image() -> None:
    master = Master.of(scene(), FULL)
    bent = scene((2, 1), stretch=3.0)
    found = register(master, bent, 10)
    before, after = (
        np.abs(i[20:180, 20:240].astype(int) - scene()[20:180, 20:240]).mean()
        for i in (bent, master.full.lay(found.field, bent)[0])
    )
    assert after < before / 4
    assert found.carry(np.array([[30.0, 100.0]]))[0] == pytest.approx((30 + 2 + 0.35, 101), abs=0.4)
    assert found.carry(np.array([[230.0, 100.0]]))[0] == pytest.approx((230 + 2 + 2.7, 101), abs=0.4)


def test_never_farther_than_allowed() -> None:
    found = register(Master.of(scene(), FULL), scene((9, 0)), 4)
    assert np.abs(found.field).max() <= 4
    assert found.largest <= 4 * np.sqrt(2)


@pytest.mark.parametrize("gain", [0.4, 0.7, 1.0])
def test_light_moves_nothing(gain: float) -> None:
    image = np.clip(scene((3, 2)) * gain + 10, 0, 255).astype(np.uint8)
    found = register(Master.of(scene(), FULL), image, 10)
    assert found.field.mean(axis=(0, 1)) == pytest.approx((3, 2), abs=0.15)


def test_only_what_the_mask_leaves_decides() -> None:
    mask = FULL.copy()
    mask[:, 130:] = 0
    image = scene((3, 2))
    image[:, 140:] = scene((-5, -5))[:, 140:]
    found = register(Master.of(scene(), mask), image, 10)
    assert found.field[:, 0].mean(axis=0) == pytest.approx((3, 2), abs=0.2)


def test_a_defect_does_not_pull_its_surroundings() -> None:
    image = scene()
    cv2.rectangle(image, (100, 80), (125, 105), 255, -1)
    assert np.abs(register(Master.of(scene(), FULL), image, 10).field).max() < 0.8


@pytest.mark.parametrize("level", [0, 128])
def test_flat_images_stay_where_they_are(level: int) -> None:
    flat = np.full((40, 50), level, np.uint8)
    found = register(Master.of(flat, np.full_like(flat, 255)), flat, 10)
    assert np.isfinite(found.field).all()
    assert found.largest <= 10 * np.sqrt(2)


def test_small_images() -> None:
    small = scene()[:12, :9]
    found = register(Master.of(small, np.full_like(small, 255)), small, 3)
    assert np.isfinite(found.field).all()
