"""The Machine Vision model beside the flat tags: built before anything is served, then told what the station does."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from asyncua import Server, ua
from asyncua.common.events import Event

from protocols import alarms

from .asset import Asset
from .asset_facts import Condition
from .conditions import Conditions
from .configurations import Configurations
from .control import Control
from .events import Events
from .files import FilePool
from .last_results import SLOTS, LastResults
from .last_results import build as build_results
from .machine import Machine
from .methods import Methods, table
from .model import CONFIGURATIONS, ROOT, Model
from .news import News
from .nodeset import NodesetError
from .occurrences import ConditionFacts, Kind, NewsFacts
from .products import Products
from .recipe_nodes import add_versions
from .recipe_shelf import RecipeShelf
from .recipes import Recipes
from .refreshing import Refreshing
from .results import Results
from .states import State
from .station import RecipeFacts, RefusedError, ResultFacts, VisionStation, Wanted
from .structures import configuration
from .system_state import SystemState
from .transfer import Transfers, announce_timeout

log = logging.getLogger(__name__)


def notifiers(index: int) -> tuple[ua.NodeId, ...]:
    """Where events are raised; `index` is our namespace."""
    return ua.NodeId(ROOT, index), ua.NodeId(ua.ObjectIds.Server)


async def furnish(server: Server, index: int) -> None:
    """Have all nodes of the vision system that are the same at every start.

    Raises:
        NodesetError: The nodeset is not the right one; nothing was made.
    """
    await _furnish(Model(server, index))


async def _furnish(model: Model) -> None:
    await model.build()
    await build_results(model)
    await announce_timeout(model)
    add_versions(model)


class MachineVision:
    """One VisionSystem after OPC 40100-1. What happens is told by calls that return at once."""

    def __init__(self, server: Server, index: int, station: VisionStation) -> None:
        self._model, self._station = Model(server, index), station
        self._asset: Asset | None = None
        root = self._model.node(ROOT)
        self._events = Events(server.iserver.subscription_service, root, ROOT)
        self._machine = Machine(self._model, self._events)
        self._conditions = Conditions(self._model, station)
        self._refreshing = Refreshing(self._model, station, self._conditions, self._events)
        self._news, self._system = News(self._model, station), SystemState(self._model, station)

    @property
    def notifiers(self) -> tuple[ua.NodeId, ...]:
        """Where its events are raised."""
        return notifiers(self._model.index)

    def past_event(self, result: ResultFacts) -> Event:
        """ResultReady of this result, as it was raised."""
        return self._machine.event(self._machine.result_ready(result))

    async def build(self) -> Methods:
        """Have it in the address space: blocks the loop for some 0.2 s, where that began without a cache.

        Raises:
            NodesetError: The nodeset is not the right one; nothing was made.
        """
        await _furnish(self._model)
        await self._build_asset()
        station = self._station
        control, products = Control(station, self._machine), Products(station, self._model)
        answers = table(control, Recipes(station), Results(station), Configurations(station))
        methods = Methods(self._model, {**answers, **products.methods()})
        self._shelf = RecipeShelf(self._model, station, methods, products, self._events)
        self._conditions.serve(methods, alarms.BY_NUMBER)
        self._refreshing.serve(methods)
        inner, level = self._model.server.iserver, self._model.node(f"{ROOT}.DiagnosticLevel")
        inner.commands = {**inner.commands, level: (ua.VariantType.UInt16, self._news.set_level)}
        self._files = FilePool(self._model, methods)
        methods.join(Transfers(self._model, self._files, station).methods())
        self._machine.last = LastResults(self._model, station.has_image)
        self._methods = methods
        return methods

    async def _build_asset(self) -> None:
        if (facts := self._station.asset()) is None:
            return
        asset = Asset(self._model.server, self._model.index, facts)
        try:
            await asset.build()
        except NodesetError as exc:  # the vision system serves without it
            log.error("OPC UA serves without the vision asset: %s", exc)
        else:
            self._asset = asset

    async def run(self) -> None:
        """Show the station as it stands, then follow it for ever. The station is there by now."""
        try:
            await self._follow()
        finally:
            await self._methods.close()

    async def _follow(self) -> None:
        await self._machine.show(State(self._station.state))
        facts = ua.Variant(configuration(self._station.configuration()), ua.VariantType.ExtensionObject)
        active = self._model.node(f"{CONFIGURATIONS}.ActiveConfiguration")
        await self._model.server.write_attribute_value(active, ua.DataValue(facts))
        await self._news.show_level()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._show_last())
            tasks.create_task(self._files.run())
            tasks.create_task(self._machine.run())
            tasks.create_task(self._system.run())
            if self._asset:
                tasks.create_task(self._asset.run())
            tasks.create_task(self._shelf.run())

    async def _show_last(self) -> None:
        """What an earlier run inspected, oldest first."""
        with contextlib.suppress(RefusedError):  # shown again as they come
            for facts in reversed(await self._station.results(Wanted(), 0, SLOTS)):
                whole = await self._station.result(facts.number)
                if whole is not None and self._machine.last:
                    await self._machine.last.tell(self._machine.last.put(whole))

    def condition(self, condition: Condition) -> None:
        """How the system is from now on."""
        if self._asset:
            self._asset.told(condition)

    def moved(self, before: int, after: int) -> None:
        """One step from a state to the next."""
        self._machine.moved(State(before), State(after))

    def job_started(self, number: int) -> None:
        """A trigger of any source was accepted."""
        self._machine.job_started(number)

    def acquired(self, number: int) -> None:
        """The last image of this part is taken."""
        self._machine.acquired(number)

    def finished(self, result: Callable[[], ResultFacts]) -> None:
        """Its result is stored and offered; it is asked for where somebody hears of it."""
        self._machine.finished(result)

    def condition_changed(self, facts: Callable[[], ConditionFacts]) -> None:
        """An alarm came, is over, or somebody did something about it."""
        self._machine.tell(lambda: self._conditions.event(facts()))

    def news(self, kind: Kind, severity: int, facts: Callable[[], NewsFacts]) -> None:
        """Something happened that needs nobody."""
        if self._news.wanted(kind, severity):
            self._machine.tell(lambda: self._news.event(facts()))

    def recipe_prepared(self, recipe: RecipeFacts, product: str) -> None:
        """The next parts are judged by this one, and are of this product; "" = of none that was named."""
        self._machine.recipe_prepared(recipe, product)

    def recipes_changed(self) -> None:
        """Others are in production, another one is prepared, or products were linked."""
        self._shelf.changed()
