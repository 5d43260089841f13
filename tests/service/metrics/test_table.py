"""The table of metrics keeps Prometheus' rules; promtool says so too, see tests/interop."""

import re

import pytest

from service.metrics.metric import Distribution, Kind, Metric
from service.metrics.table import METRICS


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_name_has_the_prefix_and_says_its_unit_and_kind(metric: Metric) -> None:
    assert re.fullmatch(r"vision_[a-z]+(_[a-z]+)*", metric.name)
    assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
    assert metric.help.endswith(".")
    assert (metric.kind is Kind.HISTOGRAM) == bool(metric.bounds)
    if metric.bounds:
        assert metric.name.endswith("_seconds")
        assert list(metric.bounds) == sorted(set(metric.bounds))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", label) and label not in ("le", "quantile") for label in metric.labels)


def test_a_name_stands_once() -> None:
    names = [metric.name for metric in METRICS]
    assert len(names) == len(set(names)) > 40


def test_a_value_on_the_limit_of_a_bucket_lies_in_it() -> None:
    distribution = Distribution(Metric("x_seconds", Kind.HISTOGRAM, "x", bounds=(0.001, 0.002)))
    for value in (0, 0.001, 0.0011, 0.002, 0.0021, 5):
        distribution.add(value)
    spread = distribution.spread("a")
    assert (spread.counts, spread.labels) == ((2, 2, 2), ("a",))
    assert spread.total == pytest.approx(5.0062)
