"""Metrics in the words of Prometheus' text format, version 0.0.4. Imported where the first scrape is answered."""

import time
from collections.abc import Iterable, Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from .metric import Kind, Metric, Spread, Value

REST_S = 0.0005  # between two metrics: who waits for the interpreter gets it, and not only when it is taken from us

_PROCESS = ProcessCollector(registry=CollectorRegistry())  # CPU, memory, descriptors under the names everybody knows


class _Scrape(Collector):
    """What one scrape gets, and nothing of the library's global registry."""

    def __init__(self, given: Iterable[Value | Spread]) -> None:
        self._given = given

    def collect(self) -> Iterator[Family]:
        by_metric: dict[Metric, list[Value | Spread]] = {}
        for value in self._given:
            by_metric.setdefault(value.metric, []).append(value)
        for metric, values in by_metric.items():
            family = _family(metric)
            for value in values:
                _add(family, value)
            yield family
            time.sleep(REST_S)
        yield from _PROCESS.collect()


def render(given: Iterable[Value | Spread]) -> bytes:
    """What /metrics answers; values of one metric may stand apart."""
    return generate_latest(_Scrape(given))


def _family(metric: Metric) -> Family:
    if metric.kind is Kind.HISTOGRAM:
        return HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
    if metric.kind is Kind.COUNTER:
        return CounterMetricFamily(metric.name, metric.help, labels=metric.labels)
    return GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)


def _add(family: Family, value: Value | Spread) -> None:
    labels = [
        label.encode("utf-8", "replace").decode() for label in value.labels
    ]  # one bad name must not hide all else
    if isinstance(value, Spread):
        assert isinstance(family, HistogramMetricFamily)
        names = [*(f"{bound:.12g}" for bound in value.metric.bounds), "+Inf"]
        family.add_metric(labels, list(zip(names, accumulate(value.counts), strict=True)), value.total)
    else:
        assert isinstance(family, CounterMetricFamily | GaugeMetricFamily)
        family.add_metric(labels, value.value)
