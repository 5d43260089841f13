"""How steps make the part's judgement."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.pipeline.combine import combine
from vision.recipe import AllSteps, AnyStep, Combine, NOfM, Weights
from vision.result import Judgement

P, F, E = Judgement.PASS, Judgement.FAIL, Judgement.ERROR

rules = st.one_of(
    st.just(AllSteps()),
    st.just(AnyStep()),
    st.builds(NOfM, n=st.integers(1, 6)),
    st.builds(Weights, pass_at=st.floats(0.1, 6)),
)
judged = st.lists(st.tuples(st.sampled_from([P, F, E]), st.floats(0, 2)), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("rule", "steps", "judgement"),
    [
        (AllSteps(), [P, P], P),
        (AllSteps(), [P, E], E),
        (AllSteps(), [E, F, P], F),
        (AnyStep(), [F, E, P], P),
        (AnyStep(), [F, E], E),
        (AnyStep(), [F, F], F),
        (NOfM(n=2), [P, P, E], P),
        (NOfM(n=2), [P, E, F], E),
        (NOfM(n=2), [P, F, F], F),
        (NOfM(n=2), [E, F, F], F),
        (Weights(pass_at=2), [P, P, E], P),
        (Weights(pass_at=2), [P, E, F], E),
        (Weights(pass_at=2), [E, F, F], F),
        (AllSteps(), [], E),
        (AnyStep(), [], E),
        (Weights(pass_at=1), [], E),
    ],
)
def test_rules(rule: Combine, steps: list[Judgement], judgement: Judgement) -> None:
    assert combine(rule, [(step, 1.0) for step in steps]) is judgement


def test_ten_tenths_are_one() -> None:
    assert combine(Weights(pass_at=1), [(P, 0.1)] * 10) is P


@given(rules, judged)
def test_an_error_never_hides_what_it_could_have_been(rule: Combine, steps: list[tuple[Judgement, float]]) -> None:
    """The judgement is what every way of deciding the ERRORs gives, and ERROR where they differ."""
    places = [i for i, (judgement, _) in enumerate(steps) if judgement is E]
    outcomes = set()
    for decided in product((P, F), repeat=len(places)):
        known = list(steps)
        for place, judgement in zip(places, decided, strict=True):
            known[place] = (judgement, steps[place][1])
        outcomes.add(combine(rule, known))
    assert E not in outcomes
    assert combine(rule, steps) is (outcomes.pop() if len(outcomes) == 1 else E)


@given(rules, judged, st.integers(0, 5))
def test_a_better_step_never_makes_a_worse_part(rule: Combine, steps: list[tuple[Judgement, float]], at: int) -> None:
    at %= len(steps)
    better = [*steps[:at], (P, steps[at][1]), *steps[at + 1 :]]
    if combine(rule, steps) is P:
        assert combine(rule, better) is P
    if combine(rule, better) is F:
        assert combine(rule, steps) is F
