"""What a trial came to, as JSON values."""

import math
from collections.abc import Sequence
from typing import Any

from vision.teach import Proposal, Trial

from .histogram import binned
from .tables import rate_values

NEAREST = 12  # parts


def trial_values(trial: Trial, good: Sequence[str], bad: Sequence[str]) -> dict[str, Any]:
    """`good` and `bad` are the names of the parts."""
    return {
        "good": trial.good,
        "bad": trial.bad,
        "rejects": rate_values(trial.rejects),
        "escapes": rate_values(trial.escapes),
        "bound": trial.bound,
        "proposals": [_proposal(one) for one in trial.proposals],
        "rejected": [good[i] for i in trial.rejected],
        "escaped": [bad[i] for i in trial.escaped],
        "nearest": [
            {"image": good[one.part], "step": one.step, "measure": one.measure, "value": one.value}
            for one in trial.nearest[:NEAREST]
        ],
    }


def _proposal(one: Proposal) -> dict[str, Any]:
    low, high = one.limit.bounds
    bins = binned({"good": one.good, "bad": one.bad}, [end for end in (low, high) if end is not None])
    return {
        "step": one.step,
        "measure": one.measure,
        "low": low,
        "high": high,
        "bound": one.bound if math.isfinite(one.bound) else None,
        "histogram": {"low": bins.low, "high": bins.high, "counts": bins.counts} if bins else None,
    }
