"""The tag table for people and programs: Modbus address beside OPC UA node."""

import json
from typing import Any

from protocols import tags
from protocols.tag import Area, Tag


def rows() -> list[dict[str, Any]]:
    """One dictionary a tag, as ``vision-inspection tags --json`` prints them."""
    return [
        {
            "name": tag.name,
            "modbus": str(tag.address) if tag.address else None,
            "one_based": one_based(tag),
            "type": tag.wire.name,
            "access": tag.access.value,
            "node": f"ns=2;s={tag.node}" if tag.node else None,
            "unit": tag.unit,
            "help": tag.help,
        }
        for tag in tags.ALL
    ]


def one_based(tag: Tag[Any]) -> str | None:
    """The 4xxxx / 3xxxx form that many PLC tools show."""
    if tag.address is None:
        return None
    base = 40001 if tag.address.area is Area.HOLDING else 30001
    return f"{base + tag.address.register}" + ("" if tag.address.bit is None else f".{tag.address.bit}")


def as_json() -> str:
    return json.dumps(rows(), indent=1)


def as_text() -> str:
    """Aligned columns."""
    heads = ("name", "modbus", "one_based", "type", "access", "node", "unit", "help")
    table = [heads, *(tuple(str(row[head] or "") for head in heads) for row in rows())]
    widths = [max(len(line[i]) for line in table) for i in range(len(heads) - 1)]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, [*widths, 0], strict=True)).rstrip() for line in table)
