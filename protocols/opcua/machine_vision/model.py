"""The instance in the address space: one VisionSystem with what this station really does, and nothing else."""

from collections.abc import Iterable
from datetime import UTC, datetime

from asyncua import Server, ua

from .importing import ensure
from .nodeset import MACHINE_VISION

ROOT = "VisionSystem"
OUTER, INNER = f"{ROOT}.VisionStateMachine", f"{ROOT}.VisionStateMachine.AutomaticModeStateMachine"
RECIPES, RESULTS = f"{ROOT}.RecipeManagement", f"{ROOT}.ResultManagement"
CONFIGURATIONS = f"{ROOT}.ConfigurationManagement"
RECIPE_FOLDER, PRODUCT_FOLDER = f"{RECIPES}.Recipes", f"{RECIPES}.Products"
_VISION_SYSTEM_TYPE = 1003

# asyncua makes all optional members of a type or none: these are taken out again, because nothing stands behind them.
_LEFT_OUT = (
    f"{ROOT}.SafetyStateManagement",
    *(f"{OUTER}.{name}" for name in ("ErrorStepModel", "HaltedStepModel", "PreoperationalStepModel")),
    *(f"{INNER}.{name}StepModel" for name in ("Initialized", "Ready", "SingleExecution", "ContinuousExecution")),
    *(f"{RECIPES}.{name}" for name in ("Recipes.<Recipe>", "Products.<Product>")),
    *(f"{CONFIGURATIONS}.{name}" for name in ("AddConfiguration", "RemoveConfiguration", "ReleaseConfigurationHandle")),
    *(f"{CONFIGURATIONS}.{name}" for name in ("Configurations", "ConfigurationTransfer")),
)
EVENT_TYPES = {
    "StateChanged": 1018,
    "Error": 1019,
    "ErrorResolved": 1020,
    "RecipePrepared": 1022,
    "Ready": 1023,
    "ResultReady": 1024,
    "AcquisitionDone": 1025,
    "JobStarted": 1013,
    "Warning": 1034,
    "ErrorCondition": 1035,
    "PersistentError": 1036,
    "DiagnosticInfo": 1037,
    "Information": 1038,
}


def recipe_path(job: int) -> str:
    """Of a recipe's object."""
    return f"{RECIPE_FOLDER}.{job}"


def product_path(own: str) -> str:
    """Of a product's variable."""
    return f"{PRODUCT_FOLDER}.{own}"


class Model:
    """Where everything stands. `index` is our namespace, `types` that of the nodeset."""

    def __init__(self, server: Server, index: int) -> None:
        self.server, self.index, self.types = server, index, 0

    async def build(self) -> None:
        """Have the nodeset and the instance in the address space.

        Raises:
            NodesetError: The nodeset is not the right one; nothing was made.
        """
        self.types = await ensure(self.server, MACHINE_VISION)
        if self.node(ROOT) in self.server.iserver.aspace:
            return
        await self.server.nodes.objects.add_object(
            self.node(ROOT),
            ua.QualifiedName(ROOT, self.index),
            objecttype=self.type(_VISION_SYSTEM_TYPE),
            instantiate_optional=True,
        )
        self._leave_out()
        await self._refer()
        await self._read_only(f"{ROOT}.SystemState")

    def node(self, path: str) -> ua.NodeId:
        return ua.NodeId(path, self.index)

    def type(self, number: int) -> ua.NodeId:
        """A node of the nodeset."""
        return ua.NodeId(number, self.types)

    def _leave_out(self) -> None:
        """What the type has and this station has not."""
        space = self.server.iserver.aspace
        self.remove(
            node
            for node in list(space.keys())
            if node.NamespaceIndex == self.index
            and any(f"{node.Identifier}.".startswith(f"{path}.") for path in _LEFT_OUT)
        )

    async def show(self, path: str, value: ua.Variant) -> None:
        """Write a variable, as of now."""
        now = datetime.now(UTC)
        data = ua.DataValue(value, SourceTimestamp=now, ServerTimestamp=now)
        await self.server.write_attribute_value(self.node(path), data)

    def remove(self, nodes: Iterable[ua.NodeId]) -> None:
        """Take these nodes out, with every reference to them that they know of.

        Directly: asyncua's own deletion looks through every node of the server for each that goes.
        """
        space, gone = self.server.iserver.aspace, set(nodes)
        for node in gone:  # a client that deletes its monitored item later must not meet a node that is not there
            for attribute in space[node].attributes.values():
                for handle in list(attribute.datachange_callbacks):
                    space.delete_datachange_callback(handle)
        around = {one.NodeId for node in gone for one in space[node].references} - gone
        for node in gone:
            del space[node]
        for node in around:
            if node in space:
                space[node].references[:] = [one for one in space[node].references if one.NodeId not in gone]

    async def _read_only(self, path: str) -> None:
        """The nodeset gives every variable as writable."""
        for attribute in (ua.AttributeIds.AccessLevel, ua.AttributeIds.UserAccessLevel):
            level = ua.DataValue(ua.Variant(ua.AccessLevel.CurrentRead.mask, ua.VariantType.Byte))
            await self.server.write_attribute_value(self.node(path), level, attribute)

    async def _refer(self) -> None:
        """References that asyncua does not make of a type: the sub-machine's, and those of the events."""
        root, server, ids = self.node(ROOT), ua.NodeId(ua.ObjectIds.Server), ua.ObjectIds
        wanted = [
            (self.node(f"{OUTER}.Operational"), ids.HasSubStateMachine, self.node(INNER)),
            (server, ids.HasNotifier, root),
            *((root, ids.GeneratesEvent, self.type(number)) for number in EVENT_TYPES.values()),
        ]
        both = [(a, kind, b, True) for a, kind, b in wanted] + [
            (b, kind, a, False) for a, kind, b in wanted if kind != ids.GeneratesEvent
        ]
        items = [_reference(*one) for one in both]
        for status in await self.server.iserver.isession.add_references(items):
            status.check()
        notifies = ua.DataValue(ua.Variant(1, ua.VariantType.Byte))  # SubscribeToEvents
        await self.server.write_attribute_value(root, notifies, ua.AttributeIds.EventNotifier)


def _reference(source: ua.NodeId, kind: int, target: ua.NodeId, forward: bool) -> ua.AddReferencesItem:
    item = ua.AddReferencesItem()
    item.SourceNodeId, item.ReferenceTypeId, item.TargetNodeId = source, ua.NodeId(kind), target
    item.IsForward = forward
    return item
