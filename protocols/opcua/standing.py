"""The nodes that are the same at every start of a station: kept with the types, not made anew each time."""

from collections.abc import Container, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asyncua import Server, ua

from protocols import tags
from protocols.image import ProcessImage
from protocols.tag import Tag

from .history import HISTORIZED, describe, show_events
from .machine_vision import TypeSpace
from .machine_vision.vision_system import furnish, notifiers
from .nodes import INDEX, STATION, all_nodes, node_id, variant
from .tools import Tools

_CODE = Path(__file__).resolve().parents[1]


class StationSpace(TypeSpace):
    """Flat tags, vision system and what is told of their history, for a server that has all three."""

    package = __package__

    def sources(self) -> Iterable[Path]:
        """All that the tags, their texts and the model are made of."""
        return sorted(_CODE.rglob("*.py"))

    async def fill(self, server: Server) -> None:
        await super().fill(server)
        await add_tags(server, ProcessImage(), HISTORIZED)
        await furnish(server, INDEX)
        await add_history(server, notifiers(INDEX))


async def add_tags(server: Server, image: ProcessImage, historized: Container[Tag[Any]]) -> None:
    """Have the flat tags in the address space, with the values of `image`."""
    rows = [tag for tag in tags.ALL if tag.node]
    if STATION in server.iserver.aspace:
        unset = ProcessImage()
        for tag in rows:
            if (value := image.get(tag)) != unset.get(tag):
                now = datetime.now(UTC)
                data = ua.DataValue(variant(tag, value), SourceTimestamp=now, ServerTimestamp=now)
                await server.write_attribute_value(node_id(tag), data)
        return
    items = all_nodes(rows, {tag: image.get(tag) for tag in rows}, historized)
    for result in await server.iserver.isession.add_nodes([*items, Tools.root()]):
        result.StatusCode.check()


async def add_history(server: Server, sources: Iterable[ua.NodeId]) -> None:
    """What clients read of the history of tags, and of the events of `sources`."""
    await describe(server, INDEX, [node_id(tag) for tag in tags.ALL if tag in HISTORIZED])
    await show_events(server, sources)
