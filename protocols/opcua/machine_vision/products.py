"""The methods that join recipes and products, those of RecipeManagement and those of each recipe in its folder."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from asyncua import ua

from .arguments import out_of_range
from .codes import DONE, Failure
from .machine import caused_by
from .model import RECIPES, Model, product_path, recipe_path
from .outputs import error, flag
from .recipes import internal_id, only_operational
from .station import ID_BYTES, ProductFacts, RecipeFacts, RefusedError, VisionStation
from .structures import as_meant, job_number

Answer = Callable[..., Awaitable[list[ua.Variant]]]


class Products:
    """Each method takes checked values and gives its outputs."""

    def __init__(self, station: VisionStation, model: Model) -> None:
        self._station, self._model = station, model

    def methods(self) -> Mapping[str, Answer]:
        """Those of RecipeManagement, by the path of their nodes."""
        return {
            f"{RECIPES}.AddRecipe": self.add_recipe,
            f"{RECIPES}.RemoveRecipe": self.remove_recipe,
            f"{RECIPES}.PrepareProduct": self.prepare,
            f"{RECIPES}.UnprepareProduct": self.unprepare,
            f"{RECIPES}.UnlinkProduct": self.unlink,
            f"{RECIPES}.ReleaseRecipeHandle": self.release_handle,
        }

    def of_recipe(self, job: int) -> Mapping[str, Answer]:
        """Those of a recipe's object, by name."""
        return {
            "Prepare": partial(self._prepare_recipe, job),
            "Unprepare": partial(self._unprepare_recipe, job),
            "LinkProduct": partial(self._link, job),
            "UnlinkProduct": partial(self._unlink, job),
        }

    async def add_recipe(self, external: Any, product: Any) -> list[ua.Variant]:
        """A recipe that is in production as it is meant is linked; of any other the content is to come."""
        called, own = _text_id(external, 0, 2), _text_id(product, 1, 2, empty=True)
        try:
            job = self._job(called) or await self._station.name(called)
            recipe = self._recipe(job)
            needed = recipe is None or not as_meant(external, recipe)
            if needed:
                await self._station.announce("" if recipe else own, job)
            if recipe and own:
                await self._station.link(own, job)
        except RefusedError as exc:
            return _not_added(-exc.code)
        shown = self._model.node(recipe_path(job)) if recipe else None
        linked = self._model.node(product_path(own)) if recipe and own else None
        return [internal_id(recipe, str(job)), _node(shown), _node(linked), flag(needed), error(DONE)]

    async def remove_recipe(self, external: Any) -> list[ua.Variant]:
        """Out of production; the versions stay with the station, and an engineer may go back to them.

        One that was only announced is announced no more, and an id that nothing stands behind is forgotten.
        """
        if not external.Id:
            raise out_of_range(0, 1)
        job = self._job(external.Id)
        recipe = self._recipe(job) if job else None
        if job and recipe is None and await self._station.renounce(job):
            return [error(DONE)]
        if recipe is None or not as_meant(external, recipe):
            return [error(Failure.UNKNOWN_RECIPE)]
        if recipe.prepared:
            return [error(Failure.RECIPE_IN_USE)]
        try:
            await self._station.remove(recipe.job)
        except RefusedError as exc:
            return [error(-exc.code)]
        return [error(DONE)]

    async def prepare(self, product: Any) -> list[ua.Variant]:
        """Of several recipes the prepared one, else the lowest job number."""
        found, failure = self._product(_text_id(product, 0, 1))
        if found is None:
            return [internal_id(None), error(failure)]
        recipes = [recipe for recipe in self._station.recipes() if recipe.job in found.jobs]
        if not recipes:
            return [internal_id(None), error(Failure.UNKNOWN_RECIPE)]
        only_operational(self._station)
        recipe = next((one for one in recipes if one.prepared), recipes[0])
        with caused_by("PrepareProduct"):
            await self._station.prepare_product(found.id, recipe.job)
        return [internal_id(recipe), error(DONE)]

    async def unprepare(self, product: Any) -> list[ua.Variant]:
        found, failure = self._product(_text_id(product, 0, 1))
        if found is None:
            return [internal_id(None), error(failure)]
        only_operational(self._station)
        recipe = next((one for one in self._station.recipes() if one.prepared and one.job in found.jobs), None)
        if recipe is None:
            return [internal_id(None), error(Failure.PRODUCT_NOT_PREPARED)]
        with caused_by("UnprepareProduct"):
            await self._station.unprepare()
        return [internal_id(recipe), error(DONE)]

    async def unlink(self, internal: Any, product: Any) -> list[ua.Variant]:
        own = _text_id(product, 1, 2)
        if not internal.Id:
            raise out_of_range(0, 2)
        job = job_number(internal.Id)
        recipe = self._recipe(job) if job else None
        if recipe is None or not as_meant(internal, recipe):
            return [error(Failure.UNKNOWN_RECIPE)]
        return await self._unlinked(recipe.job, own)

    async def release_handle(self, handle: int) -> list[ua.Variant]:
        """0 is the only one that was given: lists are values."""
        return [error(Failure.UNKNOWN_HANDLE if handle else DONE)]

    async def _prepare_recipe(self, job: int) -> list[ua.Variant]:
        only_operational(self._station)
        with caused_by("PrepareRecipe"):
            await self._station.prepare(job)
        return [flag(True), error(DONE)]

    async def _unprepare_recipe(self, job: int) -> list[ua.Variant]:
        only_operational(self._station)
        recipe = self._recipe(job)
        if recipe is None or not recipe.prepared:
            return [error(Failure.RECIPE_NOT_PREPARED)]
        with caused_by("UnprepareRecipe"):
            await self._station.unprepare()
        return [error(DONE)]

    async def _link(self, job: int, product: Any) -> list[ua.Variant]:
        try:
            await self._station.link(_text_id(product, 0, 1), job)
        except RefusedError as exc:
            return [error(-exc.code)]
        return [error(DONE)]

    async def _unlink(self, job: int, product: Any) -> list[ua.Variant]:
        return await self._unlinked(job, _text_id(product, 0, 1))

    async def _unlinked(self, job: int, own: str) -> list[ua.Variant]:
        found, failure = self._product(own)
        if found is not None:
            failure = DONE if await self._station.unlink(own, job) else Failure.PRODUCT_NOT_LINKED
        return [error(failure)]

    def _product(self, own: str) -> tuple[ProductFacts | None, int]:
        """With Error."""
        found = next((one for one in self._station.products() if one.id == own), None)
        return found, DONE if found else Failure.UNKNOWN_PRODUCT

    def _job(self, own: str) -> int | None:
        """That an external id of a recipe stands for; None: nobody has added such a one."""
        return job_number(own) or self._station.named(own)

    def _recipe(self, job: int) -> RecipeFacts | None:
        return next((one for one in self._station.recipes() if one.job == job), None)


def _text_id(given: Any, position: int, count: int, *, empty: bool = False) -> str:
    """Of a product, or of a recipe as a client calls it.

    Raises:
        BadCall: BadInvalidArgument, BadOutOfRange at `position` of `count`.
    """
    own = given.Id or ""
    if not (own or empty) or own != own.strip() or not own.isprintable() or len(own.encode()) > ID_BYTES:
        raise out_of_range(position, count)
    return str(own)


def _not_added(failure: int) -> list[ua.Variant]:
    return [internal_id(None), _node(None), _node(None), flag(False), error(failure)]


def _node(node: ua.NodeId | None) -> ua.Variant:
    return ua.Variant(node or ua.NodeId(), ua.VariantType.NodeId)
