"""How often something happens that was counted a few times: the share, and between which bounds the true one lies."""

import math
from collections.abc import Callable
from dataclasses import dataclass

CONFIDENCE = 0.95
_STEPS = 60  # of the bisection: far below what a share is told to


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` of `total`; `low` and `high` hold the true share with `CONFIDENCE`."""

    count: int
    total: int

    def __post_init__(self) -> None:
        """Raises ValueError: More were counted than there are."""
        if not 0 <= self.count <= self.total:
            raise ValueError(f"{self.count} of {self.total} is no share")

    @property
    def share(self) -> float:
        """0-1; NaN of nothing."""
        return self.count / self.total if self.total else math.nan

    @property
    def low(self) -> float:
        """0-1, two-sided (Clopper and Pearson, Biometrika 26, 1934); 0 of nothing."""
        if self.count == 0:
            return 0.0
        return _solve(lambda p: 1 - _at_most(self.count - 1, self.total, p), (1 - CONFIDENCE) / 2)

    @property
    def high(self) -> float:
        """0-1, likewise; 1 of nothing. Where none was counted, one-sided: below the bound lies all that is left."""
        if self.count == self.total:
            return 1.0
        rest = 1 - CONFIDENCE if self.count == 0 else (1 - CONFIDENCE) / 2
        return 1 - _solve(lambda q: _at_most(self.count, self.total, 1 - q), rest)

    def __str__(self) -> str:
        """For example ``2 of 40 (5.0 %, 0.6 to 16.9 %)``."""
        if not self.total:
            return "none to count"
        between = f"below {self.high:.1%}" if self.count == 0 else f"{self.low:.1%} to {self.high:.1%}"
        return f"{self.count} of {self.total} ({self.share:.1%}, {between})".replace("%", " %")


def bound(parts: int, blocks: int) -> float:
    """Below it lies, with `CONFIDENCE`, the share of good parts outside of limits that were set round `parts` of them.

    Whatever the distribution (Wilks, Ann. Math. Stat. 12, 1941; for several measures Tukey, ibid. 18, 1947). It is also
    the one-sided bound of a share, of which one less was counted.

    Args:
        blocks: One for each end of each limit, and one for each good part that lies outside.

    Returns:
        0-1; 1 where nothing can be said.
    """
    if blocks >= parts:
        return 1.0 if blocks else 0.0
    return 1 - _solve(lambda q: _at_most(blocks - 1, parts, 1 - q), 1 - CONFIDENCE) if blocks else 0.0


def _solve(rising: Callable[[float], float], wanted: float) -> float:
    """Where a function that rises over 0-1 has this value."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if rising(middle) < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(count: int, total: int, share: float) -> float:
    """That something of this share happens at most `count` times in `total`."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return float(count >= total)
    yes, no = math.log(share), math.log1p(-share)
    ways = math.lgamma(total + 1)
    return math.fsum(
        math.exp(ways - math.lgamma(k + 1) - math.lgamma(total - k + 1) + k * yes + (total - k) * no)
        for k in range(count + 1)
    )
