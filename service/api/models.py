"""What REST and Socket.IO say, one model each; both send the same objects."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.stored import Verdict

JudgementName = Literal["PASS", "FAIL", "ERROR"]


class Payload(BaseModel):
    """An answer. Times are UTC, in microseconds since 1970."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, serialize_by_alias=True, defer_build=True
    )


class ForcedState(Payload):
    """Values that people prescribe now for a wiring check."""

    count: int
    points: tuple[str, ...]
    """Their names, of the first three"""
    by: tuple[str, ...]
    """Who"""
    ends_at_us: int
    """When the last of them ends"""


class StationState(Payload):
    """The station at one moment."""

    state: str
    """Of OPC 40100-1: Preoperational, Halted, Error, Initialized, Ready, SingleExecution, ContinuousExecution"""
    state_text: str
    """The same in the operator's words"""
    online: bool
    """Camera and recipe are ready and nobody took the station offline"""
    offline_code: int
    """OfflineReason of the status word, 0 = online; `/texts` has its words in other languages"""
    offline_reason: str
    """Why not online, in English; empty when online"""
    trigger_ready: bool
    """A trigger would be accepted now"""
    job: int
    """Job number of the active recipe, 0 = none"""
    recipe: str
    """Its name"""
    recipe_version: int
    """Its version"""
    job_asked: int | None
    """The job that the PLC asked for last, whether it could be loaded or not; null = for none since the start"""
    plc_clients: int
    """Connected Modbus clients"""
    opcua_clients: int
    """OPC UA sessions"""
    simulated: bool
    """The camera is simulated"""
    clock_synchronised: bool
    """The station's clock follows a time server"""
    plc_clock_ahead_ms: float | None
    """The PLC's time (command 7) less the station's, when the PLC last told it; null = it told none since the start"""
    plc_clock_told_at_us: int | None
    """When that was"""
    forced: ForcedState | None = None
    """null = every value is real"""
    at_us: int
    """When this was so"""


class Alarm(Payload):
    """An alarm."""

    number: int
    """As in Modbus, OPC UA, log and manual"""
    severity: str
    """error or warning"""
    text: str
    """What happened, the detail and what to do, in English; `/texts` has other languages"""
    detail: str
    """What exactly, for example the camera's own words; not translated"""
    since_us: int
    """When it came"""
    active: bool = True
    """false = it is over, and not yet acknowledged and confirmed"""
    over_at_us: int | None = None
    """When it was over; null while it is active"""
    acknowledged: bool = False
    """Somebody has seen it"""
    acknowledged_at_us: int | None = None
    """When"""
    acknowledged_by: str = ""
    """Who, with the protocol and the address"""
    confirmed: bool = False
    """Somebody has seen to its cause"""
    confirmed_at_us: int | None = None
    """When"""
    confirmed_by: str = ""
    """Who, with the protocol and the address"""
    comment: str = ""
    """What somebody said about it last"""
    commented_at_us: int | None = None
    """When"""
    commented_by: str = ""
    """Who, with the protocol and the address"""


class StepEvent(Payload):
    """One step's outcome on one part."""

    name: str
    """Of a step that repeats ``step[i]``"""
    tool: str
    """The tool's type"""
    instance: int = 0
    """i of ``step[i]``, from 1; 0 = the step does not repeat"""
    judgement: JudgementName
    status: int
    """0 not run, 1 pass, 2 fail, 3 error, 4 not found, 5 too low, 6 too high"""
    value: float | None
    """The main measurement; null = nothing measured"""
    unit: str
    low: float | None
    """Lowest value that passes, null = no limit"""
    high: float | None
    """Highest value that passes, null = no limit"""
    warn_low: float | None = None
    """A value below it warns, null = no limit"""
    warn_high: float | None = None
    """A value above it warns, null = no limit"""
    nominal: float | None = None
    """What it should be, null = nobody said"""
    warning: bool = False
    """It passed, and is outside its warn limits"""
    message: str
    """Why it is not PASS, in words"""


class ResultEvent(Payload):
    """A finished inspection."""

    number: int
    """Counts over restarts"""
    result_seq: int
    """ResultSeq on Modbus"""
    judgement: JudgementName
    reason: str
    """Why it is not PASS, in words"""
    job: int
    recipe: str
    recipe_version: int
    part_id: str
    at_us: int
    """When it was judged"""
    cycle_us: int
    """Trigger to result"""
    acquisition_us: int
    """Of it acquisition"""
    processing_us: int
    """Of it tools"""
    steps: tuple[StepEvent, ...] = ()
    """Empty in a page of inspections"""
    reject_class: int
    """0 pass, 1-N class of the first failing step or of the sort class, 65535 error"""
    sort_class: str = ""
    """Of a recipe that sorts: the class of the part"""
    source: str
    """Who triggered: modbus, opcua, web, hardware, timer, text"""
    image: bool
    """An image is kept, or is on its way to the disk: asking for it, or for its thumbnail, waits until it is there"""
    order: str = ""
    """What it belongs to, as it was when its trigger was accepted"""
    lot: str = ""
    shift: str = ""


