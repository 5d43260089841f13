"""Needles of drawn dials."""

import math
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.calibration import Calibration
from vision.errors import TeachError, ToolError
from vision.roi import RingSector
from vision.tool import NOT_TAUGHT, Findings, Sample, View
from vision.tools import Gauge

from .drawn import view

CENTRE = (100.0, 96.0)
RING = RingSector(x=CENTRE[0], y=CENTRE[1], inner=22, outer=54)
FINER = 8


def dial(
    angle: float, *, needle: float = 40, ground: float = 200, noise: float = 2, centre: tuple[float, float] = CENTRE
) -> np.ndarray:
    """A dial with marks and figures, a hub, a counterweight, and its needle in a direction."""
    image = np.full((200 * FINER, 200 * FINER), ground, np.uint8)

    def at(radius: float, turn: float) -> tuple[int, int]:
        x, y = centre[0] + radius * math.cos(turn), centre[1] - radius * math.sin(turn)
        return round((x + 0.5) * FINER - 0.5), round((y + 0.5) * FINER - 0.5)

    for mark in range(-45, 226, 27):
        turn = math.radians(mark)
        cv2.line(image, at(58, turn), at(76, turn), needle, 2 * FINER)
        cv2.putText(image, str(mark), at(86, turn), cv2.FONT_HERSHEY_SIMPLEX, 2.5, needle, 12)
    turn = math.radians(angle)
    side = turn + math.pi / 2
    cv2.fillConvexPoly(image, np.array([at(4, side), at(70, turn), at(-4, side), at(-18, turn)]), needle)
    cv2.circle(image, at(0, 0), 9 * FINER, needle, -1)
    small = cv2.resize(image, (200, 200), interpolation=cv2.INTER_AREA)
    noisy = cv2.GaussianBlur(small, (0, 0), 0.8) + np.random.default_rng(4).normal(0, noise, small.shape)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def read(image: np.ndarray, ring: RingSector = RING, **parameters: object) -> Findings:
    return Gauge.model_validate(parameters).prepare(NOT_TAUGHT, Calibration()).measure(view(image, ring))


def off(angle: float, wanted: float) -> float:
    return abs((angle - wanted + 180) % 360 - 180)


@settings(max_examples=15, deadline=None)
@given(angle=st.floats(-45, 225), levels=st.sampled_from([(40, 200), (220, 60), (110, 150)]))
def test_the_value_follows_the_needle(angle: float, levels: tuple[int, int]) -> None:
    found = read(dial(angle, needle=levels[0], ground=levels[1]))
    assert off(found.values["angle"], angle) < 0.3  # type: ignore[operator, arg-type]
    assert found.values["value"] == pytest.approx((225 - angle) / 270 * 100, abs=0.12)


@pytest.mark.parametrize("angle", [0.0, 90.0, 180.0, 359.9])
def test_where_angles_begin_anew(angle: float) -> None:
    assert off(read(dial(angle)).values["angle"], angle) < 0.2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("direction", "angle", "value"),
    [
        ("clockwise", 225, 0),
        ("clockwise", 90, 50),
        ("clockwise", -45, 100),
        ("clockwise", 235, -100 / 27),
        ("clockwise", -55, 100 + 100 / 27),
        ("counter_clockwise", 270, 50),
        ("counter_clockwise", 225 + 91, 100 + 100 / 90),
    ],
)
def test_the_scale_is_even_and_goes_on_beyond_its_points(direction: str, angle: float, value: float) -> None:
    assert Gauge(direction=direction).value(angle) == pytest.approx(value)


def taught(*shown: tuple[float, str]) -> Gauge:
    samples = [Sample(view(dial(angle), RING), (label,)) for angle, label in shown]
    return Gauge().with_parameters(Gauge().teach(samples))


def test_two_values_teach_the_scale() -> None:
    tool = taught((200, "1.5"), (20, "7.5"))
    assert (tool.value1, tool.value2, tool.direction) == (1.5, 7.5, "clockwise")
    assert tool.measure(view(dial(110), RING)).values["value"] == pytest.approx(4.5, abs=0.02)


