"""Things of taught kinds."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.vision.tools.drawn import view
from vision.calibration import Calibration
from vision.errors import TeachError, TimeLimitError, ToolError
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import Recipe, Step
from vision.recipe.matches import TextMatch
from vision.result import Judgement
from vision.roi import CircleRoi, Rectangle
from vision.teach import Example, save_lesson, teach_step
from vision.tool import NOT_TAUGHT, Findings, Sample, Taught, View
from vision.tools import Classify

SIDE = 80
KINDS = ("disc", "square", "ring")


def picture(seed: int, *kinds: str, light: float = 1.0, shift: float = 4) -> np.ndarray:
    """A thing every 80 px on a grey belt, somewhat shifted and turned."""
    luck = np.random.default_rng(seed)
    image = np.full((SIDE, SIDE * len(kinds), 3), (70, 90, 100), np.uint8)
    for i, kind in enumerate(kinds):
        x, y = luck.uniform(-shift, shift, 2) + SIDE / 2 + (SIDE * i, 0)
        radius, turn = luck.uniform(19, 24), luck.uniform(0, np.pi)
        corners = {"square": 4, "star": 10}.get(kind, 0)
        if corners:
            t = turn + np.arange(corners) * 2 * np.pi / corners
            r = radius * np.where((kind == "star") & (np.arange(corners) % 2 == 1), 0.4, 1)
            outline = np.stack([x + r * np.cos(t), y + r * np.sin(t)], axis=1)
            cv2.fillPoly(image, [outline.round().astype(np.int32)], (190, 200, 205), cv2.LINE_AA)
        elif kind != "nothing":
            thick = 7 if kind == "ring" else -1
            cv2.circle(image, (round(x), round(y)), round(radius), (190, 200, 205), thick, cv2.LINE_AA)
    return np.clip(image * light + luck.normal(0, 4, image.shape), 0, 255).astype(np.uint8)


def places(image: np.ndarray, **more: object) -> View:
    return view(image, *(Rectangle(x=x, y=0, width=SIDE, height=SIDE) for x in range(0, image.shape[1], SIDE)), **more)


def samples(*seeds: int) -> list[Sample]:
    return [Sample(places(picture(seed, *KINDS)), KINDS) for seed in seeds]


@pytest.fixture(scope="module")
def taught() -> Taught:
    return Classify().teach(samples(*range(6)))


def measured(taught: Taught, seen: View, **parameters: float) -> Findings:
    return Classify(**parameters).prepare(taught, Calibration()).measure(seen)


def classes(findings: Findings) -> list[str]:
    return [one.text for one in findings.readings]


@pytest.mark.parametrize("light", [0.85, 1.0, 1.15])
def test_each_kind_is_told_wherever_it_lies_and_in_other_light(taught: Taught, light: float) -> None:
    for seed in (50, 51):
        kinds = [KINDS[i] for i in np.random.default_rng(seed).integers(0, 3, 6)]
        found = measured(taught, places(picture(seed, *kinds, light=light)), max_distance=1.6)
        assert classes(found) == kinds
        assert (found.values["unknown"], found.reason) == (0, "")


def test_what_is_none_of_them_is_unknown_and_the_reason_names_it(taught: Taught) -> None:
    found = measured(taught, places(picture(60, "disc", "nothing", "star")))
    assert classes(found) == ["disc", "unknown", "unknown"]
    assert found.values["unknown"] == 2
    _, nothing, _ = found.values["distance"]  # type: ignore[misc]
    assert found.reason == f"region 2 is unknown: distance {nothing:.2f} from all samples, at most 1.2 is known"
    assert found.overlay[0].label.startswith("disc 0.")


def test_each_limit_at_its_limit(taught: Taught) -> None:
    seen = places(picture(61, "square"))
    values = measured(taught, seen, max_distance=100).values
    score, margin, distance = (values[name][0] for name in ("score", "margin", "distance"))  # type: ignore[index]
    for limits, known in (
        ({"min_score": score - 1e-4}, True),
        ({"min_score": score + 1e-4}, False),
        ({"min_margin": margin - 1e-4}, True),
        ({"min_margin": margin + 1e-4}, False),
        ({"max_distance": distance + 1e-4}, True),
        ({"max_distance": distance - 1e-4}, False),
    ):
        assert classes(measured(taught, seen, **{"max_distance": 100.0, **limits})) == [
            "square" if known else "unknown"
        ]


def test_grey_and_sixteen_bits_are_seen_alike() -> None:
    def grey(seed: int, *kinds: str) -> np.ndarray:
        return cv2.cvtColor(picture(seed, *kinds), cv2.COLOR_BGR2GRAY)

    lesson = Classify().teach([Sample(places(grey(seed, "disc", "ring")), ("disc", "ring")) for seed in range(3)])
    plain = measured(lesson, places(grey(9, "ring", "disc")))
    assert classes(plain) == ["ring", "disc"]
    deep = places(grey(9, "ring", "disc").astype(np.uint16) * 257, full_scale=65535)
    assert measured(lesson, deep).values == plain.values


def test_what_lies_outside_of_a_region_is_not_seen(taught: Taught) -> None:
    image = picture(5, "disc")
    circle = CircleRoi(x=40, y=40, radius=36)
    before = measured(taught, view(image, circle)).values
    image[:6, :6] = 255
    assert measured(taught, view(image, circle)).values == before


def test_more_samples_are_learned_on_top() -> None:
    tool = Classify()
    more = tool.teach(samples(2), tool.teach(samples(0, 1)))
    again = tool.teach(samples(0, 1, 2))
    seen = places(picture(9, *KINDS))
    assert measured(more, seen).values == measured(again, seen).values


def test_a_recipe_wants_a_kind(tmp_path: Path) -> None:
    region = Rectangle(x=0, y=0, width=SIDE, height=SIDE)
    step = Step(
        name="cap", tool=Classify(), regions=(region,), taught="caps", matches={"class": TextMatch(text="ring")}
    )
    recipe = Recipe(job=1, name="caps", steps=(step,))

    def part(seed: int, kind: str) -> Acquisition:
        return Acquisition({"default": Frame(picture(seed, kind), seed, 0, 0)})

    examples = [Example(part(seed, kind), {"cap": (kind,)}) for seed in range(4) for kind in ("ring", "disc")]
    recipe = save_lesson(recipe, tmp_path, "cap", teach_step(recipe, tmp_path, "cap", examples))
    ready = prepare(recipe, tmp_path)
    for kind, judgement in (("ring", Judgement.PASS), ("disc", Judgement.FAIL), ("nothing", Judgement.FAIL)):
        assert inspect(part(20, kind), ready, Inputs()).judgement is judgement, kind


def test_what_does_not_do_says_why(taught: Taught) -> None:
    with pytest.raises(TeachError, match="1 kinds are taught"):
        Classify().teach([Sample(places(picture(1, "disc", "disc")), ("disc", "disc"))])
    with pytest.raises(TeachError, match="kind 'ring' has 1 sample"):
        Classify().teach([Sample(places(picture(1, "disc", "disc", "ring")), ("disc", "disc", "ring"))])
    with pytest.raises(TeachError, match="'unknown' is no kind"):
        Classify().teach([Sample(places(picture(1, "disc")), ("unknown",))])
    with pytest.raises(TeachError, match="1 labels for 2 regions"):
        Classify().teach([Sample(places(picture(1, "disc", "ring")), ("disc",))])
    with pytest.raises(ToolError, match="not taught"):
        Classify().prepare(NOT_TAUGHT, Calibration())
    with pytest.raises(ToolError, match="not taught"):
        Classify().measure(places(picture(1, "disc")))
    with pytest.raises(ToolError, match="teach this step"):
        Classify().prepare(Taught({**taught.arrays, "features": np.zeros((18, 3))}), Calibration())
    with pytest.raises(ToolError, match="teach this step"):
        Classify().prepare(Taught({**taught.arrays, "weights": np.zeros((2, 3))}), Calibration())
    with pytest.raises(ToolError, match="region 1 is 1 x 1 px, at least 8 x 8"):
        measured(taught, View(np.zeros((1, 1), np.uint8)))
    with pytest.raises(TimeLimitError):
        measured(taught, places(picture(1, "disc"), deadline_ns=0))
