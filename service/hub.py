"""What the web needs of the station: typed doors, filled once by `service/app.py`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from protocols.handshake.types import Accepted
from protocols.image import ProcessImage
from protocols.modbus import Trace
from protocols.standstill import Standstill
from service.api.count_models import Count, Counters
from service.api.models import Alarm, Product, ProductionContext, Readiness, ResultEvent, StationState, Timings
from service.api.recipe_models import Draft, Recipe, RecipeContent, RecipeVersion
from service.offload import Offload
from service.settings import Settings
from service.stored import ResultFilter, ResultQueries, StoredTally, Verdict
from vision.frame import Frame

if TYPE_CHECKING:
    from protocols.opcua.entrance import Entrance
    from service.alarms import Alarms
    from service.auth.doors import Doors
    from service.backup_runs import BackupRuns
    from service.bench import Door
    from service.doctor.ward import Ward
    from service.doctor.wave import Waves
    from service.drafting import Drafting
    from service.evaluation.runs import Evaluations
    from service.forces import Forces
    from service.live import FrameSource
    from service.logs.setup import Log
    from service.previews import Previews
    from service.reloads import Reloads
    from service.restores import Restores
    from service.simulated_plc import SimulatedPlc
    from service.storage.export import Export
    from service.storage.measured import Measured
    from service.store import Pin
    from service.tag_watch import TagWatch
    from service.transfer import Files
    from service.uploads import Uploads
    from service.workbench import Workbench
    from service.writers import AllowedWriters


class Rejected(Exception):
    """The station did not do it; `code` is TriggerRejectCode or CommandErrorCode, the text says why."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class NoSuchRecipe(Exception):
    """No recipe has this job number, or it has no such version; the text says which."""


class RecipeRefused(Exception):
    """A recipe's version cannot go into production; `problems` has every reason, each with its place."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class StationFacade(Protocol):
    """The station as the web sees it; all but the coroutines answer at once."""

    @property
    def name(self) -> str: ...

    def state(self) -> StationState: ...

    def counters(self) -> Counters: ...

    def alarms(self, *, over: bool) -> Sequence[Alarm]:
        """The active ones, and with `over` those that are over and not yet acknowledged and confirmed; by number."""
        ...

    def last(self) -> ResultEvent | None:
        """The newest finished inspection; None on a new station."""
        ...

    def readiness(self) -> Mapping[str, Readiness]:
        """By part: camera, recipe, store, modbus, opcua, vision, and check.NAME for each of the engineer's checks."""
        ...

    def reload_trouble(self) -> str:
        """Why the last reload came to nothing; "" = it did not."""
        ...

    def recipe_schema(self) -> Mapping[str, Any]:
        """JSON Schema of a recipe."""
        ...

    async def trigger(self, part_id: bytes, who: str) -> Accepted:
        """Ends when the acceptance is committed. Raises Rejected."""
        ...

    async def activate(self, job: int, who: str) -> None:
        """Ends when the job is active, also after a crash. Raises NoSuchRecipe, Rejected."""
        ...

    async def set_online(self, online: bool, who: str) -> None:
        """Take the station online or offline; ends when that is kept. Raises Rejected."""
        ...

    async def reset_counters(self, who: str) -> None:
        """Ends when that is kept."""
        ...

    def production(self) -> ProductionContext: ...

    def current_count(self, scope: int, tallies: Sequence[StoredTally]) -> Count:
        """Of `tallies` the one that the next part belongs to; `scope` is 1 lot, 2 shift."""
        ...

    def timings(self, limit: int, seconds: float) -> Timings:
        """Of the newest `limit` parts, oldest first, and the loop's lag in the last `seconds`."""
        ...

    async def set_production(self, values: Mapping[str, Any], who: str) -> None:
        """Any of order, lot, shift and strings; ends when they are kept."""
        ...


class RecipeShelf(Protocol):
    """The recipes as the web sees them, drafts and earlier versions too; all read or change files."""

    async def listing(self) -> Sequence[Recipe]:
        """By job number; those that cannot be read last."""
        ...

    async def content(self, job: int, version: int | None = None) -> RecipeContent:
        """Of a version that was released; None = the one in production. Raises NoSuchRecipe."""
        ...

    async def draft(self, job: int) -> Draft:
        """With everything that is wrong with it, or what one would be made from.

        Raises NoSuchRecipe, RecipeRefused where it cannot be read.
        """
        ...

    async def versions(self, job: int) -> Sequence[RecipeVersion]:
        """Newest first. Raises NoSuchRecipe."""
        ...

    async def release(self, job: int, who: str, reason: str, sha256: str | None, force: bool = False) -> None:
        """Ends when the draft judges. `force`: also if it fails its references. Raises NoSuchRecipe, RecipeRefused."""
        ...

    async def roll_back(self, job: int, who: str, reason: str, version: int | None, force: bool = False) -> None:
        """Ends when an earlier version judges. `force`: as above. Raises NoSuchRecipe, RecipeRefused."""
        ...

    async def withdraw(self, job: int, who: str, reason: str) -> None:
        """Ends when it judges no more, also after a crash. Raises NoSuchRecipe, RecipeRefused."""
        ...


