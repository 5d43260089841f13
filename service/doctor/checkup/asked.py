"""What a running station tells of itself over loopback: the numbers of ``/metrics``."""

import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One number with its labels."""

    value: float
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Samples:
    """By name, as Prometheus names them; empty where nobody answered."""

    by_name: Mapping[str, tuple[Sample, ...]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[Sample, ...]:
        return self.by_name.get(name, ())

    def one(self, name: str) -> float | None:
        """Of a number without labels; None = it was not told."""
        return next((sample.value for sample in self.of(name)), None)

    def quantile_s(self, name: str, share: float) -> float | None:
        """The upper limit of the bucket that this share of a histogram lies below; None = nothing was counted."""
        buckets = [(float(each.labels["le"]), each.value) for each in self.of(f"{name}_bucket")]
        total = max((count for _, count in buckets), default=0.0)
        return min(limit for limit, count in buckets if count >= share * total) if total else None


def scrape(url: str, token: Path) -> Samples:
    """Ask with the station's token; nothing where it does not answer."""
    try:
        headers = {"Authorization": f"Bearer {token.read_text('ascii').strip()}"}
    except (OSError, UnicodeDecodeError):  # a station on loopback asks for none
        headers = {}
    unverified = ssl.create_default_context()  # it is this machine, and the certificate names others
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    try:
        request = urllib.request.Request(f"{url}/metrics", headers=headers)  # noqa: S310 - a station's
        with urllib.request.urlopen(request, timeout=LIMIT_S, context=unverified) as answer:  # noqa: S310 - a station's
            return parsed(answer.read().decode())
    except (OSError, ValueError):
        return Samples()


def parsed(text: str) -> Samples:
    """Prometheus' text format.

    Raises:
        ValueError: It is another one.
    """
    found: dict[str, list[Sample]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(Sample(sample.value, sample.labels))
    return Samples({name: tuple(samples) for name, samples in found.items()})
