"""The last results as variables of ResultType: a slot for each, which shows the result until another takes it."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from asyncua import ua

from ..node_items import Place, readable, variable_item
from . import structures
from .model import RESULTS, Model
from .station import ResultFacts

SLOTS = 16
FOLDER = f"{RESULTS}.Results"
PAUSE_S = 0.001  # between the values that somebody subscribed to
_RESULT_TYPE, _RESULT_DATA_TYPE = 2002, 3006
_ON_FILE = "HasTransferableDataOnFile"
_IDS, _CODES = ua.ObjectIds, ua.StatusCodes


def slot_path(slot: int) -> str:
    """Of the variable; its components have their names behind it."""
    return f"{FOLDER}.{slot:02}"


async def build(model: Model) -> None:
    """Have the variables, with nothing in them."""
    service, space = model.server.iserver.node_mgt_service, model.server.iserver.aspace
    if model.node(slot_path(0)) in space:
        return
    parts = [one for one in space[model.type(_RESULT_TYPE)].references if one.ReferenceTypeId == _id(_IDS.HasComponent)]
    made = list(_items(model, [one for one in parts if one.IsForward]))
    for result in service.add_nodes(made):
        result.StatusCode.check()


def _items(model: Model, parts: list[ua.ReferenceDescription]) -> Iterator[ua.AddNodesItem]:
    space = model.server.iserver.aspace
    for slot in range(SLOTS):
        path = slot_path(slot)
        place = Place(model.node(FOLDER), model.node(path), ua.QualifiedName(f"{slot:02}", model.index))
        attributes = readable(place.name.Name, ua.Variant(), model.type(_RESULT_DATA_TYPE))
        yield variable_item(place, attributes, model.type(_RESULT_TYPE))
        for part in parts:
            own = space[part.NodeId].attributes
            kind, rank = (own[one].value.Value.Value for one in (ua.AttributeIds.DataType, ua.AttributeIds.ValueRank))
            place = Place(model.node(path), model.node(f"{path}.{part.BrowseName.Name}"), part.BrowseName)
            yield variable_item(place, readable(part.BrowseName.Name, ua.Variant(), kind, rank=rank))


class LastResults:
    """A result stands in the slot of its number modulo `SLOTS`. Values are made when they are read, and once."""

    def __init__(self, model: Model, on_file: Callable[[int], bool | None]) -> None:
        """`on_file`: whether the image of this result is kept, asked at each read; None = as its facts say."""
        self._model, self._on_file = model, on_file
        self._space = model.server.iserver.aspace
        self._facts: list[ResultFacts | None] = [None] * SLOTS
        self._made: list[dict[str, ua.Variant] | None] = [None] * SLOTS
        self._nodes = [list(self._follow(slot)) for slot in range(SLOTS)]

    def _follow(self, slot: int) -> Iterator[tuple[str, ua.NodeId]]:
        root, path = self._model.node(slot_path(slot)), f"{slot_path(slot)}."
        own = [one.NodeId for one in self._space[root].references if one.IsForward]
        named = [(str(node.Identifier)[len(path) :], node) for node in own if str(node.Identifier).startswith(path)]
        for name, node in [("", root), *named]:
            self._space.set_attribute_value_callback(node, ua.AttributeIds.Value, self._reading(slot, name))
            yield name, node

    def _reading(self, slot: int, name: str) -> Callable[..., ua.DataValue]:
        return lambda node, attribute: self.value(slot, name)

    def put(self, facts: ResultFacts) -> int:
        """From now on this is read; costs next to nothing. An older result does not replace a newer one. The slot."""
        slot = facts.number % SLOTS
        before = self._facts[slot]
        if before is None or before.number <= facts.number:
            self._facts[slot], self._made[slot] = facts, None
        return slot

    async def tell(self, slot: int) -> None:
        """Who subscribed to values of the slot gets them."""
        for name, node in self._nodes[slot]:
            data = self._space.get(node)
            followers = data.attributes[ua.AttributeIds.Value].datachange_callbacks if data else {}
            if not followers:
                continue
            value = self.value(slot, name)
            for handle, follow in list(followers.items()):
                await follow(handle, value)
            await asyncio.sleep(PAUSE_S)

    def value(self, slot: int, name: str) -> ua.DataValue:
        """Of a component, or of the result itself for ""."""
        facts, now = self._facts[slot], datetime.now(UTC)
        if facts is None:
            nothing = ua.StatusCode(_CODES.BadWaitingForInitialData)
            return ua.DataValue(ua.Variant(None), nothing, ServerTimestamp=now)
        at = structures.time(facts.finished_at_us)
        return ua.DataValue(self._variant(slot, facts, name), SourceTimestamp=at, ServerTimestamp=now)

    def _variant(self, slot: int, facts: ResultFacts, name: str) -> ua.Variant:
        known = self._on_file(facts.number)
        on_file = facts.image if known is None else known
        if name == _ON_FILE:
            return ua.Variant(on_file, ua.VariantType.Boolean)
        made = self._made[slot]
        if made is None:
            fields = structures.fields_of_result(facts)
            whole = ua.Variant(structures.result(facts, fields), ua.VariantType.ExtensionObject)
            made = self._made[slot] = fields | {"": whole}
        if not name:
            made[""].Value.HasTransferableDataOnFile = on_file
        return made[name]


def _id(number: int) -> ua.NodeId:
    return ua.NodeId(number)
