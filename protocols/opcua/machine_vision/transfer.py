"""ResultTransfer and RecipeTransfer: the image of a result to read, the archive of a recipe to read and to write."""

from collections.abc import Mapping
from typing import Any

from asyncua import ua

from protocols.rights import READ, RECIPES

from ..people import CALLER
from . import model as paths
from .arguments import BadCall
from .files import FilePool
from .files.pool import IDLE_S
from .files.temporary import TemporaryFile
from .methods import Answer
from .model import Model
from .station import VisionStation
from .structures import whole_number

RESULT_TRANSFER, RECIPE_TRANSFER = f"{paths.RESULTS}.ResultTransfer", f"{paths.RECIPES}.RecipeTransfer"
_CODES = ua.StatusCodes
_WRONG_ID = BadCall(_CODES.BadInvalidArgument, [_CODES.BadOutOfRange])


class Transfers:
    """Each method takes checked values and gives its outputs."""

    def __init__(self, model: Model, pool: FilePool, station: VisionStation) -> None:
        self._pool, self._station = pool, station
        self._results, self._recipes = model.node(RESULT_TRANSFER), model.node(RECIPE_TRANSFER)

    def methods(self) -> Mapping[str, Answer]:
        """By the path of their nodes."""
        return {
            f"{RESULT_TRANSFER}.GenerateFileForRead": self.read_result,
            f"{RESULT_TRANSFER}.GenerateFileForWrite": self.write_result,
            f"{RESULT_TRANSFER}.CloseAndCommit": self.commit_result,
            f"{RECIPE_TRANSFER}.GenerateFileForRead": self.read_recipe,
            f"{RECIPE_TRANSFER}.GenerateFileForWrite": self.write_recipe,
            f"{RECIPE_TRANSFER}.CloseAndCommit": self.commit_recipe,
        }

    async def read_result(self, options: Any) -> list[ua.Variant]:
        """The image as it is kept; one that is still on its way is waited for."""
        number = whole_number(_id(options, "Id"))
        if number is None:
            raise _WRONG_ID
        file = await self._pool.make(self._results, self._station.files.image(number), READ)
        return [*_made(file), _ready()]

    async def write_result(self, options: Any) -> list[ua.Variant]:
        """Results are made by inspecting."""
        raise BadCall(_CODES.BadNotSupported)

    async def commit_result(self, handle: int) -> list[ua.Variant]:
        """No file of results is ever written."""
        await self._pool.commit(self._results, handle, CALLER.get())
        return [_ready()]

    async def read_recipe(self, options: Any) -> list[ua.Variant]:
        """The archive of the version that the id names, or of the one in production."""
        job, version = _recipe(options)
        file = await self._pool.make(self._recipes, self._station.files.recipe(job, version), READ)
        return [*_made(file), _ready()]

    async def write_recipe(self, options: Any) -> list[ua.Variant]:
        """An empty file for the archive of a recipe of this job number, known or new; its version counts nothing."""
        job, _ = _recipe(options)
        return _made(await self._pool.make(self._recipes, self._station.files.incoming(job), RECIPES))

    async def commit_recipe(self, handle: int) -> list[ua.Variant]:
        """It is checked and put beside the others by the time this is answered."""
        await self._pool.commit(self._recipes, handle, CALLER.get())
        return [_ready()]


async def announce_timeout(model: Model) -> None:
    """ClientProcessingTimeout of both."""
    for path in (RESULT_TRANSFER, RECIPE_TRANSFER):
        value = ua.DataValue(ua.Variant(IDLE_S * 1000, ua.VariantType.Double))
        await model.server.write_attribute_value(model.node(f"{path}.ClientProcessingTimeout"), value)


def _made(file: TemporaryFile) -> list[ua.Variant]:
    (handle,) = file.positions
    return [ua.Variant(file.node, ua.VariantType.NodeId), ua.Variant(handle, ua.VariantType.UInt32)]


def _ready() -> ua.Variant:
    """CompletionStateMachine: null, all is done when the method is answered."""
    return ua.Variant(ua.NodeId(), ua.VariantType.NodeId)


def _recipe(options: Any) -> tuple[int, int | None]:
    job, text = whole_number(_id(options, "InternalId")), getattr(options.InternalId, "Version", None) or ""
    version = whole_number(text)
    if job is None or job > 0xFFFF or (text and version is None):
        raise _WRONG_ID
    return job, version


def _id(options: Any, field: str) -> str:
    return getattr(getattr(options, field, None), "Id", None) or ""
