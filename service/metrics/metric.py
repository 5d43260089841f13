"""One row of the table of metrics, and what it says at a moment."""

from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Kind(StrEnum):
    """As Prometheus names it."""

    COUNTER = "counter"  # since the process began; its name ends in _total
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One name. `bounds` are the upper limits of a histogram's buckets, included, ascending, in the name's unit."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """A number of a metric; `labels` are the values of its labels, in their order."""

    metric: Metric
    value: float
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """A histogram at a moment: how many lie in each bucket alone, the last one without an upper limit."""

    metric: Metric
    counts: tuple[int, ...]
    total: float  # the sum of all
    labels: tuple[str, ...] = ()


class Distribution:
    """Counts values by size. Belongs to one thread; `add` takes half a microsecond."""

    __slots__ = ("_bounds", "_counts", "_total", "metric")

    def __init__(self, metric: Metric) -> None:
        self.metric, self._bounds = metric, metric.bounds
        self._counts, self._total = [0] * (len(metric.bounds) + 1), 0.0

    def add(self, value: float) -> None:
        """One more, in the metric's unit."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._total += value

    def spread(self, *labels: str) -> Spread:
        """As it stands."""
        return Spread(self.metric, tuple(self._counts), self._total, labels)
