"""The methods of RecipeManagement. All recipes in production are held ready; the prepared one judges the next part."""

from typing import Any

from asyncua import ua

from .arguments import BadCall
from .codes import DONE, Failure
from .machine import caused_by
from .outputs import count, error, flag, handle
from .outputs import structures as array
from .states import State
from .station import RecipeFacts, VisionStation
from .structures import as_meant, recipe_id

EITHER, YES, NO = 2, 1, 0  # TriStateBooleanDataType
MOST = 20  # in one answer: what takes longer to encode would hold the loop


class Recipes:
    """Each method takes checked values and gives its outputs."""

    def __init__(self, station: VisionStation) -> None:
        self._station = station

    async def prepare(self, external: Any, internal: Any) -> list[ua.Variant]:
        recipe = self._meant(external, internal)
        if recipe is None:
            return [internal_id(None), flag(False), error(Failure.UNKNOWN_RECIPE)]
        only_operational(self._station)
        with caused_by("PrepareRecipe"):
            await self._station.prepare(recipe.job)
        return [internal_id(recipe), flag(True), error(DONE)]

    async def unprepare(self, external: Any, internal: Any) -> list[ua.Variant]:
        recipe = self._meant(external, internal)
        if recipe is None:
            return [internal_id(None), error(Failure.UNKNOWN_RECIPE)]
        only_operational(self._station)
        if not recipe.prepared:
            return [internal_id(recipe), error(Failure.RECIPE_NOT_PREPARED)]
        with caused_by("UnprepareRecipe"):
            await self._station.unprepare()
        return [internal_id(recipe), error(DONE)]

    async def listing(
        self, external: Any, product: Any, prepared: int, most: int, start: int, wait_ms: int
    ) -> list[ua.Variant]:
        """GetRecipeListFiltered; MaxResults 0 = as many as one answer takes."""
        found = [
            recipe
            for recipe in self._station.recipes()
            if product.Id in (None, "", *recipe.products)
            and external.Id in (None, "", *recipe.ids)
            and as_meant(external, recipe)
            and prepared in (EITHER, YES if recipe.prepared else NO)
        ]
        limit = min(most or MOST, MOST)
        shown = found[start : start + limit]
        listed = [recipe_id("RecipeIdInternalDataType", recipe) for recipe in shown]
        return [
            flag(start + limit >= len(found)),
            count(len(shown)),
            handle(),
            array(listed),
            error(DONE),
        ]

    def _meant(self, external: Any, internal: Any) -> RecipeFacts | None:
        """By either id, or by both where they agree; a version or a hash must agree where it is given."""
        if not (external.Id or internal.Id):
            raise BadCall(ua.StatusCodes.BadInvalidArgument, [ua.StatusCodes.BadOutOfRange] * 2)
        for recipe in self._station.recipes():
            known = external.Id in (None, "", *recipe.ids) and internal.Id in (None, "", str(recipe.job))
            if known and all(as_meant(one, recipe) for one in (external, internal) if one.Id):
                return recipe
        return None


def only_operational(station: VisionStation) -> None:
    """Where no part is on its way, a recipe may come and go.

    Raises:
        BadCall: BadInvalidState.
    """
    if station.state not in (State.INITIALIZED, State.READY):
        raise BadCall(ua.StatusCodes.BadInvalidState)


def internal_id(recipe: RecipeFacts | None, own: str = "") -> ua.Variant:
    """InternalId of a recipe; where there is none yet, nothing but `own`."""
    if recipe:
        made = recipe_id("RecipeIdInternalDataType", recipe)
    else:
        made = ua.RecipeIdInternalDataType()
        made.Id = own or None
    return ua.Variant(made, ua.VariantType.ExtensionObject)
