"""What is drawn on the frame."""

import numpy as np
import pytest

from vision.overlay import CORE, HALO, draw, geometry
from vision.result import InspectionResult, Judgement, Measurement, Shape, Status, StepResult

SQUARE = ((20.0, 20.0), (120.0, 20.0), (120.0, 80.0), (20.0, 80.0))
P, F, E = Judgement.PASS, Judgement.FAIL, Judgement.ERROR


def result(judgement: Judgement, points: tuple[tuple[float, float], ...] = SQUARE, **more: object) -> InspectionResult:
    status = {P: Status.PASS, F: Status.FAIL, E: Status.ERROR}[judgement]
    one = StepResult("pin 3", "caliper", judgement, status, overlay=(Shape(points),), message="too thin", **more)
    return InspectionResult(judgement, (one,))


def drawn(judgement: Judgement) -> np.ndarray:
    return draw(np.full((200, 200), 128, np.uint8), result(judgement))


def core(picture: np.ndarray, judgement: Judgement) -> np.ndarray:
    """The upper side of the square: where its core is seen."""
    return (picture[20, 30:110] == CORE[judgement]).all(axis=1)


def test_a_pass_is_solid_a_fail_dashed_an_error_dotted() -> None:
    share = {judgement: core(drawn(judgement), judgement).mean() for judgement in Judgement}
    assert share[P] == 1
    assert 0.5 < share[F] < 1
    assert 0 < share[E] < share[F]


def test_a_fail_is_thicker_than_a_pass_and_both_lie_on_a_dark_halo() -> None:
    def width(judgement: Judgement) -> int:
        column = (drawn(judgement)[:, 20 + 5] == CORE[judgement]).all(axis=1)
        return int(column[10:30].sum())

    assert width(F) > width(P) >= 1
    column = drawn(P)[10:30, 60].astype(int)
    assert (column.max(axis=1) < 64).sum() >= 2


def test_the_image_itself_is_left_alone() -> None:
    image = np.full((200, 200, 3), 50, np.uint8)
    image.setflags(write=False)
    picture = draw(image, result(F))
    assert (image == 50).all()
    assert picture.shape == (200, 200, 3)
    assert (picture != 50).any()


def test_twelve_bits_are_drawn_in_eight() -> None:
    picture = draw(np.full((100, 300), 4095, np.uint16), InspectionResult(P), 4095)
    assert picture.dtype == np.uint8
    assert (picture == 255).all()


@pytest.mark.parametrize("y", [0, 60, 190])
def test_a_failure_has_its_label_wholly_inside_and_not_on_it(y: int) -> None:
    points = ((10.0, float(y)), (60.0, float(y)), (60.0, float(min(y + 9, 199))))
    labelled = draw(np.full((200, 300), 128, np.uint8), result(F, points))
    # Left of the text, the label's box is dark over its whole height.
    rows = np.flatnonzero((labelled[:, 11:13] == HALO).all(axis=(1, 2)))
    rows = max(np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1), key=len)  # the line's own halo is thinner
    assert len(rows) > 10
    assert rows.max() < y or rows.min() > y + 9


def test_passing_steps_have_no_label_and_failing_ones_one() -> None:
    assert [drawing.label for drawing in geometry(result(P))] == [""]
    two = StepResult("pin 3", "caliper", F, Status.FAIL, overlay=(Shape(SQUARE), Shape(SQUARE)), message="too thin")
    assert [d.label for d in geometry(InspectionResult(F, (two,)))] == ["pin 3: too thin", ""]


def test_failures_lie_on_top_and_steps_not_run_are_not_drawn() -> None:
    steps = tuple(
        StepResult(name, "t", judgement, status, overlay=(Shape(SQUARE),))
        for name, judgement, status in [
            ("a", F, Status.FAIL),
            ("b", P, Status.PASS),
            ("c", E, Status.ERROR),
            ("d", E, Status.NOT_RUN),
        ]
    )
    assert [drawing.step for drawing in geometry(InspectionResult(F, steps))] == ["b", "c", "a"]


@pytest.mark.parametrize("points", [(), ((5.0, 5.0),), ((1e12, 0.0), (0.0, -1e12)), ((float("nan"), 1.0), (2.0, 2.0))])
def test_odd_geometry_is_no_crash(points: tuple[tuple[float, float], ...]) -> None:
    for judgement in Judgement:
        draw(np.full((50, 50), 128, np.uint8), result(judgement, points))


def test_of_a_step_that_repeats_the_worst_has_the_words_and_the_others_their_number() -> None:
    def pin(i: int, value: float) -> StepResult:
        main = Measurement("width", value, "mm", 0.45, 0.55)
        judgement, status = (P, Status.PASS) if main.judgement is P else (F, Status.TOO_LOW)
        words = {"message": "" if judgement is P else "too thin", "main": main, "instance": i}
        return StepResult(f"pin[{i}]", "caliper", judgement, status, overlay=(Shape(SQUARE),), **words)  # type: ignore[arg-type]

    drawings = geometry(InspectionResult(F, (pin(1, 0.44), pin(2, 0.5), pin(3, 0.3))))
    assert [(one.step, one.label) for one in drawings] == [
        ("pin[2]", ""),
        ("pin[1]", "[1]"),
        ("pin[3]", "pin[3]: too thin"),
    ]
