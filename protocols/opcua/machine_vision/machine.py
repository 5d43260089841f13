"""The state machines of the instance: they follow the station, and say so in events, in order."""

import asyncio
import contextlib
import contextvars
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from asyncua import ua
from asyncua.common.events import Event

from . import structures
from .events import INFORMATION, TROUBLE, Events, Raised
from .last_results import LastResults
from .model import EVENT_TYPES, INNER, OUTER, Model
from .states import NODES, State, Transition, transition
from .station import RecipeFacts, ResultFacts

log = logging.getLogger(__name__)

BEHIND_S = 0.005  # what is shown keeps behind the part that it tells of: the loop has to hand that on first

Making = Callable[[], Raised]


@dataclass(frozen=True, slots=True)
class _Finished:
    facts: Callable[[], ResultFacts]


@dataclass(frozen=True, slots=True)
class _Moved:
    before: State
    after: State
    cause: str  # the method; "" = none
    at: datetime


@dataclass(slots=True)
class _Call:
    """A method being executed; what its task sets going later was not caused by it."""

    method: str
    over: bool = False


_running: contextvars.ContextVar[_Call | None] = contextvars.ContextVar("machine_vision_method", default=None)


@contextlib.contextmanager
def caused_by(method: str) -> Iterator[None]:
    """Transitions inside are those that `method` causes."""
    call = _Call(method)
    token = _running.set(call)
    try:
        yield
    finally:
        call.over = True
        _running.reset(token)


