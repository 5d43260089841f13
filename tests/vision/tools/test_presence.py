"""Good and bad places told apart."""

import cv2
import numpy as np
import pytest

from vision.calibration import Calibration
from vision.errors import TeachError, ToolError
from vision.imaging.features import LENGTH
from vision.pipeline.regions import place_regions
from vision.roi import IDENTITY, CircleRoi, Rectangle, Roi
from vision.tool import NOT_TAUGHT, Findings, Sample, Taught, View
from vision.tools import Presence

SIDE = 100


def picture(seed: int, *screws: bool, shift: int = 8, light: float = 1.0) -> np.ndarray:
    """A board with a place every 100 px: a bright head with a slot, or a small dark hole, somewhere near its middle."""
    luck = np.random.default_rng(seed)
    image = np.full((SIDE, SIDE * len(screws), 3), (60, 110, 150), np.uint8)
    for i, there in enumerate(screws):
        x, y = (int(step) + SIDE // 2 for step in luck.integers(-shift, shift + 1, 2))
        x += SIDE * i
        if there:
            cv2.circle(image, (x, y), 22, (190, 195, 200), -1, cv2.LINE_AA)
            turn = luck.uniform(0, np.pi)
            dx, dy = round(18 * np.cos(turn)), round(18 * np.sin(turn))
            cv2.line(image, (x - dx, y - dy), (x + dx, y + dy), (70, 70, 70), 5, cv2.LINE_AA)
        else:
            cv2.circle(image, (x, y), 8, (20, 25, 30), -1, cv2.LINE_AA)
    noisy = image * light + luck.normal(0, 4, image.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def place(i: int) -> Rectangle:
    return Rectangle(x=SIDE * i, y=0, width=SIDE, height=SIDE)


def view(image: np.ndarray, *regions: Roi, masks: tuple[Roi, ...] = (), **more: object) -> View:
    return View(image, tuple(place_regions(regions, masks, IDENTITY, image.shape[:2])), **more)


def places(image: np.ndarray) -> View:
    return view(image, *(place(i) for i in range(image.shape[1] // SIDE)))


def sample(seed: int, *screws: bool) -> Sample:
    return Sample(places(picture(seed, *screws)), tuple("good" if one else "bad" for one in screws))


@pytest.fixture(scope="module")
def taught() -> Taught:
    return Presence().teach([sample(seed, True, False, seed % 2 == 0) for seed in range(4)])


def measured(taught: Taught, seen: View, **parameters: float) -> Findings:
    return Presence(**parameters).prepare(taught, Calibration()).measure(seen)


def found(taught: Taught, image: np.ndarray) -> list[bool]:
    score = measured(taught, places(image)).values["score"]
    assert isinstance(score, tuple)
    return [one >= 0.5 for one in score]


def test_what_is_there_is_told_from_what_is_not(taught: Taught) -> None:
    for seed in range(100, 120):
        screws = np.random.default_rng(seed).random(3) < 0.5
        assert found(taught, picture(seed, *screws)) == screws.tolist()


@pytest.mark.parametrize("light", [0.6, 0.8, 1.2])
def test_another_light_changes_nothing(taught: Taught, light: float) -> None:
    assert found(taught, picture(7, True, False, light=light)) == [True, False]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_round_thing_may_be_turned(taught: Taught, turns: int) -> None:
    for there in (True, False):
        assert found(taught, np.ascontiguousarray(np.rot90(picture(8, there), turns))) == [there]


def test_where_in_its_region_it_lies_does_not_matter(taught: Taught) -> None:
    assert found(taught, picture(9, True, False, True, False, shift=24)) == [True, False, True, False]


def test_the_score_is_the_measure_and_the_reason_names_the_worst_region(taught: Taught) -> None:
    findings = measured(taught, places(picture(3, True, False, True)))
    good, bad, third = findings.values["score"]  # type: ignore[misc]
    assert bad < 0.3 < 0.7 < min(good, third)
    assert findings.values["good"] == 2
    assert findings.reason == f"region 2 looks like the bad samples: score {bad:.2f}"
    assert [shape.label for shape in findings.overlay] == [f"{one:.2f}" for one in (good, bad, third)]
    assert measured(taught, places(picture(3, True))).reason == ""


def test_the_threshold_counts_what_is_good(taught: Taught) -> None:
    seen = places(picture(3, True, False))
    low, high = sorted(measured(taught, seen).values["score"])  # type: ignore[arg-type]
    for threshold, count in ((low - 0.01, 2), (low + 0.01, 1), (high - 0.01, 1), (high + 0.01, 0)):
        assert measured(taught, seen, threshold=threshold).values["good"] == count


def test_grey_and_sixteen_bits_are_seen_alike() -> None:
    def grey(seed: int, *screws: bool) -> np.ndarray:
        return cv2.cvtColor(picture(seed, *screws), cv2.COLOR_BGR2GRAY)

    taught = Presence().teach([Sample(places(grey(seed, True, False)), ("good", "bad")) for seed in range(4)])
    assert found(taught, grey(20, False, True)) == [False, True]
    deep = View(
        grey(20, False, True).astype(np.uint16) * 257,
        places(grey(20, False, True)).regions,
        full_scale=65535,
    )
    scores = measured(taught, deep).values["score"]
    assert scores == measured(taught, places(grey(20, False, True))).values["score"]


def test_what_lies_outside_of_a_region_or_under_a_mask_is_not_seen(taught: Taught) -> None:
    image = picture(5, False)
    circle = CircleRoi(x=50, y=50, radius=45)
    before = measured(taught, view(image, circle)).values["score"]
    image[:8, :8] = 255
    assert measured(taught, view(image, circle)).values["score"] == before
    covered = view(picture(5, True), place(0), masks=(CircleRoi(x=50, y=50, radius=32),))
    assert measured(taught, covered).values["score"] < measured(taught, places(picture(5, True))).values["score"]  # type: ignore[operator]


def test_more_samples_are_learned_on_top() -> None:
    tool = Presence()
    first = tool.teach([sample(1, True, False)])
    more = tool.teach([sample(2, True, False)], first)
    assert more.array("features").shape == (4, LENGTH)
    assert more.array("labels").tolist() == [True, False, True, False]
    again = tool.teach([sample(1, True, False), sample(2, True, False)])
    assert np.array_equal(more.array("weights"), again.array("weights"))


def test_the_same_image_gives_the_same_bits(taught: Taught) -> None:
    seen = places(picture(3, True, False, True, True, False, True, False, True, True, False))
    assert measured(taught, seen).values == measured(taught, seen).values


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        pytest.param([sample(1, True, True)], "2 good and 0 bad crops", id="good ones alone"),
        pytest.param([sample(1, False)], "0 good and 1 bad crops", id="bad ones alone"),
        pytest.param([Sample(places(picture(1, True, False)))], "1 labels for 2 regions", id="a label is missing"),
        pytest.param([Sample(places(picture(1, True)), ("screw",))], "'screw' is neither good nor bad", id="a kind"),
    ],
)
def test_samples_that_do_not_do_are_refused_with_the_reason(samples: list[Sample], words: str) -> None:
    with pytest.raises(TeachError, match=words):
        Presence().teach(samples)


def test_without_teaching_it_says_so() -> None:
    with pytest.raises(ToolError, match="teach this step"):
        Presence().prepare(NOT_TAUGHT, Calibration())
    with pytest.raises(ToolError, match="teach this step"):
        Presence().measure(places(picture(1, True)))
    other = Taught({"weights": np.zeros(3), "offset": np.array(0.0)})
    with pytest.raises(ToolError, match="teach this step"):
        Presence().prepare(other, Calibration())


def test_a_region_without_anything_to_see_is_an_error(taught: Taught) -> None:
    seen = view(picture(1, True, True), place(0), Rectangle(x=3, y=3, width=7, height=90))
    with pytest.raises(ToolError, match="region 2 is 7 x 90 px, at least 8 x 8"):
        measured(taught, seen)


def test_its_time_limit_ends_it(taught: Taught) -> None:
    with pytest.raises(ToolError, match="time limit"):
        measured(taught, View(picture(1, True), deadline_ns=0))
