"""The tables of docs/monitoring.md: every metric, and the keys of a check."""

import re
from collections.abc import Callable, Mapping

from docs.markdown import table
from service.metrics.metric import Kind
from service.metrics.table import METRICS
from service.settings.checks import Check
from service.settings.table import as_toml, in_words
from vision.field_docs import description


def metrics() -> str:
    """By name, as /metrics names them."""
    rows = ((f"`{m.name}`", m.kind, ", ".join(f"`{label}`" for label in m.labels), m.help) for m in METRICS)
    return table(("metric", "type", "labels", "meaning"), rows)


def buckets() -> str:
    """Upper limits in milliseconds."""
    rows = (
        (f"`{m.name}`", ", ".join(f"{1000 * bound:g}" for bound in m.bounds))
        for m in METRICS
        if m.kind is Kind.HISTOGRAM
    )
    return table(("histogram", "buckets up to (ms)"), rows)


def check_keys() -> str:
    """Of `[[checks.run]]`."""
    rows = []
    for key, field in Check.model_fields.items():
        takes = field.description if key == "name" else in_words(field.annotation, field.metadata)
        default = "must be given" if field.is_required() else f"`{as_toml(field.default)}`"
        rows.append((f"`{key}`", takes, default, _meaning(key)))
    return table(("key", "takes", "default", "meaning"), rows)


def _meaning(key: str) -> str:
    """A name's description is what it takes."""
    said = 'As /readyz names it, behind "check."' if key == "name" else description(Check, key)
    return re.sub(r"\s+", " ", said).strip()


TABLES: Mapping[str, Callable[[], str]] = {made.__name__: made for made in (metrics, buckets, check_keys)}
