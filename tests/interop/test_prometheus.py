"""Debian's Prometheus scrapes a real station; its own tools judge our metrics, rules and examples."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service.doctor.checkup import Subject, Verdict
from service.doctor.production import alerts
from service.settings import Settings
from tests.conftest import ROOT, Running, free_port
from tests.monitoring import DASHBOARD, MONITORING, expressions

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]
PASSWORD = "correct horse battery"
SHOW_NOTHING_HERE = (  # this station fails no part, is no Raspberry Pi, and nothing is wrong with it
    "vision_rejected_parts_total",
    "vision_rejected_triggers_total",
    "vision_temperature_celsius",
    "vision_throttled",
    "process_start_time_seconds",
)


def tool(name: str, package: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed: apt-get install {package}")
    return found


def said(*command: str, given: bytes | None = None, cwd: Path = MONITORING) -> str:
    """What a tool says; it must be content."""
    done = subprocess.run(command, input=given, cwd=cwd, capture_output=True, timeout=60, check=False)
    text = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, text
    return text


@dataclass(frozen=True)
class Prometheus:
    """A running one."""

    url: str
    instance: str  # the station, as it names it

    def ask(self, path: str, **query: str) -> Any:
        """The data of an answer of its HTTP API."""
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(query)}", timeout=60) as answer:
            told = json.load(answer)
        assert told["status"] == "success", told
        return told["data"]

    def query(self, expression: str) -> list[Any]:
        """The series that it finds now."""
        return list(self.ask("query", query=expression)["result"])

    def value(self, expression: str) -> float:
        """Of the only series; not a number where there is none, or another number of them."""
        found = self.query(expression)
        return float(found[0]["value"][1]) if len(found) == 1 else float("nan")


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """With a check of its own, and a user who may only read."""
    environment = {
        "VISION_CHECKS__RUN": json.dumps([{"name": "share", "command": ["true"]}]),
        "VISION_CAMERA__DEFECT_RATE": "0",
    }
    station = Running(tmp_path_factory.mktemp("station"), environment)
    try:
        station.start()
        own = {"VISION_STATION__DATA_FOLDER": str(station.folder / "data")}
        add = (sys.executable, "-m", "service.cli", "user", "add", "prometheus", "observer")
        subprocess.run(add, input=f"{PASSWORD}\n".encode(), cwd=ROOT, env=os.environ | own, check=True, timeout=60)
        yield station
    finally:
        station.stop()


def trigger(station: Running, count: int) -> None:
    """Parts, as a PLC asks for them."""
    program = (sys.executable, "-m", "service.cli", "demo-plc", "--port", str(station.modbus), "--count", str(count))
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def scraped(station: Running) -> bytes:
    with urllib.request.urlopen(f"{station.url}/metrics", timeout=60) as answer:
        return bytes(answer.read())


@pytest.fixture(scope="module")
def prometheus(station: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """As deploy/monitoring/prometheus.yml says, but for addresses and pace; it has scraped before and after parts."""
    program, folder, port = tool("prometheus", "prometheus"), tmp_path_factory.mktemp("prometheus"), free_port()
    (folder / "password").write_text(PASSWORD)
    shutil.copy(MONITORING / "vision-inspection.rules.yml", folder)
    text = (MONITORING / "prometheus.yml").read_text()
    for shipped, here in (
        (r"interval: 15s", "interval: 1s"),
        (r"/etc/prometheus/vision-inspection.password", str(folder / "password")),
        (r'targets: \["10\.0\.0\.7:5000".*?\]', f'targets: ["127.0.0.1:{station.http}"]'),
        (r"127\.0\.0\.1:9093", f"127.0.0.1:{free_port()}"),
    ):
        text, count = re.subn(shipped, here, text)
        assert count, shipped
    (folder / "prometheus.yml").write_text(text)
    said(tool("promtool", "prometheus"), "check", "config", str(folder / "prometheus.yml"), cwd=folder)
    running = Prometheus(f"http://127.0.0.1:{port}", f"127.0.0.1:{station.http}")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            (
                program,
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/data",
                f"--web.listen-address=127.0.0.1:{port}",
            ),
            stdout=log,
            stderr=log,
        )
    try:
        until(lambda: _ready(running, process, folder))
        until(lambda: running.value("up") == 1)
        parts = running.value("vision_trigger_to_result_seconds_count")  # another test may have been there before
        for count in (3, 2):
            trigger(station, count)
            parts += count
            until(lambda wanted=parts: running.value("vision_trigger_to_result_seconds_count") >= wanted)
        yield running
    finally:
        process.terminate()
        process.wait(30)


def _ready(running: Prometheus, process: "subprocess.Popen[bytes]", folder: Path) -> bool:
    assert process.poll() is None, (folder / "log").read_text()
    try:
        with urllib.request.urlopen(f"{running.url}/-/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_promtool_has_nothing_to_say_about_the_metrics(station: Running) -> None:
    promtool = tool("promtool", "prometheus")
    trigger(station, 1)
    assert said(promtool, "check", "metrics", given=scraped(station)) == ""


def test_the_rules_do_what_they_should() -> None:
    promtool = tool("promtool", "prometheus")
    assert "SUCCESS" in said(promtool, "test", "rules", "vision-inspection.rules.test.yml")


def test_amtool_takes_the_example() -> None:
    amtool = tool("amtool", "prometheus-alertmanager")
    assert "SUCCESS" in said(amtool, "check-config", "alertmanager.yml")


@pytest.mark.parametrize(
    ("labels", "receiver"), [("severity=critical", "shift"), ("severity=warning", "maintenance")], ids=str
)
def test_who_is_told_of_what(labels: str, receiver: str) -> None:
    amtool = tool("amtool", "prometheus-alertmanager")
    routed = said(amtool, "config", "routes", "test", "--config.file=alertmanager.yml", labels)
    assert routed.split()[0] == receiver  # the second line is a warning of amtool


def test_a_real_prometheus_knows_the_station(prometheus: Prometheus, station: Running) -> None:
    assert prometheus.value('sum(vision_inspections_total{judgement="PASS"})') >= 5
    assert prometheus.value("histogram_quantile(0.5, vision_trigger_to_result_seconds_bucket)") > 0
    assert prometheus.value('vision_ready{part="check.share"}') == 1
    assert prometheus.value("process_resident_memory_bytes") > 2**20
    assert prometheus.value("vision_camera_connected") == 1
    (target,) = prometheus.ask("targets", state="active")["activeTargets"]
    assert (target["health"], target["lastError"]) == ("up", "")
    assert prometheus.value("vision_scrape_loop_seconds") < 1
    kinds = {name: told[0]["type"] for name, told in prometheus.ask("metadata").items()}
    assert kinds["vision_inspections_total"] == "counter"
    assert kinds["vision_overhead_seconds"] == "histogram"


def test_every_rule_can_be_evaluated(prometheus: Prometheus) -> None:
    def rules() -> list[dict[str, Any]]:
        return [rule for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]

    until(lambda: all(rule["health"] != "unknown" for rule in rules()))
    assert [(rule["name"], rule["lastError"]) for rule in rules() if rule["health"] != "ok"] == []
    assert {rule["name"] for rule in rules() if rule["state"] == "firing"} <= {"StationWarning"}


@pytest.mark.parametrize(("title", "expression"), expressions(DASHBOARD), ids=lambda text: text[:60])
def test_a_query_of_the_dashboard_finds_something(prometheus: Prometheus, title: str, expression: str) -> None:
    asked = expression.replace("$instance", prometheus.instance).replace("$__rate_interval", "1m")
    found = prometheus.query(asked)
    if not any(name in expression for name in SHOW_NOTHING_HERE):
        assert found, asked


def test_the_stations_are_found_for_the_dashboards_choice(prometheus: Prometheus) -> None:
    choice = next(v for v in json.loads(DASHBOARD.read_text())["templating"]["list"] if v["name"] == "instance")
    metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", choice["query"]["query"]).groups()  # type: ignore[union-attr]
    assert prometheus.ask(f"label/{label}/values", **{"match[]": metric}) == [prometheus.instance]


def test_a_wrong_password_is_refused(station: Running) -> None:
    request = urllib.request.Request(f"{station.url}/metrics", headers={"Authorization": "Basic cHJvbWV0aGV1czp4"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=60)
    caught.value.close()
    assert caught.value.code == 401


def test_the_production_checklist_sees_who_alerts(prometheus: Prometheus) -> None:
    def seen(station: str) -> tuple[list[str], list[str]]:
        settings = {"station": {"name": station}, "production": {"prometheus": prometheus.url}}
        found = list(alerts.look(Subject(Settings.model_validate(settings))))
        return [f.seen for f in found if f.verdict is Verdict.WRONG], [f.seen for f in found if f.verdict is Verdict.OK]

    until(lambda: prometheus.ask("alertmanagers")["activeAlertmanagers"])
    wrong, fine = seen("Station 1")
    assert wrong == []
    assert "1 Alertmanager" in fine[0]
    wrong, _ = seen("Another station")
    assert wrong == [f'{prometheus.url} does not read the station "Another station"']
