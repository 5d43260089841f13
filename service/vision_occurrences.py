"""Alarms, news and the state after SEMI E10, as the Machine Vision model of OPC UA hears of them."""

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from protocols.alarms import (
    ASCII_NOT_SERVING,
    BY_NUMBER,
    DISK_LOW,
    MODBUS_NOT_SERVING,
    OPCUA_CERTIFICATE,
    STORAGE_FAULT,
    Alarm,
    Severity,
    texts,
)
from protocols.handshake import Accepted
from protocols.opcua.machine_vision import (
    Care,
    ConditionFacts,
    ConfigurationFacts,
    Context,
    Kind,
    MachineVision,
    NewsFacts,
    RecipeFacts,
)
from protocols.opcua.people import CALLER

from .alarm_state import AlarmState
from .alarms import Alarms
from .inspection import Given
from .products import Products
from .remembered import Remembered
from .states import State
from .station import Station
from .store import Results
from .vision_facts import GivenIds

PRODUCTION_S = 10.0  # a gap between parts that is shorter belongs to the production
EXECUTING = (State.SINGLE_EXECUTION, State.CONTINUOUS_EXECUTION)
MAINTENANCE = (DISK_LOW, OPCUA_CERTIFICATE)
_SOFTWARE, _HARDWARE = "UDT/Software Related Error", "UDT/Hardware Related Error"
CAUSES: Mapping[int, str] = {  # by hundreds; the beginning of each path is given by OPC 40100-1, 11.6
    1: f"{_HARDWARE}/Sensor Unit/Camera",
    2: f"{_SOFTWARE}/Recipe",
    3: f"{_SOFTWARE}/Inspection",
    4: f"{_HARDWARE}/Computing Unit/Storage",
    5: f"{_HARDWARE}/Controller Unit",
    6: f"{_SOFTWARE}/OPC UA",
    7: f"{_SOFTWARE}/Station",
}
OTHER_CAUSES: Mapping[int, str] = {  # by number, where the hundred says something else
    MODBUS_NOT_SERVING.number: f"{_SOFTWARE}/Modbus TCP",
    ASCII_NOT_SERVING.number: f"{_SOFTWARE}/Lines of text",
}
NEWS: Mapping[str, tuple[Kind, int, str]] = {  # by the journal's kinds: event type, severity and CausePath
    "station": (Kind.INFORMATION, 100, "Station"),
    "state": (Kind.INFORMATION, 100, "Station"),
    "online": (Kind.INFORMATION, 100, "Station"),
    "camera": (Kind.INFORMATION, 200, "Sensor Unit/Camera"),
    "recipe": (Kind.INFORMATION, 100, "Recipe"),
    "production": (Kind.INFORMATION, 100, "Production"),
    "counters": (Kind.INFORMATION, 100, "Production"),
    "vision": (Kind.INFORMATION, 200, "Inspection"),
    "certificates": (Kind.DIAGNOSTIC, 100, "OPC UA"),
    "users": (Kind.DIAGNOSTIC, 100, "Users"),
    "refused": (Kind.DIAGNOSTIC, 200, "Users"),
    "retention": (Kind.DIAGNOSTIC, 50, "Computing Unit/Storage"),
}
_OTHER = (Kind.DIAGNOSTIC, 100, "Station")
_CONDITIONS = "alarm"  # kind in the journal; conditions tell of it themselves


