"""The folders Recipes and Products: they follow what is in production, and say so in events of the model's change."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial

from asyncua import ua

from .events import SERVER, Events, Raised
from .methods import Methods
from .model import PRODUCT_FOLDER, RECIPE_FOLDER, Model, product_path, recipe_path
from .products import Products
from .recipe_nodes import (
    METHODS,
    PRODUCT_FOLDER_TYPE,
    RECIPE_FOLDER_TYPE,
    method_references,
    product_items,
    recipe_items,
    values,
    version_path,
)
from .station import RecipeFacts, VisionStation

log = logging.getLogger(__name__)

Change = tuple[str, int, ua.ModelChangeStructureVerbMask]  # of a folder, by path and type
ADDED, REMOVED = (
    ua.ModelChangeStructureVerbMask.ReferenceAdded,
    ua.ModelChangeStructureVerbMask.ReferenceDeleted,
)


class RecipeShelf:
    """Is told that something changed, the call returns at once; `run` compares and shows what did."""

    def __init__(
        self, model: Model, station: VisionStation, methods: Methods, products: Products, events: Events
    ) -> None:
        self._model, self._station, self._methods, self._products = model, station, methods, products
        self._events = events
        self._shown: dict[int, RecipeFacts] = {}
        self._shown_products: set[str] = set()
        self._versions = {RECIPE_FOLDER: 0, PRODUCT_FOLDER: 0}
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """Look again."""
        self._changed.set()

    async def run(self) -> None:
        """For ever. What is there at a start is shown without an event."""
        await self._follow()
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                if changes := await self._follow():
                    await self._tell(changes)
            except Exception:  # a defect must not end what all the others see
                log.exception("OPC UA: the folders of recipes and products were not brought up to date")

    async def _follow(self) -> list[Change]:
        """One recipe or product at a time, others get their turn between two."""
        changes: dict[Change, None] = {}
        recipes = {recipe.job: recipe for recipe in self._station.recipes()}
        products = {product.id for product in self._station.products()}
        for job in [*self._shown.keys() - recipes.keys()]:
            await self._take_out(job)
            changes[RECIPE_FOLDER, RECIPE_FOLDER_TYPE, REMOVED] = None
        for own in sorted(self._shown_products - products):
            self._shown_products.remove(own)
            await self._remove(self._model.node(product_path(own)), ())
            changes[PRODUCT_FOLDER, PRODUCT_FOLDER_TYPE, REMOVED] = None
        for own in sorted(products - self._shown_products):
            self._shown_products.add(own)
            self._add(product_items(self._model, own))
            await self._write(product_path(own), product_items(self._model, own)[0].NodeAttributes.Value)
            changes[PRODUCT_FOLDER, PRODUCT_FOLDER_TYPE, ADDED] = None
        for job, recipe in recipes.items():
            if job not in self._shown:
                self._put_in(recipe)
                changes[RECIPE_FOLDER, RECIPE_FOLDER_TYPE, ADDED] = None
            await self._show(recipe)
            await asyncio.sleep(0)
        return list(changes)

    def _put_in(self, recipe: RecipeFacts) -> None:
        model, own = self._model, self._model.node(recipe_path(recipe.job))
        self._add(recipe_items(model, recipe))
        for status in model.server.iserver.node_mgt_service.add_references(method_references(model, recipe.job)):
            status.check()
        answers = self._products.of_recipe(recipe.job)
        for name, number in METHODS.items():
            method = model.node(f"{own.Identifier}.{name}")
            self._methods.add(own, method, answers[name], of=model.type(number))

    async def _show(self, recipe: RecipeFacts) -> None:
        """What is another value than before, as of now."""
        before = self._shown.get(recipe.job)
        if before == recipe:
            return
        known = values(before) if before else {}
        for name, value in values(recipe).items():
            if known.get(name) != value:
                await self._write(f"{recipe_path(recipe.job)}.{name}", value)
        self._shown[recipe.job] = recipe

    async def _take_out(self, job: int) -> None:
        own = self._model.node(recipe_path(job))
        self._methods.remove(own)
        variables = [self._model.node(f"{own.Identifier}.{name}") for name in values(self._shown.pop(job))]
        await self._remove(own, variables, [self._model.node(f"{own.Identifier}.{name}") for name in METHODS])

    async def _remove(self, own: ua.NodeId, variables: Sequence[ua.NodeId], others: Iterable[ua.NodeId] = ()) -> None:
        """Whoever watches a value is told that it is not there any more."""
        now, gone = datetime.now(UTC), ua.StatusCode(ua.StatusCodes.BadNodeIdUnknown)
        for node in variables or [own]:
            data = ua.DataValue(None, gone, SourceTimestamp=now, ServerTimestamp=now)
            await self._model.server.write_attribute_value(node, data)
        self._model.remove([own, *variables, *others])

    def _add(self, items: Sequence[ua.AddNodesItem]) -> None:
        for result in self._model.server.iserver.node_mgt_service.add_nodes(list(items)):
            result.StatusCode.check()

    async def _write(self, path: str, value: ua.Variant) -> None:
        now = datetime.now(UTC)
        data = ua.DataValue(value, SourceTimestamp=now, ServerTimestamp=now)
        await self._model.server.write_attribute_value(self._model.node(path), data)

    async def _tell(self, changes: Sequence[Change]) -> None:
        """GeneralModelChangeEvent, once for all that changed together."""
        for folder in {folder for folder, _, _ in changes}:
            self._versions[folder] += 1
            await self._write(version_path(folder), ua.Variant(str(self._versions[folder]), ua.VariantType.String))
        await self._events.raise_(partial(self._event, changes))

    def _event(self, changes: Sequence[Change]) -> Raised:
        kind = ua.VariantType
        told = [
            ua.ModelChangeStructureDataType(self._model.node(folder), self._model.type(number), int(verb))
            for folder, number, verb in changes
        ]
        fields = {
            "Changes": ua.Variant(told, kind.ExtensionObject, is_array=True),
            "SourceNode": ua.Variant(SERVER, kind.NodeId),
            "SourceName": ua.Variant("Server", kind.String),
        }
        event_type = ua.NodeId(ua.ObjectIds.GeneralModelChangeEventType)
        return Raised(event_type, "recipes or products were added or removed", fields)
