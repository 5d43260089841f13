"""What deploy/monitoring asks of Prometheus."""

import json
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

MONITORING = ROOT / "deploy" / "monitoring"
DASHBOARD = MONITORING / "grafana/dashboards/vision-inspection.json"


def expressions(dashboard: Path) -> list[tuple[str, str]]:
    """Title of the panel and query, of all queries."""
    content: dict[str, Any] = json.loads(dashboard.read_text("utf-8"))
    found = [(panel["title"], target["expr"]) for panel in content["panels"] for target in panel.get("targets", ())]
    return found + [(note["name"], note["expr"]) for note in content["annotations"]["list"]]
