"""The active map as a tag import of Ignition (8.x), for its Modbus TCP driver.

Addresses are 1-based, as that driver has them by default. The command image is read only there: a SCADA screen that
writes TriggerSeq would trigger a part, and take write control from the PLC.
"""

import json
from collections.abc import Iterator
from typing import Any

from ..user_block import Layout
from .entries import COIL, DISCRETE, HOLDING, INPUT, Entry, active_map

DEVICE = "VisionStation"
SERVER = "Ignition OPC UA Server"
_PREFIX = {COIL: "C", DISCRETE: "DI", HOLDING: "HR", INPUT: "IR"}
_TYPES = {  # designator behind the table's, and the tag's data type
    "bool": ("", "Boolean"),
    "int16": ("", "Int2"),
    "uint16": ("US", "Int4"),
    "int32": ("I", "Int4"),
    "uint32": ("UI", "Int8"),
    "uint64": ("UI_64", "Int8"),
    "time": ("UI_64", "Int8"),
    "float32": ("F", "Float4"),
}
_WORDS = {"int16": 1, "uint16": 1, "int32": 2, "uint32": 2, "float32": 2}


def as_json(layout: Layout) -> str:
    """One folder a block; arrays become one tag a member."""
    folders: dict[str, list[dict[str, Any]]] = {}
    for entry in active_map(layout):
        folders.setdefault(entry.block, []).extend(_tags(entry, layout))
    blocks = [{"name": _folder(name), "tagType": "Folder", "tags": made} for name, made in folders.items()]
    return json.dumps({"name": DEVICE, "tagType": "Folder", "tags": blocks}, indent=1) + "\n"


def _folder(block: str) -> str:
    return block.title().replace(" ", "").replace("-", "")


def _tags(entry: Entry, layout: Layout) -> Iterator[dict[str, Any]]:
    item, _, rest = entry.type.partition("[")
    if not rest:
        yield _tag(entry, entry.name, entry.one_based, entry.type, layout)
        return
    for i in range(int(rest[:-1])):
        yield _tag(entry, f"{entry.name}_{i:02}", entry.one_based + i * _WORDS[item], item, layout)


def _tag(entry: Entry, name: str, one_based: int, kind: str, layout: Layout) -> dict[str, Any]:
    number = one_based - entry.one_based + entry.address + 1
    made: dict[str, Any] = {
        "name": name,
        "tagType": "AtomicTag",
        "valueSource": "opc",
        "opcServer": SERVER,
        "opcItemPath": f"ns=1;s=[{DEVICE}]{_designator(entry, kind, number)}",
        "dataType": "String" if kind == "string" else _TYPES[kind][1],
        "readOnly": True,
        "documentation": _documentation(entry, layout),
    }
    return made | ({"engUnit": entry.unit} if entry.unit else {})


def _designator(entry: Entry, kind: str, number: int) -> str:
    if kind == "string":
        return f"{_PREFIX[entry.table]}S{number}:{2 * entry.count}"
    return f"{_PREFIX[entry.table]}{_TYPES[kind][0]}{number}"


def _documentation(entry: Entry, layout: Layout) -> str:
    if entry.word_order and entry.word_order != layout.orders.word:
        return f"{entry.meaning} (word order {entry.word_order}: not as the device's)"
    return entry.meaning
