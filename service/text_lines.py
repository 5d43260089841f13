"""The station as the text interface sees it."""

import asyncio
from datetime import UTC, datetime

from protocols import reasons, tags
from protocols.ascii import Asked, Counts, Fault, Latched, Result, Status
from protocols.handshake import RejectedError, Source
from protocols.image import ProcessImage
from vision.result import Judgement

from .inspection import Inspection
from .plc import CODES
from .station import Station
from .store import Scope, StoreError

_JUDGEMENTS = {code: judgement.name for judgement, code in CODES.items()}


class TextStation:
    """Implements `protocols.ascii.AsciiStation`; `inspected` is a sink of the line."""

    def __init__(self, station: Station, image: ProcessImage) -> None:
        self._station, self._image = station, image
        self._waiting: dict[int, asyncio.Future[Inspection]] = {}  # by InspectionId

    def inspected(self, inspection: Inspection) -> None:
        """Whoever waits for this part gets it."""
        waiting = self._waiting.pop(inspection.accepted.number, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(inspection)

    async def inspect(self, part_id: bytes, who: str) -> Result:
        try:
            accepted = await self._station.trigger(Source.TEXT, part_id, who)
        except RejectedError as exc:
            raise Asked(int(exc.code), reasons.rejects()[exc.code]) from None
        waiting = self._waiting[accepted.number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._image.get(tags.RESULT_TIME_LIMIT) / 1000):
                return result_of(await waiting)
        except TimeoutError:
            raise Asked(Fault.NO_RESULT_IN_TIME, "no result in time; R? gives it when it is there") from None
        finally:
            self._waiting.pop(accepted.number, None)

    async def select_job(self, job: int, who: str) -> None:
        if job not in self._station.handshake.conditions.jobs:
            known = ", ".join(map(str, sorted(self._station.handshake.conditions.jobs))) or "none"
            raise Asked(Fault.NO_SUCH_JOB, f"no recipe has job number {job}; there are {known}")
        await self._station.jobs.change(job, who)

    async def latch(self, by: str, number: int, who: str) -> Latched:
        try:
            found = await self._station.latch(Scope[by.upper()], f"text {who}", number)
        except StoreError as exc:  # it may have been taken all the same: the number finds it
            raise Asked(Fault.NOT_KEPT, f"the disk does not take it: {exc}; ask again with number {number}") from None
        taken = found.tallies
        counts = (sum(getattr(t, name) for t in taken) for name in ("total", "passed", "failed", "errors"))
        return Latched(*counts)

    def status(self) -> Status:
        handshake = self._station.handshake
        return Status(
            ready=handshake.rejects(Source.TEXT) is None,
            online=handshake.online,
            job=handshake.conditions.job,
            state=self._station.state.name.replace("_", " ").title().replace(" ", ""),
            error=self._image.get(tags.ERROR_CODE),
        )

    def counts(self) -> Counts:
        counted = self._station.handshake.counters
        return Counts(counted.inspections, counted.passes, counted.fails, counted.errors, counted.missed)

    def last(self) -> Result | None:
        return result_of(self._station.last) if self._station.last else None


def result_of(inspection: Inspection) -> Result:
    """The fields of a template."""
    accepted, outcome = inspection.accepted, inspection.outcome
    at_us = outcome.acquisition_time_us or inspection.finished_at_us
    return Result(
        seq=inspection.result_seq,
        number=accepted.number,
        judgement=_JUDGEMENTS[outcome.judgement],
        code=outcome.judgement,
        ok=int(outcome.judgement == CODES[Judgement.PASS]),
        reject_class=outcome.reject_class,
        sort_class=outcome.sort_class,
        part_id=accepted.part_id.decode("utf-8", "replace"),
        job=accepted.job,
        recipe=inspection.recipe,
        version=outcome.recipe_version,
        reason=inspection.result.message,
        text=(outcome.decoded or b"").decode("utf-8", "replace"),
        time=datetime.fromtimestamp(at_us / 1e6, UTC).isoformat(timespec="milliseconds"),
        cycle_ms=outcome.trigger_to_result_us / 1000,
        value=outcome.values,
        passed=tuple(outcome.passed >> slot & 1 for slot in range(tags.SLOTS)),
        status=outcome.statuses,
    )
