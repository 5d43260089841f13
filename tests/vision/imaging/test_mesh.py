"""Sampling by a field of shifts."""

import cv2
import numpy as np
import pytest

from vision.imaging.mesh import Mesh


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_field_of_shifts_is_undone_between_pixels(step: int) -> None:
    y, x = np.mgrid[0:64, 0:64].astype(np.float32)
    field = np.full((2, 2, 2), (1.25, -2.5), np.float32)
    out = Mesh.of((64, 64), (2, 2), step).lay(field, 3 * x + 2 * y)[0]
    inner = np.s_[12 // step : 48 // step]
    wanted = (3 * (x + 1.25) + 2 * (y - 2.5))[::step, ::step]
    assert out[inner, inner] == pytest.approx(wanted[inner, inner], abs=0.1)  # coordinates are of 1/32 px


def test_between_tiles_shifts_are_interpolated_from_centre_to_centre() -> None:
    field = np.random.default_rng(0).normal(0, 5, (3, 4, 2)).astype(np.float32)
    home_y, home_x = np.mgrid[0:50, 0:70].astype(np.float32)
    spread = cv2.resize(field, (70, 50), interpolation=cv2.INTER_LINEAR)
    mesh, inner = Mesh.of((70, 50), (4, 3)), np.s_[20:30, 20:50]
    assert mesh.lay(field, home_x)[0][inner] == pytest.approx((home_x + spread[..., 0])[inner], abs=0.05)
    assert mesh.lay(field, home_y)[0][inner] == pytest.approx((home_y + spread[..., 1])[inner], abs=0.05)


@pytest.mark.parametrize(("outside", "there"), [(9, 9), (None, 200)])
def test_what_lies_beyond_the_edge(outside: int | None, there: int) -> None:
    image = np.full((70, 20), 200, np.uint8)
    field = np.full((1, 1, 2), (6, 0), np.float32)
    out, shown = Mesh.of((20, 70), (1, 1)).lay(field, image, image, outside)
    assert shown is not None
    assert (out[:, :14] == 200).all()
    assert (out[:, 14:] == there).all()
    assert (shown[:, :14] == 200).all()
    assert (shown[:, 14:] == 0).all()
