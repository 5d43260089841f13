"""The nodes of a recipe and of a product in their folders, and the values that they show."""

from collections.abc import Mapping

from asyncua import ua

from ..node_items import Place, method_item, object_item, property_item, readable, variable_item
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
    place = Place(model.node(RECIPE_FOLDER), own, ua.QualifiedName(str(recipe.job), model.index))
    items = [object_item(place, model.type(RECIPE_TYPE), text=recipe.name)]
    for of, value in values(recipe).items():
        attributes = readable(of, value, _data_type(model, of, value), text="")
        items.append(property_item(_member(model, own, of), attributes))
    items += [method_item(_member(model, own, method)) for method in METHODS]
    return items


def _member(model: Model, recipe: ua.NodeId, name: str) -> Place:
    return Place(recipe, model.node(f"{recipe.Identifier}.{name}"), ua.QualifiedName(name, model.types))


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
    place = Place(model.node(PRODUCT_FOLDER), model.node(product_path(own)), ua.QualifiedName(own, model.index))
    value = ua.Variant(product(own), _STRUCTURE)
    return [variable_item(place, readable(own, value, model.type(3020), text=""))]


def add_versions(model: Model) -> None:
    """Have NodeVersion in both folders: whoever hears of a change of the model may look whether it saw it."""
    service, space = model.server.iserver.node_mgt_service, model.server.iserver.aspace
    for folder in (RECIPE_FOLDER, PRODUCT_FOLDER):
        if (own := model.node(version_path(folder))) not in space:
            value = ua.Variant("0", ua.VariantType.String)
            attributes = readable("NodeVersion", value, ua.NodeId(_IDS.String), text="")
            place = Place(model.node(folder), own, ua.QualifiedName("NodeVersion", 0))
            (result,) = service.add_nodes([property_item(place, attributes)])
            result.StatusCode.check()


def version_path(folder: str) -> str:
    """With a colon: a product may be called anything."""
    return f"{folder}:NodeVersion"


def _data_type(model: Model, name: str, value: ua.Variant) -> ua.NodeId:
    if name in _DATA_TYPES:
        return model.type(_DATA_TYPES[name])
    return ua.NodeId(_IDS.UtcTime if name == "LastModified" else int(value.VariantType.value))
