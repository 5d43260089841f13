"""The files of OPC UA's tags say what the server has."""

import csv
import io
from xml.etree import ElementTree as ET

from protocols import tags
from protocols.image import ProcessImage
from protocols.node_lists import DATA_TYPES, NAMESPACE, SCHEMA, as_csv, as_nodeset
from protocols.opcua import meanings
from protocols.opcua.nodes import TYPES, all_nodes

ROWS = [tag for tag in tags.ALL if tag.node]


def test_types_and_namespace_are_the_servers() -> None:
    assert {name: kind.value for name, kind in TYPES.items()} == {name: n for name, (_, n) in DATA_TYPES.items()}
    assert meanings.NAMESPACE == NAMESPACE


def test_the_table_has_each_node_once() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv())))
    assert [row["node"] for row in rows] == [f"ns=2;s={tag.node}" for tag in ROWS]
    trigger = next(row for row in rows if row["node"] == "ns=2;s=Cmd.Trigger")
    assert (trigger["type"], trigger["writable"]) == ("UInt32", "1")
    written = {tag.node for tag in tags.ALL if tag.access.value == "command" and str(tag.node).startswith("Cmd.")}
    assert {row["node"].removeprefix("ns=2;s=") for row in rows if row["writable"] == "1"} == written


def test_the_nodeset_has_the_folders_and_variables_of_the_server() -> None:
    root = ET.fromstring(as_nodeset())
    made = {node.get("NodeId", "").removeprefix("ns=1;s="): node for node in root if node.get("NodeId")}
    image = ProcessImage()
    served = [item.RequestedNewNodeId for item in all_nodes(ROWS, {tag: image.get(tag) for tag in ROWS})]
    own = [str(node.Identifier) for node in served]
    properties = [name for name in own if name not in made]
    assert all(name.rpartition(".")[0] in made for name in properties), "only properties are left out"
    assert set(made) <= set(own)
    ready = made["Status.Ready"]
    assert (ready.tag, ready.get("DataType")) == (f"{{{SCHEMA}}}UAVariable", "Boolean")
    parents = [one.text for one in ready.iter(f"{{{SCHEMA}}}Reference") if one.get("IsForward") == "false"]
    assert parents == ["ns=1;s=Status"]
