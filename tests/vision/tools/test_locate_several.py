"""Several parts found by one step: how many, none twice, in an order that people count in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.calibration import Calibration
from vision.imaging.several import Found, apart, in_order
from vision.pipeline.regions import place_regions
from vision.roi import IDENTITY, Rectangle, Roi, moved
from vision.tool import Findings, Prepared, Sample, View
from vision.tools.locate import Locate

SIZE = (480, 360)
REGION = Rectangle(x=78, y=61, width=45, height=39)
Place = tuple[float, float, float]  # x, y, angle (deg)


def inside(distance: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(np.clip(-2 * distance, -60, 60)))


def tray(*places: Place, noise: int = 0, hidden: float = 0.0) -> np.ndarray:
    """Small brackets on a dark tray; of the last one a share is `hidden`."""
    row, column = np.mgrid[0 : SIZE[1], 0 : SIZE[0]].astype(float)
    grey = np.full(row.shape, 70.0)
    for i, (x, y, angle) in enumerate(places, 1):
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        u, v = c * (column - x) - s * (row - y), s * (column - x) + c * (row - y)
        bar = inside(17 - abs(u)) * inside(5 - abs(v + 8))
        leg = inside(5 - abs(u + 12)) * inside(13 - abs(v))
        shape = (1 - (1 - bar) * (1 - leg)) * (1 - inside(2.5 - np.hypot(u - 11, v + 8)))
        if i == len(places):
            shape[u > 22 - 44 * hidden] = 0
        grey = np.maximum(grey, 70 + 110 * shape)
    grey += np.random.default_rng(noise).normal(0, 2, grey.shape)
    return np.clip(np.rint(grey), 0, 255).astype(np.uint8)


def view(image: np.ndarray, *regions: Roi) -> View:
    return View(image, tuple(place_regions(regions, (), IDENTITY, image.shape[:2])))


def taught(**parameters: object) -> Prepared:
    tool = Locate.model_validate({"count": 20, "angle_range_deg": 30} | parameters)
    data = tool.teach([Sample(view(tray((100, 80, 0)), REGION))])
    return tool.prepare(data, Calibration())


def places(findings: Findings) -> list[Place]:
    points = [part.features["origin"] for part in findings.parts]
    return [(point.x, point.y, point.angle_deg) for point in points]  # type: ignore[union-attr]


SIX: list[Place] = [(70, 60, 0), (200.5, 75, 12), (390, 66.25, -20), (90, 250, 5), (240, 240.5, -8), (400.75, 255, 25)]


@pytest.fixture(scope="module")
def ready() -> Prepared:
    return taught()


def test_all_parts_are_found_row_by_row(ready: Prepared) -> None:
    found = ready.measure(view(tray(*reversed(SIX)), REGION))
    assert found.found
    assert found.values["count"] == len(found.parts) == 6
    np.testing.assert_allclose(places(found), SIX, atol=0.12)
    assert found.objects is not None
    assert found.objects.total == len(found.objects.first) == 6


def test_each_pose_carries_the_regions_of_its_part(ready: Prepared) -> None:
    found = ready.measure(view(tray(*SIX), REGION))
    for part, (x, y, _) in zip(found.parts, SIX, strict=True):
        assert moved(np.array([REGION.centre]), part.pose)[0] == pytest.approx((x, y), abs=0.1)


def test_the_numbers_of_the_step_are_the_best_ones(ready: Prepared) -> None:
    found = ready.measure(view(tray((390, 66, 0), (80, 250, 0), hidden=0.25), REGION))
    assert found.values["count"] == 2
    assert (found.values["x"], found.values["y"]) == pytest.approx((390, 66), abs=0.1)
    assert found.values["score"] > 0.95
    assert found.features["origin"] == found.parts[0].features["origin"]


def test_one_part_is_measured_as_by_a_step_that_looks_for_one(ready: Prepared) -> None:
    image = view(tray((230.25, 170.5, 7)), REGION)
    one, several = taught(count=1).measure(image), ready.measure(image)
    assert "count" not in one.values
    assert one.parts == ()
    assert {name: several.values[name] for name in one.values} == one.values
    np.testing.assert_array_equal(several.parts[0].pose, one.pose)


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        ("rows", [0, 1, 2, 3, 4, 5]),
        ("left_to_right", [0, 3, 1, 4, 2, 5]),
        ("top_to_bottom", [0, 2, 1, 4, 3, 5]),
    ],
)
def test_order(order: str, wanted: list[int]) -> None:
    found = taught(order=order).measure(view(tray(*SIX), REGION))
    np.testing.assert_allclose(places(found), [SIX[i] for i in wanted], atol=0.12)


def test_the_best_ones_are_kept_where_there_are_more_than_asked_for() -> None:
    found = taught(count=3).measure(view(tray(*SIX, (300, 160, 0), hidden=0.3), REGION))
    assert found.values["count"] == 3
    assert all(abs(x - 300) > 10 for x, _, _ in places(found))


def test_of_two_closer_than_allowed_the_better_one_counts() -> None:
    image = view(tray((100, 100, 0), (160, 100, 0), hidden=0.25), REGION)
    assert len(taught().measure(image).parts) == 2
    near = taught(min_distance_px=70).measure(image)
    assert [round(x) for x, _, _ in places(near)] == [100]


def test_nothing_there_is_not_found(ready: Prepared) -> None:
    found = ready.measure(view(np.full((360, 480), 90, np.uint8), REGION))
    assert not found.found
    assert found.parts == ()


def test_parts_are_looked_for_in_the_second_region_only(ready: Prepared) -> None:
    left = Rectangle(x=0, y=0, width=260, height=360)
    found = ready.measure(view(tray(*SIX), REGION, left))
    np.testing.assert_allclose(places(found), [SIX[i] for i in (0, 1, 3, 4)], atol=0.12)


def squares(centres: list[tuple[float, float]], side: float = 10) -> list[Found[int]]:
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * side / 2
    return [Found(i, IDENTITY, corners + centre) for i, centre in enumerate(centres)]


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), max_size=12),
    st.floats(0, 40),
    st.floats(0, 1),
)
@settings(deadline=None)
def test_what_is_kept_is_apart_and_what_is_not_lies_in_something_better(
    centres: list[tuple[float, float]], distance: float, overlap: float
) -> None:
    found = squares(centres)
    kept = apart(found, distance, overlap)

    def clash(a: Found[int], b: Found[int]) -> bool:
        dx, dy = (abs(p - q) for p, q in zip(a.centre, b.centre, strict=True))
        common = max(0.0, 10 - dx) * max(0.0, 10 - dy) / 100
        return bool(np.hypot(dx, dy) < distance - 1e-6 or common > overlap + 1e-3)

    def clear(a: Found[int], b: Found[int]) -> bool:
        dx, dy = (abs(p - q) for p, q in zip(a.centre, b.centre, strict=True))
        common = max(0.0, 10 - dx) * max(0.0, 10 - dy) / 100
        return bool(np.hypot(dx, dy) > distance + 1e-6 and common < overlap - 1e-3)

    assert not any(clash(a, b) for i, a in enumerate(kept) for b in kept[:i])
    names = {one.what for one in kept}
    for one in found:
        if one.what not in names:
            assert any(not clear(one, better) for better in kept if better.what < one.what)
    assert [one.what for one in kept] == sorted(names)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), unique=True, min_size=1, max_size=20), st.randoms())
@settings(deadline=None)
def test_rows_are_counted_as_a_page_is_read_whatever_order_they_are_found_in(
    cells: list[tuple[int, int]], random: object
) -> None:
    wanted = sorted(cells, key=lambda cell: (cell[1], cell[0]))
    shaky = [(20.0 * column, 30.0 * row + random.uniform(-2, 2)) for column, row in cells]  # type: ignore[attr-defined]
    ordered = in_order(squares(shaky), "rows", 10)
    assert [cells[one.what] for one in ordered] == wanted
