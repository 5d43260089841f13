"""The station as the web sees it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from protocols import reasons
from protocols.handshake import Accepted, RejectedError, Source
from vision.recipe import recipe_schema

from . import generations
from .alarms import Alarms
from .api.alarms import alarm_of
from .api.count_models import Count, Counters
from .api.models import Alarm, ForcedState, PartTiming, ProductionContext, Readiness, ResultEvent, StationState, Timings
from .api.results import of_inspection
from .api.tallies import count_of
from .counting import current
from .forces import Forces
from .hub import NoSuchRecipe, Rejected
from .recipes import RecipeBook
from .station import Station
from .store import Scope
from .stored import StoredTally
from .timing import now_us


class Facade:
    """Implements `hub.StationFacade` on the real station."""

    def __init__(
        self,
        name: str,
        station: Station,
        book: RecipeBook,
        alarms: Alarms,
        clients: Callable[[], tuple[int, int]],
        counters_reset: Callable[[], tuple[int, str]],
        readiness: Callable[[], Mapping[str, Readiness]],
        forces: Forces,
    ) -> None:
        """`clients` counts those of Modbus and of OPC UA; `counters_reset`: when it was, and who did it."""
        self._forces = forces
        self._name, self._station, self._book, self._alarms = name, station, book, alarms
        self._clients, self._counters_reset, self.readiness = clients, counters_reset, readiness

    @property
    def name(self) -> str:
        return self._name

    def state(self) -> StationState:
        station, handshake, recipe = self._station, self._station.handshake, self._station.jobs.recipe
        words = station.state.name.replace("_", " ").title()
        plc, scada = self._clients()
        ahead_us = station.plc_clock.ahead_us
        return StationState(
            state=words.replace(" ", ""),
            state_text=words,
            online=handshake.online,
            offline_code=handshake.offline_reason,
            offline_reason=reasons.offline().get(handshake.offline_reason, ""),
            trigger_ready=handshake.ready,
            job=handshake.conditions.job,
            recipe=recipe.recipe.name if recipe else "",
            recipe_version=recipe.recipe.version if recipe else 0,
            job_asked=station.job_asked,
            plc_clients=plc,
            opcua_clients=scada,
            simulated=station.camera.there and station.camera.camera.simulated,
            clock_synchronised=station.clock_synchronised,
            plc_clock_ahead_ms=None if ahead_us is None else ahead_us / 1000,
            plc_clock_told_at_us=station.plc_clock.told_at_us,
            forced=_forced_state(self._forces),
            at_us=now_us(),
        )

    def counters(self) -> Counters:
        counted = self._station.handshake.counters
        total = counted.inspections
        since_us, who = self._counters_reset()
        return Counters(
            total=total,
            passed=counted.passes,
            fail=counted.fails,
            error=counted.errors,
            missed=counted.missed,
            triggers=counted.triggers,
            yield_percent=100 * counted.passes / total if total else None,
            since_us=since_us,
            reset_by=who,
        )

    def alarms(self, *, over: bool) -> Sequence[Alarm]:
        return [alarm_of(alarm) for alarm in (self._alarms.standing if over else self._alarms.active)]

    def last(self) -> ResultEvent | None:
        return of_inspection(self._station.last) if self._station.last else None

    def reload_trouble(self) -> str:
        return generations.reload_trouble()

    def recipe_schema(self) -> Mapping[str, Any]:
        return recipe_schema()

    async def trigger(self, part_id: bytes, who: str) -> Accepted:
        try:
            return await self._station.trigger(Source.WEB, part_id, who)
        except RejectedError as exc:
            raise Rejected(int(exc.code), reasons.rejects()[exc.code]) from None

    async def activate(self, job: int, who: str) -> None:
        if job not in self._book.ready:
            raise NoSuchRecipe(f"no recipe has job number {job}")
        await self._station.jobs.change(job, who)

    async def set_online(self, online: bool, who: str) -> None:
        await self._station.set_online(online, who)

    def timings(self, limit: int, seconds: float) -> Timings:
        parts, lag = list(self._station.line.timings)[-limit:], self._station.lag.lag(seconds)
        return Timings(
            parts=tuple(
                PartTiming(
                    number=part.number,
                    total_us=part.total,
                    accept_commit_us=part.accept_commit,
                    acquisition_us=part.acquisition,
                    overlap_us=part.overlap,
                    waiting_us=part.waiting,
                    processing_us=part.processing,
                    result_commit_us=part.result_commit,
                    overhead_us=part.overhead,
                )
                for part in parts
            ),
            lag_p50_ms=lag.p50,
            lag_p99_ms=lag.p99,
            lag_max_ms=lag.largest,
        )

    def production(self) -> ProductionContext:
        made, context = self._station.handshake.production, self._station.handshake.context
        return ProductionContext(order=context.order, lot=context.lot, shift=context.shift, strings=made.strings)

    def current_count(self, scope: int, tallies: Sequence[StoredTally]) -> Count:
        return count_of(current(tallies, Scope(scope), self._station.handshake.context))

    async def set_production(self, values: Mapping[str, Any], who: str) -> None:
        await self._station.set_production(values, who)

    async def reset_counters(self, who: str) -> None:
        await self._station.reset_counters(who)


def _forced_state(forces: Forces) -> ForcedState | None:
    forced = forces.forced
    if not forced:
        return None
    by = tuple(dict.fromkeys(force.by for force in forced))
    points = tuple(force.point.name for force in forced[:3])
    return ForcedState(count=len(forced), points=points, by=by, ends_at_us=max(force.ends_at_us for force in forced))
