"""asyncua's import of a nodeset, without the half of it that searches for what it has just written."""

from typing import Any

from asyncua import Server, ua
from asyncua.common.xmlimporter import XmlImporter
from asyncua.server.address_space import ViewService

from .nodeset import Nodeset, read
from .settled_view import SettledView

# Of these OPC UA asks no reference back, and nodes like PropertyType would collect hundreds.
_ONE_WAY = {
    ua.NodeId(number)
    for number in (
        ua.ObjectIds.HasTypeDefinition,
        ua.ObjectIds.HasModellingRule,
        ua.ObjectIds.HasGuard,
        ua.ObjectIds.HasInterface,
    )
}


class _Importer(XmlImporter):
    """Overrides a private method of asyncua 2.1.0, which browses every new node for its references: that is slow."""

    async def _add_missing_reverse_references(self, new_nodes: list[ua.NodeId]) -> set[Any]:
        space = self.session.iserver.aspace
        ways = [
            (node, one.NodeId, one.ReferenceTypeId, one.IsForward)
            for node in new_nodes
            for one in space[node].references
            if one.ReferenceTypeId not in _ONE_WAY
        ]
        known = {way[:3] for way in ways}
        missing = [way for way in ways if (way[1], way[0], way[2]) not in known]
        await self._add_references([_back(*way) for way in missing])
        return set()


def _back(source: ua.NodeId, target: ua.NodeId, kind: ua.NodeId, forward: bool) -> ua.AddReferencesItem:
    item = ua.AddReferencesItem()
    item.SourceNodeId, item.ReferenceTypeId, item.TargetNodeId = target, kind, source
    item.IsForward = not forward
    return item


async def import_nodeset(server: Server, xml: str) -> None:
    """Add the nodes of `xml`, and its structures to asyncua's classes."""
    await _Importer(server).import_xml(xmlstring=xml.encode())


async def ensure(server: Server, one: Nodeset) -> int:
    """Have this nodeset in the address space; its namespace's index.

    Raises:
        NodesetError: It is not the right one; nothing was made.
    """
    if one.uri not in await server.get_namespace_array():
        server.iserver.view_service = ViewService(server.iserver.aspace)  # new types of references may come
        await import_nodeset(server, read(one))
        server.iserver.view_service = SettledView(server.iserver.aspace)
    return int(await server.get_namespace_index(one.uri))
