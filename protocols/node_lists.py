"""The flat tags of OPC UA as files for SCADA systems: a table, and a nodeset (OPC UA Part 6, Annex F)."""

import csv
import io
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from . import tags
from .tag import Access, Tag

NAMESPACE = "urn:vision-inspection:station"
SCHEMA = "http://opcfoundation.org/UA/2011/03/UANodeSet.xsd"
DATA_TYPES = {  # ns=0
    "bool": ("Boolean", 1),
    "int16": ("Int16", 4),
    "uint16": ("UInt16", 5),
    "int32": ("Int32", 6),
    "uint32": ("UInt32", 7),
    "uint64": ("UInt64", 9),
    "float32": ("Float", 10),
    "float64": ("Double", 11),
    "text": ("String", 12),
    "time": ("DateTime", 13),
}
ALIASES = {"Organizes": 35, "HasTypeDefinition": 40, "HasComponent": 47}
FOLDER, VARIABLE, OBJECTS = "i=61", "i=63", "i=85"
HEADS = ("node", "name", "type", "array", "writable", "unit", "meaning", "modbus")


def _rows() -> Iterator[Tag[Any]]:
    return (tag for tag in tags.ALL if tag.node)


def _type(tag: Tag[Any]) -> tuple[str, int]:
    return DATA_TYPES[tag.wire.name.partition("[")[0]]


def _writable(tag: Tag[Any]) -> bool:
    return tag.access is Access.COMMAND and (tag.node or "").startswith("Cmd.")


def as_csv() -> str:
    """One line a node."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(HEADS)
    for tag in _rows():
        array, writable = int(tag.wire.python is tuple), int(_writable(tag))
        place = str(tag.address) if tag.address else ""
        rows.writerow((f"ns=2;s={tag.node}", tag.name, _type(tag)[0], array, writable, tag.unit, tag.help, place))
    return text.getvalue()


def as_nodeset() -> str:
    """Folders and variables as the server has them, in a namespace of their own; without the companion model."""
    root = ET.Element("UANodeSet", xmlns=SCHEMA)
    ET.SubElement(ET.SubElement(root, "NamespaceUris"), "Uri").text = NAMESPACE
    aliases = ET.SubElement(root, "Aliases")
    for name, number in (*ALIASES.items(), *DATA_TYPES.values()):
        ET.SubElement(aliases, "Alias", Alias=name).text = f"i={number}"
    _node(root, "UAObject", "Station", "Station", (OBJECTS, "Organizes"), FOLDER)
    _node(root, "UAObject", "Tags", "Tags", ("ns=1;s=Station", "HasComponent"), FOLDER)
    known: set[str] = set()
    for tag in _rows():
        parent = "Tags"
        *path, name = (tag.node or "").split(".")
        for depth in range(1, len(path) + 1):
            own = ".".join(path[:depth])
            if own not in known:
                known.add(own)
                _node(root, "UAObject", own, path[depth - 1], (f"ns=1;s={parent}", "HasComponent"), FOLDER)
            parent = own
        _variable(root, tag, name, parent)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _variable(root: ET.Element, tag: Tag[Any], name: str, parent: str) -> None:
    assert tag.node
    made = _node(root, "UAVariable", tag.node, name, (f"ns=1;s={parent}", "HasComponent"), VARIABLE)
    made.set("DataType", _type(tag)[0])
    if tag.wire.python is tuple:
        made.set("ValueRank", "1")
    if _writable(tag):
        made.set("AccessLevel", "3")
    if tag.help:
        description = ET.Element("Description")
        description.text = tag.help
        made.insert(1, description)


def _node(root: ET.Element, kind: str, node: str, name: str, parent: tuple[str, str], type_of: str) -> ET.Element:
    made = ET.SubElement(root, kind, NodeId=f"ns=1;s={node}", BrowseName=f"1:{name}")
    ET.SubElement(made, "DisplayName").text = name
    references = ET.SubElement(made, "References")
    ET.SubElement(references, "Reference", ReferenceType="HasTypeDefinition").text = type_of
    target, reference = parent
    ET.SubElement(references, "Reference", ReferenceType=reference, IsForward="false").text = target
    return made
