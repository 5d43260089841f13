"""Browsing once the types are there: which reference types lie below which does not change any more."""

from asyncua import ua
from asyncua.server.address_space import AddressSpace, ViewService

_ANY = ua.NodeId(ua.ObjectIds.Null)


class SettledView(ViewService):
    """asyncua's own goes through the reference types anew for each reference that it looks at."""

    def __init__(self, space: AddressSpace) -> None:
        super().__init__(space)
        self._below: dict[ua.NodeId, frozenset[ua.NodeId]] = {}

    def _suitable_reftype(self, ref1: ua.NodeId, ref2: ua.NodeId, subtypes: bool) -> bool:
        """Whether a reference of type `ref2` is one that was asked for as `ref1`."""
        if ref1 in (_ANY, ref2):
            return True
        if not subtypes:
            return False
        below = self._below.get(ref1)
        if below is None:
            below = self._below[ref1] = frozenset(self._get_sub_ref(ref1))
        return ref2 in below
