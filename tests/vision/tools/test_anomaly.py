"""What good parts do not have is found, by both models."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.calibration import Calibration
from vision.errors import TeachError, ToolError
from vision.roi import CircleRoi, Rectangle
from vision.tool import NOT_TAUGHT, Findings, Prepared, Sample, Taught, View
from vision.tools import Anomaly

from .drawn import view

SIZE = (128, 192)  # rows, columns
ROWS, COLUMNS = SIZE
PLATE = cv2.GaussianBlur(np.random.default_rng(5).normal(0, 150, (ROWS, COLUMNS + 20)).astype(np.float32), (0, 0), 3)
KINDS = ("fast", "strong")


def part(seed: int, spot: tuple[int, int] | None = None, dx: int = 0, light: float = 0.0) -> np.ndarray:
    """A mottled plate with noise of its own, and a dark pit where it is spoiled."""
    image = 120 + PLATE[:, 10 - dx : 10 - dx + COLUMNS] + light
    image += np.random.default_rng(seed).normal(0, 2, SIZE)
    image = np.clip(image, 0, 255).astype(np.uint8)
    if spot is not None:
        cv2.circle(image, spot, 6, 10, cv2.FILLED, cv2.LINE_AA)
    return image


def taught_from(tool: Anomaly, *images: np.ndarray) -> Taught:
    return tool.teach([Sample(View(image)) for image in images])


@pytest.fixture(scope="module", params=KINDS)
def tool(request: pytest.FixtureRequest) -> Anomaly:
    return Anomaly(model=request.param)


@pytest.fixture(scope="module")
def taught(tool: Anomaly) -> Taught:
    return taught_from(tool, *(part(seed) for seed in range(10)))


@pytest.fixture(scope="module")
def ready(tool: Anomaly, taught: Taught) -> Prepared:
    return tool.prepare(taught, Calibration())


def score(findings: Findings) -> float:
    values = findings.values["score"]
    assert isinstance(values, tuple)
    return float(values[0])


@settings(max_examples=6, deadline=None)
@given(x=st.integers(25, 165), y=st.integers(25, 100), seed=st.integers(100, 10_000))
def test_a_pit_is_found_where_it_is(ready: Prepared, x: int, y: int, seed: int) -> None:
    findings = ready.measure(View(part(seed, (x, y))))
    assert score(findings) > 1
    assert findings.values["defect_count"] >= 1
    worst = findings.features["worst"]
    assert abs(worst.x - x) < 14  # type: ignore[union-attr]
    assert abs(worst.y - y) < 14  # type: ignore[union-attr]


def test_good_parts_stay_below_the_limit(ready: Prepared) -> None:
    for seed in range(200, 208):
        findings = ready.measure(View(part(seed)))
        assert score(findings) < 1
        assert (findings.values["defect_count"], findings.values["defect_area"], findings.reason) == (0, 0, "")


def test_a_part_that_lies_shifted_or_is_a_little_brighter_stays_good(ready: Prepared) -> None:
    for dx in (-4, 3):
        assert (
            score(ready.measure(View(part(300, dx=dx)))) < 1.5 < score(ready.measure(View(part(300, (90, 60), dx=dx))))
        )
    assert score(ready.measure(View(part(301, light=6)))) < 1


def test_it_says_what_it_found_and_draws_it(ready: Prepared) -> None:
    findings = ready.measure(View(part(400, (90, 60)), layers=frozenset({"heat"})))
    assert findings.objects is not None
    worst = findings.objects.first[0]
    x, y = findings.features["worst"].x, findings.features["worst"].y  # type: ignore[union-attr]
    assert (worst.place.x, worst.place.y, worst.values["score"]) == (x, y, score(findings))
    assert findings.reason.endswith(f"unlike the good parts, most at ({x:.0f}, {y:.0f}): score {score(findings):.2f}")
    assert findings.values["largest"] == max(one.values["area"] for one in findings.objects.first)
    assert all(shape.role == "defect" for shape in findings.overlay)
    heat = findings.layers["heat"]
    assert heat.shape == SIZE
    assert heat[60, 90] > 63 > heat[110, 20]


def test_sensitivity_multiplies_the_score_and_the_smallest_area_forgets_small_places(
    tool: Anomaly, taught: Taught
) -> None:
    seen = View(part(500, (90, 60)))
    plain = tool.prepare(taught, Calibration()).measure(seen)
    keen = tool.model_copy(update={"sensitivity": 2.0}).prepare(taught, Calibration()).measure(seen)
    assert score(keen) == pytest.approx(2 * score(plain))
    area = plain.values["largest"]
    assert isinstance(area, float)
    for least, count in ((int(area), 1), (int(area) + 200, 0)):
        coarse = tool.model_copy(update={"min_area_px": least}).prepare(taught, Calibration()).measure(seen)
        assert coarse.values["defect_count"] == count
        assert score(coarse) == score(plain)


def test_more_good_parts_are_learned_on_top(tool: Anomaly, taught: Taught) -> None:
    more = tool.teach([Sample(View(part(seed))) for seed in range(10, 13)], taught)
    bank = max(key for key in more.arrays if key.startswith("bank"))
    assert len(more.array(bank)) == len(taught.array(bank)) + 3
    assert score(tool.prepare(more, Calibration()).measure(View(part(600, (90, 60))))) > 1
    again = taught_from(tool, *(part(seed) for seed in range(13)))
    assert np.allclose(again.array(bank.replace("bank", "mean")), more.array(bank.replace("bank", "mean")), atol=1e-2)


def test_a_bad_sample_teaches_nothing(tool: Anomaly, taught: Taught) -> None:
    samples = [Sample(View(part(seed))) for seed in range(10)] + [Sample(View(part(1, (90, 60))), ("bad",))]
    assert all(np.array_equal(array, taught.array(key)) for key, array in tool.teach(samples).arrays.items())


def test_the_same_image_gives_the_same_bits(ready: Prepared) -> None:
    assert ready.measure(View(part(7, (40, 40)))).values == ready.measure(View(part(7, (40, 40)))).values


def test_colour_and_sixteen_bits_are_seen_alike(ready: Prepared) -> None:
    for spot in (None, (90, 60)):
        image = part(700, spot)
        deep = View(image.astype(np.uint16) * 257, full_scale=65535)
        assert score(ready.measure(deep)) == score(ready.measure(View(image)))
        colour = score(ready.measure(View(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR))))
        assert (colour > 1) is (spot is not None)


def test_each_region_has_what_it_learned_and_masks_hide() -> None:
    tool = Anomaly(model="fast")
    left, right = Rectangle(x=0, y=0, width=96, height=128), Rectangle(x=110, y=20, width=70, height=90, angle_deg=12)
    hidden = CircleRoi(x=40, y=60, radius=16)

    def seen(image: np.ndarray) -> View:
        return view(image, left, right, masks=(hidden,))

    taught = tool.teach([Sample(seen(part(seed)), ("good", "good")) for seed in range(8)])
    ready = tool.prepare(taught, Calibration())
    assert max(ready.measure(seen(part(50))).values["score"]) < 1  # type: ignore[type-var, arg-type]
    assert max(ready.measure(seen(part(50, (40, 60)))).values["score"]) < 1  # type: ignore[type-var, arg-type]
    first, second = ready.measure(seen(part(50, (145, 65)))).values["score"]  # type: ignore[misc]
    assert first < 1 < second
    worst = ready.measure(seen(part(50, (145, 65)))).features["worst"]
    assert np.hypot(worst.x - 145, worst.y - 65) < 12  # type: ignore[union-attr]
    with pytest.raises(ToolError, match="2 regions were taught, there are 1"):
        ready.measure(view(part(1), left))


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        pytest.param([], "there is no sample", id="none"),
        pytest.param([Sample(View(part(1))), Sample(View(part(2)))], "2 good parts: it needs at least 3", id="few"),
        pytest.param([Sample(View(part(1)), ("bad",))] * 5, "0 good parts", id="bad ones alone"),
        pytest.param([Sample(View(part(1)), ("good", "good"))], "one label a region", id="labels"),
        pytest.param([Sample(View(part(1)[:1, :1]))] * 3, "is 1 x 1 px, at least 16 x 16", id="one pixel"),
    ],
)
def test_samples_that_do_not_do_are_refused_with_the_reason(samples: list[Sample], words: str) -> None:
    with pytest.raises(TeachError, match=words):
        Anomaly(model="fast").teach(samples)


def test_what_does_not_fit_what_was_taught_is_an_error(tool: Anomaly, taught: Taught, ready: Prepared) -> None:
    other = Anomaly(model="fast" if tool.model == "strong" else "strong")
    with pytest.raises(ToolError, match="was taught with model"):
        other.prepare(taught, Calibration())
    with pytest.raises(TeachError, match="afresh"):
        other.teach([Sample(View(part(1)))], taught)
    with pytest.raises(ToolError, match="teach this step"):
        tool.prepare(NOT_TAUGHT, Calibration())
    with pytest.raises(ToolError, match="teach this step"):
        tool.measure(View(part(1)))
    broken = {key: array for key, array in taught.arrays.items() if not key.startswith("weight")}
    with pytest.raises(ToolError, match="does not fit"):
        tool.prepare(replace(taught, arrays=broken), Calibration())
    for hostile, words in ((part(1)[:1, :1], "1 x 1 px"), (part(1)[:9], "at least 16 x 16")):
        with pytest.raises(ToolError, match=words):
            ready.measure(View(hostile))


def test_nothing_to_see_is_no_good_part(ready: Prepared) -> None:
    for level in (0, 255):
        assert score(ready.measure(View(np.full(SIZE, level, np.uint8)))) > 1


def test_a_region_that_leaves_the_frame_cannot_be_judged() -> None:
    tool = Anomaly(model="fast")
    region = Rectangle(x=100, y=30, width=60, height=60)
    ready = tool.prepare(tool.teach([Sample(view(part(seed), region)) for seed in range(4)]), Calibration())
    with pytest.raises(ToolError, match="could be seen, 75% are needed: it leaves the frame"):
        ready.measure(view(part(1), replace_x(region, 165)))


def replace_x(region: Rectangle, x: float) -> Rectangle:
    return region.model_copy(update={"x": x})


def test_its_time_limit_ends_it(ready: Prepared) -> None:
    with pytest.raises(ToolError, match="time limit"):
        ready.measure(View(part(1), deadline_ns=0))
