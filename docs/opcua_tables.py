"""The tables of docs/opcua.md."""

from collections.abc import Callable, Mapping
from typing import Any

from docs.markdown import table
from protocols import tags
from protocols.opcua.capabilities import EVENT_PROFILES, HISTORY_PROFILES, MODEL_PROFILES, PROFILES, URI
from protocols.opcua.meanings import UNITS
from protocols.opcua.nodes import variant_type
from protocols.tag import COMMAND, Tag

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


TABLES: Mapping[str, Callable[[], str]] = {"nodes": nodes, "units": units, "profiles": profiles}