class ProductShelf(Protocol):
    """Which recipes are linked to which products; a change ends when it is kept."""

    def listing(self) -> Sequence[Product]:
        """By id."""
        ...

    async def link(self, product: str, job: int, who: str) -> None:
        """Raises NoSuchRecipe, Rejected where there are too many."""
        ...

    async def unlink(self, product: str, job: int, who: str) -> None:
        """Raises NoSuchRecipe where it is not linked."""
        ...


class Images(Protocol):
    """The archive's files by the name that a row holds."""

    def path(self, name: str) -> Path:
        """Where the image is, or was."""
        ...

    def thumbnail_path(self, name: str) -> Path:
        """Its thumbnail, likewise."""
        ...

    def keeping(self, number: int) -> bool:
        """The image of this inspection is on its way to the disk, its row does not name it yet."""
        ...

    async def kept(self, number: int) -> str:
        """The name of an image that is on its way, once it is there; "" = none came."""
        ...


class ModbusTraffic(Protocol):
    """The Modbus server's connections and what they asked."""

    @property
    def trace(self) -> Trace: ...

    def clients(self) -> Sequence[Any]:
        """Dataclasses with counters, one for each connected client."""
        ...

    def end(self, address: str, reason: str) -> int:
        """Close the connections of a client; how many there were."""
        ...


class OpcUaServing(Protocol):
    """The OPC UA server as its clients see it."""

    @property
    def serving(self) -> bool: ...

    @property
    def entrance(self) -> "Entrance": ...


class Preview(Protocol):
    """Where live frames come from."""

    async def preview(self) -> Frame | None:
        """The camera's next frame; None when it has none to spare now (a trigger goes first, or it is lost)."""
        ...


class StorageDoor(Protocol):
    """How much is kept, and what people keep or take away: `service.storage.Storage`."""

    async def measured(self) -> "Measured":
        """At most ten seconds old. Raises StoreError."""
        ...

    async def pins(self, before: int | None, limit: int) -> "Sequence[Pin]":
        """Newest result first, with numbers below `before`."""
        ...

    async def pin(self, number: int, who: str, why: str) -> None:
        """Ends when it is kept. Raises NoSuchResult, PinRefused."""
        ...

    async def unpin(self, number: int, who: str) -> None:
        """Raises NoSuchResult."""
        ...

    async def review(self, number: int, verdict: Verdict | None, reason: str, who: str) -> None:
        """Whether a reject was right; None takes it back. Raises NoSuchResult, ReviewRefused."""
        ...

    async def report(self, wanted: ResultFilter, asked: Sequence[tuple[str, str]]) -> bytes:
        """These results as one HTML page; `asked` is the filter in words."""
        ...

    def table(self, wanted: ResultFilter) -> AsyncIterator[bytes]:
        """These results as CSV, in pieces."""
        ...

    def exporting(self, wanted: ResultFilter) -> "AbstractAsyncContextManager[Export]":
        """An archive of these results, which is iterated for its bytes. Raises Busy."""
        ...

    async def exported(self, export: "Export", who: str) -> None:
        """It has arrived."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """Everything the web side works on."""

    settings: Settings
    station: StationFacade
    alarms: "Alarms"
    recipes: RecipeShelf
    products: ProductShelf
    store: ResultQueries
    archive: Images
    storage: StorageDoor
    image: ProcessImage
    modbus: ModbusTraffic
    writers: "AllowedWriters"
    tag_watch: "TagWatch"
    forces: "Forces"
    simulated_plc: "SimulatedPlc"
    opcua: OpcUaServing | None = None  # None = it is disabled, or could not be built
    ward: "Ward"
    waves: "Waves"
    live: "FrameSource"
    previews: "Previews"
    metrics: Callable[[], Awaitable[bytes]]  # in Prometheus' text format
    offload: Offload
    log: "Log"
    backups: "BackupRuns"
    restores: "Restores"
    reloads: "Reloads"
    uploads: "Uploads"
    workbench: "Workbench"
    drafts: "Drafting"
    bench: "Door"
    files: "Files"
    evaluations: "Evaluations"
    doors: "Doors"
    token: str  # opens the web outside loopback
    bind: str  # address that HTTP is bound to; anything but a loopback address is "outside"
    version: str = "0"  # of the package
    build: str = ""  # of the console, another one after every change of its files
    standstill: Standstill = field(default_factory=Standstill)  # while the state is on its way to the next generation
