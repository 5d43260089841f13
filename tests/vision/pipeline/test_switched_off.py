"""A step that is switched off: kept, not run, and judging nothing."""

from pathlib import Path
from typing import Any

import pytest

from vision.errors import RecipeError
from vision.frame import Inputs
from vision.pipeline import Bench, inspect, prepare
from vision.recipe import (
    Condition,
    Grid,
    Group,
    Limit,
    NOfM,
    Recipe,
    RunIf,
    SortClass,
    SortClasses,
    Step,
    problems_of,
)
from vision.recipe.difference import Difference, differences
from vision.result import Judgement, Status
from vision.roi import Rectangle
from vision.tools import BlobCount, Brightness, Formula, Locate

from .test_inspection import acquisition, named

SQUARE = Rectangle(x=20, y=20, width=10, height=10)
DARK = {"mean": Limit(high=10)}  # no image here is


def light(name: str, **more: Any) -> Step:
    return Step(name=name, tool=Brightness(), **more)


def recipe(*steps: Step, **more: Any) -> Recipe:
    return Recipe(job=1, name="test", steps=steps, **more)


def test_it_is_said_and_judges_nothing() -> None:
    content = recipe(light("one"), light("two", limits=DARK, slot=3, enabled=False))
    result = inspect(acquisition(), prepare(content, Path()), Inputs())
    assert result.judgement is Judgement.PASS
    off = named(result)["two"]
    assert (off.status, off.counts, off.message, off.slot) == (Status.NOT_RUN, False, "switched off", 3)
    assert [one.name for one in result.steps] == ["one", "two"]


def test_it_need_not_be_taught_and_one_of_a_group_is_said_once() -> None:
    group = Group(name="row", repeat=Grid(columns=2, dx=20))
    steps = (
        light("pin", group="row", regions=(SQUARE,)),
        light("tip", group="row", regions=(SQUARE,), enabled=False),
        Step(name="part", tool=Locate(), enabled=False),
    )
    result = inspect(acquisition(), prepare(recipe(*steps, groups=(group,)), Path()), Inputs())
    assert [one.name for one in result.steps] == ["pin[1]", "pin[2]", "tip", "part"]
    assert result.judgement is Judgement.PASS


def test_a_part_of_which_nothing_is_looked_at_is_no_good_part() -> None:
    result = inspect(acquisition(), prepare(recipe(light("one", enabled=False)), Path()), Inputs())
    assert (result.judgement, result.message) == (Judgement.ERROR, "no step was run")


@pytest.mark.parametrize(
    ("user", "place"),
    [
        pytest.param(Step(name="sum", tool=Formula(formula="other.mean + 1")), "steps[1].tool.formula", id="formula"),
        pytest.param(Step(name="part", tool=BlobCount(), fixture="other"), "steps[1].fixture", id="fixture"),
        pytest.param(light("then", run_if=RunIf(step="other", outcome="failed")), "steps[1].run_if.step", id="run-if"),
    ],
)
def test_who_needs_it_says_so(user: Step, place: str) -> None:
    content = recipe(light("other", enabled=False), user)
    [problem] = problems_of(content)
    assert problem.startswith(f"{place}: ")
    assert "'other' is switched off" in problem
    with pytest.raises(RecipeError):
        prepare(content, Path())
    assert not list(problems_of(recipe(content.steps[0], user.model_copy(update={"enabled": False}))))


def test_rules_over_steps_count_those_that_run() -> None:
    off = light("other", enabled=False)
    [too_many] = problems_of(recipe(light("one"), off, combine=NOfM(n=2)))
    assert too_many.startswith("combine.n: ")
    asks = SortClasses(classes=(SortClass(name="A", conditions=(Condition(step="other"),)),))
    [named_there] = problems_of(recipe(light("one"), off, combine=asks))
    assert named_there.startswith("combine.classes[0].conditions[0].step: ")


def test_a_file_says_it_only_where_it_is_off() -> None:
    on, off = recipe(light("one")), recipe(light("one", enabled=False))
    assert "enabled" not in on.content()["steps"][0]
    assert Recipe.model_validate(on.content()) == on
    assert Recipe.model_validate(off.content()) == off
    assert on.sha256 != off.sha256
    assert list(differences(on.content(), off.content())) == [
        Difference("/steps/0/enabled", "one", "enabled", True, False)
    ]


def test_a_trial_has_it_and_what_it_is_when_it_is_on_again() -> None:
    bench, shown = Bench(), acquisition()
    off, on = (recipe(light("one"), light("two", enabled=enabled)) for enabled in (False, True))
    for content, ran in ((off, [True, False]), (on, [True, True]), (off, [True, False])):
        tried = bench.attempt(content, Path(), shown)
        assert [one.status is not Status.NOT_RUN for one in tried.steps] == ran
        assert tried.result is not None
        assert tried.result.judgement is Judgement.PASS
    assert [one.message for one in bench.attempt(off, Path(), shown, ["two"]).steps] == ["switched off"]
