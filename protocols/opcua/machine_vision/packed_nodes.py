"""The nodes of an address space, each of which is read from its bytes when somebody first asks for it."""

from collections.abc import Callable, Iterator, KeysView, Mapping, MutableMapping
from typing import Any

from asyncua import ua
from asyncua.server.address_space import NodeData


class PackedNodes(MutableMapping[ua.NodeId, NodeData]):
    """As a dict of them: the same order, and reading a node changes nothing for who goes through the others."""

    def __init__(self, places: Mapping[ua.NodeId, int], read: Callable[[int], NodeData]) -> None:
        """`read` makes the node that stands at this place."""
        self._nodes: dict[ua.NodeId, NodeData | int] = dict(places)
        self._read = read

    def __getitem__(self, node: ua.NodeId) -> NodeData:
        found = self._nodes[node]
        if isinstance(found, int):
            found = self._nodes[node] = self._read(found)
        return found

    def get(self, node: ua.NodeId, default: Any = None) -> Any:
        """Asked for at every read and write: quicker than by way of a KeyError."""
        found = self._nodes.get(node, default)
        return self[node] if isinstance(found, int) else found

    def __setitem__(self, node: ua.NodeId, data: NodeData) -> None:
        self._nodes[node] = data

    def __delitem__(self, node: ua.NodeId) -> None:
        del self._nodes[node]

    def __contains__(self, node: object) -> bool:
        return node in self._nodes

    def __iter__(self) -> Iterator[ua.NodeId]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def keys(self) -> KeysView[ua.NodeId]:
        """Those of the dict itself, which are gone through without a line of Python each."""
        return self._nodes.keys()

    @property
    def unread(self) -> int:
        """How many nobody has asked for."""
        return sum(isinstance(one, int) for one in self._nodes.values())
