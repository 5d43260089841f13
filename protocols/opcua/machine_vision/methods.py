"""The methods of the instance: which there are, who answers, and what a wrong call gets."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from asyncua import ua

from .arguments import BadCall, values_of
from .configurations import Configurations
from .control import Control
from .model import CONFIGURATIONS, INNER, OUTER, RECIPES, RESULTS, Model
from .recipes import Recipes
from .results import Results

log = logging.getLogger(__name__)

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
        f"{RECIPES}.PrepareRecipe": recipes.prepare,
        f"{RECIPES}.UnprepareRecipe": recipes.unprepare,
        f"{RECIPES}.GetRecipeListFiltered": recipes.listing,
        f"{RESULTS}.GetResultById": results.by_id,
        f"{RESULTS}.GetResultComponentsById": results.components_by_id,
        f"{RESULTS}.GetResultListFiltered": results.listing,
        f"{CONFIGURATIONS}.ActivateConfiguration": configurations.activate,
        f"{CONFIGURATIONS}.GetConfigurationById": configurations.by_id,
        f"{CONFIGURATIONS}.GetConfigurationList": configurations.listing,
    }


class Methods:
    """Takes the calls to the model's methods; the caller's rights are looked at before."""

    def __init__(self, model: Model, answers: Mapping[str, Answer]) -> None:
        self._answers = {model.node(path): answer for path, answer in answers.items()}
        self._objects = {model.node(path): model.node(path.rpartition(".")[0]) for path in answers}
        self._inputs = {method: _inputs(model, method) for method in self._answers}

    def __contains__(self, method: ua.NodeId) -> bool:
        return method in self._answers

    async def call(self, request: ua.CallMethodRequest) -> ua.CallMethodResult:
        """The outputs, or the status that says what was wrong with the call."""
        result = ua.CallMethodResult()
        try:
            if request.ObjectId != self._objects[request.MethodId]:
                raise BadCall(ua.StatusCodes.BadMethodInvalid)
            values = values_of(request.InputArguments or [], self._inputs[request.MethodId])
            result.OutputArguments = await self._answers[request.MethodId](*values)
            result.InputArgumentResults = [ua.StatusCode() for _ in values]
        except BadCall as exc:
            result.StatusCode = ua.StatusCode(exc.status)
            result.InputArgumentResults = [ua.StatusCode(code) for code in exc.arguments]
        except Exception:  # a defect of ours ends neither the connection nor the line
            log.exception("OPC UA: the method %s failed", request.MethodId)
            result.StatusCode = ua.StatusCode(ua.StatusCodes.BadInternalError)
        return result


def _inputs(model: Model, method: ua.NodeId) -> list[Any]:
    node = model.node(f"{method.Identifier}.InputArguments")
    data = model.server.iserver.aspace.get(node)
    if data is None:
        return []
    return list(data.attributes[ua.AttributeIds.Value].value.Value.Value)
