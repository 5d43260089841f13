"""Recipes and products as the Machine Vision model of OPC UA sees and changes them."""

from collections.abc import Callable, Mapping, Sequence

from protocols.opcua.machine_vision import MachineVision, ProductFacts, RecipeFacts, RefusedError
from protocols.opcua.machine_vision.codes import Failure
from protocols.opcua.people import CALLER
from vision.errors import RecipeError
from vision.pipeline import PreparedRecipe
from vision.recipe import Signed

from .products import Products, TooManyProducts
from .recipe_ids import NoJobNumber, RecipeIds, TooManyIds, job_numbers
from .recipes import RecipeBook
from .station import Station


class VisionRecipes:
    """The part of `VisionSystem` that is about what is in production."""

    _book: RecipeBook
    _station: Station
    _model: MachineVision
    catalogue: Products
    ids: RecipeIds
    _shown: tuple[Mapping[int, PreparedRecipe], int] = {}, 0  # recipes and active job, as they were shown

    def recipes(self) -> Sequence[RecipeFacts]:
        return [self._recipe(job) for job in sorted(self._book.ready)]

    def _recipe(self, job: int) -> RecipeFacts:
        recipe, active = self._book.ready[job].recipe, self._station.handshake.conditions.job
        return RecipeFacts(
            job,
            recipe.name,
            recipe.version,
            self._book.sha256.get(job, ""),
            job == active,
            self._book.modified_at_us.get(job, 0),
            self.catalogue.of(job),
            self.ids.of(job),
        )

    def named(self, external: str) -> int | None:
        return self.ids.job(external)

    async def name(self, external: str) -> int:
        async with self._book.changing:
            used = await self._book.run(job_numbers, self._book.folder)
            used |= {*self._book.ready, *self.catalogue.announced}
            try:
                job = self.ids.choose(external, used, CALLER.get())
            except TooManyIds as exc:
                raise RefusedError(-Failure.TOO_MANY_PRODUCTS, str(exc)) from exc
            except NoJobNumber as exc:
                raise RefusedError(-Failure.NO_JOB_NUMBER, str(exc)) from exc
        await self._station.written()
        return job

    async def prepare(self, job: int) -> None:
        await self._station.jobs.change(job, CALLER.get())

    async def unprepare(self) -> None:
        self._station.states.unprepare(CALLER.get())
        self.catalogue.job_active(0)

    def products(self) -> Sequence[ProductFacts]:
        return [ProductFacts(product, tuple(jobs)) for product, jobs in sorted(self.catalogue.all.items())]

    async def prepare_product(self, product: str, job: int) -> None:
        self.catalogue.prepared(product, job)
        await self.prepare(job)

    async def link(self, product: str, job: int) -> None:
        await self._catalogued(self.catalogue.link, product, job)

    async def unlink(self, product: str, job: int) -> bool:
        linked = self.catalogue.unlink(product, job, CALLER.get())
        await self._station.written()
        return linked

    async def announce(self, product: str, job: int) -> None:
        await self._catalogued(self.catalogue.announce, product, job)

    async def renounce(self, job: int) -> bool:
        async with self._book.changing:
            if job in self._book.ready:
                return False
            known = self.catalogue.renounce(job, CALLER.get())
            if self.ids.of(job) and job not in await self._book.run(job_numbers, self._book.folder):
                self.ids.forget(job, CALLER.get())
                known = True
        await self._station.written()
        return known

    def arrived(self, job: int, who: str) -> None:
        """Who sent this recipe sent what is in production already."""
        self.catalogue.arrived(job, who)

    def renumbered(self, job: int) -> bool:
        """A recipe that comes for this job has another station's number: the client was told which one it gets here."""
        to_come = job in self.catalogue.announced and job not in self._book.ready
        return to_come or self.ids.of(job) != ""

    async def remove(self, job: int) -> None:
        try:
            await self._station.jobs.take_out_of_production(job, Signed(CALLER.get()))
        except RecipeError as exc:
            raise RefusedError(-Failure.RECIPE_NOT_REMOVED, str(exc)) from exc

    async def _catalogued(self, change: Callable[[str, int, str], None], product: str, job: int) -> None:
        try:
            change(product, job, CALLER.get())
        except TooManyProducts as exc:
            raise RefusedError(-Failure.TOO_MANY_PRODUCTS, str(exc)) from exc
        await self._station.written()

    def _look_at_recipes(self) -> None:
        """At every change of the station's state: most of them leave the recipes as they were."""
        job = self._station.handshake.conditions.job
        if self._shown[0] is not self._book.ready or self._shown[1] != job:
            self._shown = self._book.ready, job
            self._model.recipes_changed()