def test_three_values_teach_the_direction_as_well() -> None:
    tool = taught((200, "10"), (350, "0"), (90, "5.3"))
    assert tool.direction == "counter_clockwise"
    assert tool.measure(view(dial(200), RING)).values["value"] == pytest.approx(10, abs=0.05)


def test_more_values_are_learned_on_top() -> None:
    first = Gauge().teach([Sample(view(dial(200), RING), ("0",)), Sample(view(dial(90), RING), ("5",))])
    more = Gauge().teach([Sample(view(dial(20), RING), ("9",))], first)
    assert more.parameters["value2"] == 9
    assert more.array("values").tolist() == [0, 5, 9]


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ([(200, "good")], "sample 1: its label has to be the value that the gauge shows, 'good' is no number"),
        ([(200, "nan")], "'nan' is no number"),
        ([(200, "1"), (90, "1")], "the scale needs two values, 2 of one"),
        ([(200, "1"), (200, "5")], "the needle points the same way at 1 and 5"),
    ],
)
def test_samples_that_do_not_do_are_refused(shown: list[tuple[float, str]], words: str) -> None:
    with pytest.raises(TeachError, match=words):
        taught(*shown)


def test_a_sector_leaves_out_what_it_does_not_cover() -> None:
    ring = RING.model_copy(update={"start_deg": 0.0, "sweep_deg": 180.0})
    assert off(read(dial(130), ring).values["angle"], 130) < 0.2  # type: ignore[arg-type]
    assert not read(dial(270), ring).found


def test_a_turned_region_reads_the_same() -> None:
    turned = cv2.warpAffine(
        dial(100), cv2.getRotationMatrix2D(CENTRE, 30, 1), (200, 200), borderMode=cv2.BORDER_REPLICATE
    )
    seen = view(turned, RING)
    (region,) = seen.regions
    moved = View(turned, (replace(region, angle_deg=30.0),))
    assert off(Gauge().measure(moved).values["angle"], 100) < 0.4  # type: ignore[arg-type]


def test_the_needle_is_drawn_and_given_to_later_steps() -> None:
    found = read(dial(90))
    line = found.features["needle"]
    assert (line.x1, line.y1, line.x2, line.y2) == pytest.approx((100, 96 - 22, 100, 96 - 54), abs=0.3)  # type: ignore[union-attr]
    assert found.features["tip"].angle_deg == pytest.approx(90, abs=0.3)  # type: ignore[union-attr]
    assert float(found.overlay[0].label) == pytest.approx(50, abs=0.1)


def test_the_least_contrast_and_score() -> None:
    image = dial(140)
    contrast, score = (read(image).values[k] for k in ("contrast", "score"))
    assert isinstance(contrast, float)
    assert isinstance(score, float)
    assert read(image, min_contrast_grey=contrast - 0.01).found
    assert read(image, min_contrast_grey=contrast + 0.01).reason.startswith("needle not found: contrast")
    assert read(image, min_score=score - 0.001).found
    assert "something else looks like it" in read(image, min_score=score + 0.001).reason


def test_two_needles_are_none() -> None:
    both = np.minimum(dial(140), dial(30))
    assert read(both).reason.startswith("needle not found: something else looks like it")


def test_nothing_to_see_is_not_found() -> None:
    assert read(np.full((200, 200), 90, np.uint8)).reason == "needle not found: contrast 0 grey levels, 15 needed"


def test_grey_colour_and_sixteen_bits_are_read_alike() -> None:
    image = dial(77)
    deep = View(image.astype(np.uint16) * 257, view(image, RING).regions, full_scale=65535)
    assert Gauge().measure(deep).values == read(image).values
    assert read(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)).found


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ToolError, match=r"of the ring can be seen, 60% needed"):
        read(dial(90), RingSector(x=-10, y=96, inner=22, outer=54))
    with pytest.raises(ToolError, match="ring sector"):
        Gauge().measure(View(dial(90)))
    with pytest.raises(ToolError, match="time limit"):
        Gauge().measure(view(dial(90), RING, deadline_ns=0))
    with pytest.raises(ValueError, match="are the same place"):
        Gauge(angle1_deg=10, angle2_deg=370)
    with pytest.raises(ValueError, match="have the same value"):
        Gauge(value1=3, value2=3)
    with pytest.raises(ValueError, match="finite"):
        Gauge(value1=math.nan)
