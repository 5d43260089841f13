"""The nodes of a recipe and of a product in their folders, and the values that they show."""

from collections.abc import Mapping, Sequence
from typing import Any

from asyncua import ua

from .model import PRODUCT_FOLDER, RECIPE_FOLDER, Model, product_path, recipe_path
from .station import RecipeFacts
from .structures import product, recipe_id, simple_id, time

RECIPE_TYPE, RECIPE_FOLDER_TYPE, PRODUCT_FOLDER_TYPE = 1002, 1008, 1010
METHODS = {"Prepare": 7064, "Unprepare": 7065, "LinkProduct": 7062, "UnlinkProduct": 7063}
"""Of RecipeType: each recipe's own methods have the arguments of these."""
_STRUCTURE, _IDS = ua.VariantType.ExtensionObject, ua.ObjectIds
_DATA_TYPES = {"ExternalId": 3002, "InternalId": 3013, "LinkedProducts": 3003}  # of the nodeset


def values(recipe: RecipeFacts) -> Mapping[str, ua.Variant]:
    """What the object of a recipe shows, by name."""
    linked = [simple_id("ProductIdDataType", own) for own in recipe.products]
    return {
        "ExternalId": ua.Variant(recipe_id("RecipeIdExternalDataType", recipe), _STRUCTURE),
        "InternalId": ua.Variant(recipe_id("RecipeIdInternalDataType", recipe), _STRUCTURE),
        "IsPrepared": ua.Variant(recipe.prepared, ua.VariantType.Boolean),
        "LastModified": ua.Variant(time(recipe.modified_at_us), ua.VariantType.DateTime),
        "LinkedProducts": ua.Variant(linked, _STRUCTURE, is_array=True),
    }


def recipe_items(model: Model, recipe: RecipeFacts) -> list[ua.AddNodesItem]:
    """The object, its properties and its methods; `method_references` gives those their arguments."""
    own = model.node(recipe_path(recipe.job))
    attributes = ua.ObjectAttributes()
    attributes.DisplayName = ua.LocalizedText(str(recipe.job))
    attributes.Description = ua.LocalizedText(recipe.name)
    name = ua.QualifiedName(str(recipe.job), model.index)
    items = [_item(own, model.node(RECIPE_FOLDER), name, attributes, model.type(RECIPE_TYPE))]
    for of, value in values(recipe).items():
        items.append(_property(model, own, ua.QualifiedName(of, model.types), value, _data_type(model, of, value)))
    for method in METHODS:
        callable_ = ua.MethodAttributes()
        callable_.DisplayName, callable_.Executable, callable_.UserExecutable = ua.LocalizedText(method), True, True
        node = model.node(f"{own.Identifier}.{method}")
        items.append(_item(node, own, ua.QualifiedName(method, model.types), callable_, None))
    return items


def method_references(model: Model, job: int) -> list[ua.AddReferencesItem]:
    """Every recipe's methods share the properties InputArguments and OutputArguments with their type's."""
    space, found = model.server.iserver.aspace, []
    for method, number in METHODS.items():
        for one in space[model.type(number)].references:
            if one.IsForward and one.ReferenceTypeId == ua.NodeId(_IDS.HasProperty):
                item = ua.AddReferencesItem()
                item.SourceNodeId = model.node(f"{recipe_path(job)}.{method}")
                item.ReferenceTypeId, item.TargetNodeId, item.IsForward = one.ReferenceTypeId, one.NodeId, True
                item.TargetNodeClass = ua.NodeClass.Variable
                found.append(item)
    return found


def product_items(model: Model, own: str) -> list[ua.AddNodesItem]:
    """The variable of a product."""
    attributes = _readable(own, ua.Variant(product(own), _STRUCTURE), model.type(3020))
    name, parent = ua.QualifiedName(own, model.index), model.node(PRODUCT_FOLDER)
    return [_item(model.node(product_path(own)), parent, name, attributes, ua.NodeId(_IDS.BaseDataVariableType))]


def version_items(model: Model, folder: str) -> Sequence[ua.AddNodesItem]:
    """NodeVersion of a folder: whoever hears of a change of the model may look whether it saw it."""
    value = ua.Variant("0", ua.VariantType.String)
    attributes = _readable("NodeVersion", value, ua.NodeId(_IDS.String))
    own = model.node(version_path(folder))
    item = _item(own, model.node(folder), ua.QualifiedName("NodeVersion", 0), attributes, ua.NodeId(_IDS.PropertyType))
    item.ReferenceTypeId = ua.NodeId(_IDS.HasProperty)
    return [item]


def version_path(folder: str) -> str:
    """With a colon: a product may be called anything."""
    return f"{folder}:NodeVersion"


def _property(
    model: Model, owner: ua.NodeId, name: ua.QualifiedName, value: ua.Variant, data_type: ua.NodeId
) -> ua.AddNodesItem:
    own = model.node(f"{owner.Identifier}.{name.Name}")
    item = _item(own, owner, name, _readable(name.Name, value, data_type), ua.NodeId(_IDS.PropertyType))
    item.ReferenceTypeId = ua.NodeId(_IDS.HasProperty)
    return item


def _data_type(model: Model, name: str, value: ua.Variant) -> ua.NodeId:
    if name in _DATA_TYPES:
        return model.type(_DATA_TYPES[name])
    return ua.NodeId(_IDS.UtcTime if name == "LastModified" else int(value.VariantType.value))


def _readable(name: str, value: ua.Variant, data_type: ua.NodeId) -> ua.VariableAttributes:
    attributes = ua.VariableAttributes()
    attributes.DisplayName, attributes.Description = ua.LocalizedText(name), ua.LocalizedText("")
    attributes.Value, attributes.DataType = value, data_type
    attributes.ValueRank = ua.ValueRank.OneDimension if value.is_array else ua.ValueRank.Scalar
    attributes.ArrayDimensions = [0] if value.is_array else None
    attributes.MinimumSamplingInterval, attributes.Historizing = 0.0, False
    attributes.AccessLevel = attributes.UserAccessLevel = ua.AccessLevel.CurrentRead.mask
    attributes.WriteMask = attributes.UserWriteMask = 0
    return attributes


def _item(
    own: ua.NodeId, parent: ua.NodeId, name: ua.QualifiedName, attributes: Any, definition: ua.NodeId | None
) -> ua.AddNodesItem:
    item = ua.AddNodesItem()
    item.ParentNodeId, item.RequestedNewNodeId = parent, own
    item.ReferenceTypeId, item.BrowseName = ua.NodeId(_IDS.HasComponent), name
    item.NodeAttributes, item.NodeClass = attributes, _CLASSES[type(attributes)]
    if definition is not None:
        item.TypeDefinition = definition
    return item


_CLASSES = {
    ua.ObjectAttributes: ua.NodeClass.Object,
    ua.VariableAttributes: ua.NodeClass.Variable,
    ua.MethodAttributes: ua.NodeClass.Method,
}
