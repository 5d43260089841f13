"""The alarms of docs/runbook.md: meaning and action from the catalogue, causes from ``causes.toml``."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from protocols import alarms
from protocols.alarms import Alarm

CAUSES: Mapping[str, str] = tomllib.loads(
    Path(__file__).with_name("templates").joinpath("causes.toml").read_text("utf-8")
)


def runbook() -> str:
    """A section for each alarm, by number."""
    return "\n\n".join(_section(alarm) for alarm in sorted(alarms.ALL, key=lambda alarm: alarm.number))


def _section(alarm: Alarm) -> str:
    text = alarms.texts("en")[alarm.number]
    lines = [
        f"### {alarm.number}: {text.what}",
        "",
        f"`{alarm.name}`, {alarm.severity}. {_effect(alarm)}",
        "",
        f"- **Cause**: {CAUSES.get(alarm.name, 'see the reason that stands with the alarm.')}",
        f"- **Action**: {text.remedy}.",
    ]
    return "\n".join(lines)


def _effect(alarm: Alarm) -> str:
    """What it means for the line, and how it ends."""
    means = "No part is inspected while it is active: TriggerReady is 0." if alarm.stops else "The line goes on."
    if alarm.until_confirmed:
        return f"{means} It ends when somebody confirms it."
    if alarm.persistent:
        return f"{means} It stays until its cause was removed by hand, or until a restart."
    return f"{means} It ends by itself when its cause is gone."


TABLES: Mapping[str, Callable[[], str]] = {"runbook": runbook}
