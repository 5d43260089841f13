"""What the Machine Vision model asks of the station, free of asyncua."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .occurrences import ConditionFacts

from .asset_facts import AssetFacts
from .stored_files import StationFiles

ID_BYTES = 64  # at the most, of what the line calls a measurement, a part or a product


class RefusedError(Exception):
    """The station cannot do it now; `code` is above 0, the method answers with Error = -code."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class RecipeFacts:
    """One recipe in production. Its id inside is the job number, which stands for it outside too."""

    job: int
    name: str
    version: int
    sha256: str = ""  # hexadecimal; "" = not known
    prepared: bool = False  # the next part is judged by it
    modified_at_us: int = 0  # UTC, when it was put into production; 0 = not known
    products: tuple[str, ...] = ()  # that are linked to it
    external: str = ""  # as a client calls it; "" = by its job number

    @property
    def ids(self) -> tuple[str, ...]:
        """What it may be called outside, what it is shown with first."""
        return (self.external, str(self.job)) if self.external else (str(self.job),)


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A text by which the line calls what it makes, and the recipes that are linked to it, in production or not."""

    id: str
    jobs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ConfigurationFacts:
    """The settings that the station runs on."""

    id: str
    sha256: str  # hexadecimal
    modified_at_us: int  # UTC, when they were first seen so


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step of a result: its main value, NaN where it took none."""

    name: str
    value: float
    unit: str
    passed: bool


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """One result. Times are UTC."""

    number: int  # of the job and of its result: InspectionId
    recipe: RecipeFacts
    judgement: str  # PASS, FAIL or ERROR
    reject_class: int
    reason: str  # why it is not PASS, in words
    meas_id: str
    part_id: str
    simulated: bool
    started_at_us: int
    finished_at_us: int
    acquisition_ms: float
    processing_ms: float
    configuration: ConfigurationFacts
    steps: tuple[StepFacts, ...] | None = None  # None = not looked up
    image: bool = False  # it is kept, or on its way to the disk
    product_id: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which results; None = all. Conditions are joined by *and*."""

    job: int | None = None  # of the recipe
    version: int | None = None  # of the recipe
    part_id: str | None = None
    meas_id: str | None = None
    number: int | None = None
    product_id: str | None = None


class VisionStation(Protocol):
    """The station behind the model. Calls that are not ``async`` return at once."""

    @property
    def state(self) -> int:
        """StateNumber after OPC 40100-1: 1 to 3, 5 to 8."""
        ...

    @property
    def files(self) -> StationFiles:
        """What can be transferred as a file."""
        ...

    def has_image(self, number: int) -> bool | None:
        """The image of this result is kept or on its way to the disk; None = as its facts say."""
        ...

    def asset(self) -> AssetFacts | None:
        """Who made the system and its parts; None = no asset is shown."""
        ...

    def configuration(self) -> ConfigurationFacts: ...

    def recipes(self) -> Sequence[RecipeFacts]:
        """Those in production, by job number."""
        ...

    async def prepare(self, job: int) -> None:
        """Judge the next parts by this one. It is known, and the station is Initialized or Ready."""
        ...

    async def unprepare(self) -> None:
        """Judge no part until a recipe is prepared again, by whomever."""
        ...

    def products(self) -> Sequence[ProductFacts]:
        """By id."""
        ...

    async def prepare_product(self, product: str, job: int) -> None:
        """As `prepare`: the parts from now on are of this product, which is linked to the recipe."""
        ...

    async def link(self, product: str, job: int) -> None:
        """The recipe is in production, or was; again is no error.

        Raises:
            RefusedError: There are too many.
        """
        ...

    async def unlink(self, product: str, job: int) -> bool:
        """Whether it was linked; a product without a recipe is none any more."""
        ...

    def named(self, external: str) -> int | None:
        """The job number that stands for this id of a client's, which is none itself; None = nobody has added it."""
        ...

    async def name(self, external: str) -> int:
        """As `named`; a new id gets a job number that is free, and keeps it.

        Raises:
            RefusedError: There are too many ids, or no number is free.
        """
        ...

    async def renounce(self, job: int) -> bool:
        """No recipe of this job number is to come any more, and its id goes where no file of it is here.

        Whether there was anything to forget; of a recipe in production there is not.
        """
        ...

    async def announce(self, product: str, job: int) -> None:
        """A recipe with this job number is to come, for this product; "" = for none.

        Raises:
            RefusedError: There are too many.
        """
        ...

    async def remove(self, job: int) -> None:
        """Take a recipe out of production, which is in it and is not the prepared one; no product is linked to it then.

        Raises:
            RefusedError: Its folder cannot be written.
        """
        ...

    async def start_job(self, meas_id: str, part_id: str, product_id: str) -> int:
        """Inspect one part; its number, once the acceptance is committed. No product = the one that is prepared.

        Raises:
            RefusedError: With the trigger's reject code.
        """
        ...

    async def start_continuous(self, meas_id: str, part_id: str, product_id: str) -> int:
        """Inspect part after part until `end_continuous`; the number of the first.

        Raises:
            RefusedError: With the trigger's reject code.
        """
        ...

    def end_continuous(self) -> None:
        """Take no further part; the one on its way ends as always."""
        ...

    def halt(self, why: str) -> None: ...

    def reset(self, why: str) -> None:
        """Go to Preoperational, and on from there by itself as far as the conditions let it."""
        ...

    async def go_online(self) -> None:
        """Be in the automatic mode."""
        ...

    def simulate(self, judgement: int, why: str) -> None:
        """Every part gets this judgement from now on, 1 PASS, 2 FAIL, 3 ERROR, and is flagged; 0 = its own again."""
        ...

    def conditions(self) -> Sequence["ConditionFacts"]:
        """Those that are retained, by number."""
        ...

    async def acknowledge(self, number: int, comment: str | None) -> None:
        """It is retained and not yet acknowledged. Of all three, ends when a restart would find it; None = no words."""
        ...

    async def confirm(self, number: int, comment: str | None) -> None:
        """It is retained and not yet confirmed; that acknowledges it, too."""
        ...

    async def comment(self, number: int, comment: str) -> None:
        """It is retained."""
        ...

    @property
    def diagnostic_level(self) -> int:
        """Diagnostic events below this severity are not raised; 0 = none is."""
        ...

    async def set_diagnostic_level(self, level: int) -> None:
        """Ends when a restart would find it."""
        ...

    @property
    def system_state(self) -> str:
        """The state after SEMI E10, as a path: ``UDT/Hardware Related Error/Sensor Unit``."""
        ...

    async def result(self, number: int) -> ResultFacts | None:
        """With its steps; None = there is none.

        Raises:
            RefusedError: The results cannot be read.
        """
        ...

    def in_work(self, number: int) -> bool:
        """The result of this number is still to come."""
        ...

    async def results(self, wanted: Wanted, start: int, count: int) -> Sequence[ResultFacts]:
        """Newest first, without steps: `count` of those that match, after the first `start`.

        Raises:
            RefusedError: The results cannot be read.
        """
        ...