class Review(Payload):
    """What a person said about a reject."""

    verdict: Verdict
    """real: the part is bad; false: it is good; unclear: nobody can tell"""
    reason: str
    by: str
    """Who, with the address"""
    at_us: int
    """When"""


class StoredInspection(ResultEvent):
    """A finished inspection as it is stored."""

    failed_step: str = ""
    """The first step with the inspection's judgement, where that is not PASS"""
    spot: tuple[float, float, float, float] | None = None
    """Where that step drew: left, top, right, bottom in shares of the image; null = it drew no shape"""
    pinned: bool = False
    """Somebody keeps it and its image from being deleted"""
    review: Review | None = None
    """Was the reject right? null = nobody said so"""
    lossy: bool = False
    """Its image was kept as JPEG: not every pixel is as the line judged it"""


class InspectionPage(Payload):
    """Newest first."""

    items: tuple[StoredInspection, ...]
    next: int | None
    """`before` of the next page; null on the last one"""


class Readiness(Payload):
    """One part of the station."""

    ok: bool
    reason: str = ""
    """Why not, and what to do"""


class Health(Payload):
    """The process serves."""

    status: Literal["ok"] = "ok"


class Ready(Payload):
    """Each part with its reason."""

    ready: bool
    parts: dict[str, Readiness]
    reload: str = ""
    """Why the last reload came to nothing; the generation before it serves. Empty = it did not"""


class Hour(Payload):
    """What one hour and one job brought; hours without a result are left out."""

    hour_us: int
    """Its beginning"""
    job: int
    total: int
    passed: int = Field(alias="pass")
    fail: int
    error: int


class StationEvent(Payload):
    """A line of the station's journal."""

    number: int
    at_us: int
    kind: str
    text: str
    who: str


class EventPage(Payload):
    """Newest first."""

    items: tuple[StationEvent, ...]
    next: int | None
    """`before` of the next page; null on the last one"""


class TagValue(Payload):
    """A row of the tag table with its value now."""

    name: str
    address: str | None
    """Modbus area, register and bit, zero-based; null = not on Modbus"""
    type: str
    access: Literal["command", "status"]
    one_based: str | None
    """The same as many PLC tools show it: 4xxxx, 3xxxx, with the bit behind a point"""
    count: int
    """Registers that it takes"""
    node: str | None
    """String id in OPC UA, namespace 2; null = not there"""
    unit: str
    help: str
    words: tuple[str, ...]
    """What 0, 1, 2 and so on say, empty where a state has no word; false, true of a bool"""
    value: bool | int | float | str | list[Any] | None
    """null = not a number"""


class TagState(Payload):
    """A tag as it stands."""

    name: str
    value: bool | int | float | str | list[Any] | None
    """null = not a number"""
    raw: tuple[int, ...]
    """Its registers on the wire, 0 or 1 of a bit; empty = not on Modbus"""
    quality: Literal["good", "forced", "stale", "unknown"]
    """forced: a person prescribes it; stale: whoever says it is gone, or the station is not Online; unknown: nobody has
    said it since the start"""
    changed_at_us: int
    """UTC, to 100 ms; 0 = it stands so since before the start. Of a result's tags: when the result came"""


class TagStates(Payload):
    """Tags whose value or quality changed."""

    revision: int
    """Ask with this as `since` for what changes later"""
    items: tuple[TagState, ...]
    """In the order of the table"""


class PartTiming(Payload):
    """Where one part's time went, in microseconds from the turn in which its trigger was decoded."""

    number: int
    total_us: int
    """To ResultsValid"""
    accept_commit_us: int
    """Until its acceptance stood on the disk"""
    acquisition_us: int
    overlap_us: int
    """In which both went on: the camera begins with the trigger, beside the commit"""
    waiting_us: int
    """For the part before it"""
    processing_us: int
    """Tools"""
    result_commit_us: int
    """Until its result stood on the disk"""
    overhead_us: int
    """The station's own: the rest"""


class Timings(Payload):
    """Of the line and of the event loop."""

    parts: tuple[PartTiming, ...]
    lag_p50_ms: float
    """How much later than asked for the event loop called back"""
    lag_p99_ms: float
    lag_max_ms: float


class Product(Payload):
    """What the line makes, by its own name, and the recipes that are linked to it."""

    id: str
    jobs: tuple[int, ...]
    """Job numbers, lowest first"""
    prepared: bool
    """The next parts are of this product: it was prepared over OPC UA, and its recipe is still the active one"""


class ProductionContext(Payload):
    """What is being made."""

    order: str
    lot: str
    shift: str
    """As set, else by the clock"""
    strings: tuple[str, ...]
    """Recipe strings 1-4"""


class AcceptedTrigger(Payload):
    """A trigger that was taken; its result comes under this number."""

    number: int
    job: int
    at_us: int