class VisionOccurrences(ABC):
    """The part of `VisionSystem` that nobody starts by a method."""

    _station: Station
    _store: Results
    _kept: Remembered
    _alarms: Alarms
    catalogue: Products
    _configuration: ConfigurationFacts

    def __init__(self) -> None:
        self._open: dict[int, Accepted] = {}
        self._given = GivenIds()
        self._during: dict[int, Accepted] = {}  # the part that an alarm came with
        self._executed_at = float("-inf")  # CLOCK_MONOTONIC
        self._told: MachineVision | None = None  # once it is served

    @abstractmethod
    def _recipe(self, job: int) -> RecipeFacts:
        """The recipe in production with this job number."""

    def _tell_occurrences(self, model: MachineVision) -> None:
        self._told = model
        self._station.states.on_step.append(self._stepped)
        self._alarms.on_alarm.append(self._alarm_changed)
        self._store.on_event(self.noted)

    # conditions

    def conditions(self) -> Sequence[ConditionFacts]:
        return [self._condition(alarm) for alarm in self._alarms.standing]

    async def acknowledge(self, number: int, comment: str | None) -> None:
        await self._alarms.acknowledge(number, CALLER.get(), comment)

    async def confirm(self, number: int, comment: str | None) -> None:
        await self._alarms.confirm(number, CALLER.get(), comment)

    async def comment(self, number: int, comment: str) -> None:
        await self._alarms.comment(number, CALLER.get(), comment)

    def _alarm_changed(self, alarm: AlarmState) -> None:
        if alarm.changed_at_us == alarm.since_us:  # it came
            self._during.pop(alarm.number, None)
            if self._open:
                self._during[alarm.number] = self._open[min(self._open)]
        if self._told:
            self._told.condition_changed(lambda: self._condition(alarm))

    def _condition(self, alarm: AlarmState) -> ConditionFacts:
        row, care = BY_NUMBER[alarm.number], alarm.care
        return ConditionFacts(
            number=alarm.number,
            kind=kind_of(row),
            name=row.name,
            what=texts()[alarm.number].what,
            text=alarm.text,
            since_us=alarm.since_us,
            changed_at_us=alarm.changed_at_us,
            over_at_us=alarm.cleared_at_us,
            acknowledged=_care(care.acknowledged_at_us, care.acknowledged_by),
            confirmed=_care(care.confirmed_at_us, care.confirmed_by),
            comment=care.comment,
            commented=_care(care.commented_at_us, care.commented_by),
            stops=row.stops or (row is STORAGE_FAULT and self._station.stops_on_storage_fault),
            maintenance=row in MAINTENANCE,
            cause_path=cause_of(alarm.number),
            context=self._context(self._during.get(alarm.number)),
        )

    def _context(self, part: Accepted | None) -> Context:
        job = part.job if part else self._station.handshake.conditions.job
        known = job in self._station.handshake.conditions.jobs
        given = self._given.get(part.number) if part else Given(product_id=self.catalogue.made_by(job))
        return Context(
            self._configuration,
            self._recipe(job) if known else None,
            part.number if part else 0,
            given.meas_id,
            part.part_id.decode("utf-8", "replace") if part else "",
            given.product_id,
        )

    # news

    def noted(self, kind: str, text: str, who: str) -> None:
        """A line of the journal, or news of that kind that is too frequent for the journal."""
        if kind == _CONDITIONS or self._told is None:
            return
        what, severity, cause = NEWS.get(kind, _OTHER)
        words, at = f"{text} ({who})" if who else text, datetime.now(UTC)
        self._told.news(what, severity, lambda: NewsFacts(what, severity, words, at, cause, self._context(None)))

    @property
    def diagnostic_level(self) -> int:
        return int(self._kept.get("diagnostic_level", 0))

    async def set_diagnostic_level(self, level: int) -> None:
        self._kept.set("diagnostic_level", level)
        self._store.event("state", f"diagnostic level {level}", CALLER.get())
        await self._station.written()

    def simulate(self, judgement: int, why: str) -> None:
        self._station.simulate(judgement, why, CALLER.get())

    # the state after SEMI E10

    def _stepped(self, before: State, after: State) -> None:
        if before in EXECUTING or after in EXECUTING:
            self._executed_at = time.monotonic()

    @property
    def system_state(self) -> str:
        """What the station does not know, it does not say: NST is the plant's to know, and nobody tells it."""
        state = self._station.state
        if state in EXECUTING:
            return "PRD"
        if state is State.READY:
            lately = time.monotonic() - self._executed_at < PRODUCTION_S
            return "PRD" if lately else "SBY/Waiting for START"
        if state is State.INITIALIZED:
            return "SBY/Waiting for PREPARE"
        return "SDT/Halted" if state is State.HALTED else self._downtime()

    def _downtime(self) -> str:
        """Error and Preoperational: by the alarm that stops the station, or by who took it offline."""
        stopping = [facts for facts in self.conditions() if facts.over_at_us is None and facts.stops]
        if stopping:
            return stopping[0].cause_path
        return _OFFLINE.get(self._station.handshake.offline_reason, _SOFTWARE)


_OFFLINE: Mapping[int, str] = {  # by OfflineReason
    1: "ENG/Taken offline",
    2: "SDT/Taken offline by the PLC",
    3: "SDT/Halted",
    4: CAUSES[1],
    6: CAUSES[2],
}


def cause_of(number: int) -> str:
    """CausePath of the alarm with this number."""
    return OTHER_CAUSES.get(number, CAUSES[number // 100])


def kind_of(alarm: Alarm) -> Kind:
    """Of which type its condition is."""
    if alarm.severity is Severity.WARNING:
        return Kind.WARNING
    return Kind.PERSISTENT if alarm.persistent else Kind.ERROR


def _care(at_us: int | None, by: str) -> Care | None:
    return Care(at_us, by) if at_us is not None else None
