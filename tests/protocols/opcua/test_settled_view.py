"""What is found by browsing once the types are there is what asyncua's own way finds."""

from asyncua import Server, ua
from asyncua.server.address_space import ViewService

from protocols.opcua.machine_vision.settled_view import SettledView
from protocols.opcua.machine_vision.typespace import PreparedServer
from tests.types_cache import cached_types


async def test_each_reference_is_found_as_before() -> None:
    server = Server(iserver=PreparedServer())
    await cached_types().prepare(server)
    space = server.iserver.aspace
    settled, slow = server.iserver.view_service, ViewService(space)
    assert isinstance(settled, SettledView)
    kinds = [ua.ObjectIds.Null, ua.ObjectIds.References, ua.ObjectIds.HierarchicalReferences, ua.ObjectIds.HasSubtype]
    asked = [
        ua.BrowseDescription(node, ua.BrowseDirection.Both, ua.NodeId(kind), subtypes)
        for node in list(space.keys())[::200]
        for kind in (*kinds, 999_999)
        for subtypes in (True, False)
    ]
    params = ua.BrowseParameters(NodesToBrowse=asked)
    found = [one.References for one in settled.browse(params)]
    assert found == [one.References for one in slow.browse(params)]
    assert any(found)
