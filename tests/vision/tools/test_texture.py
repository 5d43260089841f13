"""Where a surface is not as the good ones are."""

import math
import time

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.tools.drawn import colour, deep, view
from vision.calibration import Calibration
from vision.errors import TeachError, TimeLimitError, ToolError
from vision.roi import CircleRoi, Rectangle, RingSector
from vision.tool import Findings, Prepared, Sample, Taught
from vision.tools import Texture

SHAPE = (150, 180)
Y, X = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]].astype(float)
REGION = Rectangle(x=5, y=5, width=170, height=140)
TOOL = Texture(cell_px=16)


def cloth(
    seed: int = 0, dx: float = 0.0, gain: float = 1.0, smudge: tuple[int, int] | None = None, kind: str = "smooth"
) -> np.ndarray:
    """A weave of 6 px with noise; a spot of 20 px is smooth, coarser or turned."""
    rng = np.random.default_rng(seed)
    weave = 40 * np.sin((X + dx) * 2 * np.pi / 6) * np.sin(Y * 2 * np.pi / 8)
    if smudge is not None:
        there = np.hypot(X - smudge[0], Y - smudge[1]) < 14
        other = {"smooth": 0 * X, "coarse": 40 * np.sin(X * np.pi / 10), "turned": 40 * np.sin((X + Y) * 2 * np.pi / 6)}
        weave = np.where(there, other[kind], weave)
    return np.clip(np.rint(gain * (110 + weave + rng.normal(0, 4, SHAPE))), 0, 255).astype(np.uint8)


def taught(tool: Texture = TOOL, n: int = 4, region: object = REGION) -> Prepared:
    samples = [Sample(view(cloth(seed, dx=seed), region)) for seed in range(n)]
    return tool.prepare(tool.teach(samples), Calibration())


READY = taught()


def measured(image: np.ndarray, ready: Prepared = READY, **more: object) -> Findings:
    return ready.measure(view(image, REGION, **more))


@settings(max_examples=6, deadline=None)
@given(st.integers(100, 1000), st.floats(0, 6), st.floats(0.7, 1.25))
def test_another_good_piece_departs_by_no_more_than_good_ones_do(seed: int, dx: float, gain: float) -> None:
    found = measured(cloth(seed, dx, gain))
    assert found.values["departure"] < 1.3
    assert found.values["count"] == found.values["area"] == found.values["share"] == 0
    assert found.reason == ""


@pytest.mark.parametrize("kind", ["smooth", "coarse", "turned"])
@pytest.mark.parametrize("at", [(60, 50), (120, 90)])
def test_a_place_with_another_structure_is_found_where_it_is(kind: str, at: tuple[int, int]) -> None:
    found = measured(cloth(50, smudge=at, kind=kind))
    assert found.values["count"] == 1
    assert found.values["departure"] > 2
    oddest = found.features["oddest"]
    assert math.hypot(oddest.x - at[0], oddest.y - at[1]) < 14
    assert 200 < found.values["area"] < 2500
    assert found.values["share"] == pytest.approx(100 * found.values["area"] / (170 * 140), rel=0.3)
    assert found.reason.startswith("1 place is not like the good surface")


def test_light_counts_where_it_is_asked_to() -> None:
    strict = taught(Texture(cell_px=16, light="as_is"))
    assert measured(cloth(60, gain=0.6), strict).values["departure"] > 1.5
    assert measured(cloth(60, gain=0.8)).values["departure"] < 1.3


def test_threshold_at_its_limit() -> None:
    image = cloth(50, smudge=(60, 50), kind="coarse")
    departure = float(measured(image).values["departure"])
    for factor, count in ((0.99, 1), (1.01, 0)):
        ready = taught(Texture(cell_px=16, threshold=factor * departure))
        assert measured(image, ready).values["count"] == count


def test_masked_and_round_regions() -> None:
    image = cloth(50, smudge=(60, 50))
    hidden = measured(image, masks=(CircleRoi(x=60, y=50, radius=22),))
    assert hidden.values["count"] == 0
    ring = RingSector(x=90, y=75, inner=30, outer=68)
    ready = taught(region=ring, n=6)
    assert ready.measure(view(cloth(70), ring)).values["departure"] < 1.4
    found = ready.measure(view(cv2.circle(cloth(70), (90, 26), 12, 110, -1), ring))
    assert found.values["count"] == 1
    oddest = found.features["oddest"]
    assert (oddest.x, oddest.y) == pytest.approx((90, 26), abs=12)


def test_several_regions_teaching_on_top_and_the_layer() -> None:
    halves = Rectangle(x=5, y=5, width=80, height=140), Rectangle(x=90, y=5, width=80, height=140)
    image = cloth(50, smudge=(130, 60))
    first = TOOL.teach([Sample(view(cloth(0), REGION))])
    more = TOOL.teach([Sample(view(cloth(seed, dx=seed), REGION)) for seed in (1, 2, 3)], first)
    assert len(np.unique(more.arrays["samples"])) == 4
    found = TOOL.prepare(more, Calibration()).measure(view(image, *halves, layers=frozenset({"departure"})))
    assert found.values["count"] == 1
    assert found.layers["departure"][60, 130] > 128 > found.layers["departure"][60, 40]


def test_colour_16_bits_millimetres_and_the_same_again() -> None:
    image = cloth(50, smudge=(60, 50))
    plain = measured(image).values
    assert measured(image).values == plain
    assert measured(colour(image)).values == pytest.approx(plain)
    assert measured(deep(image), full_scale=4080).values == pytest.approx(plain, rel=1e-3)
    assert measured(image, calibration=Calibration(0.1)).values["area"] == pytest.approx(plain["area"] / 100)


def test_what_cannot_be_taught_or_used_is_said() -> None:
    with pytest.raises(TeachError, match="none of the samples is labelled good"):
        TOOL.teach([Sample(view(cloth(), REGION), ("bad",))])
    with pytest.raises(TeachError, match="the good samples show 1 cells of 16 px, between 40 and"):
        TOOL.teach([Sample(view(cloth(), Rectangle(x=5, y=5, width=16, height=16)))])
    with pytest.raises(ToolError, match="not taught"):
        TOOL.prepare(Taught(), Calibration())
    good = dict(TOOL.teach([Sample(view(cloth(), REGION))]).arrays)
    for name, wrong in (("features", good["features"][:, :3]), ("limit", np.array(np.nan))):
        with pytest.raises(ToolError, match="does not fit"):
            TOOL.prepare(Taught(good | {name: wrong}), Calibration())


def test_nothing_to_look_at_is_an_error() -> None:
    with pytest.raises(ToolError, match="region 1 has no whole cell of 16 px"):
        READY.measure(view(np.full((1, 1), 90, np.uint8)))
    assert measured(np.full(SHAPE, 90, np.uint8)).values["share"] > 50


def test_the_time_limit_is_kept() -> None:
    with pytest.raises(TimeLimitError):
        measured(cloth(), deadline_ns=time.monotonic_ns() - 1)
