"""Rules and dashboard name what there is; Prometheus' own tools look at them in tests/interop."""

import json
import re
import tomllib

import pytest

from protocols.alarms import ALL
from protocols.texts import section
from service.metrics.metric import Kind
from service.metrics.table import METRICS
from service.settings import Settings
from tests.conftest import ROOT
from tests.monitoring import DASHBOARD, MONITORING, expressions

NAMES = {metric.name for metric in METRICS if metric.kind is not Kind.HISTOGRAM} | {
    f"{metric.name}_{part}"
    for metric in METRICS
    if metric.kind is Kind.HISTOGRAM
    for part in ("bucket", "sum", "count")
}


@pytest.mark.parametrize(("title", "expression"), expressions(DASHBOARD), ids=lambda text: text[:60])
def test_the_dashboard_asks_for_metrics_that_there_are(title: str, expression: str) -> None:
    assert set(re.findall(r"\bvision_\w+", expression)) <= NAMES


def test_the_rules_ask_for_metrics_that_there_are() -> None:
    for name in ("vision-inspection.rules.yml", "vision-inspection.rules.test.yml"):
        text = (MONITORING / name).read_text("utf-8")
        asked = set(re.findall(r"\bvision_\w+", text))
        assert asked <= NAMES, name
        assert len(asked) > 10


def test_every_rule_has_a_test_of_its_own() -> None:
    rules = re.findall(r"- alert: (\w+)", (MONITORING / "vision-inspection.rules.yml").read_text("utf-8"))
    tested = set(re.findall(r"alertname: (\w+)", (MONITORING / "vision-inspection.rules.test.yml").read_text("utf-8")))
    assert len(rules) == len(set(rules)) > 15
    assert [rule for rule in rules if rule not in tested] == []


def test_the_panels_of_the_dashboard_lie_beside_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_the_checks_of_the_manual_are_settings() -> None:
    page = (ROOT / "docs/monitoring.md").read_text("utf-8")
    shown = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (checks,) = (tomllib.loads(block) for block in shown)
    assert [check.name for check in Settings(**checks).checks.run] == ["share", "light"]


def test_a_rule_that_names_an_alarm_names_one_that_there_is() -> None:
    numbers = {alarm.number for alarm in ALL}
    text = (MONITORING / "vision-inspection.rules.yml").read_text("utf-8")
    named = {int(number) for number in re.findall(r"alarm (\d{3})", text)}
    assert named
    assert named <= numbers
    assert {str(number) for number in named} <= set(map(str, section("alarm", "en")))
