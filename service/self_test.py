"""Command 6: a frame, and the active recipe on it."""

from protocols.handshake import CommandError
from vision.frame import Acquisition, Inputs
from vision.pipeline import PreparedRecipe
from vision.result import Judgement

from .camera_keeper import CameraKeeper
from .judge import Judge


async def self_test(camera: CameraKeeper, judge: Judge, recipe: PreparedRecipe | None) -> CommandError:
    """How the command ends; nothing is stored or counted."""
    frame = await camera.preview()
    if recipe is None or frame is None:
        return CommandError.WRONG_STATE
    shots = {shot.name: frame for shot in recipe.recipe.exposures}
    result = await judge(Acquisition(shots), recipe, Inputs())
    return CommandError.WRONG_STATE if result.judgement is Judgement.ERROR else CommandError.NONE
