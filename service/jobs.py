"""Which recipe judges: all that are in production are held ready, one is active."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from protocols import alarms as alarm_table
from protocols import tags
from protocols.handshake import Handshake
from protocols.image import ProcessImage
from vision.errors import RecipeError
from vision.pipeline import PreparedRecipe
from vision.recipe import Recipe, Signed, withdraw

from .alarms import Alarms
from .recipes import RecipeBook
from .settings import StationSettings
from .state_machine import StateMachine


class Jobs:
    """A job is a recipe's number. Whoever is told is in `on_job`, `on_release` and `on_withdrawal`."""

    written: Callable[[], Awaitable[None]]  # waits till a restart would find what was set; given before anybody may ask

    def __init__(
        self,
        settings: StationSettings,
        book: RecipeBook,
        image: ProcessImage,
        alarms: Alarms,
        handshake: Handshake,
        states: StateMachine,
        note: Callable[[str, str, str], object],
        tell: Callable[[], None],
    ) -> None:
        """`note` writes into the journal: kind, words, who. `tell` says that the station's state has changed."""
        self._settings, self._book, self._image, self._alarms = settings, book, image, alarms
        self._handshake, self._states, self._note, self._tell = handshake, states, note, tell
        self.on_job: list[Callable[[int], None]] = []
        self.on_release: list[Callable[[Recipe], None]] = []
        self.on_withdrawal: list[Callable[[int, str], None]] = []  # job, who
        self._active = 0

    @property
    def recipe(self) -> PreparedRecipe | None:
        """The active one."""
        return self._book.ready.get(self._handshake.conditions.job)

    def activate(self, job: int, who: str = "") -> None:
        """Make `job` the active one; it is held ready, so this takes no time. `who` asked; "" = nobody, at a start."""
        known = job in self._book.ready
        if known and who and job != self._active:
            following = self._book.ready[job].recipe
            before = f"was {self._active}" if self._active else "there was none"
            words = f"job {job} is active: {following.name}, version {following.version} ({before})"
            self._note("recipe", words, who)
        self._active = job if known else 0
        self._alarms.set(alarm_table.NO_RECIPE, not known, f"job {job}" if job else "")
        self._states.unprepared = False
        self._handshake.set_conditions(job=job if known else 0, recipe=known)
        recipe = self.recipe
        self._image.set(tags.JOB_NAME, recipe.recipe.name if recipe else "")
        self._image.set(tags.RESULT_TIME_LIMIT, self._result_time_limit_ms(recipe))
        if known:
            for tell_job in self.on_job:
                tell_job(job)
        self._tell()

    async def change(self, job: int, who: str) -> None:
        """As `activate`; ends when a crash would come back with this job."""
        committed = self._handshake.select_job(job)
        self.activate(job, who)
        await committed
        await self.written()

    def put_into_production(self, prepared: PreparedRecipe, folder: Path, words: str, who: str) -> None:
        """A version of a recipe takes the place of the one before; parts on their way keep theirs.

        It becomes the active one where no other is. `words` go into the journal.
        """
        self._book.hold(prepared, folder)
        self._note("recipe", words, who)
        for tell in self.on_release:
            tell(prepared.recipe)
        self.recipes_changed()
        active = self._handshake.conditions.job
        if active in (0, prepared.job):
            self.activate(prepared.job, "" if active else who)

    async def take_out_of_production(self, job: int, signed: Signed) -> None:
        """No part is judged by this recipe; ends when a restart would not find it either.

        Raises:
            RecipeError: It is not in production, is the active one, or its folder cannot be written: nothing is done.
        """
        async with self._book.changing:
            self._check_withdrawal(job)
            before, folder = self._book.drop(job)
            self.recipes_changed()
            try:
                await self._book.run(withdraw, folder, signed)
            except RecipeError:
                self._book.hold(before, folder)
                self.recipes_changed()
                raise
        recipe, reason = before.recipe, f": {signed.reason}" if signed.reason else ""
        words = f"version {recipe.version} of job {job} ({recipe.name}) is taken out of production{reason}"
        self._note("recipe", words, signed.by)
        for tell in self.on_withdrawal:
            tell(job, signed.by)
        await self.written()

    def _check_withdrawal(self, job: int) -> None:
        if job not in self._book.ready:
            raise RecipeError(f"job {job}: no version is in production")
        if job == self._handshake.conditions.job:
            raise RecipeError(f"job {job}: it is the active one; activate another job first")

    def recipes_changed(self) -> None:
        """The recipe book was read anew."""
        jobs = sorted(self._book.ready)
        self._handshake.set_conditions(jobs=frozenset(jobs))
        self._image.set(tags.JOB_NUMBERS, tuple(jobs))
        self._image.set(tags.JOB_NAMES, tuple(self._book.ready[job].recipe.name for job in jobs))
        broken = "; ".join(f"{b.folder}: {b.short}" for b in self._book.broken)
        self._alarms.set(alarm_table.RECIPE_BROKEN, bool(broken), broken)

    def _result_time_limit_ms(self, recipe: PreparedRecipe | None) -> int:
        limit, settings = recipe.recipe.time_limit_ms if recipe else 0, self._settings
        inspections = limit * (1 + settings.hand_over)
        return min(0xFFFF, settings.acquisition_limit_ms + inspections + 2 * settings.commit_limit_ms)
