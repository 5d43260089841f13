"""Whether a Prometheus watches the station, with alert rules, and somebody to tell."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

from service.doctor.checkup import Finding, Subject
from service.doctor.checkup.finding import ok, wrong

LIMIT_S = 5.0
STATION = "vision_station_info"
METRIC = "vision_"  # what the rules of deploy/monitoring ask for begins so
SEE = "docs/monitoring.md and deploy/monitoring"


def look(subject: Subject) -> Iterator[Finding]:
    """Asked of the Prometheus that the settings name."""
    if subject.settings is None:
        return
    url = subject.settings.production.prometheus.rstrip("/")
    if not url:
        remedy = f"Set up alerts ({SEE}) and name the Prometheus in [production] prometheus, or vouch for another way"
        yield wrong("alerts", "no Prometheus is named", remedy)
        return
    try:
        stations = [each["metric"].get("station") for each in _ask(url, f"query?query={STATION}")["result"]]
        groups = _ask(url, "rules?type=alert")["groups"]
        tellers = _ask(url, "alertmanagers")["activeAlertmanagers"]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        yield wrong(
            "alerts",
            f"{url} does not answer as a Prometheus does: {exc}",
            "Start it, or correct [production] prometheus",
        )
        return
    if subject.settings.station.name not in stations:
        seen = f'{url} does not read the station "{subject.settings.station.name}"'
        yield wrong("alerts", seen, f"Correct its scrape_configs: {SEE}")
    yield from _judged(url, groups, tellers)


def _judged(url: str, groups: list[Any], tellers: list[Any]) -> Iterator[Finding]:
    rules = [rule for group in groups for rule in group["rules"] if METRIC in rule["query"]]
    if not rules:
        yield wrong(
            "alerts", f"{url} has no alert rule for stations", "Load deploy/monitoring/vision-inspection.rules.yml"
        )
    if not tellers:
        yield wrong("alerts", f"{url} has no Alertmanager: nobody is told", f"Set one up: {SEE}")
    yield ok("alerts", f"{url} reads the station, {len(rules)} rules, {len(tellers)} Alertmanager")


def _ask(url: str, what: str) -> Any:
    with urllib.request.urlopen(f"{url}/api/v1/{what}", timeout=LIMIT_S) as answer:  # noqa: S310 - http only, see the settings
        return json.load(answer)["data"]
