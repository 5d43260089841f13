"""The part's judgement from the steps' judgements."""

from collections.abc import Sequence

from ..recipe import AllSteps, AnyStep, Counting, NOfM, Weights
from ..result import Judgement


def combine(rule: Counting, judgements: Sequence[tuple[Judgement, float]]) -> Judgement:
    """PASS or FAIL only if no ERROR could change it: taken for FAIL it still passes, taken for PASS it still fails.

    Args:
        judgements: Of the steps that count, with their weights; none is ERROR.
    """
    if not judgements:
        return Judgement.ERROR
    if _passes(rule, judgements, {Judgement.PASS}):
        return Judgement.PASS
    return Judgement.ERROR if _passes(rule, judgements, {Judgement.PASS, Judgement.ERROR}) else Judgement.FAIL


def _passes(rule: Counting, judgements: Sequence[tuple[Judgement, float]], good: set[Judgement]) -> bool:
    passed = [weight for judgement, weight in judgements if judgement in good]
    match rule:
        case AllSteps():
            return len(passed) == len(judgements)
        case AnyStep():
            return bool(passed)
        case NOfM():
            return len(passed) >= rule.n
        case Weights():
            return sum(passed) >= rule.pass_at - 1e-9  # ten times 0.1 is 1
