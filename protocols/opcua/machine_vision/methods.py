"""The methods of the instance: which there are, who answers, and what a wrong call gets."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from asyncua import ua

from ..people import DIAGNOSTICS
from ..rights import right_for
from .arguments import BadCall, values_of
from .configurations import Configurations
from .control import Control
from .model import CONFIGURATIONS, INNER, OUTER, RECIPES, RESULTS, Model
from .recipes import Recipes
from .results import Results

log = logging.getLogger(__name__)
ADDITIONAL_INFO = 0x80  # of ReturnDiagnostics: for each operation

Answer = Callable[..., Awaitable[list[ua.Variant]]]


def table(control: Control, recipes: Recipes, results: Results, configurations: Configurations) -> Mapping[str, Answer]:
    """Every method by the path of its node."""
    return {
        f"{OUTER}.Halt": control.halt,
        f"{OUTER}.Reset": control.reset,
        f"{OUTER}.SelectModeAutomatic": control.select_mode_automatic,
        f"{INNER}.StartSingleJob": control.start_single_job,
        f"{INNER}.StartContinuous": control.start_continuous,
        f"{INNER}.Stop": control.stop,
        f"{INNER}.Abort": control.abort,
        f"{INNER}.SimulationMode": control.simulation_mode,
        f"{RECIPES}.PrepareRecipe": recipes.prepare,
        f"{RECIPES}.UnprepareRecipe": recipes.unprepare,
        f"{RECIPES}.GetRecipeListFiltered": recipes.listing,
        f"{RESULTS}.GetResultById": results.by_id,
        f"{RESULTS}.GetResultComponentsById": results.components_by_id,
        f"{RESULTS}.GetResultListFiltered": results.listing,
        f"{RESULTS}.ReleaseResultHandle": results.release,
        f"{CONFIGURATIONS}.ActivateConfiguration": configurations.activate,
        f"{CONFIGURATIONS}.GetConfigurationById": configurations.by_id,
        f"{CONFIGURATIONS}.GetConfigurationList": configurations.listing,
    }


@dataclass(frozen=True, slots=True)
class _Method:
    inputs: Sequence[ua.Argument]
    answer: Answer
    right: str


class Methods:
    """Takes the calls to the model's methods; the caller's rights are looked at before."""

    def __init__(self, model: Model, answers: Mapping[str, Answer]) -> None:
        self._model, self._space = model, model.server.iserver.aspace
        self.on_session_end: list[Callable[[ua.NodeId], Awaitable[None]]] = []
        self._begun: set[asyncio.Task[ua.CallMethodResult]] = set()
        self._closed = False
        self._known: dict[ua.NodeId, dict[ua.NodeId, _Method]] = {}  # by method, then by the object it is called on
        self.join(answers)

    def join(self, answers: Mapping[str, Answer]) -> None:
        """More of them, by the paths of their nodes."""
        model = self._model
        for path, answer in answers.items():
            self.add(model.node(path.rpartition(".")[0]), model.node(path), answer)

    def add(
        self, owner: ua.NodeId, method: ua.NodeId, answer: Answer, of: ua.NodeId | None = None, right: str | None = None
    ) -> None:
        """Calls of `method` on `owner` are answered from now on.

        Args:
            of: The method whose InputArguments count, where `method` has none of its own; None = its own.
            right: What the caller must be allowed to; None = as `rights` says by the node's id; "" = nothing.
        """
        needed = right_for(method) if right is None else right
        entry = _Method(self._inputs(of or method), answer, needed)
        self._known.setdefault(method, {})[owner] = entry

    def remove(self, owner: ua.NodeId) -> None:
        """This object has no methods any more."""
        for method, owners in list(self._known.items()):
            owners.pop(owner, None)
            if not owners:
                del self._known[method]

    def right(self, request: ua.CallMethodRequest) -> str | None:
        """What the caller must be allowed to, "" = nothing; None = the method is none of the model's."""
        owners = self._known.get(request.MethodId)
        if not owners:
            return None
        return owners.get(request.ObjectId, next(iter(owners.values()))).right

    async def call(self, request: ua.CallMethodRequest) -> ua.CallMethodResult:
        """The outputs, or the status that says what was wrong with the call.

        What has begun is finished, also where the connection is cut meanwhile: half of a change is none.
        """
        if self._closed:
            return ua.CallMethodResult(ua.StatusCode(ua.StatusCodes.BadShutdown))
        answering = asyncio.create_task(self._answered(request))
        self._begun.add(answering)
        answering.add_done_callback(self._begun.discard)
        return await asyncio.shield(answering)

    async def close(self) -> None:
        """Nothing is called any more; what has begun and is not finished is cut off."""
        self._closed = True
        for answering in list(self._begun):
            answering.cancel()
        await asyncio.gather(*self._begun, return_exceptions=True)

    async def _answered(self, request: ua.CallMethodRequest) -> ua.CallMethodResult:
        result = ua.CallMethodResult()
        try:
            method = self._known[request.MethodId].get(request.ObjectId)
            if method is None:
                there = request.ObjectId in self._space
                raise BadCall(ua.StatusCodes.BadMethodInvalid if there else ua.StatusCodes.BadNodeIdUnknown)
            values = values_of(request.InputArguments or [], method.inputs)
            result.OutputArguments = await method.answer(*values)
            result.InputArgumentResults = [ua.StatusCode() for _ in values]
        except BadCall as exc:
            result.StatusCode = ua.StatusCode(exc.status)
            result.InputArgumentResults = [ua.StatusCode(code) for code in exc.arguments]
            if exc.words and DIAGNOSTICS.get() & ADDITIONAL_INFO:
                result.InputArgumentDiagnosticInfos = [ua.DiagnosticInfo(AdditionalInfo=exc.words)]
        except Exception:  # a defect of ours ends neither the connection nor the line
            log.exception("OPC UA: the method %s failed", request.MethodId)
            result.StatusCode = ua.StatusCode(ua.StatusCodes.BadInternalError)
        return result

    def _inputs(self, method: ua.NodeId) -> Sequence[ua.Argument]:
        """Of the property that the method refers to."""
        wanted = ua.QualifiedName("InputArguments")
        for one in self._space[method].references if method in self._space else ():
            data = self._space.get(one.NodeId) if one.IsForward else None
            if data and data.attributes[ua.AttributeIds.BrowseName].value.Value.Value == wanted:
                return list(data.attributes[ua.AttributeIds.Value].value.Value.Value)
        return []
