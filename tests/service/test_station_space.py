"""A start out of the cache has the address space of a start without one, and makes next to none of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from asyncua import ua

from protocols import tags
from protocols.image import ProcessImage
from protocols.opcua import Access, OpcUaServer, StationSpace
from protocols.opcua.machine_vision.packed_nodes import PackedNodes
from protocols.opcua.nodes import node_id
from service.history import ResultHistory
from service.recipes import RecipeBook
from service.scada import ScadaCommands
from service.settings import Settings
from service.vision_system import VisionSystem
from tests.types_cache import types_cache

OF_THIS_START = {"i=2256", "i=2260", "i=2266"}  # BuildDate and what it stands in


async def built(folder: Path, types: StationSpace) -> OpcUaServer:
    image, vision = ProcessImage(), VisionSystem(Settings(), RecipeBook(folder))
    image.set(tags.CMD_PART_ID, "P7")
    access = Access("token", anonymous=True, policy_none=True)
    server = OpcUaServer(image, ScadaCommands(image), access, vision, ResultHistory(vision))
    await server.build(types)
    return server


def plain(server: OpcUaServer) -> dict[str, object]:
    """Every node, without the times of this start; what is asked when it is read, by that."""
    space = server._internal.aspace
    return {
        node.to_string(): (
            {
                kind.name: (one.value.Value, one.value.StatusCode) if one.value else one.value_callback is not None
                for kind, one in space[node].attributes.items()
            },
            {str(one) for one in space[node].references},
        )
        for node in list(space.keys())
    }


@pytest.mark.faults  # it takes its time to make everything
@pytest.mark.timeout(300)
async def test_it_is_the_same_with_the_cache_and_without(tmp_path: Path) -> None:
    cold, warm = StationSpace(True), StationSpace(True, types_cache(StationSpace, asset=True))
    anew, cached = await built(tmp_path, cold), await built(tmp_path, warm)
    assert (cold.warm, warm.warm) == (False, True)
    nodes = cached._internal.aspace._nodes
    assert isinstance(nodes, PackedNodes)
    assert len(nodes) - nodes.unread < 1000, "a start reads few of the nodes"
    made, found = plain(anew), plain(cached)
    assert made.keys() == found.keys()
    assert [node for node in made if made[node] != found[node] and node not in OF_THIS_START] == []
    assert anew._internal.methods
    assert cached._internal.methods
    assert anew._internal.methods._known.keys() == cached._internal.methods._known.keys()


async def test_a_value_is_as_old_as_the_start(tmp_path: Path) -> None:
    warm = StationSpace(True, types_cache(StationSpace, asset=True))
    server = await built(tmp_path, warm)
    read = server._internal.aspace.read_attribute_value
    for tag in (tags.CMD_PART_ID, tags.CMD_TRIGGER):
        value = read(node_id(tag), ua.AttributeIds.Value)
        assert value.SourceTimestamp
        assert abs((datetime.now(UTC) - value.SourceTimestamp).total_seconds()) < 60
    assert read(node_id(tags.CMD_PART_ID), ua.AttributeIds.Value).Value.Value == "P7"


def test_any_change_of_the_code_behind_it_makes_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = StationSpace(True).key()
    assert key == StationSpace(True).key() != StationSpace(False).key()
    (tmp_path / "more.py").write_text("")
    sources = [*StationSpace(True).sources(), tmp_path / "more.py"]
    monkeypatch.setattr(StationSpace, "sources", lambda _: sources)
    assert key != StationSpace(True).key()