class Machine:
    """Is told what happens, each call returns at once; `run` writes the states and raises the events."""

    def __init__(self, model: Model, events: Events) -> None:
        self._model, self._events = model, events
        self._happened: asyncio.Queue[_Moved | _Finished | Making] = asyncio.Queue()
        self._job = 0  # started last
        self.last: LastResults | None = None  # what shows them
        self._ending = ""  # Stop or Abort: causes the next way back to Ready

    async def show(self, state: State) -> None:
        """Without an event: the state at a start."""
        await self._write_states(state)

    def end_by(self, method: str) -> None:
        """The next way from an execution to Ready is caused by this method."""
        self._ending = method

    # what happens

    def moved(self, before: State, after: State) -> None:
        """One step of the station through its states."""
        running = _running.get()
        cause = running.method if running and not running.over else ""
        ready = after is State.READY and before in (State.SINGLE_EXECUTION, State.CONTINUOUS_EXECUTION)
        if ready or after < State.OPERATIONAL:
            cause, self._ending = self._ending if ready else cause, ""
        self._happened.put_nowait(_Moved(before, after, cause, datetime.now(UTC)))
        if ready:
            self._job_event("Ready", self._job, "ready for the next job")

    def job_started(self, number: int) -> None:
        self._job = number
        self._job_event("JobStarted", number, f"job {number} started")

    def acquired(self, number: int) -> None:
        self._job_event("AcquisitionDone", number, f"the image of job {number} is taken")

    def finished(self, facts: Callable[[], ResultFacts]) -> None:
        self._happened.put_nowait(_Finished(facts))

    def result_ready(self, facts: ResultFacts) -> Raised:
        """The event of a result; made again from the database it is the same one, by id and time."""
        fields, words = structures.fields_of_result(facts), f"job {facts.number}: {facts.judgement}"
        own = uuid.uuid5(uuid.NAMESPACE_OID, f"result {facts.number} {facts.finished_at_us}").bytes
        at = structures.time(facts.finished_at_us)
        return Raised(self._model.type(EVENT_TYPES["ResultReady"]), words, fields, at=at, id=own)

    def event(self, raised: Raised) -> Event:
        """As subscribers get it."""
        return self._events.made(raised)

    def recipe_prepared(self, recipe: RecipeFacts, product: str) -> None:
        words = f"recipe {recipe.job}, {recipe.name}, is prepared"
        self._say("RecipePrepared", words, lambda: self._ids_of(recipe, product))

    def tell(self, make: Making) -> None:
        """Any other event, in its place among these."""
        self._happened.put_nowait(make)

    def _ids_of(self, recipe: RecipeFacts, product: str) -> Mapping[str, ua.Variant]:
        kind = ua.VariantType.ExtensionObject
        return {
            "ExternalId": ua.Variant(structures.recipe_id("RecipeIdExternalDataType", recipe), kind),
            "InternalId": ua.Variant(structures.recipe_id("RecipeIdInternalDataType", recipe), kind),
            "ProductId": ua.Variant(structures.simple_id("ProductIdDataType", product), kind),
        }

    def _job_event(self, name: str, number: int, words: str) -> None:
        kind = ua.VariantType.ExtensionObject
        self._say(name, words, lambda: {"JobId": ua.Variant(structures.job_id(number), kind)})

    def _say(self, name: str, words: str, fields: Callable[[], Mapping[str, ua.Variant]]) -> None:
        kind, at = self._model.type(EVENT_TYPES[name]), datetime.now(UTC)
        self._happened.put_nowait(lambda: Raised(kind, words, fields(), at=at))

    def _transition_event(self, name: str, way: Transition, severity: int, at: datetime) -> Raised:
        fields: dict[str, ua.Variant] = {}
        for field, words, number in (
            ("Transition", way.name, way.id),
            ("FromState", way.before.words, NODES[way.before]),
            ("ToState", way.after.words, NODES[way.after]),
        ):
            fields[field] = ua.Variant(ua.LocalizedText(words, "en"), ua.VariantType.LocalizedText)
            fields[f"{field}/Id"] = ua.Variant(self._model.type(number), ua.VariantType.NodeId)
        words = f"{way.before.words} to {way.after.words}"
        return Raised(self._model.type(EVENT_TYPES[name]), words, fields, severity, at)

    # what is shown of it

    async def run(self) -> None:
        """For ever; one thing at a time, so that a client sees them as they happened."""
        while True:
            happened = await self._happened.get()
            await asyncio.sleep(BEHIND_S)
            await self._show(happened)
            while not self._happened.empty():
                await asyncio.sleep(0)
                await self._show(self._happened.get_nowait())

    async def _show(self, happened: _Moved | _Finished | Making) -> None:
        try:
            if isinstance(happened, _Moved):
                await self._show_move(happened)
            elif isinstance(happened, _Finished):
                await self._show_result(happened.facts())
            else:
                await self._events.raise_(happened)
        except Exception:  # a defect, or a client's strange filter, must not end what all the others see
            log.exception("OPC UA: an event of the vision system was not raised")

    async def _show_move(self, moved: _Moved) -> None:
        way = transition(moved.before, moved.after, moved.cause)
        await self._write_states(moved.after)
        for name, severity in _events_of(moved):
            await asyncio.sleep(0)
            await self._events.raise_(partial(self._transition_event, name, way, severity, moved.at))

    async def _show_result(self, facts: ResultFacts) -> None:
        slot = self.last.put(facts) if self.last else 0
        await self._events.raise_(lambda: self.result_ready(facts))
        if self.last:
            await self.last.tell(slot)

    async def _write_states(self, state: State) -> None:
        await self._write_state(OUTER, state.top)
        await self._write_state(INNER, state if state > State.OPERATIONAL else None)

    async def _write_state(self, machine: str, state: State | None) -> None:
        """None: the machine stands still, because the state that it belongs to is not active."""
        now = datetime.now(UTC)
        words: ua.Variant = ua.Variant(None)
        node: ua.Variant = ua.Variant(None)
        if state is not None:
            words = ua.Variant(ua.LocalizedText(state.words, "en"))
            node = ua.Variant(self._model.type(NODES[state]), ua.VariantType.NodeId)
        status = ua.StatusCode(ua.StatusCodes.Good if state is not None else ua.StatusCodes.BadStateNotActive)
        for path, value in ((f"{machine}.CurrentState", words), (f"{machine}.CurrentState.Id", node)):
            data = ua.DataValue(value, status, SourceTimestamp=now, ServerTimestamp=now)
            await self._model.server.write_attribute_value(self._model.node(path), data)


def _events_of(moved: _Moved) -> Iterator[tuple[str, int]]:
    """Names and severities."""
    if moved.before is State.ERROR and moved.after > State.OPERATIONAL:
        yield "ErrorResolved", INFORMATION
    if moved.after is State.ERROR:
        yield "Error", TROUBLE
    yield "StateChanged", INFORMATION
