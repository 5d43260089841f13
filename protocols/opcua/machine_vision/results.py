"""The methods of ResultManagement, answered from the station's database."""

import asyncio
from collections.abc import Sequence
from typing import Any

from asyncua import ua

from . import structures
from .arguments import out_of_range
from .codes import DONE, Failure
from .outputs import count, error, flag, handle, structure
from .outputs import structures as array
from .station import RefusedError, ResultFacts, VisionStation, Wanted
from .structures import job_number, whole_number

UNDEFINED, COMPLETED, PROCESSING = 0, 1, 2  # ResultState
MOST = 10  # in one answer: what takes longer to encode would hold the loop
LONGEST_WAIT_MS, LOOK_S = 10_000, 0.02
FURTHEST = 100_000
OF_COMPONENTS = (
    "IsPartial",
    "IsSimulated",
    "ResultState",
    "MeasId",
    "PartId",
    "ExternalRecipeId",
    "InternalRecipeId",
    "ProductId",
    "ExternalConfigurationId",
    "InternalConfigurationId",
    "JobId",
    "CreationTime",
    "ProcessingTimes",
    "ResultContent",
)


class Results:
    """Each method takes checked values and gives its outputs."""

    def __init__(self, station: VisionStation) -> None:
        self._station = station

    async def by_id(self, wanted: Any, wait_ms: int) -> list[ua.Variant]:
        """GetResultById; a result that is still to come is waited for, at most `wait_ms`."""
        facts, state, failure = await self._find(wanted.Id or "", wait_ms)
        found = structures.result(facts) if facts else _missing(wanted.Id or "", state)
        return [handle(), structure(found), error(failure)]

    async def components_by_id(self, wanted: Any, wait_ms: int) -> list[ua.Variant]:
        """GetResultComponentsById: the same in single outputs."""
        facts, state, failure = await self._find(wanted.Id or "", wait_ms)
        fields = structures.fields_of_result(facts) if facts else _missing_fields(state)
        return [flag(bool(facts and facts.image)), handle(), *(fields[name] for name in OF_COMPONENTS), error(failure)]

    async def listing(
        self,
        state: int,
        meas: Any,
        part: Any,
        external: Any,
        internal: Any,
        external_configuration: Any,
        internal_configuration: Any,
        product: Any,
        job: Any,
        most: int,
        start: int,
        wait_ms: int,
    ) -> list[ua.Variant]:
        """GetResultListFiltered, newest first; MaxResults 0 = as many as one answer takes. Results have no content."""
        if start > FURTHEST:
            raise out_of_range(10, 12)
        configuration = self._station.configuration().id
        others = {external_configuration.Id, internal_configuration.Id} - {None, "", configuration}
        wanted = self._wanted(meas, part, external, internal, product, job)
        found: Sequence[ResultFacts] = ()
        failure, limit = DONE, min(most or MOST, MOST)
        if wanted is not None and not others and state in (UNDEFINED, COMPLETED):
            try:
                found = await self._station.results(wanted, start, limit + 1)
            except RefusedError:
                failure = Failure.RESULTS_UNREADABLE
        shown = [structures.result(facts) for facts in found[:limit]]
        return [
            flag(failure == DONE and len(found) <= limit),
            count(len(shown)),
            handle(),
            array(shown),
            error(failure),
        ]

    async def release(self, given: int) -> list[ua.Variant]:
        """ReleaseResultHandle: answers are values, so the handle 0 that they carry is the only one there is."""
        return [error(DONE if given == 0 else Failure.UNKNOWN_HANDLE)]

    def _wanted(self, meas: Any, part: Any, external: Any, internal: Any, product: Any, job: Any) -> Wanted | None:
        """None: nothing can match."""
        jobs = {job_number(internal.Id)} if internal.Id else set()
        if external.Id:
            jobs.add(job_number(external.Id) or self._station.named(external.Id))
        number = whole_number(job.Id) if job.Id else None
        if None in jobs or len(jobs) > 1 or (job.Id and number is None):
            return None
        version = whole_number(internal.Version) if internal.Version else None
        if internal.Version and version is None:
            return None
        own_job = jobs.pop() if jobs else None
        return Wanted(own_job, version, part.Id or None, meas.Id or None, number, product.Id or None)

    async def _find(self, own: str, wait_ms: int) -> tuple[ResultFacts | None, int, int]:
        """The result or None, its ResultState, Error."""
        number = whole_number(own)
        if number is None:
            return None, UNDEFINED, Failure.UNKNOWN_RESULT
        waited_ms, limit_ms = 0.0, min(wait_ms, LONGEST_WAIT_MS)
        try:
            while (facts := await self._station.result(number)) is None and self._station.in_work(number):
                if waited_ms >= limit_ms:
                    return None, PROCESSING, DONE
                await asyncio.sleep(LOOK_S)
                waited_ms += LOOK_S * 1000
            facts = facts or await self._station.result(number)  # it may have come between the two looks
        except RefusedError:
            return None, UNDEFINED, Failure.RESULTS_UNREADABLE
        return (facts, COMPLETED, DONE) if facts else (None, UNDEFINED, Failure.UNKNOWN_RESULT)


def _missing(own: str, state: int) -> Any:
    made = ua.ResultDataType()
    made.ResultId, made.ResultState = structures.simple_id("ResultIdDataType", own), state
    return made


def _missing_fields(state: int) -> dict[str, ua.Variant]:
    kind = ua.VariantType
    empty = {
        "MeasId": ua.MeasIdDataType,
        "PartId": ua.PartIdDataType,
        "ExternalRecipeId": ua.RecipeIdExternalDataType,
        "InternalRecipeId": ua.RecipeIdInternalDataType,
        "ProductId": ua.ProductIdDataType,
        "ExternalConfigurationId": ua.ConfigurationIdDataType,
        "InternalConfigurationId": ua.ConfigurationIdDataType,
        "JobId": ua.JobIdDataType,
        "ProcessingTimes": ua.ProcessingTimesDataType,
    }
    return {name: ua.Variant(made(), kind.ExtensionObject) for name, made in empty.items()} | {
        "IsPartial": flag(False),
        "IsSimulated": flag(False),
        "ResultState": ua.Variant(state, kind.Int32),
        "CreationTime": ua.Variant(structures.time(0), kind.DateTime),
        "ResultContent": ua.Variant([], kind.Variant, is_array=True),
    }
