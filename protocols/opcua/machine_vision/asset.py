"""The vision asset after OPC 40100-2: who made the system and its parts, and how it is; below the folder Machines."""

import asyncio
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime

from asyncua import Server, ua

from ..node_items import Place, object_item, property_item, readable, variable_item
from . import nodeset
from .asset_facts import AssetFacts, Condition, Health, Identification, Item
from .importing import ensure

ROOT = "VisionAsset"
CAMERAS, COMPUTERS, SOFTWARE = f"{ROOT}.ImageSensors", f"{ROOT}.ComputingDevices", f"{ROOT}.SoftwareComponents"

# numeric ids of the nodesets
MACHINES = 1001
_INFO, _HEALTH, _FOLDER, _OF_MACHINE, _OF_COMPONENT, _ASSET = 1002, 1004, 1005, 1006, 1007, 1008
_COMPUTER, _CAMERA = 1010, 1020
_HEALTH_ENUMERATION = 6244

_MANDATORY = ("Manufacturer", "SerialNumber")
_TRANSLATED = ("Manufacturer", "Model", "ComponentName")
_VERSIONS = ("SoftwareRevision", "HardwareRevision")
_OF_MACHINERY = ("Location",)
_ids = ua.ObjectIds


class Asset:
    """Built once; `told` says how the system is, `run` writes it."""

    def __init__(self, server: Server, index: int, facts: AssetFacts) -> None:
        """`index`: our namespace."""
        self._server, self._index, self._facts = server, index, facts
        self._items: list[ua.AddNodesItem] = []
        self._references: list[ua.AddReferencesItem] = []
        self._condition = Condition(Health.NORMAL, Health.NORMAL)
        self._changed = asyncio.Event()

    async def build(self) -> None:
        """Import the nodesets that are not there yet and make the instance.

        Raises:
            NodesetError: One is not the right one; there is no instance.
        """
        self._di, _, self._machinery, self._amcm = [await ensure(self._server, one) for one in nodeset.ASSET]
        self._whole()
        session = self._server.iserver.isession
        for added in await session.add_nodes(self._items):
            added.StatusCode.check()
        for status in await session.add_references(self._references):
            status.check()

    def told(self, condition: Condition) -> None:
        """It is so from now on; returns at once."""
        self._condition = condition
        self._changed.set()

    async def run(self) -> None:
        """Show how the system is, for ever."""
        while True:
            self._changed.clear()
            await self._show(ROOT, self._condition.system)
            for camera in self._facts.cameras:
                await self._show(f"{CAMERAS}.{camera.name}", self._condition.cameras)
            await self._changed.wait()

    async def _show(self, owner: str, health: Health) -> None:
        now = datetime.now(UTC)
        value = ua.DataValue(_enumeration(health), SourceTimestamp=now, ServerTimestamp=now)
        await self._server.write_attribute_value(self._node(f"{owner}.Health.DeviceHealth"), value)

    # the instance

    def _whole(self) -> None:
        facts, machines = self._facts, ua.NodeId(MACHINES, self._machinery)
        self._object(machines, ROOT, self._name(ROOT), self._type(_ASSET), _ids.Organizes, facts.name)
        self._identified(ROOT, self._type(_OF_MACHINE), facts.machine)
        self._healthy(ROOT)
        for camera in self._of(CAMERAS, facts.cameras, self._type(_CAMERA)):
            self._healthy(f"{CAMERAS}.{camera.name}")
            for name, px in (camera.sizes or {}).items():
                value = ua.Variant(px, ua.VariantType.UInt32)
                self._variable(f"{CAMERAS}.{camera.name}", self._name(name), value, ua.NodeId(_ids.UInt32))
        self._of(COMPUTERS, facts.computers, self._type(_COMPUTER))
        for part in self._of(SOFTWARE, facts.software, ua.NodeId(_ids.BaseObjectType)):
            one = ua.AddReferencesItem()
            one.SourceNodeId, one.TargetNodeId = self._node(f"{SOFTWARE}.{part.name}"), self._type(_INFO)
            one.ReferenceTypeId, one.IsForward = ua.NodeId(_ids.HasInterface), True
            self._references.append(one)

    def _of(self, folder: str, parts: Iterable[Item], kind: ua.NodeId) -> Iterable[Item]:
        """The folder of these parts, which is left out where there is none."""
        parts = tuple(parts)
        if parts:
            name = ua.QualifiedName(folder.split(".")[-1], self._amcm)
            self._object(self._node(ROOT), folder, name, self._type(_FOLDER), _ids.HasComponent)
        for part in parts:
            own = f"{folder}.{part.name}"
            shown = part.identification.component_name or part.name
            self._object(self._node(folder), own, self._name(part.name), kind, _ids.Organizes, shown)
            self._identified(own, self._type(_OF_COMPONENT), part.identification)
        return parts

    def _identified(self, owner: str, kind: ua.NodeId, facts: Identification) -> None:
        own = f"{owner}.Identification"
        self._object(self._node(owner), own, ua.QualifiedName("Identification", self._di), kind, _ids.HasAddIn)
        for one in fields(facts):
            name, text = "".join(map(str.capitalize, one.name.split("_"))), getattr(facts, one.name)
            if text or name in _MANDATORY:
                index = self._machinery if name in _OF_MACHINERY else self._di
                self._variable(own, ua.QualifiedName(name, index), *_text(name, text))

    def _healthy(self, owner: str) -> None:
        own = f"{owner}.Health"
        name = ua.QualifiedName("Health", self._amcm)
        self._object(self._node(owner), own, name, self._type(_HEALTH), _ids.HasAddIn)
        shown, kind = ua.QualifiedName("DeviceHealth", self._di), ua.NodeId(_HEALTH_ENUMERATION, self._di)
        self._variable(own, shown, _enumeration(Health.NORMAL), kind, component=True)

    def _object(
        self, parent: ua.NodeId, own: str, name: ua.QualifiedName, kind: ua.NodeId, reference: int, shown: str = ""
    ) -> None:
        self._items.append(object_item(Place(parent, self._node(own), name, reference), kind, shown))

    def _variable(
        self, owner: str, name: ua.QualifiedName, value: ua.Variant, kind: ua.NodeId, *, component: bool = False
    ) -> None:
        place = Place(self._node(owner), self._node(f"{owner}.{name.Name}"), name)
        attributes = readable(name.Name, value, kind)
        self._items.append(variable_item(place, attributes) if component else property_item(place, attributes))

    def _node(self, path: str) -> ua.NodeId:
        return ua.NodeId(path, self._index)

    def _name(self, path: str) -> ua.QualifiedName:
        return ua.QualifiedName(path, self._index)

    def _type(self, number: int) -> ua.NodeId:
        return ua.NodeId(number, self._amcm)


def _enumeration(health: Health) -> ua.Variant:
    return ua.Variant(int(health), ua.VariantType.Int32)


def _text(name: str, text: str) -> tuple[ua.Variant, ua.NodeId]:
    if name in _TRANSLATED:
        return ua.Variant(ua.LocalizedText(text), ua.VariantType.LocalizedText), ua.NodeId(_ids.LocalizedText)
    kind = _ids.SemanticVersionString if name in _VERSIONS else _ids.String
    return ua.Variant(text, ua.VariantType.String), ua.NodeId(kind)
