"""The tables of docs/opcua.md."""

from collections.abc import Callable, Mapping
from typing import Any

from docs.markdown import table
from protocols import alarms, tags
from protocols.alarms import Alarm
from protocols.opcua.capabilities import EVENT_PROFILES, HISTORY_PROFILES, MODEL_PROFILES, PROFILES, URI
from protocols.opcua.machine_vision import Kind
from protocols.opcua.meanings import UNITS
from protocols.opcua.nodes import variant_type
from protocols.tag import COMMAND, Tag
from service.vision_occurrences import NEWS, cause_of, kind_of

GROUPS = {
    "Status": "State of the station",
    "Job": "Recipes",
    "Production": "What the next part is latched with",
    "Counters": "Counters",
    "Latched": "Counters that were latched and reset",
    "Result": "The newest result, whoever triggered it",
    "Image": "Images of parts",
    "Slot": "One value a tool of the recipe",
    "Cmd": "Commands",
    "Plc": "What the PLC writes over Modbus (read only here)",
}


def nodes() -> str:
    """Every node, group by group."""
    parts = []
    for group, title in GROUPS.items():
        rows = [tag for tag in tags.ALL if tag.node and tag.node.split(".")[0] == group]
        if group == "Slot":
            rows = [tag for tag in rows if tag.node and tag.node.startswith("Slot.00.")]
        heads = ("node id", "type", "unit", "access", "Modbus", "meaning")
        parts.append(f"### {group}: {title}\n\n{table(heads, map(_row, rows))}")
    return "\n\n".join(parts)


def _row(tag: Tag[Any]) -> tuple[object, ...]:
    assert tag.node
    node = tag.node.replace("Slot.00.", "Slot.NN.")
    array = "[]" if tag.wire.python is tuple else ""
    writable = tag.access is COMMAND and node.startswith("Cmd.")
    modbus = str(tag.address) if tag.address else ""
    kind = variant_type(tag.wire).name + array
    return f"`ns=2;s={node}`", kind, tag.unit, "R/W" if writable else "R", modbus, tag.help


def units() -> str:
    return table(("unit", "UNECE code"), sorted(UNITS.items()))


def profiles() -> str:
    """What ServerProfileArray names."""
    named = {**PROFILES, **HISTORY_PROFILES, **MODEL_PROFILES, **EVENT_PROFILES}
    return table(("profile", "used for"), ((f"`{uri.removeprefix(URI)}`", use) for uri, use in named.items()))


def conditions() -> str:
    """What kind of condition each alarm is."""
    heads = ("number", "ConditionName", "type: Vision…ConditionType", "StopReaction", "BlockReaction", "CausePath")
    return table(heads, map(_condition, alarms.ALL))


def _condition(alarm: Alarm) -> tuple[object, ...]:
    kind = kind_of(alarm)
    stops = "as `on_storage_full`" if alarm is alarms.STORAGE_FAULT else _yes(alarm.stops)
    blocks = _yes(alarm.stops and kind is Kind.PERSISTENT)
    name = "PersistentError" if kind is Kind.PERSISTENT else kind.name.title()
    return alarm.number, alarm.name, name, stops, blocks, cause_of(alarm.number)


def _yes(value: bool) -> str:
    return "yes" if value else ""


def news() -> str:
    """Which lines of the journal are events."""
    heads = ("journal", "type: Vision…EventType", "Severity", "CausePath")
    names = {Kind.DIAGNOSTIC: "DiagnosticInfo", Kind.INFORMATION: "Information"}
    return table(heads, ((kind, names[what], severity, cause) for kind, (what, severity, cause) in NEWS.items()))


TABLES: Mapping[str, Callable[[], str]] = {
    "nodes": nodes,
    "units": units,
    "profiles": profiles,
    "conditions": conditions,
    "news": news,
}
