"""Which steps need which, and in what order they run."""

from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from vision.recipe import Recipe, RunIf, Step, problems_of, references, run_order
from vision.result import Circle, Line, Point
from vision.tool import Findings, Ref, Tool, View
from vision.tools import Brightness


class Between(BaseModel):
    end: Ref[Line]


class Angle(Tool):
    """Takes what others found."""

    type: str = "angle"
    features: ClassVar[dict[str, Any]] = {"corner": Point, "arc": Circle}
    one: Ref[Line] | None = None
    more: tuple[Ref[Point], ...] = ()
    many: dict[str, Annotated[Ref[Circle], Field(description="by name")]] = Field(default_factory=dict)
    between: Between | None = None

    def measure(self, view: View) -> Findings:
        return Findings()


def step(name: str, tool: Tool | None = None, **more: Any) -> Step:
    return Step(name=name, tool=Brightness(), **more).model_copy(update={"tool": tool or Brightness()})


def problems(*steps: Step) -> list[str]:
    return list(problems_of(Recipe(job=1, name="x", steps=steps)))


def test_references_are_found_wherever_a_tool_has_them() -> None:
    tool = Angle(one=Ref("a.edge"), more=(Ref("b"), Ref("c.d")), many={"x": Ref("e")}, between=Between(end=Ref("f")))
    found = [(r.place, r.step, r.name, r.kind) for r in references(step("s", tool))]
    assert found == [
        ("tool.one", "a", "edge", Line),
        ("tool.more[0]", "b", "", Point),
        ("tool.more[1]", "c", "d", Point),
        ("tool.many.x", "e", "", Circle),
        ("tool.between.end", "f", "", Line),
    ]


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("corner step.corner", None),
        ("corner step", None),
        ("corner step.arc", "corner step.arc is a Circle, a Point is wanted"),
        ("corner step.crner", "step 'corner step' has no 'crner'; did you mean 'corner'?; it has: corner, arc"),
        ("light", "step 'light' (brightness) gives no feature and no reading"),
        ("corner", "there is no step 'corner'; did you mean 'corner step'?"),
    ],
)
def test_what_a_reference_may_name(target: str, problem: str | None) -> None:
    found = problems(step("corner step", Angle()), step("light"), step("s", Angle(more=(Ref(target),))))
    assert found == ([] if problem is None else [f"steps[2].tool.more[0]: {problem}"])


def test_two_rings_are_named_once_each_and_what_hangs_on_them_is_not() -> None:
    def after(name: str, other: str) -> Step:
        return step(name, run_if=RunIf(step=other, outcome="found"))

    steps = [after("a", "b"), after("b", "a"), after("c", "a"), after("d", "d"), step("e")]
    assert problems(*steps) == [
        "steps[0].run_if.step: the steps wait for each other: a -> b -> a",
        "steps[3].run_if.step: the steps wait for each other: d -> d",
    ]
    assert run_order(steps) == [4]


@given(st.permutations(range(7)), st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12))
def test_each_step_runs_once_after_all_that_it_names(rank: list[int], pairs: set[tuple[int, int]]) -> None:
    later = {(a, b) for a, b in pairs if rank[a] > rank[b]}
    steps = [step(str(i), Angle(more=tuple(Ref(str(b)) for a, b in sorted(later) if a == i))) for i in range(7)]
    order = run_order(steps)
    assert sorted(order) == list(range(7))
    assert all(order.index(a) > order.index(b) for a, b in later)


def test_steps_that_need_nothing_stay_in_their_order() -> None:
    assert run_order([step("c"), step("a"), step("b")]) == [0, 1, 2]
