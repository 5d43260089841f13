"""Parts sorted into classes."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, make_ready
from vision.pipeline.sorting import Sorted, sort
from vision.recipe import Condition, NOfM, Recipe, SortClass, SortClasses, problems_of
from vision.result import InspectionResult, Judgement, Measurement, Status, StepResult

P, F, E = Judgement.PASS, Judgement.FAIL, Judgement.ERROR
ABC = SortClasses(
    classes=(
        SortClass(name="A", conditions=(Condition(step="width", low=9.9, high=10.1), Condition(step="clean"))),
        SortClass(name="B", conditions=(Condition(step="width", low=9.5, high=10.5),)),
        SortClass(name="C", passes=False, reject_class=7, conditions=(Condition(step="clean"),)),
    )
)


def step(name: str, judgement: Judgement = P, value: float | None = None, **more: Any) -> StepResult:
    numbers = () if value is None else (Measurement("width", value),)
    main = numbers[0] if numbers else None
    return StepResult(name, "act", judgement, Status[judgement.value], measurements=numbers, main=main, **more)


def of(*steps: StepResult, rule: SortClasses = ABC) -> Sorted:
    return sort(rule, lambda name: [one for one in steps if one.step == name])


@pytest.mark.parametrize(
    ("width", "clean", "judgement", "name", "number", "reject_class"),
    [
        (10.0, P, P, "A", 1, 0),
        (9.9, P, P, "A", 1, 0),
        (9.899, P, P, "B", 2, 0),
        (10.0, F, P, "B", 2, 0),
        (9.499, P, F, "C", 3, 7),
        (10.501, F, F, "", 0, 0),
        (10.0, E, P, "B", 2, 0),  # A or B: both pass, B is sure
        (9.0, E, F, "", 0, 0),  # C or none: both fail
    ],
)
def test_the_first_class_that_holds(
    width: float, clean: Judgement, judgement: Judgement, name: str, number: int, reject_class: int
) -> None:
    found = of(step("width", P, width), step("clean", clean))
    assert (found.judgement, found.name, found.number, found.reject_class) == (judgement, name, number, reject_class)


def test_an_error_that_could_make_the_difference_is_an_error() -> None:
    assert of(step("width", E), step("clean")) == Sorted(E, message="its class cannot be told")


def test_an_error_never_slips_past_a_failing_class_into_a_passing_one() -> None:
    """Taken for PASS the first class takes it, taken for FAIL the last one; in truth the one in the middle might."""
    one = Condition(step="one")
    rule = SortClasses(
        classes=(
            SortClass(name="A", conditions=(one,)),
            SortClass(name="scrap", passes=False, conditions=(Condition(step="two"),)),
            SortClass(name="B", conditions=(Condition(step="three"),)),
        )
    )
    assert of(step("one", E), step("two", E), step("three"), rule=rule).judgement is E


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.booleans(), st.lists(st.integers(0, 3), min_size=1, max_size=3), st.integers(1, 2)),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.sampled_from([P, F, E]), min_size=4, max_size=4),
)
def test_the_judgement_is_what_every_way_of_deciding_the_errors_gives(
    classes: list[tuple[bool, list[int], int]], judged: list[Judgement]
) -> None:
    rule = SortClasses(
        classes=tuple(
            SortClass(
                name=str(i),
                passes=passes,
                conditions=tuple(Condition(step=str(s)) for s in steps),
                need=NOfM(n=min(n, len(steps))),
            )
            for i, (passes, steps, n) in enumerate(classes)
        )
    )
    places = [i for i, judgement in enumerate(judged) if judgement is E]
    outcomes = set()
    for decided in product((P, F), repeat=len(places)):
        known = list(judged)
        for place, judgement in zip(places, decided, strict=True):
            known[place] = judgement
        outcomes.add(of(*(step(str(i), one) for i, one in enumerate(known)), rule=rule).judgement)
    found = of(*(step(str(i), one) for i, one in enumerate(judged)), rule=rule).judgement
    assert E not in outcomes
    if found is not E:  # what is certain is so however the ERRORs come out
        assert outcomes == {found}


def test_a_step_that_was_not_found_or_left_out_shows_nothing_good() -> None:
    missing = StepResult("width", "act", F, Status.NOT_FOUND)
    assert of(missing, step("clean")).name == "C"
    assert of(step("width", P, 10), step("clean", E, counts=False)).name == "B"
    passed_without_a_number = StepResult("width", "act", P, Status.PASS)
    assert of(passed_without_a_number, step("clean")).judgement is E


def test_of_a_step_that_repeats_it_has_to_hold_every_time() -> None:
    def spots(*widths: float) -> list[StepResult]:
        return [step(f"width[{i}]", P, width, instance=i) for i, width in enumerate(widths, 1)]

    assert of(*spots(10, 10.1), step("clean")).name == "A"
    assert of(*spots(10, 10.2), step("clean")).name == "B"


CLASSES = [
    {"name": "A", "conditions": [{"step": "light", "low": 150}]},
    {
        "name": "B",
        "conditions": [{"step": "light", "measure": "mean", "low": 100}, {"step": "even"}],
        "need": {"rule": "any"},
    },
    {"name": "dark", "passes": False, "reject_class": 9},
]


def recipe(*classes: dict[str, Any], **more: Any) -> Recipe:
    steps = [
        {"name": "light", "tool": {"type": "brightness"}},
        {"name": "even", "tool": {"type": "brightness"}, "limits": {"std": {"high": 1}}, "reject_class": 3},
    ]
    rule = {"rule": "sort", "classes": list(classes)}
    return Recipe.model_validate({"job": 1, "name": "x", "steps": steps, "combine": rule, **more})


def judged(level: int, of: Recipe) -> InspectionResult:
    image = np.full((20, 20), level, np.uint8)
    image[:10] += 20  # uneven
    return inspect(Acquisition({"default": Frame(image, 0, 0, 0)}), make_ready(of, Path("none")), Inputs())


@pytest.mark.parametrize(
    ("level", "judgement", "name", "number", "reject_class", "message"),
    [
        (140, P, "A", 1, 0, ""),
        (139, P, "B", 2, 0, ""),
        (60, F, "dark", 3, 9, "class dark; even: std 10 grey (at most 1)"),
    ],
)
def test_on_frames(level: int, judgement: Judgement, name: str, number: int, reject_class: int, message: str) -> None:
    found = judged(level, recipe(*CLASSES))
    assert (found.judgement, found.sort_class, found.sort_number) == (judgement, name, number)
    assert (found.reject_class, found.message) == (reject_class, message)


def test_a_part_that_fits_no_class_has_the_reject_class_of_the_step_that_fails() -> None:
    found = judged(60, recipe(*CLASSES[:2]))
    assert (found.judgement, found.sort_class, found.sort_number, found.reject_class) == (F, "", 0, 3)
    assert found.message == "it fits no class; even: std 10 grey (at most 1)"


def test_an_inspection_cut_off_has_no_class() -> None:
    image = np.full((20, 20), 200, np.uint8)
    image[0] = 10
    acquisition = Acquisition({"default": Frame(image, 0, 0, 0)})
    found = inspect(acquisition, make_ready(recipe(*CLASSES), Path("none")), Inputs(), deadline_ns=1)
    assert (found.judgement, found.sort_class, found.sort_number, found.reject_class) == (E, "", 0, 65535)


def test_an_empty_recipe_is_no_class() -> None:
    rest = {"name": "rest", "passes": False}
    found = judged(100, Recipe.model_validate({"job": 1, "name": "x", "combine": {"rule": "sort", "classes": [rest]}}))
    assert (found.judgement, found.sort_class, found.message) == (E, "", "the recipe has no steps")


@pytest.mark.parametrize(
    ("classes", "words"),
    [
        ([], "at least 1"),
        ([{"name": "A"}], "class 'A' passes and asks for nothing"),
        ([CLASSES[0] | {"reject_class": 2}], "its reject_class has to be 0"),
        ([CLASSES[0], CLASSES[0]], "there are two classes 'A'"),
        ([CLASSES[2], CLASSES[0]], "class 'dark' takes all that is left"),
        ([CLASSES[0] | {"need": {"rule": "n_of_m", "n": 2}}], "2 of 1 conditions can never hold"),
        ([CLASSES[0] | {"need": {"rule": "weights", "pass_at": 2}}], "pass_at 2 is more than all weights together, 1"),
        ([CLASSES[0] | {"need": {"rule": "sort", "classes": CLASSES}}], "does not match"),
        ([{"name": "A", "conditions": [{"step": "light", "measure": "mean"}]}], "needs low, high or both"),
        ([{"name": "A", "conditions": [{"step": "light", "low": 2, "high": 1}]}], "low 2 is more than high 1"),
        ([{"name": "A", "conditions": [{"step": "light", "low": float("nan")}]}], "finite"),
    ],
)
def test_what_is_no_rule_is_refused(classes: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        recipe(*classes)


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ({"step": "ligth"}, "combine.classes[0].conditions[0].step: there is no step 'ligth'; did you mean 'light'?"),
        (
            {"step": "light", "measure": "maen", "low": 1},
            "combine.classes[0].conditions[0].measure: brightness does not measure 'maen'; did you mean 'mean'?",
        ),
    ],
)
def test_what_it_names_is_checked(condition: dict[str, Any], problem: str) -> None:
    found = list(problems_of(recipe({"name": "A", "conditions": [condition]})))
    assert found
    assert found[0].startswith(problem)


def test_its_reject_classes_are_those_of_the_recipe() -> None:
    made = recipe(*CLASSES, reject_classes=[{"number": 3, "name": "uneven"}])
    assert list(problems_of(made)) == ["combine.classes[2].reject_class: 9 is not one of the reject classes: 3"]
