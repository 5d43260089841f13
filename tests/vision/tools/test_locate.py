"""Parts found by their edges."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import pytest

from vision.calibration import Calibration
from vision.errors import TeachError, ToolError, VisionError
from vision.pipeline.regions import place_regions
from vision.roi import IDENTITY, CircleRoi, Pose, Rectangle, Roi
from vision.tool import NOT_TAUGHT, Prepared, Sample, Taught, View
from vision.tools.locate import Locate

SIZE = (480, 360)
HOME = (200.0, 160.0)  # centre of the taught region
REGION = Rectangle(x=HOME[0] - 65, y=HOME[1] - 55, width=131, height=111)


def inside(distance: np.ndarray) -> np.ndarray:
    """1 inside, 0 outside, by the distance from the edge in px: as sharp as a camera shows it."""
    return 1 / (1 + np.exp(np.clip(-2 * distance, -60, 60)))


def part(
    at: tuple[float, float] = HOME,
    angle_deg: float = 0.0,
    scale: float = 1.0,
    *,
    low: float = 70,
    high: float = 180,
    hidden: float = 0.0,
) -> np.ndarray:
    """A bracket with holes whose origin lies `at`, turned counter-clockwise; `hidden` is the share of it covered.

    A formula in the part's own coordinates, so that its place is exact.
    """
    row, column = np.mgrid[0 : SIZE[1], 0 : SIZE[0]].astype(float)
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    dx, dy = column - at[0], row - at[1]
    x, y = (c * dx - s * dy) / scale, (s * dx + c * dy) / scale

    def box(x1: float, y1: float, x2: float, y2: float) -> np.ndarray:
        across, down = (x2 - x1) / 2 - abs(x - (x1 + x2) / 2), (y2 - y1) / 2 - abs(y - (y1 + y2) / 2)
        return inside(scale * across) * inside(scale * down)

    shape = 1 - (1 - box(-55, -45, 20, 25)) * (1 - box(0, -20, 55, 25)) * (1 - box(-55, 0, 0, 45))
    for hx, hy, r in ((-35, -25, 9), (35, 2, 10), (-30, 28, 7)):
        shape *= 1 - inside(scale * (r - np.hypot(x - hx, y - hy)))
    shape *= 1 - box(-12, -8, 14, 2)
    shape[x < -60 + 115 * hidden] = 0
    return np.clip(np.rint(low + (high - low) * shape), 0, 255).astype(np.uint8)


def noisy(image: np.ndarray, sigma: float = 2.0, seed: int = 0) -> np.ndarray:
    return np.clip(image + np.random.default_rng(seed).normal(0, sigma, image.shape), 0, 255).astype(np.uint8)


def view(image: np.ndarray, *regions: Roi, masks: tuple[Roi, ...] = (), pose: Pose = IDENTITY, **more: Any) -> View:
    return View(image, tuple(place_regions(regions, masks, pose, image.shape[:2])), pose=pose, **more)


def taught(tool: Locate | None = None, image: np.ndarray | None = None, region: Roi = REGION) -> Prepared:
    tool = tool or Locate()
    data = tool.teach([Sample(view(part() if image is None else image, region))])
    return tool.with_parameters(data).prepare(data, Calibration())


@pytest.fixture(scope="module")
def ready() -> Prepared:
    return taught()


@pytest.fixture(scope="module")
def any_angle() -> Prepared:
    return taught(Locate(angle_range_deg=180))


@pytest.mark.parametrize("at", [(200, 160), (200.25, 160.5), (150.7, 200.1), (320.33, 130.77), (90.5, 110.5)])
@pytest.mark.parametrize("angle", [0.0, -3.3, 11.7, -20.0])
def test_place_and_angle(ready: Prepared, at: tuple[float, float], angle: float) -> None:
    found = ready.measure(view(noisy(part(at, angle)), REGION))
    assert found.found
    assert (found.values["x"], found.values["y"]) == pytest.approx(at, abs=0.06)
    assert found.values["angle_deg"] == pytest.approx(angle, abs=0.06)
    assert found.values["scale"] == 1.0
    assert found.values["score"] > 0.95


@pytest.mark.parametrize("angle", [*range(-180, 180, 30), 33.3])
def test_any_angle_when_asked_for(any_angle: Prepared, angle: float) -> None:
    found = any_angle.measure(view(noisy(part((240.4, 180.6), angle)), REGION))
    assert (found.values["x"], found.values["y"]) == pytest.approx((240.4, 180.6), abs=0.06)
    turned = (found.values["angle_deg"] - angle + 180) % 360 - 180
    assert turned == pytest.approx(0, abs=0.06)
    assert -180 <= found.values["angle_deg"] < 180


def test_errors_are_hundredths_of_a_pixel_on_average(any_angle: Prepared) -> None:
    rng = np.random.default_rng(3)
    errors = []
    for i in range(12):
        at, angle = rng.uniform((150, 120), (330, 240)), rng.uniform(-180, 180)
        values = any_angle.measure(view(noisy(part(tuple(at), angle), 3, i), REGION)).values
        errors.append((values["x"] - at[0], values["y"] - at[1], (values["angle_deg"] - angle + 180) % 360 - 180))
    assert np.sqrt(np.mean(np.square(errors), axis=0)) == pytest.approx((0, 0, 0), abs=0.025)


@pytest.mark.parametrize("scale", [0.9, 0.95, 1.04, 1.1])
def test_scale_within_its_range(scale: float) -> None:
    tool = Locate(scale_min=0.9, scale_max=1.1)
    values = taught(tool).measure(view(noisy(part((230.5, 170.25), 7, scale)), REGION)).values
    assert values["scale"] == pytest.approx(scale, abs=0.001)
    assert (values["x"], values["y"]) == pytest.approx((230.5, 170.25), abs=0.06)


@pytest.mark.parametrize("hidden", [0.1, 0.2, 0.3])
def test_a_part_partly_hidden_is_found_and_the_score_says_how_much(ready: Prepared, hidden: float) -> None:
    found = ready.measure(view(noisy(part((230.5, 170.25), 5, hidden=hidden)), REGION))
    assert found.found
    assert (found.values["x"], found.values["y"]) == pytest.approx((230.5, 170.25), abs=0.1)
    assert found.values["angle_deg"] == pytest.approx(5, abs=0.1)
    assert found.values["score"] == pytest.approx(1 - hidden, abs=0.12)


def test_clutter_does_not_lead_astray(ready: Prepared) -> None:
    rng = np.random.default_rng(1)
    image = part((300.5, 200.25), -8)
    for _ in range(60):
        x, y, w, h = rng.integers((0, 0, 5, 5), (470, 350, 15, 15)).tolist()
        if abs(x - 300) > 85 or abs(y - 200) > 75:
            cv2.rectangle(image, (x, y), (x + w, y + h), 180, -1)
    found = ready.measure(view(noisy(image), REGION))
    assert (found.values["x"], found.values["y"]) == pytest.approx((300.5, 200.25), abs=0.1)


def test_a_dark_frame(ready: Prepared) -> None:
    values = ready.measure(view(noisy(part((230.5, 170.25), 5, low=20, high=44), 1), REGION)).values
    assert (values["x"], values["y"]) == pytest.approx((230.5, 170.25), abs=0.1)
    assert values["score"] > 0.9


def test_contrast_reversed_only_where_asked_for(ready: Prepared) -> None:
    image = noisy(part((230.5, 170.25), 5, low=180, high=70))
    assert not ready.measure(view(image, REGION)).found
    either = taught(Locate(contrast="either"))
    for one in (image, noisy(part((230.5, 170.25), 5))):
        values = either.measure(view(one, REGION)).values
        assert (values["x"], values["y"]) == pytest.approx((230.5, 170.25), abs=0.06)
        assert values["score"] > 0.95


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(np.full(SIZE[::-1], 90, np.uint8), id="nothing there"),
        pytest.param(noisy(np.full(SIZE[::-1], 90, np.uint8), 30), id="noise"),
        pytest.param(cv2.circle(np.full(SIZE[::-1], 70, np.uint8), (200, 150), 60, 180, -1), id="another part"),
    ],
)
def test_not_found_with_a_reason(ready: Prepared, image: np.ndarray) -> None:
    found = ready.measure(view(image, REGION))
    assert not found.found
    assert found.reason.startswith("part not found: ")
    assert found.pose is None
    assert not found.features
    assert 0 <= found.values["score"] < 0.6


def test_not_found_says_how_much_was_seen_and_needed() -> None:
    strict = taught(Locate(min_score=0.95))
    found = strict.measure(view(noisy(part((230.5, 170.25), 5, hidden=0.25)), REGION))
    assert not found.found
    assert found.reason == f"part not found: {found.values['score']:.0%} of the taught edges, 95% needed"


def test_score_at_its_limit() -> None:
    image = noisy(part((230.5, 170.25), 5, hidden=0.25))
    score = taught().measure(view(image, REGION)).values["score"]
    assert taught(Locate(min_score=score)).measure(view(image, REGION)).found
    assert not taught(Locate(min_score=score + 1e-6)).measure(view(image, REGION)).found


def test_turned_farther_than_the_range(ready: Prepared) -> None:
    assert ready.measure(view(part((240, 180), 20), REGION)).found
    assert not ready.measure(view(part((240, 180), 30), REGION)).found


def test_searched_only_where_asked_for(ready: Prepared) -> None:
    image = np.maximum(part((120.5, 180.25), 3), part((360.5, 180.25), -3))
    left, right = Rectangle(x=0, y=0, width=240, height=360), CircleRoi(x=350, y=170, radius=40)
    assert ready.measure(view(image, REGION, left)).values["x"] == pytest.approx(120.5, abs=0.06)
    assert ready.measure(view(image, REGION, right)).values["x"] == pytest.approx(360.5, abs=0.06)
    assert not ready.measure(view(image, REGION, CircleRoi(x=240, y=170, radius=40))).found


def test_the_pose_carries_taught_places_along(ready: Prepared) -> None:
    found = ready.measure(view(noisy(part((260.5, 190.25), 12)), REGION))
    assert found.pose is not None
    c, s = np.cos(np.radians(12)), np.sin(np.radians(12))
    hole = np.array([35, 2])  # from the origin
    expected = (c * hole[0] + s * hole[1] + 260.5, -s * hole[0] + c * hole[1] + 190.25)
    assert tuple(found.pose @ (*(hole + HOME), 1)) == pytest.approx(expected, abs=0.1)
    origin = found.features["origin"]
    assert (origin.x, origin.y, origin.angle_deg) == pytest.approx((260.5, 190.25, 12), abs=0.06)
    assert found.overlay[0].role == "feature"


def test_taught_where_another_step_found_the_part_turned() -> None:
    c, s = np.cos(np.radians(8)), np.sin(np.radians(8))
    turned: Pose = np.array([[c, s, 210 - c * HOME[0] - s * HOME[1]], [-s, c, 170 + s * HOME[0] - c * HOME[1]]])
    tool = Locate()
    data = tool.teach([Sample(view(part((210, 170), 8), REGION, pose=turned))])
    values = tool.prepare(data, Calibration()).measure(view(noisy(part((240.5, 150.5), -5)), REGION)).values
    assert (values["x"], values["y"], values["angle_deg"]) == pytest.approx((240.5, 150.5, -5), abs=0.08)


def test_masked_edges_do_not_belong_to_the_part() -> None:
    image = part()
    cv2.circle(image, (240, 125), 6, 255, -1)  # a speck of dirt on the taught part
    clean = view(image, REGION, masks=(CircleRoi(x=240, y=125, radius=12),))
    tool = Locate()
    data = tool.teach([Sample(clean)])
    assert tool.prepare(data, Calibration()).measure(view(part((230, 170)), REGION)).values["score"] > 0.98
    dirty = taught(image=image).measure(view(part((230, 170)), REGION)).values["score"]
    assert dirty < 0.98


def test_colour_and_sixteen_bits(ready: Prepared) -> None:
    image = noisy(part((230.5, 170.25), 5))
    for other, scale in ((cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), 255), (image.astype(np.uint16) * 16, 4080)):
        values = ready.measure(view(other, REGION, full_scale=scale)).values
        assert (values["x"], values["y"]) == pytest.approx((230.5, 170.25), abs=0.06)
    tool = Locate()
    data = tool.teach([Sample(view(part().astype(np.uint16) * 16, REGION, full_scale=4080))])
    assert tool.prepare(data, Calibration()).measure(view(image, REGION)).values["score"] > 0.95


def test_a_part_at_the_edge_of_the_frame_is_found_by_what_is_seen(ready: Prepared) -> None:
    values = ready.measure(view(noisy(part((40.5, 180.25), 2)), REGION)).values
    assert (values["x"], values["y"]) == pytest.approx((40.5, 180.25), abs=0.1)


def test_frames_of_another_size(any_angle: Prepared) -> None:
    small = np.ascontiguousarray(noisy(part((240.5, 180.25), 50))[60:300, 100:400])
    values = any_angle.measure(View(small)).values
    assert (values["x"], values["y"]) == pytest.approx((140.5, 120.25), abs=0.06)


@pytest.mark.parametrize(
    ("image", "region", "says"),
    [
        pytest.param(np.full(SIZE[::-1], 90, np.uint8), REGION, "edge points", id="flat"),
        pytest.param(noisy(np.full(SIZE[::-1], 90, np.uint8), 1), REGION, "edge points", id="noise"),
        pytest.param(
            np.repeat(np.where(np.arange(480) < 200, 60, 180)[None], 360, 0).astype(np.uint8),
            REGION,
            "all edges run in one direction",
            id="one straight edge",
        ),
        pytest.param(part(), Rectangle(x=150, y=120, width=6, height=6), "edge points", id="tiny"),
    ],
)
def test_what_has_no_structure_is_refused_when_taught(image: np.ndarray, region: Roi, says: str) -> None:
    with pytest.raises(TeachError, match=f"cannot be found by its edges: .*{says}"):
        Locate().teach([Sample(view(image, region))])


def test_no_good_sample_is_refused() -> None:
    with pytest.raises(TeachError, match="none of the samples is labelled good"):
        Locate().teach([Sample(view(part(), REGION), ("bad",))])


def test_a_round_part_proposes_not_to_turn() -> None:
    image = cv2.GaussianBlur(cv2.circle(np.full(SIZE[::-1], 70, np.uint8), (200, 160), 45, 180, -1), (0, 0), 1)
    tool = Locate()
    data = tool.teach([Sample(view(image, REGION))])
    assert data.parameters == {"angle_range_deg": 0.0}
    for one in (tool, tool.with_parameters(data)):
        moved = np.roll(image, (10, 25), (0, 1))
        values = one.prepare(data, Calibration()).measure(view(moved, REGION)).values
        assert (values["x"], values["y"]) == pytest.approx((225, 170), abs=0.06)
        assert values["angle_deg"] == pytest.approx(0, abs=0.01) or one is tool


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"image": np.zeros((9, 9, 3), np.uint8)}, "not a grey image", id="colour model"),
        pytest.param({"image": np.full((127, 147), np.nan, np.float32)}, "not a grey image", id="not numbers"),
        pytest.param({"mask": np.zeros((3, 3), np.uint8)}, "a mask of", id="mask of another size"),
        pytest.param({"origin": np.array([np.nan, 1])}, "origin", id="no origin"),
        pytest.param({"centre": np.zeros(3)}, "centre", id="no centre"),
        pytest.param({"outline": np.zeros((4, 3))}, "outline", id="no outline"),
        pytest.param({"frame_size": np.array([0, -5])}, "frame_size", id="no frame"),
    ],
)
def test_taught_data_that_does_not_fit_is_refused(changed: dict[str, np.ndarray], says: str) -> None:
    good = Locate().teach([Sample(view(part(), REGION))])
    with pytest.raises(ToolError, match=says):
        Locate().prepare(Taught(arrays={**good.arrays, **changed}), Calibration())


def test_a_contrast_that_the_taught_edges_do_not_have_is_said() -> None:
    data = Locate().teach([Sample(view(part(), REGION))])
    with pytest.raises(ToolError, match="lower min_contrast_grey"):
        Locate(min_contrast_grey=255).prepare(data, Calibration())


def test_not_taught_is_said() -> None:
    with pytest.raises(ToolError, match="not taught"):
        Locate().prepare(NOT_TAUGHT, Calibration())
    with pytest.raises(ToolError, match="not taught"):
        Locate().measure(view(part(), REGION))


def test_the_time_limit_ends_it(ready: Prepared) -> None:
    with pytest.raises(VisionError, match="time limit"):
        ready.measure(view(part(), REGION, deadline_ns=1))


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (15, 200)])
def test_frames_too_small_are_an_error(ready: Prepared, size: tuple[int, int]) -> None:
    with pytest.raises(ToolError, match="px, too small for this part"):
        ready.measure(View(np.zeros(size, np.uint8)))


def test_a_frame_just_large_enough_is_searched(ready: Prepared) -> None:
    assert not ready.measure(View(np.zeros((16, 200), np.uint8))).found


def test_the_same_frame_gives_the_same_numbers(ready: Prepared) -> None:
    image = noisy(part((231.1, 171.3), 4), 5)
    assert ready.measure(view(image, REGION)).values == ready.measure(view(image, REGION)).values


def generator(folder: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, folder / "gen" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["coin", "camera", "text", "bracket"])
def test_objects_in_generated_scenes(shared_data: Path, name: str) -> None:
    gen = generator(shared_data, "shape_gen")
    template, _, radius = gen.template(name)
    tool = Locate(angle_range_deg=180, scale_min=0.9, scale_max=1.1, min_score=0.4)
    region = CircleRoi(x=radius, y=radius, radius=radius - 2)
    ready = tool.prepare(tool.teach([Sample(view(template, region))]), Calibration())
    for condition in gen.CONDITIONS:
        scene = gen.scene(name, condition, np.random.default_rng([99, len(condition)]))
        found = ready.measure(View(scene["image"]))
        assert found.found
        assert (found.values["x"], found.values["y"]) == pytest.approx((scene["x"], scene["y"]), abs=0.25)
        assert (found.values["angle_deg"] - scene["angle_deg"] + 180) % 360 - 180 == pytest.approx(0, abs=0.2)


def test_photographs_of_a_board_whose_screws_come_and_go(shared_data: Path) -> None:
    folder = shared_data / "screws"
    items = json.loads((folder / "manifest.json").read_text())["items"]
    frames = [cv2.imread(str(folder / item["file"])) for item in (items[21], *items[1::7])]
    region = Rectangle(x=90, y=150, width=420, height=480)
    tool = Locate(scale_min=0.92, scale_max=1.08, tolerance_px=4, min_contrast_grey=4)
    ready = tool.prepare(tool.teach([Sample(view(frames[0], region))]), Calibration())
    found = [(image, f) for image in frames[1:] if (f := ready.measure(View(image))).found]
    assert len(found) >= 4
    for image, f in found:
        back = cv2.warpAffine(image, f.pose, image.shape[1::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        alike = (cv2.GaussianBlur(i, (0, 0), 3)[200:560:7, 120:480:7].ravel() for i in (back, frames[0]))
        assert np.corrcoef(*alike)[0, 1] > 0.8


def test_the_layer_has_the_frames_edges_and_among_them_those_of_the_part(ready: Prepared) -> None:
    image = part((200.0, 160.0), 0.0)
    image[20:40, 20:40] = 255 - image[20:40, 20:40]
    found = ready.measure(view(image, REGION, layers=frozenset({"edges"})))
    edges = found.layers["edges"]
    assert edges.shape == image.shape
    assert 0 < edges[15:45, 15:45].max() < 255
    assert np.count_nonzero(edges == 255) > 100
    assert not ready.measure(view(image, REGION)).layers
    blank = ready.measure(view(np.full_like(image, 90), REGION, layers=frozenset({"edges"})))
    assert (blank.found, int(blank.layers["edges"].max())) == (False, 0)
